"""A member answers the three questions about a lead or an account."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account.use_cases.change_account import change_account
from services.leads.fit import repository
from services.leads.fit.domain import FitTest, Kind
from services.leads.fit.schemas import FitAnswers
from services.leads.lead.use_cases.change_lead import change_lead
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id


async def assess_lead(
    connection: AsyncConnection,
    identity: Identity,
    lead_id: UUID,
    answers: FitAnswers,
    *,
    seen_version: int | None,
    now: datetime,
) -> list[FitTest]:
    """All tests, the newest first; the lead says the result. Needs a transaction."""
    test = _test("lead", lead_id, answers, identity, now)
    await change_lead(
        connection,
        identity,
        lead_id,
        lambda lead: lead.assess(test.target_customer, now=now),
        seen_version=seen_version,
    )
    await repository.add(connection, test)
    return await repository.tests_of(connection, "lead", lead_id)


async def assess_account(
    connection: AsyncConnection,
    identity: Identity,
    account_id: UUID,
    answers: FitAnswers,
    *,
    seen_version: int | None,
    now: datetime,
) -> list[FitTest]:
    """All tests, the newest first; the account says the result. Needs a transaction."""
    test = _test("account", account_id, answers, identity, now)
    await change_account(
        connection,
        identity,
        account_id,
        lambda account: account.assess(test.target_customer, now=now),
        seen_version=seen_version,
    )
    await repository.add(connection, test)
    return await repository.tests_of(connection, "account", account_id)


def _test(kind: Kind, subject_id: UUID, answers: FitAnswers, identity: Identity, now: datetime) -> FitTest:
    return FitTest(
        id=new_id(),
        kind=kind,
        subject_id=subject_id,
        assessed_at=now,
        assessed_by=identity.sub,
        **answers.model_dump(),
    )
