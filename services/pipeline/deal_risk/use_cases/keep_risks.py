"""A risk is recorded, judged anew, mitigated, closed; or it comes true."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.use_cases.note_on_deal import hold_deal, note_on_deal
from services.pipeline.deal_risk.domain import DealRisk
from services.pipeline.deal_risk.repository import RISKS
from services.pipeline.members import know_seers
from services.pipeline.merging import merged
from services.pipeline.records import advanced
from shared.contracts.events.pipeline_deal import AboutRisk, DealRiskChanged, DealRiskRecorded
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id


async def record_risk(
    connection: AsyncConnection, deal_id: UUID, caller: Identity, values: Mapping[str, Any], *, now: datetime
) -> DealRisk:
    """The new risk, for which by default the owner is accountable. Refuses with `deal_not_found`,
    `reference_unknown`, `cannot_see_deal`."""
    deal = await hold_deal(connection, deal_id, caller)
    await _know_accountable(connection, values, deal)
    accountable_id = values.get("accountable_id") or deal.owner_id
    recorded = DealRisk(
        id=new_id(),
        deal_id=deal_id,
        recorded_by=caller.sub,
        created_at=now,
        updated_at=now,
        **{**values, "accountable_id": accountable_id},
    )
    await RISKS.add(connection, recorded)
    await _tell(connection, deal, DealRiskRecorded, recorded, now=now)
    return recorded


async def edit_risk(
    connection: AsyncConnection,
    deal_id: UUID,
    risk_id: UUID,
    caller: Identity,
    fields: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> DealRisk:
    """The risk with these values. Refuses with `deal_not_found`, `risk_not_found`, `version_conflict`,
    `reference_unknown`, `cannot_see_deal`."""
    deal = await hold_deal(connection, deal_id, caller)
    before = await RISKS.get(connection, deal_id, risk_id)
    changes = await merged(connection, before, fields, seen_version=seen_version)
    if not changes:
        return before
    await _know_accountable(connection, changes, deal)
    after = advanced(before, changes, now)
    await RISKS.save(connection, after)
    await _tell(connection, deal, DealRiskChanged, after, now=now)
    return after


async def _know_accountable(connection: AsyncConnection, values: Mapping[str, Any], deal: Deal) -> None:
    accountable_id = values.get("accountable_id")
    if accountable_id is not None:
        await know_seers(connection, {"/accountable_id": accountable_id}, deal)


async def _tell(
    connection: AsyncConnection, deal: Deal, kind: type[AboutRisk], risk: DealRisk, *, now: datetime
) -> None:
    await note_on_deal(
        connection,
        deal,
        kind,
        now=now,
        risk_id=risk.id,
        severity=risk.severity,
        risk_status=risk.status,
        accountable_id=risk.accountable_id,
    )
