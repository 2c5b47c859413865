"""Some fields of an issue get other values; its status takes a step."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.issue import repository
from services.pipeline.issue.domain import Issue
from services.pipeline.issue.use_cases.telling import fact, may_own, plan_recheck
from services.pipeline.merging import merged
from services.pipeline.tables import ORGANISATION
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation


async def change_issue(
    connection: AsyncConnection,
    issue_id: UUID,
    fields: Mapping[str, Any],
    caller: Identity,
    *,
    seen_version: int | None,
    now: datetime,
) -> Issue:
    """The issue after the edit. Refuses with `issue_not_found`, `version_conflict`, `state_conflict`,
    `reference_unknown`, `validation_failed`, `currency_mismatch`, `issue_open`."""
    before = await repository.get(connection, issue_id, caller, lock=True)
    wanted = await merged(connection, before, fields, seen_version=seen_version)
    organisation = await load_organisation(connection, ORGANISATION)
    if "owner_id" in wanted:
        await may_own(connection, wanted["owner_id"], caller)
    value = wanted.get("value_at_stake")
    if value is not None and value.currency != organisation.base_currency:
        detail = f"Say it in {organisation.base_currency}."
        error = FieldError("/value_at_stake/currency", "currency_mismatch", detail)
        raise DomainError("currency_mismatch", detail, [error])
    after, event = before.edit(wanted, today=organisation.calendar.local_date(now), now=now)
    if after is before:
        return before
    await repository.save(connection, after, fact(after, event, now))
    if after.recheck_on != before.recheck_on:
        await plan_recheck(connection, after, organisation.calendar)
    return after
