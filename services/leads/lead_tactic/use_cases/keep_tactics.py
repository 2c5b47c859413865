"""Tactics are planned and kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead_tactic.domain import Tactic
from services.leads.lead_tactic.repository import TACTICS
from services.leads.lead_tactic.schemas import TacticCreate
from services.leads.member.use_cases.check_owners import check_owner
from services.leads.record.domain import Change, edited
from services.leads.record.use_cases.keep_settings import Settings
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id

ALL_TACTICS = Settings(TACTICS, "lead_tactic")


async def add_tactic(
    connection: AsyncConnection, identity: Identity, body: TacticCreate, *, now: datetime
) -> Tactic:
    """The new tactic, the caller's unless another owner is named. Refuses a name that is taken."""
    values = {name: getattr(body, name) for name in TacticCreate.model_fields}
    owner = values.pop("owner_id") or identity.member_id
    tactic = Tactic(id=new_id(), created_at=now, updated_at=now, owner_id=owner, **values)
    tactic.check()
    await check_owner(connection, identity, owner)
    return await ALL_TACTICS.add(connection, tactic, now=now)


async def edit_tactic(
    connection: AsyncConnection,
    identity: Identity,
    tactic_id: UUID,
    values: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> Tactic:
    """The tactic with these values."""
    await check_owner(connection, identity, values.get("owner_id"))

    def decide(tactic: Tactic) -> Change[Tactic] | None:
        change = edited(tactic, values, now=now)
        if change is not None:
            change.after.check()
        return change

    return await ALL_TACTICS.change(connection, tactic_id, decide, seen_version=seen_version)
