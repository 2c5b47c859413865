"""A member of a deal's team."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.contracts.events.pipeline_deal import TeamAccess

TeamRole = Literal[
    "account_manager",
    "sales_engineer",
    "product_specialist",
    "executive_sponsor",
    "partner_manager",
    "legal",
    "finance",
    "delivery",
    "support",
    "helper",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class DealMember:
    """On the team until `left_at`. `access`: sees the deal, or changes it too. `added_by`: a member's id."""

    id: UUID
    deal_id: UUID
    member_id: UUID
    role: TeamRole
    access: TeamAccess
    added_by: str
    left_at: datetime | None = None
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
