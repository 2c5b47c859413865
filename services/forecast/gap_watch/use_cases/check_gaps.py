"""Look at gaps: every night at all, and at a node whenever that was planned."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.alert.domain import Finding, Subject
from services.forecast.alert.queries import nodes_waiting
from services.forecast.alert.use_cases.follow_figure import end_others, end_past, follow_figure
from services.forecast.gap.definitions import place_of, words_of
from services.forecast.gap.domain.span import Line
from services.forecast.gap.use_cases.measure_gap import Leak, ask, measure_gap
from services.forecast.gap_rule.domain import EVERYBODY, GapRule, Standing
from services.forecast.gap_rule.queries import all_rules, nodes_of
from services.forecast.gap_watch import repository
from services.forecast.gap_watch.domain import (
    KIND,
    NIGHTLY,
    Watched,
    next_night,
    suggestion_of,
)
from services.forecast.outlook.domain import Filter
from services.forecast.tables import ORGANISATION
from shared.agenda.domain import Due
from shared.agenda.planning import is_planned, plan_work
from shared.contracts.errors import DomainError
from shared.contracts.events.forecast_alert import AlertCause
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation, load_working_time
from shared.persistence.database import Database
from shared.reporting.asked import Asked
from shared.reporting.figures import cents, money, ratio

SYSTEM = Identity(sub="system", kind="service", role="system", scope="all")


async def check_every_night(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Alerts of past periods are resolved, a look at every node is planned, also at a closed team with an
    alert, and the next night."""
    calendar = (await load_organisation(connection, ORGANISATION)).calendar
    await end_past(connection, KIND, today=calendar.local_date(now), now=now)
    waiting = {team or EVERYBODY for team in await nodes_waiting(connection, KIND, now)}
    await repository.plan_checks(connection, sorted({*await nodes_of(connection, None), *waiting}), now)
    await plan_work(connection, [Due(NIGHTLY, EVERYBODY, next_night(calendar, now))])


async def plan_first_night(database: Database, now: datetime) -> None:
    """Begins the row of nights as soon as the organisation is known, and again should it ever break."""
    async with database.transaction() as connection:
        if await is_planned(connection, NIGHTLY, EVERYBODY):
            return
        try:
            calendar = (await load_organisation(connection, ORGANISATION)).calendar
        except DomainError:
            return
        await plan_work(connection, [Due(NIGHTLY, EVERYBODY, next_night(calendar, now))])


async def check_gaps(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Raise, keep up to date or resolve the alert of each of these nodes, each once however often it was
    planned. Alerts of a closed team, and of a kind of period that is not looked at any more, are resolved."""
    rules, nodes = await all_rules(connection), set(await nodes_of(connection, None))
    today = (await load_organisation(connection, ORGANISATION)).calendar.local_date(now)
    for entry in entries:
        team_id = None if entry.subject_id == EVERYBODY else entry.subject_id
        rule = rules.get(team_id) or rules.get(None)
        watched = None
        if rule is not None and entry.subject_id in nodes:
            watched = (await _check(connection, entry.subject_id, team_id, rule, now)).key
        await end_others(connection, KIND, team_id=team_id, watched=watched, today=today, now=now)


async def _check(
    connection: AsyncConnection, node: UUID, team_id: UUID | None, rule: GapRule, now: datetime
) -> Subject:
    asked = await ask(
        connection, Asked(period=rule.period), Filter(team_id), by=SYSTEM, method=rule.method, now=now
    )
    report = await measure_gap(connection, asked, group_by=None, now=now)
    period, forecast = report.span.period, report.forecast or Decimal(0)
    limit = rule.limits.amount(forecast)
    await repository.keep(connection, Watched(node, period.starts_at, cents(limit), now))
    gap, leak = report.gap, report.leak
    share = None if gap is None else ratio(gap, forecast)
    line = Line(await load_working_time(connection, ORGANISATION), period, Decimal(0))
    standing: Standing = "within" if not rule.active else "between"
    if rule.active and gap is not None:
        standing = rule.limits.standing(gap, forecast, line.share(report.span.through))
    subject = Subject(KIND, period.name, period.starts_on, period.ends_on, team_id=team_id)
    finding = Finding(
        severity=rule.limits.severity(share or Decimal(0)),
        figure=share or Decimal(0),
        limit=rule.limits.share,
        amount=None if gap is None else money(gap, asked.currency),
        cause=None if leak is None else _cause(leak, asked.currency),
        words=None
        if leak is None
        else words_of(leak.behind, name=leak.name, stage=leak.stage, currency=asked.currency),
        suggestion=_suggestion(leak),
    )
    await follow_figure(connection, subject, finding, standing, now=now)
    return subject


def _cause(leak: Leak, currency: str) -> AlertCause:
    behind = leak.behind
    return AlertCause(
        part=behind.part,
        amount=money(behind.amount, currency),
        share=behind.share,
        deals=behind.deals,
        by=behind.cut and behind.cut.by,
        value=behind.cut and behind.cut.value,
        stage_id=leak.stage_id,
        measure="lost"
        if behind.part == "lost"
        else "stuck"
        if behind.part in ("overdue", "pushed_out", "still_open")
        else None,
    )


def _suggestion(leak: Leak | None) -> str:
    if leak is None:
        return suggestion_of(None, where=None, stage=None)
    cut = leak.behind.cut
    where = None if cut is None else place_of(cut, leak.name)
    return suggestion_of(leak.behind.part, where=where, stage=leak.stage)
