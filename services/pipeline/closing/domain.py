"""How a deal was negotiated and signed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """One for each deal, with the deal's id. `signer_id`: the contact who signs; names are not here."""

    id: UUID
    negotiation_notes: str | None = None
    agreed_terms: str | None = None
    contract_number: str | None = None
    contract_version: str | None = None
    signing_date: date | None = None
    signer_id: UUID | None = None
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)

    @property
    def deal_id(self) -> UUID:
        """The deal it belongs to."""
        return self.id
