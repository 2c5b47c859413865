"""Who can take leads at an instant."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.seller import queries
from services.leads.seller.desk import Desk, desk_at
from services.leads.seller.domain import unknown_seller
from services.leads.seller.repository import SELLERS
from services.leads.tables import ORGANISATION
from shared.organisation.queries import load_working_time


async def load_desks(
    connection: AsyncConnection, members: Collection[UUID], now: datetime
) -> dict[UUID, Desk]:
    """The desk of every one of these members, with profile or without. Three queries."""
    office = await load_working_time(connection, ORGANISATION)
    profiles = {seller.id: seller for seller in await SELLERS.find_where(connection, true())}
    away = await queries.away_at(connection, now)
    return {
        member: desk_at(now, profiles.get(member) or unknown_seller(member), office, away.get(member))
        for member in members
    }
