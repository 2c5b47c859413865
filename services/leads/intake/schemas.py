"""Bodies and answers of intake."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from services.leads.consent.schemas import Consents
from services.leads.intake.domain import (
    MOST_RELEASED,
    Door,
    Faulty,
    IntakeError,
    QuarantineStatus,
    ReceiptStatus,
)
from services.leads.lead.schemas import LeadFields
from services.leads.matching.domain import Kind
from services.leads.record.schemas import Identifier, Reason, Strict
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.leads_import import ImportKind
from shared.contracts.instants import Instant
from shared.web.batch import BatchItemResult
from shared.web.requests import nul_errors
from shared.web.validation import field_errors


class PartnerLead(LeadFields):
    """A lead under the partner's own reference. Pushing it again renews the fields that are named."""

    external_id: Identifier
    consents: Consents = ()

    def values(self) -> dict[str, Any]:
        """The lead's fields the partner named."""
        beside = ("external_id", "consents")
        return {name: value for name, value in self.given().items() if name not in beside}


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
    """What became of a pushed lead. `errors` is what is wrong with a push that lies in quarantine.
    `merged_into`: the lead it is part of by now, whose status and timeline these are."""

    id: UUID | None
    merged_into: UUID | None
    external_id: str
    status: Literal["new", "contacted", "qualified", "disqualified", "converted", "quarantined", "discarded"]
    duplicate: bool
    received_at: datetime
    timeline: list[TimelineEntry]
    errors: list[FieldFault] = []


class ReceiptItem(BaseModel):
    """One push: when it came, what it did, and the lead it is about."""

    receipt_id: UUID
    external_id: str
    received_at: datetime
    status: ReceiptStatus
    id: UUID | None


class ReceiptOut(ReceiptItem):
    """The same. `errors` is what is wrong while it lies in quarantine; `merged_into`: the lead that the
    pushed one is part of by now."""

    merged_into: UUID | None
    errors: list[FieldFault] = []


class LooksLike(BaseModel):
    """What a lead in quarantine looks like: the record, the score (0 to 100), and by which rule."""

    kind: Kind
    id: UUID
    score: int
    rule: str


class QuarantineOut(BaseModel):
    """A lead with faulty values, under suspicion of spam, or like something we have where its source's policy
    is to block; as it was sent or since corrected.

    `door`: partner, form, inquiry, import or api; `source_id`: the partner, form, inquiry or import.
    `partner_id` and `external_id` for pushes only; `record_kind`, `row_number` and `owner_id` for rows of
    files, of whoever uploaded them. `spam_score`: 0 to 100 with its reasons; null where none was made.
    """

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    door: Door
    source_id: UUID | None
    partner_id: UUID | None
    external_id: str | None
    spam_score: int | None
    spam_reasons: list[str]
    status: QuarantineStatus
    payload: dict[str, Any]
    errors: list[FieldFault]
    duplicates: list[LooksLike]
    record_kind: ImportKind
    row_number: int | None
    owner_id: UUID | None
    received_at: datetime
    updated_at: datetime
    lead_id: UUID | None
    record_id: UUID | None
    resolved_at: datetime | None
    resolved_by: str | None
    discard_reason: str | None


class Correct(Strict):
    """A merge patch of the payload: what is named changes, null takes a field away."""

    payload: dict[str, Any]


class Discard(Strict):
    """Why nothing will become of it."""

    reason: Reason


class EntriesMeant(Strict):
    """All open entries of a door, of one source, received in a time (`received_to` not included), up to a
    spam score."""

    door: Door | None = None
    source_id: UUID | None = None
    received_from: Instant | None = None
    received_to: Instant | None = None
    most_spam: Annotated[int, Field(ge=0, le=100)] | None = None

    @model_validator(mode="after")
    def _narrowed(self) -> "EntriesMeant":
        if not self.given():
            raise ValueError("name a door, a source or a time")
        return self


class ReleaseMany(Strict):
    """Entries by id, or all of a filter; the oldest 200 of them. `allow_duplicate`: they are none."""

    ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_RELEASED)] | None = None
    filter: EntriesMeant | None = None
    allow_duplicate: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> "ReleaseMany":
        if (self.ids is None) == (self.filter is None):
            raise ValueError("give either ids or filter")
        return self


class ReleasedEntry(BaseModel):
    """What became of one entry. `problem` is there when it could not be released."""

    id: UUID
    status: Literal["released", "rejected"]
    lead_id: UUID | None
    problem: dict[str, Any] | None


class ReleasedEntries(BaseModel):
    """One result for each entry. `more`: the filter has entries left; ask again."""

    items: list[ReleasedEntry]
    more: bool


class Release(Strict):
    """`allow_duplicate`: it is none, let it in."""

    allow_duplicate: bool = False
