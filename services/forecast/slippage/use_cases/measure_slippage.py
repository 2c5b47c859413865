"""What was due in a period, what became of it, and what was put off in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Subquery
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.product.queries import product_names
from services.forecast.slippage import queries
from services.forecast.slippage.domain import (
    NO_PUSHES,
    NO_SLIPPAGE,
    GroupBy,
    GroupKey,
    Pushes,
    Slippage,
)
from services.forecast.tables import ORGANISATION
from services.forecast.waterfall.queries.flows import team_names
from services.forecast.waterfall.queries.pairs import Compared, Selection
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.identity import Identity
from shared.contracts.periods import Calendar, Period
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, Moment, question_of


@dataclass(frozen=True, slots=True)
class Question:
    """From the period's start, as known then, to its end or now."""

    compared: Compared
    calendar: Calendar
    until: datetime

    @property
    def period(self) -> Period:
        """The period asked about."""
        return self.compared.period

    @property
    def due(self) -> Subquery:
        """The deals due."""
        today = self.calendar.local_date(self.until)
        return queries.due(self.compared, self.calendar.time_zone, today)

    @property
    def pushes(self) -> Subquery:
        """What was put off."""
        return queries.pushes(self.compared)


@dataclass(frozen=True, slots=True)
class Group:
    """`key`: of the whole None."""

    key: GroupKey
    name: str | None
    slippage: Slippage
    pushes: Pushes


@dataclass(frozen=True, slots=True)
class Measured:
    """`groups`: those with the largest slipped amount first."""

    question: Question
    whole: Group
    groups: tuple[Group, ...]
    months: Mapping[date, Pushes]


async def question(
    connection: AsyncConnection, asked: Asked, selection: Selection, *, by: Identity, now: datetime
) -> Question:
    """Refuses with `period_invalid` also a period that has not begun."""
    organisation = await load_organisation(connection, ORGANISATION)
    period = question_of(asked, organisation.calendar, now=now).period
    if period.starts_at > now:
        detail = "The period has not begun."
        raise DomainError("period_invalid", detail, [FieldError("/query/period", "in_the_future", detail)])
    start = Moment(period.starts_at, period.starts_at)
    end = Moment(period.ends_at) if period.ends_at <= now else None
    compared = Compared(period, start, end, selection, by, organisation.base_currency)
    return Question(compared, organisation.calendar, min(period.ends_at, now))


async def measure_slippage(
    connection: AsyncConnection, asked: Question, *, group_by: GroupBy | None, times: int
) -> Measured:
    """Of all, of each group, and by month."""
    time_zone = asked.calendar.time_zone
    slipped, by_group = await queries.slippage(
        connection, asked.due, group_by, asked.compared.before.structure
    )
    pushed = await queries.pushed(
        connection, asked.pushes, group_by, asked.compared.after.structure, time_zone=time_zone, times=times
    )
    keys = set() if group_by is None else {*by_group, *pushed.by_group}
    names = {} if group_by is None else await _names(connection, group_by, keys)
    groups = [
        Group(key, names.get(key), by_group.get(key, NO_SLIPPAGE), pushed.by_group.get(key, NO_PUSHES))
        for key in keys
    ]
    return Measured(
        asked,
        Group(None, None, slipped, pushed.whole),
        tuple(sorted(groups, key=_place)),
        dict(sorted(pushed.by_month.items())),
    )


def _place(group: Group) -> tuple[object, ...]:
    return (group.key is None, -group.slippage.of("slipped").amount, -group.pushes.pushes, str(group.key))


async def _names(
    connection: AsyncConnection, group_by: GroupBy, keys: set[GroupKey]
) -> Mapping[GroupKey, str]:
    ids = [key for key in keys if isinstance(key, UUID)]
    if group_by == "product":
        return dict((await product_names(connection, ids)).items())
    return dict((await team_names(connection, ids)).items()) if group_by == "team" else {}
