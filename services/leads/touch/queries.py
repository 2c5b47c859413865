"""How much of a lead each of its touches is credited with."""

from uuid import UUID

from sqlalchemy import FromClause, Select, Subquery, and_, func, null, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.touch.domain import ASKED, Attribution, WayName
from services.leads.touch.tables import lead_touch
from shared.contracts.periods import Period

_touch = lead_touch.c


def with_credits(lead: FromClause, way: WayName, attribution: Attribution) -> Subquery:
    """All columns of `lead`, which has `id` and `converted_at`, once for each touch that says by which `way`
    the lead came and was not after it was converted: what it says as `key`, how many there are as `said`, and
    as `edge` what `weight_of` asks for. A lead whose touches do not say it is there once, without a key.

    One pass over the touches of all of them.
    """
    spoken = (
        select(_touch.lead_id, _touch.at, _touch.id, _touch[way].label("key"))
        .where(_touch[way].is_not(None))
        .subquery("spoken")
    )
    in_time = or_(lead.c.converted_at.is_(None), spoken.c.at <= lead.c.converted_at)
    said = func.count(spoken.c.key).over(partition_by=lead.c.id)
    place = func.row_number().over(partition_by=lead.c.id, order_by=(spoken.c.at, spoken.c.id))
    edges = {"last": place == said, "position": or_(place == 1, place == said)}
    return (
        select(
            *lead.c,
            spoken.c.key,
            said.label("said"),
            edges.get(attribution, null()).label("edge"),
        )
        .select_from(lead.outerjoin(spoken, and_(spoken.c.lead_id == lead.c.id, in_time)))
        .subquery("credited")
    )


def leads_that_came_by(way: WayName, name: str) -> Select[tuple[UUID]]:
    """The leads with a touch that says this, in small letters."""
    return select(_touch.lead_id).where(func.lower(_touch[way]) == name, _touch[way].is_not(None))


async def requests_by_channel(connection: AsyncConnection, period: Period) -> dict[str | None, int]:
    """How often somebody came by themselves in the period, by channel; by index."""
    rows = await connection.execute(
        select(_touch.channel, func.count())
        .where(_touch.at >= period.starts_at, _touch.at < period.ends_at, _touch.kind.in_(ASKED))
        .group_by(_touch.channel)
    )
    return {row[0]: row[1] for row in rows}
