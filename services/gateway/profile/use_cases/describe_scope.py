"""Which slice of the organisation a caller sees."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.caller.domain import CallerContext
from services.gateway.member.use_cases.read_members import ids_in_teams
from services.gateway.profile.schemas import MyScope, TeamOfMine
from services.gateway.team.use_cases.read_teams import named
from services.gateway.upstream.connections import Upstreams
from services.gateway.upstream.reading import Query, nothing, part, read

SECONDS = 2.0
TERRITORIES = ("leads", "/v1/territories")
"""Where the caller's territories are read; a test checks that the service publishes it."""


async def scope_of(connection: AsyncConnection, caller: CallerContext, upstreams: Upstreams) -> MyScope:
    """By the caller's standing now. The territories may be missing, the rest is there."""
    identity = caller.identity
    subtree = identity.scope == "subtree"
    teams = identity.team_ids or ((identity.team_id,) if identity.team_id else ())
    known = await named(connection, teams)
    members = await ids_in_teams(connection, identity.team_ids) if subtree else frozenset()
    service, path = TERRITORIES
    query: Query = {"manager_id": str(identity.member_id), "limit": 200}
    may_ask = identity.member_id is not None and caller.standing.may("territories:read")
    asked = read(upstreams, service, path, caller.internal_token, query=query) if may_ask else nothing()
    readable = {name for name in caller.standing.permissions if name.endswith(":read")}
    return MyScope(
        role=identity.role,
        records=identity.scope,
        member_id=identity.member_id,
        partner_id=identity.partner_id,
        teams=[TeamOfMine(**team) for team in known],
        member_ids=sorted(members),
        territories=await part(asked, seconds=SECONDS),
        sees=sorted(name.removesuffix(":read") for name in readable),
    )
