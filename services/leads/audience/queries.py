"""Reads of audiences: the list, and how many leads belong to one."""

from uuid import UUID

from sqlalchemy import RowMapping, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.audience.schemas import AudienceOut
from services.leads.audience.tables import audience, lead_audience
from services.leads.lead.queries import LEADS
from services.leads.lead.scope import visible
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.web.listing import Field, Listing

AUDIENCES = Listing(
    name="audiences",
    table=audience,
    default_sort="-created_at",
    fields={
        "id": Field(audience.c.id, "uuid", sortable=True),
        "name": Field(audience.c.name, "text"),
        "plan": Field(audience.c.plan, "text"),
        "starts_on": Field(audience.c.starts_on, "date"),
        "ends_on": Field(audience.c.ends_on, "date"),
        "active": Field(audience.c.active, "bool"),
        "created_at": Field(audience.c.created_at, "datetime", sortable=True),
        "updated_at": Field(audience.c.updated_at, "datetime"),
        "archived_at": Field(audience.c.archived_at, "datetime"),
    },
    columns=[audience.c[name] for name in AudienceOut.model_fields],
    item_fields=tuple(AudienceOut.model_fields),
)


async def fit_of(
    connection: AsyncConnection, identity: Identity, audience_id: UUID, period: Period
) -> RowMapping:
    """`leads` of the period that the caller may see, `in_audience` and `unknown` ones among them."""
    lead, fits = LEADS.table.c, lead_audience.c.fits
    count = func.count()
    rows = await connection.execute(
        select(
            count.label("leads"),
            count.filter(fits).label("in_audience"),
            count.filter(fits.is_(None)).label("unknown"),
        )
        .select_from(
            LEADS.table.outerjoin(
                lead_audience,
                and_(lead_audience.c.lead_id == lead.id, lead_audience.c.audience_id == audience_id),
            )
        )
        .where(
            visible(identity),
            lead.created_at >= period.starts_at,
            lead.created_at < period.ends_at,
            lead.archived_at.is_(None),
            lead.merged_into.is_(None),
        )
    )
    return rows.mappings().one()
