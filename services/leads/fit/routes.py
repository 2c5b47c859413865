"""`/v1/leads/{id}/fit` and `/v1/accounts/{id}/fit`."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import Response

from services.leads.account.use_cases.edit_account import load_account
from services.leads.fit import repository
from services.leads.fit.domain import FitTest
from services.leads.fit.schemas import FitAnswers, FitOut, fit_out
from services.leads.fit.use_cases.assess_fit import assess_account, assess_lead
from services.leads.lead.use_cases.change_lead import load_lead
from shared.web import json_body
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1", tags=["fit"])


@router.put(
    "/leads/{lead_id}/fit",
    response_model=FitOut,
    openapi_extra=permission("leads:write"),
    summary="Test whether a lead is the right customer",
)
async def put_lead_fit(
    *,
    lead_id: UUID,
    body: FitAnswers,
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """Target customer: the need is not fully met today, we can meet it, and at a profit. The lead's
    `target_customer` says the result; earlier tests are kept.

    Problems: 404 `lead_not_found`; 412 `version_conflict` (If-Match is the lead's ETag or `*`); 428.
    """
    return _all(await assess_lead(connection, caller, lead_id, body, seen_version=seen, now=now))


@router.get(
    "/leads/{lead_id}/fit",
    response_model=FitOut,
    openapi_extra=permission("leads:read"),
    summary="Whether a lead is the right customer",
)
async def get_lead_fit(lead_id: UUID, connection: Reading, caller: Caller) -> Response:
    """The result, who found it when, and all earlier ones. Problems: 404 `lead_not_found`."""
    await load_lead(connection, caller, lead_id)
    return _all(await repository.tests_of(connection, "lead", lead_id))


@router.put(
    "/accounts/{account_id}/fit",
    response_model=FitOut,
    openapi_extra=permission("accounts:write"),
    summary="Test whether an account is the right customer",
)
async def put_account_fit(
    *,
    account_id: UUID,
    body: FitAnswers,
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """The same three questions; the account's `target_customer` says the result.

    Problems: 404 `account_not_found`; 412 `version_conflict` (If-Match is the account's ETag or `*`); 428.
    """
    return _all(await assess_account(connection, caller, account_id, body, seen_version=seen, now=now))


@router.get(
    "/accounts/{account_id}/fit",
    response_model=FitOut,
    openapi_extra=permission("accounts:read"),
    summary="Whether an account is the right customer",
)
async def get_account_fit(account_id: UUID, connection: Reading, caller: Caller) -> Response:
    """The result, who found it when, and all earlier ones. Problems: 404 `account_not_found`."""
    await load_account(connection, caller, account_id)
    return _all(await repository.tests_of(connection, "account", account_id))


def _all(tests: Sequence[FitTest]) -> Response:
    return Response(json_body.dumps(fit_out(tests)), media_type="application/json")
