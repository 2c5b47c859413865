"""`/v1/competitors`."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response

from services.pipeline.answers import one, shown
from services.pipeline.competitor.domain import Competitor
from services.pipeline.competitor.queries import LISTING, unmatched
from services.pipeline.competitor.repository import COMPETITORS
from services.pipeline.competitor.schemas import (
    CompetitorCreate,
    CompetitorOut,
    CompetitorPatch,
    Merge,
    UnmatchedListOut,
)
from services.pipeline.competitor.use_cases.keep_competitors import (
    edit_competitor,
    enter_competitor,
    merge_competitors,
)
from services.pipeline.deal.scope import readable_by
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/competitors", tags=["competitors"])
_READ, _WRITE = permission("competitors:read"), permission("competitors:write")


@router.get(
    "",
    response_model=Page[CompetitorOut],
    openapi_extra={**_READ, **LISTING.openapi},
    summary="Competitors",
)
async def list_competitors(_: Caller, request: Request, connection: Reading) -> Response:
    """By name; without what became part of another: `merged_into=is:null`."""
    return await LISTING.answer(connection, request)


@router.post(
    "", status_code=201, response_model=CompetitorOut, openapi_extra=_WRITE, summary="Enter a competitor"
)
async def post_competitor(body: CompetitorCreate, _: Caller, connection: Transaction, now: Now) -> Response:
    """201 with Location and ETag. 409 `spelling_taken` with `competitor_id` for another one's spelling."""
    entered = await enter_competitor(connection, dict(body), now=now)
    return _answer(entered, created_at="/v1/competitors")


@router.get(
    "/unmatched",
    response_model=UnmatchedListOut,
    openapi_extra=_READ,
    summary="Spellings of no competitor",
)
async def get_unmatched(caller: Caller, connection: Reading) -> dict[str, Any]:
    """What deals the caller reads say in `competitor` that is nobody's spelling yet: enter a competitor of
    that name, or add it to the `aliases` of one."""
    readable = await readable_by(connection, caller)
    return {"items": await unmatched(connection, readable)}


@router.get("/{competitor_id}", response_model=CompetitorOut, openapi_extra=_READ, summary="One competitor")
async def get_competitor(competitor_id: UUID, _: Caller, connection: Reading) -> Response:
    """404 `competitor_not_found`."""
    found = await COMPETITORS.find(connection, competitor_id)
    if found is None:
        raise COMPETITORS.missing()
    return _answer(found)


@router.patch(
    "/{competitor_id}", response_model=CompetitorOut, openapi_extra=_WRITE, summary="Edit a competitor"
)
async def patch_competitor(
    *,
    competitor_id: UUID,
    body: CompetitorPatch,
    if_match: IfMatch,
    _: Caller,
    connection: Transaction,
    now: Now,
) -> Response:
    """A merge patch. 404; 409 `record_merged`, `spelling_taken`; 412 `version_conflict`; 422; 428."""
    fields = body.changes()
    after = await edit_competitor(connection, competitor_id, fields, seen_version=if_match, now=now)
    return _answer(after)


@router.post(
    "/{competitor_id}/merge",
    response_model=CompetitorOut,
    openapi_extra=_WRITE,
    summary="Merge two spellings",
)
async def post_merge(
    *,
    competitor_id: UUID,
    body: Merge,
    if_match: IfMatchOrAny,
    _: Caller,
    connection: Transaction,
    now: Now,
) -> Response:
    """This one is another spelling of `into`, which is the answer; deals name that from now on.

    404; 409 `record_merged`; 412; 422 into itself; 428.
    """
    after = await merge_competitors(connection, competitor_id, body.into, seen_version=if_match, now=now)
    return _answer(after)


def _answer(found: Competitor, *, created_at: str | None = None) -> Response:
    return one(shown(found, CompetitorOut), created_at=created_at)
