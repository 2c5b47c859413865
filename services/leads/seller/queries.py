"""Reads of sellers: the lists, and who is absent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.seller.domain import GROUPS, SKILL_KINDS
from services.leads.seller.schemas import SellerOut, SkillOut
from services.leads.seller.tables import absence, seller, skill
from services.leads.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.scope import owner_scope
from shared.web.listing import Field, Listing

member = ORGANISATION.member
_described = member.outerjoin(seller, seller.c.id == member.c.id)
_accepts = func.coalesce(seller.c.accepts_leads, True)
_columns: tuple[ColumnElement[Any], ...] = (
    member.c.id.label("member_id"),
    func.coalesce(seller.c.version, 0).label("version"),
    member.c.role,
    member.c.team_id,
    member.c.active,
    seller.c.skills,
    seller.c.languages,
    seller.c.capacity,
    seller.c.daily_limit,
    seller.c.seller_group,
    seller.c.preferred,
    _accepts.label("accepts_leads"),
    seller.c.working_hours,
    seller.c.time_zone,
)

SELLERS = Listing(
    name="sellers",
    table=_described,
    id_field="member_id",
    default_sort="member_id",
    fields={
        "member_id": Field(member.c.id, "uuid", sortable=True),
        "role": Field(member.c.role, "text"),
        "team_id": Field(member.c.team_id, "uuid"),
        "active": Field(member.c.active, "bool"),
        "group": Field(seller.c.seller_group, "enum", values=GROUPS),
        "accepts_leads": Field(_accepts, "bool", nullable=False),
        "capacity": Field(seller.c.capacity, "int"),
    },
    columns=_columns,
    item_fields=tuple(SellerOut.model_fields),
)

ABSENCES = Listing(
    name="absences",
    table=absence,
    default_sort="from",
    fields={
        "id": Field(absence.c.id, "uuid", sortable=True),
        "from": Field(absence.c.starts_at, "datetime", sortable=True),
        "to": Field(absence.c.ends_at, "datetime", sortable=True),
    },
    columns=[
        absence.c.id,
        absence.c.version,
        absence.c.member_id,
        absence.c.starts_at.label("from"),
        absence.c.ends_at.label("to"),
        absence.c.reason,
    ],
    item_fields=("id", "version", "member_id", "from", "to", "reason"),
)

SKILLS = Listing(
    name="skills",
    table=skill,
    default_sort="name",
    fields={
        "id": Field(skill.c.id, "uuid", sortable=True),
        "kind": Field(skill.c.kind, "enum", values=SKILL_KINDS),
        "name": Field(skill.c.name, "text", sortable=True),
        "created_at": Field(skill.c.created_at, "datetime", sortable=True),
    },
    columns=[skill.c[name] for name in SkillOut.model_fields],
    item_fields=tuple(SkillOut.model_fields),
)


def visible(identity: Identity) -> ColumnElement[bool]:
    """A rep sees the own profile, a manager those of the teams, others all."""
    return owner_scope(ORGANISATION, identity, member.c.id)


def absence_visible(identity: Identity) -> ColumnElement[bool]:
    """The same for absences."""
    return owner_scope(ORGANISATION, identity, absence.c.member_id)


def shown(row: Row[Any]) -> Mapping[str, Any]:
    """A row of the list as SellerOut."""
    item = {column.name: row[number] for number, column in enumerate(_columns)}
    item["group"] = item.pop("seller_group")
    return item | {"skills": item["skills"] or [], "languages": item["languages"] or []}


async def find_member(connection: AsyncConnection, identity: Identity, member_id: UUID) -> RowMapping | None:
    """The member, where the caller may see it."""
    rows = await connection.execute(
        select(member.c.id, member.c.role, member.c.team_id, member.c.active).where(
            member.c.id == member_id, visible(identity)
        )
    )
    return rows.mappings().first()


async def away_at(connection: AsyncConnection, now: datetime) -> dict[UUID, datetime]:
    """Who is absent at this instant, and until when."""
    rows = await connection.execute(
        select(absence.c.member_id, func.max(absence.c.ends_at).label("until"))
        .where(absence.c.starts_at <= now, absence.c.ends_at > now, absence.c.archived_at.is_(None))
        .group_by(absence.c.member_id)
    )
    return {row.member_id: row.until for row in rows}
