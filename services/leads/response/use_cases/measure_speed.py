"""How quickly new leads were spoken with, and how often in time."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.response import queries
from services.leads.response.schemas import GroupBy, SpeedFigures, SpeedGroup, SpeedToLead
from services.leads.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, question_of
from shared.reporting.figures import MOST_GROUPS, Meanings, defined, period_shown, ratio

ENOUGH = 5
_QUANTILES = ("median_minutes", "p90_minutes", "median_business_minutes", "p90_business_minutes")
_MEANINGS: Meanings = {
    "received": ("Leads created in the period, without those put away or merged into others.", None),
    "contacted": ("Received leads that were spoken with.", None),
    "median_minutes": (
        "First contact less creation of the contacted leads, median (percentile_cont 0.5), real minutes.",
        None,
    ),
    "p90_minutes": ("The same, 90th percentile (percentile_cont 0.9).", None),
    "median_business_minutes": ("The same in minutes of working time, median.", None),
    "p90_business_minutes": ("The same in minutes of working time, 90th percentile.", None),
    "due": ("First contacts that fell due in the period, those that were met and those that were not.", None),
    "met": ("First contacts due in the period that were made in time.", None),
    "breached": ("First contacts due in the period that were not made in time.", None),
    "met_share": ("Met", "Due"),
}


async def measure_speed(
    connection: AsyncConnection, identity: Identity, asked: Asked, group_by: GroupBy | None, *, now: datetime
) -> SpeedToLead:
    """Figures within the caller's scope, with their definitions. Two queries."""
    organisation = await load_organisation(connection, ORGANISATION)
    period = question_of(asked, organisation.calendar, now=now).period
    speed = await queries.speed(connection, identity, period, group_by)
    punctual = await queries.punctuality(connection, identity, period, group_by, now=now)
    when = f"{period.name}: from {period.starts_on} to {period.ends_on} in the organisation's time zone."
    whole = _figures(speed.pop(queries.WHOLE, {}), punctual.pop(queries.WHOLE, {}))
    keys = [] if group_by is None else sorted(speed.keys() | punctual.keys(), key=_by_size(speed))
    return SpeedToLead(
        **dict(whole),
        period=period_shown(period),
        group_by=group_by,
        groups=[
            SpeedGroup(key=key, **dict(_figures(speed.get(key, {}), punctual.get(key, {}))))
            for key in keys[:MOST_GROUPS]
        ],
        groups_left_out=max(0, len(keys) - MOST_GROUPS),
        definitions=defined(_MEANINGS, when),
    )


def _figures(speed: Mapping[str, Any], punctual: Mapping[str, Any]) -> SpeedFigures:
    contacted = speed.get("contacted", 0)
    enough = contacted >= ENOUGH
    due, met = punctual.get("due", 0), punctual.get("met", 0)
    return SpeedFigures(
        received=speed.get("received", 0),
        contacted=contacted,
        state="ok" if enough else "insufficient_history",
        **{name: _rounded(speed[name]) if enough else None for name in _QUANTILES},
        due=due,
        met=met,
        breached=punctual.get("breached", 0),
        met_share=ratio(met, due),
    )


def _rounded(minutes: float) -> Decimal:
    return Decimal(str(round(minutes, 2)))


def _by_size(speed: Mapping[str | None, Mapping[str, Any]]) -> Any:
    def place(key: str | None) -> tuple[bool, int, str]:
        return key is None, -speed.get(key, {}).get("received", 0), str(key)

    return place
