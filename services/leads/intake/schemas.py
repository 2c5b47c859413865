"""Bodies and answers of intake."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from services.leads.intake.domain import Faulty, IntakeError, QuarantineStatus, ReceiptStatus
from services.leads.lead.schemas import LeadFields
from services.leads.record.schemas import Identifier, Reason, Strict
from shared.contracts.errors import DomainError, FieldError
from shared.web.batch import BatchItemResult
from shared.web.requests import nul_errors
from shared.web.validation import field_errors


class PartnerLead(LeadFields):
    """A lead under the partner's own reference. Pushing it again renews the fields that are named."""

    external_id: Identifier

    def values(self) -> dict[str, Any]:
        """The lead's fields the partner named."""
        given = self.given()
        given.pop("external_id")
        return given


def read_pushed(index: int, item: object) -> PartnerLead | Faulty:
    """A good lead, or one with faulty values. Raises IntakeError when the structure is wrong: no object, an
    unknown field, no usable `external_id`. An item that is a DomainError already is raised as it is."""
    if isinstance(item, DomainError):
        raise item
    found = nul_errors(item)
    if found:
        raise _structure(found)
    try:
        return PartnerLead.model_validate(item)
    except ValidationError as error:
        findings = error.errors(include_url=False, include_input=False)
    errors = field_errors(findings)
    wrong = [finding for finding in findings if _is_structural(finding)]
    if wrong or not isinstance(item, dict):
        raise _structure(errors)
    return Faulty(index, item["external_id"].strip(), item, errors)


def _is_structural(finding: Any) -> bool:
    at = finding["loc"]
    return not at or at[0] == "external_id" or finding["type"] == "extra_forbidden"


def _structure(errors: tuple[FieldError, ...]) -> IntakeError:
    return IntakeError("validation_failed", "This is not a lead as described.", errors)


class FieldFault(BaseModel):
    """One thing wrong with one field."""

    pointer: str
    code: str
    detail: str


class PushAnswer(BaseModel):
    """What became of one pushed lead. `id` is null while it is in quarantine; `errors` say why."""

    id: UUID | None
    external_id: str
    status: ReceiptStatus
    receipt_id: UUID
    errors: list[FieldFault] = []


class PushedItem(BatchItemResult):
    """What became of one item of a batch."""

    external_id: str | None = None
    receipt_id: UUID | None = None


class PushedBatch(BaseModel):
    """One result for each item, in the order they were sent."""

    items: list[PushedItem]


class TimelineEntry(BaseModel):
    """When and what: received, updated, quarantined, assigned, contacted, qualified, converted, won ..."""

    at: datetime
    what: str


class PartnerLeadOut(BaseModel):
    """What became of a pushed lead. `errors` is what is wrong with a push that lies in quarantine."""

    id: UUID | None
    external_id: str
    status: Literal["new", "contacted", "qualified", "disqualified", "converted", "quarantined", "discarded"]
    duplicate: bool
    received_at: datetime
    timeline: list[TimelineEntry]
    errors: list[FieldFault] = []


class ReceiptOut(BaseModel):
    """One push: when it came and what it did. `errors` is what is wrong while it lies in quarantine."""

    receipt_id: UUID
    external_id: str
    received_at: datetime
    status: ReceiptStatus
    id: UUID | None
    errors: list[FieldFault] = []


class QuarantineOut(BaseModel):
    """A pushed lead with faulty values, as it was sent or since corrected."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    partner_id: UUID
    external_id: str
    status: QuarantineStatus
    payload: dict[str, Any]
    errors: list[FieldFault]
    received_at: datetime
    updated_at: datetime
    lead_id: UUID | None
    resolved_at: datetime | None
    resolved_by: str | None
    discard_reason: str | None


class Correct(Strict):
    """A merge patch of the payload: what is named changes, null takes a field away."""

    payload: dict[str, Any]


class Discard(Strict):
    """Why nothing will become of it."""

    reason: Reason


class Release(Strict):
    """Nothing is asked."""
