"""Measure the gap of a period: what should have been won by now, what was, and why they differ."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.queries import first_win_at, last_event_at
from services.forecast.gap import queries
from services.forecast.gap.domain import (
    Behind,
    By,
    Cut,
    Day,
    Fate,
    Line,
    Method,
    Part,
    PartSum,
    Span,
    State,
    Sum,
    Sums,
    added,
    behind_of,
    child_teams,
    missing_of,
    parts_of,
    span_of,
    total,
)
from services.forecast.gap.rows import Asked
from services.forecast.outlook.domain import Filter, aim_of_whole
from services.forecast.outlook.queries import team_names
from services.forecast.product.queries import product_names
from services.forecast.tables import ORGANISATION
from services.forecast.target.queries import planned
from shared.contracts.identity import Identity
from shared.contracts.periods import Calendar, Period
from shared.organisation.queries import load_organisation, load_working_time
from shared.reporting import asked as reporting
from shared.reporting.figures import MOST_GROUPS

EARLIER_PERIODS = 4


@dataclass(frozen=True, slots=True)
class Leak:
    """What is behind a gap, what it is called, and the stage in which most of it was lost or waits."""

    behind: Behind
    name: str | None
    stage_id: UUID | None
    stage: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """One team, owner, stage, source or product; `key` None: of none."""

    key: str | None
    name: str | None
    forecast: Decimal | None
    actual: Decimal
    parts: dict[Part, PartSum]

    @property
    def gap(self) -> Decimal:
        """Its share of the gap."""
        return sum((each.amount for each in self.parts.values()), Decimal(0))


@dataclass(frozen=True, slots=True)
class GapReport:
    """The gap as of an instant. `forecast` and `gap` are None where `state` is not ok."""

    asked: Asked
    as_of: datetime
    state: State
    forecast: Decimal | None
    actual: Decimal
    parts: dict[Part, PartSum]
    leak: Leak | None
    group_by: By | None
    groups: tuple[Group, ...]
    groups_left_out: int
    days: tuple[Day, ...]
    last_event_at: datetime | None

    @property
    def span(self) -> Span:
        """Of what it is."""
        return self.asked.span

    @property
    def gap(self) -> Decimal | None:
        """Forecast less actual."""
        return None if self.forecast is None else self.forecast - self.actual

    @property
    def not_by_group(self) -> Decimal | None:
        """What lies in no group."""
        if self.gap is None or self.group_by is None or self.groups_left_out:
            return None
        return self.gap - sum((each.gap for each in self.groups), Decimal(0))


async def ask(
    connection: AsyncConnection,
    asked: reporting.Asked,
    chosen: Filter,
    *,
    by: Identity,
    method: Method | None,
    now: datetime,
) -> Asked:
    """What is looked at. Without a method: `weighted` where something was known when the period began, else
    `target`. Refuses with `period_invalid` and `invalid_parameter`."""
    organisation = await load_organisation(connection, ORGANISATION)
    calendar = organisation.calendar
    question = reporting.question_of(asked, calendar, now=now)
    wanted = Asked(
        span=span_of(question.period, calendar.local_date(question.as_of or now)),
        as_of=question.as_of,
        known_at=question.known_at,
        chosen=chosen,
        identity=by,
        currency=organisation.base_currency,
        time_zone=calendar.time_zone,
        method=method or "weighted",
    )
    if wanted.method == "weighted":
        wanted = replace(wanted, earlier=await _earlier(connection, question.period, calendar))
        if method is None and not await queries.is_planned(connection, wanted):
            return replace(wanted, method="target", earlier=())
    return wanted


async def measure_gap(
    connection: AsyncConnection, asked: Asked, *, group_by: By | None, now: datetime
) -> GapReport:
    """What the caller may see of it."""
    whole, cuts = await queries.sums_by_cut(connection, asked)
    team_of, above = await queries.teams(connection)
    cuts |= _by_team(cuts, child_teams(team_of, asked.chosen.team_id, above))
    target = await _target_line(connection, asked) if asked.method == "target" else None
    state = await _state(connection, asked, target)
    sums = total(whole)
    planned_now = sums.planned if target is None else target.due(asked.span.through)
    forecast = planned_now if state == "ok" else None
    parts = _parts(whole, asked.method)
    if target is not None:
        rest = planned_now - sums.won - sum((each.amount for each in parts.values()), Decimal(0))
        parts |= {"not_in_pipeline": PartSum(rest, 0)} if rest else {}
    groups = await _groups(connection, asked, cuts, group_by)
    return GapReport(
        asked=asked,
        as_of=asked.as_of or now,
        state=state,
        forecast=forecast,
        actual=sums.won,
        parts=parts if state == "ok" else {},
        leak=await _leak(connection, asked, cuts, whole, team_of) if state == "ok" else None,
        group_by=group_by,
        groups=tuple(groups[:MOST_GROUPS]),
        groups_left_out=max(0, len(groups) - MOST_GROUPS),
        days=await _days(connection, asked, target, known=state == "ok"),
        last_event_at=await last_event_at(connection),
    )


def _parts(sums: Sums, method: Method) -> dict[Part, PartSum]:
    return parts_of(sums) if method == "weighted" else missing_of(sums)


async def _earlier(connection: AsyncConnection, period: Period, calendar: Calendar) -> tuple[Period, ...]:
    """Up to four periods of the same kind before it, of which all is known from their first day."""
    first = await first_win_at(connection)
    found: list[Period] = []
    while first is not None and len(found) < EARLIER_PERIODS:
        period = reporting.period_before(period, calendar)
        if period.starts_at <= first:
            break
        found.append(period)
    return tuple(found)


async def _target_line(connection: AsyncConnection, asked: Asked) -> Line | None:
    aim = aim_of_whole(asked.chosen, asked.identity)
    if aim is None:
        return None
    period, currency = asked.span.period, asked.currency
    amount = await planned(connection, asked.identity, period, aim, currency=currency)
    if amount is None:
        return None
    return Line(await load_working_time(connection, ORGANISATION), period, amount)


async def _state(connection: AsyncConnection, asked: Asked, target: Line | None) -> State:
    if asked.method == "target":
        return "no_target" if target is None else "ok"
    return "ok" if await queries.is_planned(connection, asked) else "insufficient_history"


async def _days(
    connection: AsyncConnection, asked: Asked, target: Line | None, *, known: bool
) -> tuple[Day, ...]:
    """Forecast and actual day by day. What is won after today, by its date, counts today."""
    flow = await queries.sums_by_day(connection, asked)
    span, through = asked.span, asked.span.through
    days: list[Day] = []
    to_come, came = Decimal(0), Decimal(0)
    for day in span.days:
        is_over = through is not None and day <= through
        to_come += flow[day][0] if day in flow else 0
        came += sum(
            (won for on, (_, won) in flow.items() if on == day or (on > day == span.days[-1])), Decimal(0)
        )
        forecast = to_come if target is None else target.due(day if is_over else through)
        days.append(Day(day, forecast if known else None, came, is_over))
    return tuple(days)


def _by_team(
    cuts: dict[Cut, dict[Fate, Sum]], group_of: dict[UUID, UUID | None]
) -> dict[Cut, dict[Fate, Sum]]:
    """The owners' sums added up by team."""
    by_team: dict[str | None, list[dict[Fate, Sum]]] = {}
    for cut, sums in cuts.items():
        if cut.by == "owner":
            team = group_of.get(UUID(cut.value)) if cut.value else None
            by_team.setdefault(None if team is None else str(team), []).append(sums)
    return {Cut("team", team): added(many) for team, many in by_team.items()}


