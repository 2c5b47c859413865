"""Look for leaks: count, compare, fold."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.scope import readable_by
from services.pipeline.leak import queries
from services.pipeline.leak.domain.comparison import Finding, Run, compare
from services.pipeline.leak.domain.counts import By, Cut, levels_of
from services.pipeline.leak.domain.folding import leaks, to_overlap
from services.pipeline.leak.queries import Asked, Limits, Span
from services.pipeline.tables import ORGANISATION
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.identity import Identity
from shared.contracts.periods import Calendar, Period
from shared.organisation.queries import load_organisation
from shared.reporting import asked as reporting

USUAL_DAYS = 91
"""Thirteen weeks: so long is the period when nobody says another."""


@dataclass(frozen=True, slots=True)
class Windows:
    """The period asked about, as far as it is over, and the time before that it is compared with."""

    period: Period
    earlier: Period

    @property
    def span(self) -> Span:
        """As instants."""
        return Span(self.earlier.starts_at, self.period.starts_at, self.period.ends_at)


@dataclass(frozen=True, slots=True)
class Leaks:
    """What was found, out of how much."""

    run: Run
    findings: Sequence[Finding]
    limits: Limits


def windows(wanted: reporting.Asked, calendar: Calendar, *, earlier_months: int, now: datetime) -> Windows:
    """The period, by default the last 91 days, and so many months before it. Refuses with `period_invalid`
    what cannot be read and what has not begun."""
    today = calendar.local_date(now)
    if wanted == reporting.Asked():
        first = (today - timedelta(days=USUAL_DAYS - 1)).isoformat()
        wanted = reporting.Asked(first=first, last=today.isoformat())
    period = reporting.question_of(wanted, calendar, now=now).period
    if period.starts_at >= now:
        detail = "The period has not begun."
        raise DomainError("period_invalid", detail, [FieldError("/query/period", "in_the_future", detail)])
    begins = _months_before(period.starts_on, earlier_months)
    last = period.starts_on - timedelta(days=1)
    earlier = calendar.span(f"{begins.isoformat()}..{last.isoformat()}", begins, last)
    return Windows(replace(period, ends_at=min(period.ends_at, now)), earlier)


async def ask(
    connection: AsyncConnection,
    caller: Identity,
    wanted: reporting.Asked,
    *,
    earlier_months: int,
    now: datetime,
) -> tuple[Asked, Windows]:
    """A question about the deals the caller may read. Refuses as `windows` does."""
    organisation = await load_organisation(connection, ORGANISATION)
    when = windows(wanted, organisation.calendar, earlier_months=earlier_months, now=now)
    return Asked(when.span, organisation, await readable_by(connection, caller)), when


def cut_of(
    by: By, value: str | None, *, code: str = "invalid_parameter", pointer: str = "/query/value"
) -> Cut:
    """A cut as a caller names it. Refuses with this code, at this pointer, what is not of its kind."""

    def wrong(detail: str) -> DomainError:
        return DomainError(code, f"value: {detail}", [FieldError(pointer, "wrong_format", detail)])

    if (value is None) != (by == "all"):
        raise wrong("expected for every cut but `all`")
    if by in ("team", "owner", "product"):
        try:
            return Cut(by, str(UUID(value)))
        except ValueError:
            raise wrong("expected a UUID") from None
    return Cut(by, value)


async def find_leaks(connection: AsyncConnection, asked: Asked) -> Leaks:
    """The leaks of the span, each named once."""
    parents = await queries.team_parents(connection)
    limits = await queries.limits_of(connection, asked)
    run = compare(levels_of(await queries.cells(connection, asked, limits), parents))
    overlaps = {
        (stage_id, measure): await queries.overlaps(
            connection, replace(asked, stage_id=stage_id), limits, measure, cuts=cuts, parents=parents
        )
        for (stage_id, measure), cuts in to_overlap(run).items()
    }
    return Leaks(run, leaks(run, overlaps), limits)


def _months_before(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, min(day.day, 28))
