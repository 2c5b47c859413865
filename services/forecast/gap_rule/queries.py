"""The list of rules."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.gap_rule.domain import EVERYBODY, GapRule
from services.forecast.gap_rule.rows import as_rule
from services.forecast.gap_rule.schemas import GapRuleOut, rule_out
from services.forecast.gap_rule.tables import gap_rule
from services.forecast.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.web.listing import Field, Listing

_R = gap_rule.c
LISTING = Listing(
    name="gap-rules",
    table=gap_rule,
    fields={
        "id": Field(_R.id, "uuid"),
        "team_id": Field(_R.team_id, "uuid"),
        "active": Field(_R.active, "bool"),
        "created_at": Field(_R.created_at, "datetime", sortable=True),
        "updated_at": Field(_R.updated_at, "datetime", sortable=True),
    },
    default_sort="created_at",
    columns=tuple(gap_rule.columns),
    item_fields=tuple(GapRuleOut.model_fields),
)


def listed(row: Row[Any]) -> Mapping[str, Any]:
    """A row of the list."""
    return rule_out(as_rule(row._mapping)).model_dump(mode="json")


def visible_to(caller: Identity) -> ColumnElement[bool]:
    """That of all, and those of the caller's teams; who sees everything sees all."""
    if caller.scope == "all":
        return true()
    own = (caller.team_id,) if caller.team_id is not None else ()
    return or_(_R.team_id.is_(None), _R.team_id.in_((*caller.team_ids, *own)))


async def all_rules(connection: AsyncConnection) -> dict[UUID | None, GapRule]:
    """By team; None is that of all."""
    rows = await connection.execute(select(gap_rule).limit(100_000))
    return {row["team_id"]: as_rule(row) for row in rows.mappings()}


async def nodes_of(connection: AsyncConnection, team_id: UUID | None) -> list[UUID]:
    """What a rule is about: its team, or everybody and every team. A closed team is not looked at."""
    team = ORGANISATION.team.c
    query = select(team.id).where(team.active).order_by(team.id).limit(100_000)
    if team_id is not None:
        return list(await connection.scalars(query.where(team.id == team_id)))
    return [EVERYBODY, *await connection.scalars(query)]


async def team_exists(connection: AsyncConnection, team_id: UUID) -> bool:
    """Whether it is known here."""
    team = ORGANISATION.team.c.id
    return await connection.scalar(select(team).where(team == team_id)) is not None
