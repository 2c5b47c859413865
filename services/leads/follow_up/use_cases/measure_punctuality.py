"""How punctually follow-ups are done."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.follow_up import queries
from services.leads.follow_up.schemas import FollowUpGroup, FollowUps, GroupBy
from services.leads.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, question_of
from shared.reporting.figures import MOST_GROUPS, Meanings, defined, period_shown, ratio

_MEANINGS: Meanings = {
    "due": ("Activities with a due time in the period that has come, without those put away.", None),
    "done_in_time": ("Due activities done at or before their due time.", None),
    "done_late": ("Due activities done after their due time.", None),
    "open": ("Due activities that are not done.", None),
    "punctuality": ("Done in time", "Due"),
}


async def measure_punctuality(
    connection: AsyncConnection, identity: Identity, asked: Asked, group_by: GroupBy | None, *, now: datetime
) -> FollowUps:
    """Figures within the caller's scope, with their definitions. One query."""
    organisation = await load_organisation(connection, ORGANISATION)
    period = question_of(asked, organisation.calendar, now=now).period
    counts = await queries.punctuality(connection, identity, period, group_by, now=now)
    whole = _figures(counts.pop(queries.WHOLE, {}))
    keys = [] if group_by is None else sorted(counts, key=lambda key: (key is None, -counts[key]["due"], key))
    when = f"{period.name}: from {period.starts_on} to {period.ends_on} in the organisation's time zone."
    return FollowUps(
        **whole,
        period=period_shown(period),
        group_by=group_by,
        groups=[FollowUpGroup(key=key, **_figures(counts[key])) for key in keys[:MOST_GROUPS]],
        groups_left_out=max(0, len(keys) - MOST_GROUPS),
        definitions=defined(_MEANINGS, when),
    )


def _figures(counts: Mapping[str, Any]) -> dict[str, Any]:
    figures = {name: counts.get(name, 0) for name in ("due", "done_in_time", "done_late", "open")}
    return {**figures, "punctuality": ratio(figures["done_in_time"], figures["due"])}
