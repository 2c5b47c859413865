"""Profiles, absences and skills to and from their tables."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.record_table import RecordTable
from services.leads.seller.domain import Absence, Seller, SkillKind
from services.leads.seller.tables import absence, seller, skill
from services.leads.setting_history.use_cases.keep_history import history_of

SELLERS = RecordTable(seller, Seller, {}, history_of("seller"))
ABSENCES = RecordTable(absence, Absence, {})


async def add_skill(
    connection: AsyncConnection, skill_id: UUID, kind: SkillKind, name: str, now: datetime
) -> bool:
    """Whether it is new; the catalogue holds a name of a kind once, however it is written."""
    new = insert(skill).values(id=skill_id, kind=kind, name=name, created_at=now)
    return await connection.scalar(new.on_conflict_do_nothing().returning(skill.c.id)) is not None


async def known_skills(connection: AsyncConnection, names: Collection[str]) -> set[str]:
    """Those of the names, in small letters, that the catalogue has as skills."""
    lower = func.lower(skill.c.name)
    wanted = sorted(names)
    return set(await connection.scalars(select(lower).where(skill.c.kind == "skill", lower.in_(wanted))))
