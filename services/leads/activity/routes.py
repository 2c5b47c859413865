"""`/v1/activities`."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Request, Response

from services.leads.activity import queries
from services.leads.activity.schemas import (
    ActivityBatch,
    ActivityCreate,
    ActivityOut,
    ActivityPatch,
)
from services.leads.activity.scope import visible
from services.leads.activity.use_cases.archive_activity import archive_activity, restore_activity
from services.leads.activity.use_cases.edit_activity import edit_activity, load_activity
from services.leads.activity.use_cases.load_activities import load_activities
from services.leads.activity.use_cases.log_activity import log_activity
from services.leads.record import answers
from services.leads.record.archive import unless_asked
from services.leads.record.schemas import raw
from shared.web.batch import BatchAnswer, check_items
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, SingleStatement, Transaction

router = ServiceRouter(prefix="/v1/activities", tags=["activities"])
_READ = permission("activities:read")
_WRITE = permission("activities:write")


@router.post(
    "", response_model=ActivityOut, status_code=201, openapi_extra=_WRITE, summary="Log or plan an activity"
)
async def post_activity(body: ActivityCreate, connection: Transaction, caller: Caller, now: Now) -> Response:
    """201 with Location and ETag. A new lead that was spoken with becomes contacted.

    Problems: 403 `forbidden` (a rep naming another owner); 409 `external_id_taken` with `id`; 422
    `validation_failed`, `reference_unknown`.
    """
    activity = await log_activity(connection, caller, body, now=now)
    return answers.one(answers.fields_of(activity, ActivityOut), created_at="/v1/activities")


@router.post("/batch", response_model=BatchAnswer, openapi_extra=_WRITE, summary="Create or renew activities")
async def post_activities(body: ActivityBatch, connection: Transaction, caller: Caller, now: Now) -> Response:
    """Up to 1,000 activities; those with `source_system` and `external_id` are made or renewed by these.

    200 with a result for each item in order: created, updated, unchanged or rejected with its problem.
    """
    checked = check_items(body.items, ActivityCreate)
    return answers.batch(checked, await load_activities(connection, caller, checked.good, now=now))


@router.get(
    "",
    response_model=Page[ActivityOut],
    openapi_extra=_READ | queries.ACTIVITIES.openapi,
    summary="Activities",
)
async def list_activities(request: Request, connection: Reading, caller: Caller) -> Response:
    """Newest first, unless sorted otherwise. `q` looks in the subject.

    What is put away is left out, unless there is a filter on it: `archived_at=is:notnull`.
    """
    where = [visible(caller), unless_asked(request, queries.ACTIVITIES)]
    return await queries.ACTIVITIES.answer(connection, request, where=where)


@router.get("/{activity_id}", response_model=ActivityOut, openapi_extra=_READ, summary="One activity")
async def get_activity(activity_id: UUID, connection: Reading, caller: Caller) -> Response:
    """With its ETag. Problems: 404 `activity_not_found`."""
    return answers.one(answers.fields_of(await load_activity(connection, caller, activity_id), ActivityOut))


@router.patch("/{activity_id}", response_model=ActivityOut, openapi_extra=_WRITE, summary="Edit an activity")
async def patch_activity(
    *,
    activity_id: UUID,
    body: Annotated[raw(ActivityPatch), Body()],  # type: ignore[valid-type]
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatch,
) -> Response:
    """A merge patch. Edits of different fields merge. A new lead that was spoken with becomes contacted.

    Problems: 403 `forbidden` (a rep giving it to another owner); 404 `activity_not_found`; 412
    `version_conflict`; 422 `validation_failed`, `reference_unknown`; 428.
    """
    activity = await edit_activity(connection, caller, activity_id, body, seen_version=seen, now=now)
    return answers.one(answers.fields_of(activity, ActivityOut))


@router.delete("/{activity_id}", status_code=204, openapi_extra=_WRITE, summary="Put an activity away")
async def delete_activity(
    activity_id: UUID, connection: SingleStatement, caller: Caller, now: Now, seen: IfMatchOrAny
) -> None:
    """Archived, not erased: lists leave it out, its id still answers, `restore` brings it back.

    204, also when it was put away before. Problems: 404 `activity_not_found`; 412 `version_conflict`; 428.
    """
    await archive_activity(connection, caller, activity_id, seen_version=seen, now=now)


@router.post(
    "/{activity_id}/restore",
    response_model=ActivityOut,
    openapi_extra=_WRITE,
    summary="Bring an activity back",
)
async def post_restore(
    activity_id: UUID, connection: SingleStatement, caller: Caller, now: Now, seen: IfMatchOrAny
) -> Response:
    """From the archive, as it was. Problems: 404 `activity_not_found`; 412 `version_conflict`; 428."""
    activity = await restore_activity(connection, caller, activity_id, seen_version=seen, now=now)
    return answers.one(answers.fields_of(activity, ActivityOut))
