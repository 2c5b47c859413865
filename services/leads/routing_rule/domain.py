"""A routing rule, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.leads.seller.domain import SellerGroup
from shared.contracts.errors import DomainError

Hours = Literal["required", "preferred", "ignored"]


class RuleError(DomainError):
    """A rule that cannot be."""


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """Asked in the order of `position`. `condition`: an expression over the lead, None holds for every lead.

    `action`: what becomes of the lead, by its `type`. `fallthrough`: the next rule is asked when nobody is
    eligible; otherwise the lead goes to the default queue.
    """

    id: UUID
    created_at: datetime
    updated_at: datetime
    name: str
    position: int
    action: Mapping[str, Any]
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    active: bool = True
    condition: str | None = None
    fallthrough: bool = True
    working_hours: Hours = "ignored"
    respect_capacity: bool = True
    seller_group: SellerGroup | None = None
    archived_at: datetime | None = None
