"""Measure the gap of a period: what should have been won by now, what was, and why they differ."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.queries import first_win_at, last_event_at
from services.forecast.gap import queries
from services.forecast.gap.domain.parts import (
    Behind,
    By,
    Cut,
    Method,
    Part,
    PartSum,
    State,
    Sums,
    behind_of,
    missing_of,
    parts_of,
    total,
)
from services.forecast.gap.domain.seen import Seen, child_teams
from services.forecast.gap.domain.span import Day, Line, Span, span_of, spread
from services.forecast.gap.foretold import foretold_by_now
from services.forecast.gap.line import Asked
from services.forecast.outlook.domain import Filter, aim_of_whole
from services.forecast.outlook.queries import team_names
from services.forecast.prediction.use_cases.recall_plan import recall_plan
from services.forecast.product.queries import product_names
from services.forecast.tables import ORGANISATION
from services.forecast.target.queries import planned
from shared.contracts.identity import Identity
from shared.contracts.periods import Calendar, Period
from shared.organisation.queries import load_organisation, load_working_time
from shared.organisation.tables import Structure
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
    """What is looked at. Without a method: `predicted` where a prediction was kept from the period's start,
    else `weighted` where something was known when it began, else `target`. Refuses with `period_invalid` and
    `invalid_parameter`."""
    organisation = await load_organisation(connection, ORGANISATION)
    calendar = organisation.calendar
    question = reporting.question_of(asked, calendar, now=now)
    period, as_of = question.period, question.as_of or now
    wanted = Asked(
        span=span_of(period, calendar.local_date(as_of)),
        as_of=question.as_of,
        known_at=question.known_at,
        chosen=chosen,
        identity=by,
        currency=organisation.base_currency,
        time_zone=calendar.time_zone,
        method=method or "predicted",
    )
    if wanted.method == "predicted":
        until = question.known_at or as_of
        plan = await recall_plan(connection, period, currency=wanted.currency, until=until)
        if plan is not None or method is not None:
            return replace(wanted, plan=plan, is_known=plan is not None)
        wanted = replace(wanted, method="weighted")
    if wanted.method == "weighted":
        is_planned = await queries.is_planned(connection, wanted)
        if is_planned or method is not None:
            return replace(wanted, is_known=is_planned, earlier=await _earlier(connection, period, calendar))
    return replace(wanted, method="target")


async def measure_gap(
    connection: AsyncConnection, asked: Asked, *, group_by: By | None, now: datetime
) -> GapReport:
    """What the caller may see of it."""
    team_of, above = await queries.teams(connection, asked.structure)
    seen = await queries.see_deals(connection, asked)
    seen = seen.with_teams(child_teams(team_of, asked.chosen.team_id, above))
    target = await _target_line(connection, asked) if asked.method == "target" else None
    state = _state(asked, target)
    sums = total(seen.whole)
    planned_now = sums.planned if target is None else target.due(asked.span.through)
    parts = _parts(seen.whole, asked.method)
    if target is not None:
        rest = planned_now - sums.won - sum((each.amount for each in parts.values()), Decimal(0))
        parts |= {"not_in_pipeline": PartSum(rest, 0)} if rest else {}
    groups = await _groups(connection, asked, seen, group_by)
    plan = await _planned_by_day(connection, asked, seen, target) if state == "ok" else None
    return GapReport(
        asked=asked,
        as_of=asked.as_of or now,
        state=state,
        forecast=planned_now if state == "ok" else None,
        actual=sums.won,
        parts=parts if state == "ok" else {},
        leak=await _leak(connection, seen, asked.structure) if state == "ok" else None,
        group_by=group_by,
        groups=tuple(groups[:MOST_GROUPS]),
        groups_left_out=max(0, len(groups) - MOST_GROUPS),
        days=_days(asked.span, seen, plan),
        last_event_at=await last_event_at(connection),
    )


def _parts(sums: Sums, method: Method) -> dict[Part, PartSum]:
    return missing_of(sums) if method == "target" else parts_of(sums)


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


def _state(asked: Asked, target: Line | None) -> State:
    if asked.method == "target":
        return "no_target" if target is None else "ok"
    return "ok" if asked.is_known else "insufficient_history"


async def _planned_by_day(
    connection: AsyncConnection, asked: Asked, seen: Seen, target: Line | None
) -> dict[date, Decimal]:
    """What should have been won by the end of each day that is over."""
    span = asked.span
    days = [day for day in span.days if span.through is not None and day <= span.through]
    if target is not None:
        return {day: target.due(day) for day in days}
    if asked.plan is None:
        flow = accumulate(seen.by_day.get(day, (Decimal(0),))[0] for day in days)
        return dict(zip(days, flow, strict=True))
    curve = await foretold_by_now(connection, asked.plan, asked)
    return spread(total(seen.whole).planned, {day: curve.by(day) for day in days})


def _days(span: Span, seen: Seen, plan: Mapping[date, Decimal] | None) -> tuple[Day, ...]:
    """Forecast and actual day by day; a day that is not over adds nothing to the forecast. What is won after
    today, by its date, counts today."""
    days: list[Day] = []
    forecast, came = Decimal(0), Decimal(0)
    for day in span.days:
        came += sum(
            (won for on, (_, won) in seen.by_day.items() if on == day or (on > day == span.days[-1])),
            Decimal(0),
        )
        forecast = (plan or {}).get(day, forecast)
        is_over = span.through is not None and day <= span.through
        days.append(Day(day, None if plan is None else forecast, came, is_over))
    return tuple(days)


async def _groups(connection: AsyncConnection, asked: Asked, seen: Seen, by: By | None) -> list[Group]:
    """What is furthest behind comes first."""
    if by is None:
        return []
    found = {cut: sums for cut, sums in seen.cuts.items() if cut.by == by}
    names = await _names(connection, seen, found, asked.structure)
    groups = [
        Group(
            cut.value,
            names.get(cut),
            None if asked.method == "target" else total(sums).planned,
            total(sums).won,
            _parts(sums, asked.method),
        )
        for cut, sums in found.items()
    ]
    return sorted(groups, key=lambda each: (-each.gap, each.key is None, each.key))


async def _names(
    connection: AsyncConnection, seen: Seen, cuts: Collection[Cut], structure: Structure
) -> dict[Cut, str]:
    """What teams, products and stages are called; members' names are not known here."""
    ids = {by: [UUID(cut.value) for cut in cuts if cut.by == by and cut.value] for by in ("team", "product")}
    teams = await team_names(connection, ids["team"], structure)
    names: dict[By, dict[UUID, str]] = {
        "team": {id_: name for id_, (name, _) in teams.items()},
        "product": dict(await product_names(connection, ids["product"])) if ids["product"] else {},
        "stage": dict(seen.stages),
    }
    return {
        cut: names[cut.by][UUID(cut.value)]
        for cut in cuts
        if cut.value and cut.by in names and UUID(cut.value) in names[cut.by]
    }


async def _leak(connection: AsyncConnection, seen: Seen, structure: Structure) -> Leak | None:
    behind = behind_of(seen.cuts, seen.whole)
    if behind is None:
        return None
    cut = behind.cut
    name = None if cut is None else (await _names(connection, seen, [cut], structure)).get(cut)
    stage = seen.where(behind)
    return Leak(behind, name, stage, None if stage is None else seen.stages[stage])
