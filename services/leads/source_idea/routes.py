"""`/v1/lead-source-ideas`."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Request, Response

from services.leads.record import answers
from services.leads.record.archive import unless_asked
from services.leads.record.schemas import raw, read
from services.leads.source_idea import queries
from services.leads.source_idea.domain import SourceIdea
from services.leads.source_idea.schemas import (
    Adopt,
    Drop,
    IdeaCreate,
    IdeaEffect,
    IdeaOut,
    IdeaPatch,
    TakeUpAgain,
    TryOut,
)
from services.leads.source_idea.use_cases.keep_ideas import ALL_IDEAS, move_idea, suggest_idea
from services.leads.source_idea.use_cases.measure_idea import measure_idea
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/lead-source-ideas", tags=["lead source ideas"])
_READ = permission("leads:read")
_WRITE = permission("leads:write")
_DECIDE = permission("lead_plans:write")


@router.get(
    "",
    response_model=Page[IdeaOut],
    openapi_extra=_READ | queries.IDEAS.openapi,
    summary="Ideas for lead sources",
)
async def list_ideas(request: Request, connection: Reading, _: Caller) -> Response:
    """The newest first; everybody sees all. What is put away is left out, unless there is a filter on
    `archived_at`."""
    where = [unless_asked(request, queries.IDEAS)]
    return await queries.IDEAS.answer(connection, request, where=where)


@router.post("", response_model=IdeaOut, status_code=201, openapi_extra=_WRITE, summary="Suggest a source")
async def post_idea(body: IdeaCreate, connection: Transaction, caller: Caller, now: Now) -> Response:
    """201 with Location and ETag. Problems: 409 `name_taken`; 422 `validation_failed`."""
    idea = await suggest_idea(connection, caller, body, now=now)
    return _one(idea, created_at="/v1/lead-source-ideas")


@router.get("/{idea_id}", response_model=IdeaOut, openapi_extra=_READ, summary="One idea")
async def get_idea(idea_id: UUID, connection: Reading, _: Caller) -> Response:
    """With its ETag and every step so far. Problems: 404 `source_idea_not_found`."""
    return _one(await ALL_IDEAS.find(connection, idea_id))


@router.patch("/{idea_id}", response_model=IdeaOut, openapi_extra=_WRITE, summary="Edit an idea")
async def patch_idea(
    *,
    idea_id: UUID,
    body: Annotated[raw(IdeaPatch), Body()],  # type: ignore[valid-type]
    connection: Transaction,
    _: Caller,
    now: Now,
    seen: IfMatch,
) -> Response:
    """A merge patch. Problems: 404 `source_idea_not_found`; 409 `duplicate` (the name); 412; 422; 428."""
    values = read(IdeaPatch, body).given()
    return _one(await ALL_IDEAS.edit(connection, idea_id, values, seen_version=seen, now=now))


@router.delete("/{idea_id}", status_code=204, openapi_extra=_DECIDE, summary="Put an idea away")
async def delete_idea(
    idea_id: UUID, connection: Transaction, _: Caller, now: Now, seen: IfMatchOrAny
) -> None:
    """Lists leave it out. Problems: 404 `source_idea_not_found`; 412; 428."""
    await ALL_IDEAS.archive(connection, idea_id, seen_version=seen, now=now)


@router.post("/{idea_id}/try", response_model=IdeaOut, openapi_extra=_WRITE, summary="Try an idea out")
async def post_try(
    *,
    idea_id: UUID,
    body: TryOut = TryOut(),
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """From idea. Its leads name `source` from now on. Problems: 404; 409 `idea_state`; 412; 428."""
    by = caller.sub
    return _one(
        await move_idea(
            connection, idea_id, lambda idea: idea.try_out(body.source, by=by, now=now), seen_version=seen
        )
    )


@router.post("/{idea_id}/adopt", response_model=IdeaOut, openapi_extra=_DECIDE, summary="Adopt an idea")
async def post_adopt(
    *,
    idea_id: UUID,
    body: Adopt = Adopt(),
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """From idea or tried: a lead source in use, which leads name as `source`, and by which
    `GET /v1/analytics/lead-sources` shows what they become. Problems: 404; 409 `idea_state`; 412; 428."""
    by = caller.sub
    return _one(
        await move_idea(
            connection,
            idea_id,
            lambda idea: idea.adopt(body.source, body.result, by=by, now=now),
            seen_version=seen,
        )
    )


@router.post("/{idea_id}/drop", response_model=IdeaOut, openapi_extra=_DECIDE, summary="Drop an idea")
async def post_drop(
    *, idea_id: UUID, body: Drop, connection: Transaction, caller: Caller, now: Now, seen: IfMatchOrAny
) -> Response:
    """From any other status, with why. Problems: 404; 409 `idea_state`; 412; 422; 428."""
    by = caller.sub
    return _one(
        await move_idea(
            connection, idea_id, lambda idea: idea.drop(body.result, by=by, now=now), seen_version=seen
        )
    )


@router.post(
    "/{idea_id}/take-up-again",
    response_model=IdeaOut,
    openapi_extra=_DECIDE,
    summary="Take up a dropped idea again",
)
async def post_take_up_again(
    *,
    idea_id: UUID,
    body: TakeUpAgain = TakeUpAgain(),
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """From dropped; it is an idea again. Problems: 404; 409 `idea_state`; 412; 428."""
    by = caller.sub
    return _one(
        await move_idea(
            connection, idea_id, lambda idea: idea.take_up_again(by=by, now=now), seen_version=seen
        )
    )


@router.get(
    "/{idea_id}/effect", response_model=IdeaEffect, openapi_extra=_READ, summary="What came of an idea"
)
async def get_effect(idea_id: UUID, connection: Reading, caller: Caller, now: Now) -> IdeaEffect:
    """The leads of its source within the caller's scope since it was first tried, what they became and
    brought; ratios are null without leads. Problems: 404 `source_idea_not_found`; 503 `organisation_unknown`.
    """
    return await measure_idea(connection, caller, idea_id, now=now)


def _one(idea: SourceIdea, *, created_at: str | None = None) -> Response:
    return answers.one(answers.fields_of(idea, IdeaOut), created_at=created_at)
