"""An issue is opened, about a leak with the figures as they stand, or about anything else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.issue import queries, repository
from services.pipeline.issue.domain import Evidence, Issue, Tried, Viewpoint, level
from services.pipeline.issue.use_cases.telling import fact, may_own, plan_recheck
from services.pipeline.leak.domain.comparison import Against
from services.pipeline.leak.domain.counts import By, Cut, Measure
from services.pipeline.leak.queries import Asked
from services.pipeline.leak.use_cases.find_leaks import Windows, ask
from services.pipeline.leak.use_cases.measure_cut import Measured, measure_cut
from services.pipeline.tables import ORGANISATION
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.contracts.money import Money
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked as AskedTime
from shared.reporting.figures import cents


@dataclass(frozen=True, slots=True)
class Leak:
    """Where something leaks, and in which time; by default in the last 91 days."""

    stage_id: UUID
    measure: Measure
    cut: Cut
    against: Against
    time: AskedTime
    earlier_months: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is said of it by whoever opens it."""

    title: str | None
    owner_id: UUID | None
    fix: str | None
    tried: Sequence[Tried]
    recheck_on: date | None
    value_at_stake: Money | None


async def open_issue(
    connection: AsyncConnection, plan: Plan, leak: Leak | None, caller: Identity, *, now: datetime
) -> tuple[Issue, bool]:
    """The new issue and True, or the one that is alive about the same stage and part of the same deals.

    Whoever opens it owns it, unless another is named. Refuses with `stage_unknown`, `reference_unknown`,
    `currency_mismatch`, `period_invalid`, and with `validation_failed` one without a stage or a title.
    """
    owner_id = caller.member_id if plan.owner_id is None else plan.owner_id
    await may_own(connection, owner_id, caller)
    organisation = await load_organisation(connection, ORGANISATION)
    _refuse_currency(plan.value_at_stake, organisation.base_currency)
    new = Issue(
        id=new_id(),
        title=plan.title or "",
        owner_id=owner_id,
        opened_by=caller.sub,
        viewpoint=Viewpoint(caller.sub, caller.role, caller.scope, caller.team_ids),
        fix=plan.fix,
        tried=tuple(plan.tried),
        value_at_stake=plan.value_at_stake,
        created_at=now,
        updated_at=now,
    )
    if leak is not None:
        new = await with_figures(connection, new, leak, caller, now=now)
    if not new.title:
        detail = "Say what it is about: name a stage, or a title."
        raise DomainError("validation_failed", detail, [FieldError("/title", "required", detail)])
    if plan.recheck_on is not None:
        checked, _ = new.edit(
            {"recheck_on": plan.recheck_on}, today=organisation.calendar.local_date(now), now=now
        )
        new = replace(new, recheck_on=checked.recheck_on)
    kept = await repository.add(connection, new, fact(new, new.open(), now))
    if kept is new:
        await plan_recheck(connection, new, organisation.calendar)
    return kept, kept is new


async def with_figures(
    connection: AsyncConnection, new: Issue, leak: Leak, caller: Identity, *, now: datetime
) -> Issue:
    """The issue with the figures of the leak as they stand, and what is at stake unless that was said."""
    stage = await queries.stage_of(connection, leak.stage_id)
    if stage is None:
        detail = "There is no such stage."
        raise DomainError("stage_unknown", detail, [FieldError("/stage_id", "stage_unknown", detail)])
    asked, when = await ask(connection, caller, leak.time, earlier_months=leak.earlier_months, now=now)
    found = await measure_cut(connection, asked, leak.stage_id, leak.measure, leak.cut)
    return replace(
        new,
        title=new.title or title_of(leak, str(stage["stage"])),
        stage_id=leak.stage_id,
        measure=leak.measure,
        by=leak.cut.by,
        value=leak.cut.value,
        evidence=_evidence(leak, found, when),
        value_at_stake=new.value_at_stake or _at_stake(found, leak.against, asked),
    )


def title_of(leak: Leak, stage: str) -> str:
    """`Lost in “Proposal”: source fair`."""
    what = {"lost": "Lost", "stuck": "Stuck"}[leak.measure]
    whose = "" if leak.cut.value is None else f": {_named(leak.cut.by)} {leak.cut.value}"
    return f"{what} in “{stage}”{whose}"


def _named(by: By) -> str:
    return "rep" if by == "owner" else by


def _evidence(leak: Leak, found: Measured, when: Windows) -> Evidence:
    compared = found.against(leak.against)
    return Evidence(
        against=leak.against,
        earlier_begins=when.earlier.starts_on,
        begins=when.period.starts_on,
        ends=when.period.ends_on,
        now=level(compared.now),
        reference=level(compared.reference),
        p_value=compared.p_value,
        since=found.since,
        limit_days=found.limit_days,
    )


def _at_stake(found: Measured, against: Against, asked: Asked) -> Money:
    worth = max(found.against(against).excess_value, Decimal())
    return Money(amount=cents(worth), currency=asked.organisation.base_currency)


def _refuse_currency(given: Money | None, base: str) -> None:
    if given is not None and given.currency != base:
        detail = f"Value at stake is compared in {base}; say it in {base}."
        error = FieldError("/value_at_stake/currency", "currency_mismatch", detail)
        raise DomainError("currency_mismatch", detail, [error])
