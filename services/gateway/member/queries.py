"""Reads of members."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.member.schemas import MemberOut
from services.gateway.member.tables import member
from services.gateway.role.domain import MEMBER_ROLES
from shared.web.listing import Field, Listing

_STATUS = case(
    (~member.c.active, "inactive"), (member.c.password_hash.is_(None), "invited"), else_="active"
).label("status")
_OUT = [
    *(column for column in member.c if column.name not in ("password_hash", "field_versions")),
    _STATUS,
]


def _item(row: Row[Any]) -> MemberOut:
    return MemberOut.model_validate(row)


MEMBERS = Listing(
    name="members",
    table=member,
    fields={
        "id": Field(member.c.id, "uuid", sortable=True),
        "name": Field(member.c.name, "text", sortable=True),
        "email": Field(member.c.email, "text", sortable=True),
        "role": Field(member.c.role, "enum", sortable=True, values=MEMBER_ROLES),
        "team_id": Field(member.c.team_id, "uuid"),
        "active": Field(member.c.active, "bool"),
        "status": Field(_STATUS, "enum", values=("invited", "active", "inactive"), nullable=False),
        "source_system": Field(member.c.source_system, "text"),
        "external_id": Field(member.c.external_id, "text"),
        "last_sign_in_at": Field(member.c.last_sign_in_at, "datetime", sortable=True),
        "created_at": Field(member.c.created_at, "datetime", sortable=True),
        "updated_at": Field(member.c.updated_at, "datetime", sortable=True),
    },
    default_sort="name",
    text=(member.c.name, member.c.email),
    columns=_OUT,
    item_fields=tuple(MemberOut.model_fields),
)
as_item = _item


@dataclass(frozen=True, slots=True)
class Account:
    """What signing in needs to know."""

    member_id: UUID
    password_hash: str | None
    active: bool


@dataclass(frozen=True, slots=True)
class Place:
    """What decides over somebody's permissions and scope."""

    role: str
    team_id: UUID | None
    active: bool


async def shown(connection: AsyncConnection, member_id: UUID) -> MemberOut | None:
    """One member."""
    row = (await connection.execute(select(*_OUT).where(member.c.id == member_id))).one_or_none()
    return None if row is None else _item(row)


async def account_of(connection: AsyncConnection, email: str) -> Account | None:
    """The account behind an e-mail address."""
    return await _account(connection, func.lower(member.c.email) == email.strip().lower())


async def account_by_id(connection: AsyncConnection, member_id: UUID) -> Account | None:
    """The account of a member."""
    return await _account(connection, member.c.id == member_id)


async def place_of(connection: AsyncConnection, member_id: UUID) -> Place | None:
    """Role, team and whether active."""
    row = (
        await connection.execute(
            select(member.c.role, member.c.team_id, member.c.active).where(member.c.id == member_id)
        )
    ).one_or_none()
    return None if row is None else Place(*row)


async def existing(connection: AsyncConnection, ids: Iterable[UUID]) -> frozenset[UUID]:
    """Which of these members there are."""
    wanted = list(set(ids))
    if not wanted:
        return frozenset()
    return frozenset((await connection.scalars(select(member.c.id).where(member.c.id.in_(wanted)))).all())


async def ids_in_teams(connection: AsyncConnection, team_ids: Sequence[UUID]) -> frozenset[UUID]:
    """The members of these teams, former ones included: their records are still the team's."""
    if not team_ids:
        return frozenset()
    rows = await connection.scalars(select(member.c.id).where(member.c.team_id.in_(team_ids)))
    return frozenset(rows.all())


async def active_in_team(connection: AsyncConnection, team_id: UUID) -> int:
    """How many active members a team has."""
    count = select(func.count()).select_from(member).where(member.c.team_id == team_id, member.c.active)
    return int(await connection.scalar(count) or 0)


async def in_tree(connection: AsyncConnection) -> list[dict[str, Any]]:
    """Active members with a team, by name; at most 20,000."""
    columns = (member.c.id, member.c.name, member.c.role, member.c.team_id)
    rows = await connection.execute(
        select(*columns)
        .where(member.c.active, member.c.team_id.is_not(None))
        .order_by(member.c.name)
        .limit(20_000)
    )
    return [dict(row) for row in rows.mappings()]


async def anybody(connection: AsyncConnection) -> bool:
    """Whether there is any member at all."""
    return await connection.scalar(select(member.c.id).limit(1)) is not None


async def _account(connection: AsyncConnection, condition: Any) -> Account | None:
    row = (
        await connection.execute(
            select(member.c.id, member.c.password_hash, member.c.active).where(condition)
        )
    ).one_or_none()
    return None if row is None else Account(*row)