async def _groups(
    connection: AsyncConnection, asked: Asked, cuts: dict[Cut, dict[Fate, Sum]], by: By | None
) -> list[Group]:
    """What is furthest behind comes first."""
    if by is None:
        return []
    found = {cut: sums for cut, sums in cuts.items() if cut.by == by}
    names = await _names(connection, asked, found)
    weighted = asked.method == "weighted"
    groups = [
        Group(
            cut.value,
            names.get(cut),
            total(sums).planned if weighted else None,
            total(sums).won,
            _parts(sums, asked.method),
        )
        for cut, sums in found.items()
    ]
    return sorted(groups, key=lambda each: (-each.gap, each.key is None, each.key))


async def _names(connection: AsyncConnection, asked: Asked, cuts: Collection[Cut]) -> dict[Cut, str]:
    """What teams, products and stages are called; members' names are not known here."""
    ids = {
        by: [UUID(cut.value) for cut in cuts if cut.by == by and cut.value]
        for by in ("team", "product", "stage")
    }
    names: dict[By, dict[UUID, str]] = {
        "team": {id_: name for id_, (name, _) in (await team_names(connection, ids["team"])).items()},
        "product": dict(await product_names(connection, ids["product"])) if ids["product"] else {},
        "stage": await queries.stage_names(connection, asked) if ids["stage"] else {},
    }
    return {
        cut: names[cut.by][UUID(cut.value)]
        for cut in cuts
        if cut.value and cut.by in names and UUID(cut.value) in names[cut.by]
    }


async def _leak(
    connection: AsyncConnection,
    asked: Asked,
    cuts: dict[Cut, dict[Fate, Sum]],
    whole: Sums,
    team_of: dict[UUID, UUID | None],
) -> Leak | None:
    behind = behind_of(cuts, whole)
    if behind is None:
        return None
    name = None if behind.cut is None else (await _names(connection, asked, [behind.cut])).get(behind.cut)
    place = await queries.where_it_went(connection, asked, behind, team_of)
    return Leak(behind, name, *(place or (None, None)))
