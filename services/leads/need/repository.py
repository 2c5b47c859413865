"""Needs to and from their tables."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.need.domain import About, Need, NeedTag
from services.leads.need.tables import lead_need, need_settings, need_tag, product_need
from services.leads.record.record_table import RecordTable
from services.leads.record.sole_setting import SoleSetting
from services.leads.setting_history.use_cases.keep_history import history_of

NEEDS = RecordTable(lead_need, Need, {})
TAGS = RecordTable(need_tag, NeedTag, {}, history_of("need_tag"))
ONLY_KNOWN_TAGS = SoleSetting(need_settings, "only_known_tags", False)


def of(about: About) -> ColumnElement[bool]:
    """The needs of this lead or account."""
    if about.lead_id is not None:
        return lead_need.c.lead_id == about.lead_id
    return lead_need.c.account_id == about.account_id


async def needs_of(connection: AsyncConnection, about: About) -> list[Need]:
    """The needs that were not taken back, the newest first."""
    found = await NEEDS.find_where(connection, of(about), lead_need.c.archived_at.is_(None))
    return sorted(found, key=lambda need: (need.created_at, need.id), reverse=True)


async def tags_of(connection: AsyncConnection, product_id: UUID) -> tuple[str, ...] | None:
    """What the product answers; None when nobody has said so."""
    found = await connection.scalar(
        select(product_need.c.tags).where(product_need.c.product_id == product_id)
    )
    return None if found is None else tuple(found)


async def set_tags(connection: AsyncConnection, product_id: UUID, tags: list[str], now: datetime) -> None:
    """What the product answers from now on."""
    new = insert(product_need).values(product_id=product_id, tags=tags, updated_at=now)
    await connection.execute(
        new.on_conflict_do_update(
            index_elements=["product_id"], set_={"tags": new.excluded.tags, "updated_at": now}
        )
    )


async def active_tags(connection: AsyncConnection) -> set[str]:
    """The keys of the catalogue that may be used."""
    active = select(need_tag.c.key).where(need_tag.c.active, need_tag.c.archived_at.is_(None))
    return set(await connection.scalars(active))
