"""An approval is asked for, given, refused; and one day it is over."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.approval import repository
from services.pipeline.approval.domain import OVER, DealApproval
from services.pipeline.approval.repository import APPROVALS
from services.pipeline.body import columns_of
from services.pipeline.deal import repository as deals
from services.pipeline.deal.rows import Found
from services.pipeline.deal.use_cases.note_on_deal import note_on_deal
from services.pipeline.gate.domain import Gate
from services.pipeline.records import advanced
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.pipeline_deal import (
    DealApprovalDecided,
    DealApprovalExpired,
    DealApprovalRequested,
)
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.web.merge import require_version


async def request_approval(
    connection: AsyncConnection,
    deal_id: UUID,
    gate_id: UUID,
    caller: Identity,
    *,
    comment: str | None,
    now: datetime,
) -> DealApproval:
    """The request, for the amount the deal has now. Refuses with `deal_not_found`, `deal_not_open`,
    `reference_unknown` a gate that asks for none, and `approval_pending` a second one."""
    found = await deals.get(connection, deal_id, caller, lock=True)
    deal = found.deal
    if deal.status != "open":
        raise DomainError("deal_not_open", f"The deal is {deal.status}; reopen it first.")
    gate = _gate_of(found, gate_id)
    if gate is None:
        detail = "The pipeline of the deal has no such gate that asks for an approval."
        raise DomainError("reference_unknown", detail, [FieldError("/gate_id", "reference_unknown", detail)])
    if await repository.pending(connection, deal_id, gate_id):
        raise DomainError("approval_pending", "It has been asked for already and waits.")
    asked = DealApproval(
        id=new_id(),
        deal_id=deal_id,
        gate_id=gate_id,
        gate=gate.label,
        comment=comment,
        approver_role=gate.approver_role or ("manager" if gate.approver_id is None else None),
        approver_id=gate.approver_id,
        requested_by=caller.sub,
        created_at=now,
        updated_at=now,
        **columns_of("amount", "currency", deal.amount),
        **columns_of("base_amount", "base_currency", deal.base_amount),
    )
    await APPROVALS.add(connection, asked)
    told = {"approval_id": asked.id, "gate_id": gate_id}
    await note_on_deal(connection, deal, DealApprovalRequested, now=now, **told)
    return asked


async def see_approval(connection: AsyncConnection, approval_id: UUID, caller: Identity) -> DealApproval:
    """One of a deal the caller may see, or asked of the caller. Refuses with `approval_not_found`."""
    found = await APPROVALS.find(connection, approval_id)
    if found is None:
        raise APPROVALS.missing()
    if found.approver_id is None or found.approver_id != caller.member_id:
        try:
            await deals.get(connection, found.deal_id, caller, reading=True)
        except DomainError:
            raise APPROVALS.missing() from None
    return found


async def decide_approval(
    connection: AsyncConnection,
    approval_id: UUID,
    caller: Identity,
    *,
    approved: bool,
    comment: str | None,
    seen_version: int | None,
    now: datetime,
) -> DealApproval:
    """The decision. Refuses with `approval_not_found`, `version_conflict`, `state_conflict` what does not
    wait any more, and with `forbidden` everybody but the approver, and who has asked for it."""
    deal_id = (await see_approval(connection, approval_id, caller)).deal_id
    held = await deals.hold(connection, deal_id)
    before = await APPROVALS.get(connection, deal_id, approval_id)
    if seen_version is not None:
        require_version(before.version, seen_version)
    gate = _gate_of(held, before.gate_id)
    if before.status != "pending" or gate is None:
        raise DomainError("state_conflict", f"It is {before.status}, or its gate is no more.")
    if before.requested_by == caller.sub or not gate.may_decide(caller.member_id, caller.role):
        raise DomainError("forbidden", "Only who the gate names may decide, and not who has asked.")
    ends = now + timedelta(days=gate.valid_days) if approved and gate.valid_days else None
    changes = {
        "status": "approved" if approved else "rejected",
        "decided_by": caller.sub,
        "decided_at": now,
        "decision": comment,
        "expires_at": ends,
    }
    after = advanced(before, changes, now)
    await APPROVALS.save(connection, after)
    if ends is not None:
        await plan_work(connection, [Due(OVER, after.id, ends, {"deal_id": str(after.deal_id)})])
    told = {"approval_id": after.id, "gate_id": after.gate_id, "approved": approved}
    await note_on_deal(connection, held.deal, DealApprovalDecided, now=now, **told)
    return after


async def end_approvals(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Approvals whose time is over are told of; a gate does not take them any more since that instant."""
    for entry in sorted(entries, key=lambda each: str(each.payload["deal_id"])):
        await _end(connection, UUID(entry.payload["deal_id"]), entry.subject_id, now)


async def _end(connection: AsyncConnection, deal_id: UUID, approval_id: UUID, now: datetime) -> None:
    held = await deals.hold(connection, deal_id)
    before = await APPROVALS.get(connection, deal_id, approval_id)
    if before.status != "approved":
        return
    await APPROVALS.save(connection, advanced(before, {"status": "expired"}, now))
    told = {"approval_id": approval_id, "gate_id": before.gate_id}
    await note_on_deal(connection, held.deal, DealApprovalExpired, now=now, **told)


def _gate_of(found: Found, gate_id: UUID) -> Gate | None:
    gates = (gate for gate in found.pipeline.gates if gate.kind == "approval")
    return next((gate for gate in gates if gate.id == gate_id), None)
