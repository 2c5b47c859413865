"""`/v1/deals`: each sale, from opening to outcome."""

from uuid import UUID

from fastapi import Request, Response

from services.pipeline.deal import repository
from services.pipeline.deal.answers import deal_answer
from services.pipeline.deal.past import deals_as_of, listed_in_the_past, moment_asked, readable_then
from services.pipeline.deal.queries import (
    LISTING,
    OWN,
    changes,
    listed_deal,
    listing_of,
    own_keys,
    refuse_unknown_keys,
)
from services.pipeline.deal.schemas import (
    DealBatch,
    DealCreate,
    DealOut,
    DealPatch,
    HistoryOut,
    deal_out,
    history_out,
)
from services.pipeline.deal.scope import readable_by
from services.pipeline.deal.use_cases.arriving import Wanted
from services.pipeline.deal.use_cases.bring_deals import bring_deals
from services.pipeline.deal.use_cases.edit_deal import edit_deal
from services.pipeline.deal.use_cases.open_deal import open_deal
from services.pipeline.deal_field.use_cases.know_fields import own_fields
from services.pipeline.tables import ORGANISATION
from shared.organisation.queries import load_working_time
from shared.reporting.parameters import AsOf
from shared.web import json_body
from shared.web.batch import BatchAnswer, check_items
from shared.web.clock import Now
from shared.web.concurrency import IfMatch
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, SingleStatement, Transaction

router = ServiceRouter(prefix="/v1/deals", tags=["deals"])
_READ, _WRITE = permission("deals:read"), permission("deals:write")


@router.get(
    "",
    response_model=Page[DealOut],
    openapi_extra={**_READ, **LISTING.openapi, "x-query-prefixes": [OWN]},
)
async def list_deals(
    caller: Caller, request: Request, connection: Reading, asked: AsOf, now: Now
) -> Response:
    """The deals the caller may see, newest first, for a supervisor with those in the stages supervised.

    `q` searches the name. `as_of`: as they stood then by business time, so that a closing told late counts
    from its day on; `known_at`: without what was recorded after. Who may see a deal today sees how it stood;
    stages have the names of today. What falls due (`due_at` to `overdue`) is what was shown then.

    Own fields are filtered and sorted by as `custom.key`, with the operators of their type (dates, numbers
    and amounts are ordered, `multi_enum` holds a value): `custom.seats=gte:5`, `sort=-custom.seats`. A field
    there is not is 400 `unknown_parameter`.
    """
    keys = own_keys(request)
    own = await own_fields(connection, naming=keys)
    refuse_unknown_keys(keys, own)
    readable, listing = await readable_by(connection, caller), listing_of(own)
    moment = await moment_asked(connection, asked, now=now)
    if moment is not None:
        past = deals_as_of(moment.as_of, moment.known_at)
        listing = listed_in_the_past(listing, past, asked, moment.seen_at)
        readable = readable_then(readable, past)
    return await listing.answer(
        connection, request, where=[readable], to_item=lambda row: deal_out(listed_deal(row))
    )


@router.post("", status_code=201, response_model=DealOut, openapi_extra=_WRITE)
async def post_deal(body: DealCreate, caller: Caller, connection: SingleStatement, now: Now) -> Response:
    """Open a deal in a stage of a pipeline, by default the first of the default one.

    `amount` needs an exchange rate (422 `rate_missing`); owner, account and product must exist (422
    `reference_unknown`); a known `external_id` is 409 `external_id_taken`. Managers and above may give dates,
    `outcome` and `stage_history` of the past (403 `forbidden` for others).
    """
    deal = await open_deal(connection, _wanted(body), caller, now=now)
    return deal_answer(deal, status=201)


@router.post("/batch", response_model=BatchAnswer, openapi_extra=_WRITE)
async def post_deals(body: DealBatch, caller: Caller, connection: Transaction, now: Now) -> BatchAnswer:
    """Open or, where the `external_id` is known, revise up to 1,000 deals. A bad item fails alone."""
    checked = check_items(body.items, DealCreate)
    items = {index: _wanted(item) for index, item in checked.good}
    await bring_deals(connection, items, checked, caller, now=now)
    return checked.answer()


@router.get("/{deal_id}", response_model=DealOut, openapi_extra=_READ)
async def get_deal(deal_id: UUID, caller: Caller, connection: Reading) -> Response:
    """One deal with its ETag. 404 `deal_not_found`, also for another's deal."""
    return deal_answer((await repository.get(connection, deal_id, caller, reading=True)).deal)


@router.patch("/{deal_id}", response_model=DealOut, openapi_extra=_WRITE)
async def patch_deal(
    *,
    deal_id: UUID,
    body: DealPatch,
    if_match: IfMatch,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> Response:
    """Change some fields. Edits of different fields merge; 412 `version_conflict` for the same field.

    A `probability` or `forecast_category` given here survives stage moves; null gives it back to the stage.
    """
    deal = await edit_deal(connection, deal_id, body.changes(), caller, seen_version=if_match, now=now)
    return deal_answer(deal)


@router.get("/{deal_id}/history", response_model=HistoryOut, openapi_extra=_READ)
async def get_history(deal_id: UUID, caller: Caller, connection: Reading, now: Now) -> Response:
    """The stages it went through, whose times add up to its age exactly, and every change of it.

    Working days are those of `/v1/working-hours` without `/v1/closed-days`; a day with hours is one, however
    long it is.
    """
    deal = (await repository.get(connection, deal_id, caller, reading=True)).deal
    history = (await repository.histories_of(connection, [deal_id]))[deal_id]
    working = await load_working_time(connection, ORGANISATION)
    body = {
        "deal_id": deal.id,
        **history_out(history, working, now),
        "changes": await changes(connection, deal_id),
    }
    return Response(json_body.dumps(body), media_type="application/json")


def _wanted(body: DealCreate) -> Wanted:
    entries = None
    if body.stage_history is not None:
        entries = tuple((each.stage, each.entered_at) for each in body.stage_history)
    return Wanted(
        details=body.details(),
        pipeline_id=body.pipeline_id,
        stage=body.stage,
        created_at=body.created_at,
        closed_at=body.closed_at,
        outcome=body.outcome,
        entries=entries,
    )
