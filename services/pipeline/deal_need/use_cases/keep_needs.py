"""A need of the customer is recorded, put better, or withdrawn."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.use_cases.note_on_deal import hold_deal, note_on_deal
from services.pipeline.deal_need.domain import DealNeed
from services.pipeline.deal_need.repository import NEEDS
from services.pipeline.merging import merged
from services.pipeline.records import advanced
from shared.contracts.events.pipeline_deal import DealNeedChanged, DealNeedRecorded, DealNeedWithdrawn
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.web.merge import require_version


async def record_need(
    connection: AsyncConnection, deal_id: UUID, caller: Identity, values: Mapping[str, Any], *, now: datetime
) -> DealNeed:
    """The new need. Refuses with `deal_not_found`."""
    deal = await hold_deal(connection, deal_id, caller)
    need = DealNeed(
        id=new_id(), deal_id=deal_id, recorded_by=caller.sub, created_at=now, updated_at=now, **values
    )
    await NEEDS.add(connection, need)
    await note_on_deal(connection, deal, DealNeedRecorded, now=now, need_id=need.id)
    return need


async def edit_need(
    connection: AsyncConnection,
    deal_id: UUID,
    need_id: UUID,
    caller: Identity,
    fields: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> DealNeed:
    """The need with these values. Refuses with `deal_not_found`, `need_not_found`, `version_conflict`."""
    deal = await hold_deal(connection, deal_id, caller)
    before = await _standing(connection, deal_id, need_id)
    changes = await merged(connection, before, fields, seen_version=seen_version)
    if not changes:
        return before
    after = advanced(before, changes, now)
    await NEEDS.save(connection, after)
    await note_on_deal(connection, deal, DealNeedChanged, now=now, need_id=need_id)
    return after


async def withdraw_need(
    connection: AsyncConnection,
    deal_id: UUID,
    need_id: UUID,
    caller: Identity,
    *,
    seen_version: int | None,
    now: datetime,
) -> None:
    """It counts no more. Refuses with `deal_not_found`, `need_not_found`, `version_conflict`."""
    deal = await hold_deal(connection, deal_id, caller)
    before = await _standing(connection, deal_id, need_id)
    if seen_version is not None:
        require_version(before.version, seen_version)
    await NEEDS.save(connection, advanced(before, {"withdrawn_at": now}, now))
    await note_on_deal(connection, deal, DealNeedWithdrawn, now=now, need_id=need_id)


async def _standing(connection: AsyncConnection, deal_id: UUID, need_id: UUID) -> DealNeed:
    need = await NEEDS.get(connection, deal_id, need_id)
    if need.withdrawn_at is not None:
        raise NEEDS.missing()
    return need
