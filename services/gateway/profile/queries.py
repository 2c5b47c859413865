"""Who the caller is, put together from what other capabilities know."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.caller.domain import CallerContext
from services.gateway.member.use_cases.read_members import shown as shown_member
from services.gateway.partner.use_cases.keep_partners import shown as shown_partner
from services.gateway.profile.schemas import Me, TeamOfMine
from services.gateway.team.use_cases.read_teams import named
from shared.contracts.errors import DomainError


async def who_is(connection: AsyncConnection, caller: CallerContext) -> Me:
    """The caller's own page."""
    identity = caller.identity
    common: dict[str, Any] = {
        "id": caller.credential.subject,
        "kind": caller.credential.kind,
        "role": identity.role,
        "roles": [identity.role],
        "scope": identity.scope,
        "permissions": sorted(caller.standing.permissions),
    }
    if caller.credential.kind == "partner":
        partner = await shown_partner(connection, caller.credential.subject)
        if partner is None:
            raise DomainError("partner_not_found", "The partner is gone.")
        return Me(**common, name=partner["name"], teams=[], version=partner["version"])
    member = await shown_member(connection, caller.credential.subject)
    if member is None:
        raise DomainError("member_not_found", "The member is gone.")
    teams = identity.team_ids or ((member.team_id,) if member.team_id else ())
    return Me(
        **common,
        name=member.name,
        email=member.email,
        team_id=member.team_id,
        teams=[TeamOfMine(**team) for team in await named(connection, teams)],
        last_sign_in_at=member.last_sign_in_at,
        version=member.version,
    )
