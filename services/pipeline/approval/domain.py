"""An approval that a gate asks for. It is good for the amount it was asked for, and for a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

Status = Literal["pending", "approved", "rejected", "expired"]
OVER = "approval.over"
"""On the agenda: its time is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DealApproval:
    """`amount` is what the deal was worth when it was asked for. `expires_at`: until when it is good."""

    id: UUID
    deal_id: UUID
    gate_id: UUID
    gate: str
    status: Status = "pending"
    comment: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    base_amount: Decimal | None = None
    base_currency: str | None = None
    approver_role: str | None = None
    approver_id: UUID | None = None
    requested_by: str
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision: str | None = None
    expires_at: datetime | None = None
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
