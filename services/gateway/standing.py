"""What a credential is good for right now, from the database."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from services.gateway.api_key.use_cases.check_key import KeyRing
from services.gateway.caller.domain import Credential, Standing
from services.gateway.member.use_cases.read_members import place_of
from services.gateway.role.domain import SCOPES
from services.gateway.session.use_cases.keep_session import find_session
from services.gateway.team.use_cases.read_teams import subtree_led_by
from shared.contracts.identity import Identity
from shared.persistence.database import Database


def standings(
    database: Database, keys: KeyRing, now: Callable[[], datetime]
) -> Callable[[Credential], Awaitable[Standing | None]]:
    """The loader of the caller directory."""

    async def load(credential: Credential) -> Standing | None:
        if credential.kind == "partner":
            return await _of_partner(credential, keys)
        return await _of_member(credential, database, now())

    return load


async def _of_partner(credential: Credential, keys: KeyRing) -> Standing | None:
    key = await keys.good(credential.key_id or "")
    if key is None or key.partner_id != credential.subject:
        return None
    subject = credential.subject
    identity = Identity(sub=str(subject), kind="partner", role="partner", scope="partner", partner_id=subject)
    return Standing(identity, key.permissions)


async def _of_member(credential: Credential, database: Database, now: datetime) -> Standing | None:
    if credential.session_id is None:
        return None
    async with database.reading() as connection:
        session = await find_session(connection, credential.session_id)
        place = await place_of(connection, credential.subject)
        if session is None or place is None:
            return None
        if session.member_id != credential.subject or not session.is_good(now) or not place.active:
            return None
        scope = SCOPES.get(place.role, "none")
        leads = scope == "subtree"
        teams = await subtree_led_by(connection, credential.subject, place.team_id) if leads else ()
    return Standing(
        Identity(
            sub=str(credential.subject),
            kind="member",
            role=place.role,
            scope=scope,
            team_id=place.team_id,
            team_ids=teams,
        )
    )
