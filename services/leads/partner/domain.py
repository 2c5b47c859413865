"""A partner as leads knows it."""

from dataclasses import dataclass
from uuid import UUID

from shared.contracts.events.gateway_partner import PartnerKind


@dataclass(frozen=True, slots=True)
class KnownPartner:
    """One that was told of; the gateway keeps the rest."""

    id: UUID
    name: str
    kind: PartnerKind
    active: bool
    program_id: UUID | None
