"""`/v1/lead-queues`."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Request, Response

from services.leads.queue import queries
from services.leads.queue.domain import LeadQueue
from services.leads.queue.schemas import QueueCreate, QueueOut, QueuePatch
from services.leads.queue.use_cases.keep_queues import KEPT, add_queue, edit_queue
from services.leads.record import answers
from services.leads.record.schemas import raw, read
from services.leads.setting_history.history_route import add_history
from shared.web.clock import Now
from shared.web.concurrency import IfMatch
from shared.web.identity import Caller, WithCaller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, SingleStatement, Transaction

router = ServiceRouter(prefix="/v1/lead-queues", tags=["routing"], dependencies=[WithCaller])
_READ = permission("leads:read")
_WRITE = permission("routing:write")


@router.get(
    "", response_model=Page[QueueOut], openapi_extra=_READ | queries.QUEUES.openapi, summary="Queues of leads"
)
async def list_queues(request: Request, connection: Reading, _: Caller) -> Response:
    """By name. One has `is_default`: leads nobody is eligible for wait there."""
    return await queries.QUEUES.answer(connection, request)


@router.post("", response_model=QueueOut, status_code=201, openapi_extra=_WRITE, summary="Add a queue")
async def post_queue(body: QueueCreate, connection: SingleStatement, caller: Caller, now: Now) -> Response:
    """201 with Location and ETag. Problems: 409 `name_taken`; 422 `reference_unknown`."""
    queue = await add_queue(connection, caller, body.model_dump(), now=now)
    return _one(queue, created_at="/v1/lead-queues")


@router.get("/{queue_id}", response_model=QueueOut, openapi_extra=_READ, summary="One queue")
async def get_queue(queue_id: UUID, connection: Reading, _: Caller) -> Response:
    """With its ETag. Problems: 404 `queue_not_found`."""
    return _one(await KEPT.find(connection, queue_id))


@router.patch("/{queue_id}", response_model=QueueOut, openapi_extra=_WRITE, summary="Edit a queue")
async def patch_queue(
    *,
    queue_id: UUID,
    body: Annotated[raw(QueuePatch), Body()],  # type: ignore[valid-type]
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatch,
) -> Response:
    """A merge patch. An inactive queue keeps its leads; nobody claims from it.

    Problems: 404 `queue_not_found`; 409 `name_taken`, `state_conflict` (the default queue stays the default
    one until another is); 412; 422 `reference_unknown`; 428.
    """
    values = read(QueuePatch, body).given()
    return _one(await edit_queue(connection, caller, queue_id, values, seen_version=seen, now=now))


def _one(queue: LeadQueue, *, created_at: str | None = None) -> Response:
    return answers.one(answers.fields_of(queue, QueueOut), created_at=created_at)


add_history(router, "/{queue_id}", "queue", "leads:read", KEPT.find)
