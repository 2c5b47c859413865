"""Plan a look at the gaps that a change of deals may have carried over a limit, or back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.alert.queries import nodes_waiting
from services.forecast.gap.queries import teams
from services.forecast.gap_rule.domain import EVERYBODY
from services.forecast.gap_watch import repository
from services.forecast.gap_watch.domain import KIND, SOON, Watched
from services.forecast.tables import ORGANISATION
from shared.contracts.events.pipeline_deal import DealState


async def watch_deals(connection: AsyncConnection, events: Sequence[DealState], *, now: datetime) -> None:
    """A deal lost, put off or reopened matters to the nodes whose limit it alone would reach, a deal won to
    those with an alert; what closed before their period matters to none."""
    moved = [each for each in events if _is_moved(each)]
    if not moved:
        return
    watched = await repository.watched(connection)
    alerted = {team or EVERYBODY for team in await nodes_waiting(connection, KIND, now)}
    team_of, above = await teams(connection, ORGANISATION)
    due = {
        node
        for each in moved
        for node in _nodes(team_of.get(each.owner_id) if each.owner_id else None, above)
        if node in watched and _matters(each, watched[node], has_alert=node in alerted)
    }
    await repository.plan_checks(connection, sorted(due), now + SOON)


def _is_moved(event: DealState) -> bool:
    return event.status in ("won", "lost") or not {"expected_close", "status"}.isdisjoint(event.changed)


def _matters(event: DealState, node: Watched, *, has_alert: bool) -> bool:
    if event.closed_at is not None and event.closed_at < node.starts_at:
        return False
    if event.status == "won":
        return has_alert
    amount = event.base_amount.amount if event.base_amount else Decimal(0)
    return node.limit_amount > 0 and amount >= node.limit_amount


def _nodes(team: UUID | None, above: dict[UUID, UUID | None]) -> Iterable[UUID]:
    """The team, those above it, and everybody."""
    found = [EVERYBODY]
    while team is not None and team not in found:
        found.append(team)
        team = above.get(team)
    return found
