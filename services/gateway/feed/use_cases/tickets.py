"""One-time tickets: a browser's EventSource cannot send a header, so it gets a ticket for one connection."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.caller.domain import Credential
from services.gateway.feed import repository

TICKET_LIFE = timedelta(seconds=30)


async def make_ticket(connection: AsyncConnection, credential: Credential, *, now: datetime) -> str:
    """A ticket for one connection within 30 seconds."""
    ticket = f"dst_{secrets.token_urlsafe(32)}"
    kept = {
        "kind": credential.kind,
        "subject": str(credential.subject),
        "session_id": str(credential.session_id) if credential.session_id else None,
        "key_id": credential.key_id,
    }
    await repository.put_ticket(connection, _hash(ticket), kept, expires_at=now + TICKET_LIFE, now=now)
    return ticket


async def use_ticket(connection: AsyncConnection, ticket: str, *, now: datetime) -> Credential | None:
    """Whose ticket this is; it is used up. None when it is none, or over."""
    kept = await repository.take_ticket(connection, _hash(ticket), now)
    if kept is None:
        return None
    session = kept["session_id"]
    return Credential(
        kept["kind"],
        UUID(kept["subject"]),
        session_id=UUID(session) if session else None,
        key_id=kept["key_id"],
    )


def _hash(ticket: str) -> bytes:
    return hashlib.sha256(ticket.encode()).digest()
