"""Bodies and answers about approvals."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Row

from services.pipeline.approval.domain import DealApproval, Status
from services.pipeline.body import Strict, Text2000, money
from shared.contracts.money import Money


class ApprovalRequest(Strict):
    """For which gate (its id, as `GET /v1/deals/{id}/gates` names it), and why."""

    gate_id: UUID
    comment: Text2000 = None


class Decision(Strict):
    """What the approver says to it."""

    comment: Text2000 = None


class ApprovalOut(BaseModel):
    """An approval. `amount`: what the deal was worth when it was asked for, which is what it is good for.

    `approver_role`, `approver_id`: who may decide; `requested_by`, `decided_by`: members' ids.
    """

    id: UUID
    deal_id: UUID
    gate_id: UUID
    gate: str
    status: Status
    amount: Money | None
    comment: str | None
    approver_role: str | None
    approver_id: UUID | None
    requested_by: str
    decided_by: str | None
    decided_at: datetime | None
    decision: str | None
    expires_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int


def approval_out(found: DealApproval | Row[Any]) -> dict[str, Any]:
    """For `json_body.dumps`: the fields of ApprovalOut."""
    shown = {name: getattr(found, name) for name in ApprovalOut.model_fields}
    return {**shown, "amount": money(found.amount, found.currency)}
