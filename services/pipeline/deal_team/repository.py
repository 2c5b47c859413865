"""Members of teams to and from their table."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal_team.domain import DealMember
from services.pipeline.deal_team.tables import deal_member
from services.pipeline.records import Records

MEMBERS = Records(deal_member, DealMember, "team_member")
MOST = 100
_M = deal_member.c


async def team_of(connection: AsyncConnection, deal_id: UUID) -> dict[UUID, DealMember]:
    """Who is on the team now, in the order they came."""
    query = (
        select(deal_member)
        .where(_M.deal_id == deal_id, _M.left_at.is_(None))
        .order_by(_M.created_at, _M.id)
        .limit(MOST)
    )
    rows = (await connection.execute(query)).mappings()
    return {row["member_id"]: MEMBERS.read(row) for row in rows}
