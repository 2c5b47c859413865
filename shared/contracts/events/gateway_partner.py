"""Topic `gateway.partner`: organisations that sell for us and push leads."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.event import Event

PartnerKind = Literal["partner", "dealer", "distributor"]


class PartnerState(Event):
    """A partner after the change. The contract counts from its first day to its last, both included."""

    partner_id: UUID
    name: str
    created_at: datetime
    active: bool = True
    kind: PartnerKind = "partner"
    program_id: UUID | None = None
    territory_id: UUID | None = None
    product_ids: tuple[UUID, ...] = ()
    contract_starts_on: date | None = None
    contract_ends_on: date | None = None


class PartnerAdded(PartnerState):
    type: ClassVar[str] = "gateway.partner.added"


class PartnerChanged(PartnerState):
    type: ClassVar[str] = "gateway.partner.changed"


EVENTS = (PartnerAdded, PartnerChanged)
