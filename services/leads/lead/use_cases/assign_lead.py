"""A lead gets an owner: the one who is named, or the rep whose turn it is."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead import turns
from services.leads.lead.domain import Lead, LeadError
from services.leads.lead.use_cases.change_lead import change_lead, load_lead
from services.leads.member.use_cases.check_owners import check_owner
from shared.contracts.identity import Identity


async def assign_lead(
    connection: AsyncConnection,
    identity: Identity,
    lead_id: UUID,
    owner_id: UUID | None,
    *,
    seen_version: int | None,
    now: datetime,
) -> Lead:
    """The lead with its owner, and in `assignment_reason` why. Needs a transaction.

    Refuses an owner who is no active member, and `no_eligible_owner` when it is nobody's turn.
    """
    if owner_id is None:
        await load_lead(connection, identity, lead_id)
        owner, reason = await _next_in_turn(connection, identity, now)
    else:
        await check_owner(connection, identity, owner_id)
        owner, reason = owner_id, "chosen by a member"
    return await change_lead(
        connection,
        identity,
        lead_id,
        lambda lead: lead.assign(owner, reason, now=now),
        seen_version=seen_version,
    )


async def _next_in_turn(connection: AsyncConnection, identity: Identity, now: datetime) -> tuple[UUID, str]:
    """Automatic assignments wait for each other, so that no two of them take the same turn."""
    await turns.wait_for_mine(connection)
    waiting = await turns.waiting_reps(connection, identity)
    if not waiting.count or waiting.next_id is None:
        raise LeadError("no_eligible_owner", "There is no active rep to assign the lead to.")
    await turns.take(connection, waiting.next_id, now)
    return waiting.next_id, f"next in turn: least recently assigned of {waiting.count} active reps"
