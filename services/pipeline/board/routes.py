"""`/v1/boards`, and the places of cards on them."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from fastapi import Request, Response

from services.pipeline.board.domain import Side
from services.pipeline.board.queries import Column, Wanted, columns
from services.pipeline.board.rows import rank_of
from services.pipeline.board.schemas import DEFINITIONS, BoardOut, Position
from services.pipeline.board.use_cases.place_card import place_card
from services.pipeline.deal.past import deals_as_of, listed_in_the_past, moment_asked, readable_then
from services.pipeline.deal.queries import LISTING, OWN, listing_of, own_keys, refuse_unknown_keys
from services.pipeline.deal.rows import DEALS
from services.pipeline.deal.scope import readable_by
from services.pipeline.deal_field.use_cases.know_fields import own_fields
from services.pipeline.tables import ORGANISATION
from shared.contracts.errors import DomainError
from shared.organisation.queries import load_organisation
from shared.reporting.parameters import AsOf
from shared.web import json_body
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.listing import Field
from shared.web.listing_cursor import tie
from shared.web.listing_query import ListQuery, refuse
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1", tags=["deals"])
_OWN = ("sort", "fields", "total", "status", "pipeline_id", "stage_id")
_ORDER = (Field(rank_of(DEALS), "decimal"), Field(DEALS.c.id, "uuid"))
_PARAMETERS = [each for each in LISTING.openapi["parameters"] if each["name"] not in _OWN]


@router.get(
    "/boards/{pipeline_id}",
    response_model=BoardOut,
    openapi_extra={**permission("deals:read"), "parameters": _PARAMETERS, "x-query-prefixes": [OWN]},
    summary="Board of a pipeline",
)
async def get_board(
    *,
    pipeline_id: UUID,
    stage_id: UUID | None = None,
    caller: Caller,
    request: Request,
    connection: Reading,
    asked: AsOf,
    now: Now,
) -> Response:
    """The open deals the caller may see, a column for each stage with count, amount and weighted amount (base
    currency) of all of them and the first `limit` cards, in the order people put them; a card nobody has
    placed lies before those that entered the stage earlier. Filters are those of `GET /v1/deals`.

    With `stage_id` that column only; `cursor` then goes on behind its last card. `as_of` and `known_at` show
    the deals as they stood, in the order of today where they are still in that stay.
    404 `pipeline_not_found`.
    """
    keys = own_keys(request)
    own = await own_fields(connection, naming=keys)
    refuse_unknown_keys(keys, own)
    deals, readable, listing = DEALS, await readable_by(connection, caller), listing_of(own)
    moment = await moment_asked(connection, asked, now=now)
    if moment is not None:
        deals = past = deals_as_of(moment.as_of, moment.known_at)
        listing = listed_in_the_past(listing, past, asked, moment.seen_at)
        readable = readable_then(readable, past)
    query = listing.read(request)
    pages = _Pages(request, f"{listing.name} on board {pipeline_id}", query)
    wanted = Wanted(
        listing=listing,
        deals=deals,
        at=moment.seen_at if moment else None,
        where=[readable, *query.conditions],
        pipeline_id=pipeline_id,
        cards=query.limit,
        stage_id=stage_id,
        behind=pages.behind(stage_id),
    )
    currency = (await load_organisation(connection, ORGANISATION)).base_currency
    found = await columns(connection, wanted, currency=currency)
    if not found:
        raise DomainError("pipeline_not_found", "There is no such pipeline, or no such stage in it.")
    body = {
        "pipeline_id": pipeline_id,
        "currency": currency,
        "columns": [{**each.shown, "next_cursor": pages.next(each)} for each in found],
        "definitions": DEFINITIONS,
    }
    return Response(json_body.dumps(body), media_type="application/json")


@dataclass(frozen=True, slots=True)
class _Pages:
    """Where columns are read on: each has cursors of its own, for the same filters only."""

    request: Request
    name: str
    query: ListQuery

    def behind(self, stage_id: UUID | None) -> tuple[Decimal, UUID] | None:
        cursor = self.query.cursor
        if cursor is None:
            return None
        if stage_id is None:
            detail = "goes with stage_id, the column it leads on in"
            raise refuse("cursor", "invalid_cursor", detail, "invalid_cursor")
        rank, last = self.request.app.state.cursors.read(cursor, self._belongs(stage_id), _ORDER)
        return rank, last

    def next(self, column: Column) -> str | None:
        if column.last is None:
            return None
        belongs = self._belongs(column.shown["stage_id"])
        return str(self.request.app.state.cursors.sign(belongs, column.last))

    def _belongs(self, stage_id: UUID) -> str:
        filters = [pair for pair in self.query.raw if pair[0] != "stage_id"]
        return tie(f"{self.name} in {stage_id}", filters, ())


@router.post(
    "/deals/{deal_id}/position",
    status_code=204,
    openapi_extra=permission("deals:write"),
    summary="Put a card before or after another",
)
async def post_position(
    deal_id: UUID, body: Position, caller: Caller, connection: Transaction, now: Now
) -> None:
    """In the column of its stage, for all who see the board. It stays there until the deal leaves the stage;
    the deal itself does not change. Of two who order a column at once the later one finds what the first did.

    404 `deal_not_found`; 409 `deal_not_open`; 422 when the other is not in the same column.
    """
    side: Side = "before" if body.before is not None else "after"
    other_id = body.before or body.after
    assert other_id is not None  # noqa: S101 - the body names one of the two
    await place_card(connection, deal_id, side, other_id, caller, now=now)
