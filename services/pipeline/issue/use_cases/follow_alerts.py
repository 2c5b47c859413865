"""An alert about a forecast becomes an issue about what is behind it, which knows how the alert stands."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.issue import queries, repository
from services.pipeline.issue.domain import Issue, Viewpoint, known_leak
from services.pipeline.issue.use_cases.open_issue import Leak, title_of, with_figures
from services.pipeline.issue.use_cases.telling import fact
from services.pipeline.leak.domain.counts import CUT_ORDER, By, Cut
from services.pipeline.leak_run.use_cases.find_sighting import find_sighting
from services.pipeline.tables import ORGANISATION
from shared.agenda.domain import Due
from shared.contracts.events.forecast_alert import AlertRaised, AlertState
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked

SYSTEM = Identity(sub="system", kind="service", role="system", scope="all")
_EARLIER_MONTHS = 12
_ABOUT = (
    *("title", "stage_id", "measure", "by", "value", "evidence", "leak", "viewpoint", "value_at_stake"),
    *("watched_since", "verdict"),
)
"""What is told anew when an issue that has ended is opened again."""


async def follow_alerts(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Each alert as it stands by now: one issue for each, opened once, told of all that follows."""
    for entry in entries:
        alert = AlertRaised.model_validate(entry.payload)
        issue = await repository.of_alert(connection, alert.alert_id)
        if issue is not None:
            await _tell(connection, issue, alert, now)
        elif alert.status != "resolved":
            new = await _about(connection, alert, now)
            await repository.add(connection, new, fact(new, new.open(), now))


async def _tell(connection: AsyncConnection, issue: Issue, alert: AlertState, now: datetime) -> None:
    """Of an alert that ends the issue hears, and stays what it is; when the alert is raised again, an issue
    that has ended is open again, about the leak that is behind the alert now, with its figures of now."""
    today = (await load_organisation(connection, ORGANISATION)).calendar.local_date(now)
    fields: dict[str, Any] = {"alert_status": alert.status, "team_id": alert.team_id}
    if issue.alert_status == "resolved" and alert.status != "resolved" and not issue.alive:
        anew = await _about(connection, alert, now)
        fields |= {"status": "open", **{name: getattr(anew, name) for name in _ABOUT}}
    after, event = issue.edit(fields, today=today, now=now)
    if after is not issue:
        await repository.save(connection, after, fact(after, event, now))


async def _about(connection: AsyncConnection, alert: AlertState, now: datetime) -> Issue:
    base = (await load_organisation(connection, ORGANISATION)).base_currency
    cause = alert.cause
    worth = None if cause is None or cause.amount.currency != base else cause.amount
    seen_by, team = await _seen_by(connection, alert)
    title = f"Behind forecast {alert.period}" + ("" if team is None else f" of {team}")
    new = Issue(
        id=new_id(),
        title=title,
        opened_by=SYSTEM.sub,
        viewpoint=Viewpoint(seen_by.sub, seen_by.role, seen_by.scope, seen_by.team_ids),
        value_at_stake=worth,
        alert_id=alert.alert_id,
        team_id=alert.team_id,
        alert_status=alert.status,
        created_at=now,
        updated_at=now,
    )
    leak = _leak(alert)
    stage = None if leak is None else await queries.stage_of(connection, leak.stage_id)
    if leak is None or stage is None:
        return new
    new = replace(new, title=f"{title}: {title_of(leak, str(stage['stage']))}")
    new = await with_figures(connection, new, leak, seen_by, now=now)
    seen = await find_sighting(connection, leak.stage_id, leak.measure, leak.cut)
    return replace(new, leak=known_leak(new, seen))


async def _seen_by(connection: AsyncConnection, alert: AlertState) -> tuple[Identity, str | None]:
    """Whose deals the leak is measured among: those of the alert's team and the teams below it, else all;
    and what the team is called."""
    if alert.team_id is None:
        return SYSTEM, None
    name, below = await queries.team_of(connection, alert.team_id)
    return SYSTEM.model_copy(update={"scope": "subtree", "team_ids": below or (alert.team_id,)}), name


def _leak(alert: AlertState) -> Leak | None:
    """Where deals were lost or wait, of which part of them: that of the cause, else the alert's own."""
    cause = alert.cause
    if cause is None or cause.stage_id is None or cause.measure is None:
        return None
    own: dict[By, UUID | None] = {"team": alert.team_id, "owner": alert.owner_id}
    cut = next((Cut(by, str(node)) for by, node in own.items() if node is not None), Cut("all", None))
    by = next((each for each in CUT_ORDER if each == cause.by and cause.value is not None), None)
    if by is not None:
        cut = Cut(by, cause.value)
    return Leak(cause.stage_id, cause.measure, cut, "earlier", Asked(), _EARLIER_MONTHS)
