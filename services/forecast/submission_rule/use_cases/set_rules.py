"""Set the rules; the next round of each is planned."""

from dataclasses import replace
from datetime import datetime
from typing import get_args

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.submission_rule import repository
from services.forecast.submission_rule.domain import OPEN_ROUND, Office, PeriodKind, Rule, Rules
from services.forecast.submission_rule.queries import load_rules
from services.forecast.tables import ORGANISATION
from shared.agenda.domain import Due
from shared.agenda.planning import cancel_work, entries_of, plan_work
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation
from shared.persistence.database import Database


async def set_rules(
    connection: AsyncConnection, wanted: Rules, *, by: Identity, expected: int | None, now: datetime
) -> Rules:
    """The rules, all of them at once. Refuses with `version_conflict`, `validation_failed`."""
    before = await load_rules(connection)
    if expected not in (None, before.version):
        raise DomainError("version_conflict", "The rules were changed meanwhile.")
    kinds = [rule.kind for rule in wanted.rules]
    for index, rule in enumerate(wanted.rules):
        rule.checked(f"/rules/{index}")
        if rule.kind in kinds[:index]:
            detail = f"There is a rule for every {rule.kind} already."
            raise DomainError(
                "validation_failed", detail, [FieldError(f"/rules/{index}/kind", "duplicate", detail)]
            )
    after = replace(wanted, version=before.version + 1, updated_at=now, author_id=by.member_id)
    await repository.save(connection, after)
    gone = [Rule(kind).subject for kind in get_args(PeriodKind) if after.of(kind) is None]
    await cancel_work(connection, OPEN_ROUND, gone)
    office = await load_office(connection)
    await plan_work(connection, [next_due(rule, office, after=now, now=now) for rule in after.rules])
    return after


async def plan_rounds(database: Database, now: datetime) -> None:
    """Begins the row of rounds should it ever break, and moves those to come after a change of calendar.

    One that is due and not done yet is left to be done.
    """
    async with database.transaction() as connection:
        rules = await load_rules(connection)
        if not rules.rules:
            return
        office = await load_office(connection)
        planned = {
            each.subject_id: each.due_at
            for each in await entries_of(connection, OPEN_ROUND, [rule.subject for rule in rules.rules])
        }
        moved = [rule for rule in rules.rules if planned.get(rule.subject, now) >= now]
        await plan_work(connection, [_to_come(rule, office, rule.subject in planned, now) for rule in moved])


async def load_office(connection: AsyncConnection) -> Office:
    """The calendar with the days on which it works."""
    organisation = await load_organisation(connection, ORGANISATION)
    return Office(organisation.calendar, organisation.working)


def next_due(rule: Rule, office: Office, *, after: datetime, now: datetime) -> Due:
    """The entry for the first deadline after the instant."""
    found = rule.next_round(office, after=after)
    return Due(
        OPEN_ROUND,
        rule.subject,
        max(now, found.due_at - rule.notice),
        {"kind": rule.kind, "period": found.period.name, "due_at": found.due_at.isoformat()},
    )


def _to_come(rule: Rule, office: Office, is_planned: bool, now: datetime) -> Due:
    """Of a round that was opened already nothing is planned; so look behind its notice."""
    return next_due(rule, office, after=now + rule.notice if is_planned else now, now=now)
