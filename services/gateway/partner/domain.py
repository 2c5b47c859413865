"""A partner: an organisation that sells for us and whose system pushes leads."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.gateway_partner import PartnerAdded, PartnerChanged, PartnerKind, PartnerState
from shared.web.merge import check_or_merge, next_field_versions

KINDS: tuple[PartnerKind, ...] = ("partner", "dealer", "distributor")
_PUBLIC = tuple(name for name in PartnerState.model_fields if name not in ("partner_id", "changed"))


class PartnerError(DomainError):
    """A partner could not be made or changed."""


@dataclass(frozen=True, slots=True)
class Partner:
    """An inactive partner's keys open nothing. `contact_ids` name contacts: what is known of people is kept
    by the leads service alone."""

    id: UUID
    name: str
    description: str | None
    active: bool
    created_at: datetime
    updated_at: datetime
    kind: PartnerKind = "partner"
    program_id: UUID | None = None
    territory_id: UUID | None = None
    product_ids: tuple[UUID, ...] = ()
    contact_ids: tuple[UUID, ...] = ()
    contract_starts_on: date | None = None
    contract_ends_on: date | None = None
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)

    def check(self) -> None:
        """Refuses a contract that ends before it starts."""
        starts, ends = self.contract_starts_on, self.contract_ends_on
        if starts is not None and ends is not None and ends < starts:
            detail = "The contract ends before it starts."
            found = FieldError("/contract_ends_on", "before_start", detail)
            raise PartnerError("validation_failed", detail, [found])

    def added(self) -> PartnerAdded:
        """The fact that this partner is new."""
        return PartnerAdded(**_state(self, _PUBLIC))

    def edited(
        self, changes: Mapping[str, Any], *, seen_version: int, now: datetime
    ) -> tuple["Partner", PartnerChanged | None]:
        """The partner with the changes, and the fact, None when nothing differs. Refuses `version_conflict`,
        and a contract that ends before it starts."""
        wanted = check_or_merge(
            changes,
            current=asdict(self),
            version=self.version,
            field_versions=self.field_versions,
            seen_version=seen_version,
        )
        if not wanted:
            return self, None
        version = self.version + 1
        edited = replace(
            self,
            **wanted,
            version=version,
            updated_at=now,
            field_versions=next_field_versions(self.field_versions, wanted, version),
        )
        edited.check()
        return edited, PartnerChanged(**_state(edited, tuple(wanted)))


def _state(partner: Partner, changed: tuple[str, ...]) -> dict[str, Any]:
    return {
        "partner_id": partner.id,
        "changed": changed,
        **{name: getattr(partner, name) for name in _PUBLIC},
    }
