"""`/v1/quarantine`: what members decide about what came in and could not be used."""

from uuid import UUID

from fastapi import Request, Response

from services.leads.intake import queries
from services.leads.intake.domain import EntryFilter
from services.leads.intake.schemas import (
    Correct,
    Discard,
    QuarantineOut,
    Release,
    ReleasedEntries,
    ReleaseMany,
)
from services.leads.intake.scope import visible
from services.leads.quarantine.use_cases.decide_quarantine import (
    correct_entry,
    discard_entry,
    load_entry,
    release_entry,
)
from services.leads.quarantine.use_cases.release_many import release_many, waiting_entries
from services.leads.record import answers
from shared.web import json_body
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.problem import problem_of
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/quarantine", tags=["quarantine"])
_READ = permission("quarantine:read")
_WRITE = permission("quarantine:write")


@router.get(
    "",
    response_model=Page[QuarantineOut],
    openapi_extra=_READ | queries.QUARANTINE.openapi,
    summary="What came in and could not be used",
)
async def list_entries(request: Request, connection: Reading, caller: Caller) -> Response:
    """Newest first, decided ones included; `status=open` are those that wait. A rep sees rows of own files:
    `door=import`, `source_id` the import, `row_number` its row."""
    return await queries.QUARANTINE.answer(connection, request, where=[visible(caller)])


@router.post(
    "/release", response_model=ReleasedEntries, openapi_extra=_WRITE, summary="Let many entries become leads"
)
async def post_releases(body: ReleaseMany, connection: Transaction, caller: Caller, now: Now) -> Response:
    """200 with a result for each entry: by `ids` in their order, or the oldest 200 open ones of `filter`.

    Each is judged by itself, and needs no version. Problems: 422 for neither or both of ids and filter.
    """
    ids, more = list(body.ids or ()), False
    if body.filter is not None:
        ids, more = await waiting_entries(connection, caller, EntryFilter(**body.filter.given()))
    done = await release_many(connection, caller, ids, now=now, allow_duplicate=body.allow_duplicate)
    items = [
        {
            "id": each.id,
            "status": "rejected" if each.refusal else "released",
            "lead_id": each.lead_id,
            "problem": problem_of(each.refusal) if each.refusal else None,
        }
        for each in done
    ]
    return Response(json_body.dumps({"items": items, "more": more}), media_type="application/json")


@router.get("/{entry_id}", response_model=QuarantineOut, openapi_extra=_READ, summary="One entry")
async def get_entry(entry_id: UUID, connection: Reading, caller: Caller) -> Response:
    """What was pushed and what is wrong with it. Problems: 404."""
    entry = await load_entry(connection, caller, entry_id)
    return answers.one(answers.fields_of(entry, QuarantineOut))


@router.patch("/{entry_id}", response_model=QuarantineOut, openapi_extra=_WRITE, summary="Correct an entry")
async def patch_entry(
    *, entry_id: UUID, body: Correct, connection: Transaction, caller: Caller, now: Now, seen: IfMatch
) -> Response:
    """A merge patch of the payload; answers with the faults that are left.

    Problems: 404; 409 `state_conflict` when it was decided; 412; 422 for an unknown field; 428.
    """
    entry = await correct_entry(connection, caller, entry_id, body.payload, seen_version=seen, now=now)
    return answers.one(answers.fields_of(entry, QuarantineOut))


@router.post(
    "/{entry_id}/release",
    response_model=QuarantineOut,
    openapi_extra=_WRITE,
    summary="Let an entry become a lead",
)
async def post_release(
    *,
    entry_id: UUID,
    body: Release = Release(),
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """The entry with its `record_id`, and `lead_id` when that is a lead.

    A row of a file is taken in with the rights of whoever ran the import, and undone with it. Problems: 404;
    409 `state_conflict`, `import_state` (the import was undone), `duplicate_found` with what it still looks
    like unless `allow_duplicate` is true; 412; 422 with what is wrong; 428.
    """
    entry = await release_entry(
        connection, caller, entry_id, seen_version=seen, now=now, allow_duplicate=body.allow_duplicate
    )
    return answers.one(answers.fields_of(entry, QuarantineOut))


@router.post(
    "/{entry_id}/discard", response_model=QuarantineOut, openapi_extra=_WRITE, summary="Discard an entry"
)
async def post_discard(
    *, entry_id: UUID, body: Discard, connection: Transaction, caller: Caller, now: Now, seen: IfMatchOrAny
) -> Response:
    """Nothing will become of it; the partner sees that. Problems: 404; 409 `state_conflict`; 412; 428."""
    entry = await discard_entry(connection, caller, entry_id, body.reason, seen_version=seen, now=now)
    return answers.one(answers.fields_of(entry, QuarantineOut))
