"""`/v1/merges`: several records become one, and apart again."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response

from services.leads.duplicate.records import is_in_view
from services.leads.merge import queries
from services.leads.merge.domain import Merge
from services.leads.merge.schemas import MergeBody, MergeOut, PreviewOut, Undo
from services.leads.merge.use_cases.merge_records import merge_records
from services.leads.merge.use_cases.preview_merge import preview_merge
from services.leads.merge.use_cases.undo_merge import load_merge, undo_merge
from services.leads.record import answers
from shared.web import json_body
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/merges", tags=["duplicates"])
_READ = permission("merges:read")
_WRITE = permission("merges:write")


@router.post(
    "/preview", response_model=PreviewOut, openapi_extra=_WRITE, summary="What a merge would make of records"
)
async def post_preview(body: MergeBody, connection: Reading, caller: Caller, now: Now) -> Response:
    """The winner as it would be, each record's alternatives where they differ, and what would be moved.

    Nothing is written. Problems as for the merge itself.
    """
    preview = await preview_merge(connection, caller, body, now=now)
    return Response(json_body.dumps(preview), media_type="application/json")


@router.post(
    "", response_model=MergeOut, status_code=201, openapi_extra=_WRITE, summary="Make several records one"
)
async def post_merge(body: MergeBody, connection: Transaction, caller: Caller, now: Now) -> Response:
    """The winner takes over what it lacks, or what `fields` chooses: of single values the first that is not
    empty, winner first; `person`, `address` and `owner` as a whole from the record that has most of it; tags,
    needs and attributes united; a lead is as far as the furthest of them.

    Activities, contacts, child accounts, converted leads and deals of the losers are the winner's from then
    on. Losers stay readable under their ids with `merged_into`, are left out of lists, and refuse changes
    with 409 `record_merged`. All of it or nothing; `POST /v1/merges/{id}/undo` takes it back.

    Problems: 409 `record_merged`, `merge_conflict` (leads converted into different things; an account below
    another); 422 `reference_unknown`, `unknown_field`, `unknown_record`, `no_union`.
    """
    merge = await merge_records(connection, caller, body, now=now)
    return answers.one(_shown(merge), created_at="/v1/merges")


@router.get("", response_model=Page[MergeOut], openapi_extra=_READ | queries.MERGES.openapi, summary="Merges")
async def list_merges(request: Request, connection: Reading, caller: Caller) -> Response:
    """Newest first, undone ones included. Those of which the caller may see the winner."""
    seen = is_in_view(caller, queries.WINNER_ID)
    return await queries.MERGES.answer(connection, request, where=[seen], to_item=queries.shown)


@router.get("/{merge_id}", response_model=MergeOut, openapi_extra=_READ, summary="One merge")
async def get_merge(merge_id: UUID, connection: Reading, caller: Caller) -> Response:
    """With its ETag. Problems: 404 `merge_not_found`, also when one of the records is not the caller's to
    see."""
    return answers.one(_shown(await load_merge(connection, caller, merge_id)))


@router.post("/{merge_id}/undo", response_model=MergeOut, openapi_extra=_WRITE, summary="Undo a merge")
async def post_undo(
    *,
    merge_id: UUID,
    body: Undo = Undo(),
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """The losers stand for themselves again. The winner gets back what it had in every field that still holds
    what the merge wrote, and what was moved goes back unless it was moved on; the rest is listed in
    `not_restored`. What happened since stays where it is.

    Problems: 404; 409 `state_conflict` (undone before), `merge_not_undoable` (merged on or converted since);
    412; 428.
    """
    return answers.one(_shown(await undo_merge(connection, caller, merge_id, seen_version=seen, now=now)))


def _shown(merge: Merge) -> dict[str, Any]:
    shown = answers.fields_of(merge, MergeOut)
    return {**shown, "moved": {name: len(moved) for name, moved in merge.moved.items()}}
