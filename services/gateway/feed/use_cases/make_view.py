"""What a caller may see of the feed."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.caller.domain import CallerContext
from services.gateway.feed.domain import TOPICS, View
from services.gateway.member.use_cases.read_members import ids_in_teams
from shared.contracts.errors import DomainError, FieldError


def read_topics(text: str | None) -> Sequence[str] | None:
    """`deals,leads` as names. Refuses `invalid_parameter` for an unknown one."""
    if text is None:
        return None
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in TOPICS]
    if unknown or not names:
        detail = f"topics is a list of {', '.join(TOPICS)}."
        raise DomainError("invalid_parameter", detail, [FieldError("/query/topics", "unknown_value", detail)])
    return names


async def make_view(connection: AsyncConnection, caller: CallerContext, names: Sequence[str] | None) -> View:
    """The topics asked for, or all, as far as the caller may read them. Refuses `forbidden` when topics are
    named that the caller may not read."""
    identity = caller.identity
    readable = frozenset(
        name for name in TOPICS if identity.scope == "partner" or caller.standing.may(f"{name}:read")
    )
    if identity.scope == "partner":
        readable = frozenset({"leads"})
    refused = [name for name in names or () if name not in readable]
    if refused:
        raise DomainError("forbidden", f"The role {identity.role} may not read {', '.join(refused)}.")
    chosen = readable if names is None else readable & frozenset(names)
    teams = identity.team_ids
    own_team = (identity.team_id,) if identity.team_id else ()
    return View(
        scope=identity.scope,
        topics=frozenset(TOPICS[name] for name in chosen),
        member_id=identity.member_id,
        partner_id=identity.partner_id,
        team_ids=frozenset((*teams, *own_team)),
        led_team_ids=frozenset(teams) if identity.scope == "subtree" else frozenset(),
        colleagues=await ids_in_teams(connection, teams) if identity.scope == "subtree" else frozenset(),
    )
