"""One group of a gap alone, so that it opens to its deals."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.contribution.domain import group_of
from services.forecast.gap import queries
from services.forecast.gap.domain.parts import By
from services.forecast.gap.domain.seen import child_teams
from services.forecast.gap.line import Asked, Only
from services.forecast.tables import ORGANISATION
from shared.organisation.queries import load_organisation


async def open_group(connection: AsyncConnection, asked: Asked, by: By | None, group: str | None) -> Asked:
    """The question narrowed to the group that the gap names so; `none`: of none. Refuses with
    `invalid_parameter` what no group is called."""
    if by is None:
        return asked
    key = group_of(by, group, (await load_organisation(connection, ORGANISATION)).calendar)
    if by != "team":
        values = frozenset() if key is None else frozenset({key})
        return replace(asked, only=Only(queries.KEYS[by], values, or_none=key is None))
    team_of, above = await queries.teams(connection, asked.structure)
    found: dict[UUID, UUID | None] = child_teams(team_of, asked.chosen.team_id, above)
    members = frozenset(member for member, team in found.items() if team == key)
    return replace(asked, only=Only(queries.KEYS["owner"], members, or_none=key is None))
