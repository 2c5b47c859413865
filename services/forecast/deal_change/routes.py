"""`/v1/forecast/changes`: what changed on deals."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.forecast.deal_change.queries import OPENAPI, Span, change_of, listing, readable
from services.forecast.deal_change.schemas import DealChangeOut
from services.forecast.tables import ORGANISATION
from shared.contracts.errors import FieldError
from shared.organisation.queries import load_organisation
from shared.reporting.asked import past_instant
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.problem import Problem
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/forecast/changes", tags=["forecast"])
_USUAL = timedelta(days=7)


@router.get(
    "",
    response_model=Page[DealChangeOut],
    openapi_extra={**permission("forecast:read"), **OPENAPI},
    summary="What changed on deals",
)
async def list_deal_changes(
    *,
    request: Request,
    connection: Reading,
    caller: Caller,
    now: Now,
    since: Annotated[
        str | None, Query(max_length=40, description="After this day, or from this instant; a week ago.")
    ] = None,
    until: Annotated[
        str | None, Query(max_length=40, description="Until the end of this day, or this instant; now.")
    ] = None,
    team_id: Annotated[UUID | None, Query(description="Deals of this team and every team below.")] = None,
) -> Response:
    """Amounts, close dates, stages, categories and outcomes that changed, the newest first, each with how the
    deal stood before and after: `what=close_date&direction=pushed` are pushes. As told, by when it counts
    from. Within the caller's scope: deals that were theirs to see afterwards.

    Problems: 400 `invalid_parameter`.
    """
    calendar = (await load_organisation(connection, ORGANISATION)).calendar
    first = now - _USUAL if since is None else past_instant(since, "since", calendar, now=now)
    last = now if until is None else past_instant(until, "until", calendar, now=now)
    if last < first:
        detail = "`until` is before `since`, which is a week ago unless it is given."
        raise Problem("invalid_parameter", detail, (FieldError("/query/until", "out_of_range", detail),))
    changes = listing(Span(first, last + timedelta.resolution))
    where = readable(changes, caller, team_id)
    return await changes.answer(connection, request, where=where, to_item=change_of)
