"""`/v1/accounts`."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Request, Response

from services.leads.account import queries
from services.leads.account.schemas import (
    AccountBatch,
    AccountCreate,
    AccountOut,
    AccountPatch,
)
from services.leads.account.scope import visible
from services.leads.account.use_cases.archive_account import archive_account, restore_account
from services.leads.account.use_cases.create_account import create_account
from services.leads.account.use_cases.edit_account import edit_account, load_account
from services.leads.account.use_cases.load_accounts import load_accounts
from services.leads.record import answers
from services.leads.record.archive import unless_asked
from services.leads.record.schemas import raw
from shared.web.batch import BatchAnswer, check_items
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, SingleStatement

router = ServiceRouter(prefix="/v1/accounts", tags=["accounts"])
_READ = permission("accounts:read")
_WRITE = permission("accounts:write")


@router.post(
    "", response_model=AccountOut, status_code=201, openapi_extra=_WRITE, summary="Create an account"
)
async def post_account(
    body: AccountCreate, connection: SingleStatement, caller: Caller, now: Now
) -> Response:
    """201 with Location and ETag. A rep's new account is the rep's own.

    Problems: 403 `forbidden` (a rep naming another owner); 409 `external_id_taken` with `id`; 422
    `validation_failed`, `reference_unknown`.
    """
    account = await create_account(connection, caller, body, now=now)
    return answers.one(answers.fields_of(account, AccountOut), created_at="/v1/accounts")


@router.post("/batch", response_model=BatchAnswer, openapi_extra=_WRITE, summary="Create or renew accounts")
async def post_accounts(
    body: AccountBatch, connection: SingleStatement, caller: Caller, now: Now
) -> Response:
    """Up to 1,000 accounts; those with `source_system` and `external_id` are made or renewed by these.

    200 with a result for each item in order: created, updated, unchanged or rejected with its problem.
    """
    checked = check_items(body.items, AccountCreate)
    return answers.batch(checked, await load_accounts(connection, caller, checked.good, now=now))


@router.get(
    "", response_model=Page[AccountOut], openapi_extra=_READ | queries.ACCOUNTS.openapi, summary="Accounts"
)
async def list_accounts(request: Request, connection: Reading, caller: Caller) -> Response:
    """Newest first, unless sorted otherwise. `q` looks in name and website.

    What is put away is left out, unless there is a filter on it: `archived_at=is:notnull`.
    """
    where = [visible(caller), unless_asked(request, queries.ACCOUNTS)]
    return await queries.ACCOUNTS.answer(connection, request, where=where, to_item=queries.shown)


@router.get("/{account_id}", response_model=AccountOut, openapi_extra=_READ, summary="One account")
async def get_account(account_id: UUID, connection: Reading, caller: Caller) -> Response:
    """With its ETag. Problems: 404 `account_not_found`."""
    return answers.one(answers.fields_of(await load_account(connection, caller, account_id), AccountOut))


@router.patch("/{account_id}", response_model=AccountOut, openapi_extra=_WRITE, summary="Edit an account")
async def patch_account(
    *,
    account_id: UUID,
    body: Annotated[raw(AccountPatch), Body()],  # type: ignore[valid-type]
    connection: SingleStatement,
    caller: Caller,
    now: Now,
    seen: IfMatch,
) -> Response:
    """A merge patch. Edits of different fields merge.

    Problems: 403 `forbidden` (a rep giving it to another owner); 404 `account_not_found`; 412
    `version_conflict`; 422 `validation_failed`, `reference_unknown`; 428.
    """
    account = await edit_account(connection, caller, account_id, body, seen_version=seen, now=now)
    return answers.one(answers.fields_of(account, AccountOut))


@router.delete("/{account_id}", status_code=204, openapi_extra=_WRITE, summary="Put an account away")
async def delete_account(
    account_id: UUID, connection: SingleStatement, caller: Caller, now: Now, seen: IfMatchOrAny
) -> None:
    """Archived, not erased: lists leave it out, its id still answers, `restore` brings it back.

    204, also when it was put away before. Problems: 404 `account_not_found`; 412 `version_conflict`; 428.
    """
    await archive_account(connection, caller, account_id, seen_version=seen, now=now)


@router.post(
    "/{account_id}/restore", response_model=AccountOut, openapi_extra=_WRITE, summary="Bring an account back"
)
async def post_restore(
    account_id: UUID, connection: SingleStatement, caller: Caller, now: Now, seen: IfMatchOrAny
) -> Response:
    """From the archive, as it was. Problems: 404 `account_not_found`; 412 `version_conflict`; 428."""
    account = await restore_account(connection, caller, account_id, seen_version=seen, now=now)
    return answers.one(answers.fields_of(account, AccountOut))
