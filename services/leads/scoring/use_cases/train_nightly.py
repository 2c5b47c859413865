"""A new model every night at two, by the organisation's clock."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.use_cases.review_leads import review_open_leads
from services.leads.score_rule.use_cases.give_points import points_fade
from services.leads.scoring.use_cases.request_training import request_training
from services.leads.tables import ORGANISATION
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.errors import DomainError
from shared.organisation.queries import load_organisation

NIGHTLY = "scoring.nightly"
SUBJECT = UUID(int=0)
_HOUR = time(2)


async def train_nightly(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Ask for a training, let points fade, and plan the next night."""
    for _ in entries:
        await request_training(connection, "system", now)
        if await points_fade(connection):
            await review_open_leads(connection, now=now)
        await plan_next_night(connection, now)


async def plan_next_night(connection: AsyncConnection, now: datetime) -> None:
    """The next two o'clock; in UTC until the organisation is known."""
    await plan_work(connection, [Due(NIGHTLY, SUBJECT, next_night(now, await _time_zone(connection)))])


def next_night(now: datetime, zone: str) -> datetime:
    """The first two o'clock local time after `now`."""
    local = now.astimezone(ZoneInfo(zone))
    today = datetime.combine(local.date(), _HOUR, local.tzinfo)
    return today if today > local else datetime.combine(local.date() + timedelta(days=1), _HOUR, local.tzinfo)


async def _time_zone(connection: AsyncConnection) -> str:
    try:
        return (await load_organisation(connection, ORGANISATION)).calendar.time_zone
    except DomainError:
        return "UTC"
