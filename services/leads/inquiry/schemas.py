"""Bodies and answers of inquiries."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints

from services.leads.inquiry.domain import KINDS, InquiryKind, InquiryStatus
from services.leads.record.schemas import (
    Country,
    Email,
    Line80,
    Line200,
    Line500,
    Origin,
    Phone,
    Prose,
    Strict,
    invalid,
    read,
)
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.instants import Instant
from shared.web.requests import nul_errors

_Sender = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
_Header = Annotated[str, StringConstraints(max_length=1000)]
_Domain = Annotated[
    str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}$")
]


class _Inquiry(Origin):
    """What all kinds may have."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    campaign: Line200 = None
    country: Country = None


class EmailInquiry(_Inquiry):
    """A mail as a mail program parsed it. `message_id` makes it one however often it is sent; `headers` by
    name, to tell people from machines."""

    kind: Literal["email"]
    sender: Annotated[_Sender, Field(alias="from")]
    to: Annotated[tuple[_Sender, ...], Field(max_length=100)] = ()
    subject: Line500 = None
    text: Annotated[str, StringConstraints(max_length=100_000)] | None = None
    message_id: Line500 = None
    in_reply_to: Line500 = None
    received_at: Instant
    headers: Annotated[dict[str, _Header], Field(max_length=100)] = Field(default_factory=dict)


class CallInquiry(_Inquiry):
    """A call. `from`: the caller's number (of an outbound call `to` is the other's), null when withheld."""

    kind: Literal["call"]
    sender: Annotated[Line80, Field(alias="from")] = None
    to: Line80 = None
    direction: Literal["inbound", "outbound"] = "inbound"
    name: Line200 = None
    started_at: Instant
    duration_seconds: Annotated[int, Field(ge=0, le=86_400, strict=True)] | None = None
    outcome: Line80 = None
    recording_url: Line500 = None
    notes: Prose = None


class SiteVisitInquiry(_Inquiry):
    """A visit of our site, of somebody whose address is known, or by a key of the visitor only."""

    kind: Literal["site_visit"]
    url: Line500 = None
    referrer: Line500 = None
    utm_source: Line80 = None
    utm_medium: Line80 = None
    utm_campaign: Line200 = None
    utm_term: Line200 = None
    utm_content: Line200 = None
    visitor_key: Line200 = None
    email: Email = None
    name: Line200 = None
    at: Instant


class SocialInquiry(_Inquiry):
    """A message in a social network. `author`: the name or handle there."""

    kind: Literal["social"]
    network: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    author: Line200 = None
    text: Prose = None
    url: Line500 = None
    email: Email = None
    phone: Phone = None
    at: Instant


AnyInquiry = EmailInquiry | CallInquiry | SiteVisitInquiry | SocialInquiry
InquiryIn = Annotated[AnyInquiry, Field(discriminator="kind")]


class InquiryBody(RootModel[InquiryIn]):
    """An inquiry of any kind."""


_MODELS: Mapping[object, type[AnyInquiry]] = {
    "email": EmailInquiry,
    "call": CallInquiry,
    "site_visit": SiteVisitInquiry,
    "social": SocialInquiry,
}


def read_body(item: object) -> AnyInquiry:
    """The item as an inquiry of its kind. Raises DomainError with a pointer for every fault; an item that is
    one already is raised as it is."""
    if isinstance(item, DomainError):
        raise item
    unfit = nul_errors(item)
    if unfit:
        raise invalid(unfit)
    if not isinstance(item, dict):
        raise invalid((FieldError("", "wrong_type", "An inquiry is an object."),))
    kind = item.get("kind")
    model = _MODELS.get(kind) if isinstance(kind, str) else None
    if model is None:
        code = "required" if kind is None else "unknown_value"
        raise invalid((FieldError("/kind", code, f"One of {', '.join(KINDS)}."),))
    return read(model, item)


class InquiryAnswer(BaseModel):
    """What became of an inquiry. `receipt_id` is its id, to ask again."""

    id: UUID
    receipt_id: UUID
    status: InquiryStatus | Literal["unchanged"]
    lead_id: UUID | None
    contact_id: UUID | None
    account_id: UUID | None
    activity_id: UUID | None


class InquiryResult(BaseModel):
    """What became of one item of a batch; `problem` is there when it was rejected."""

    index: int
    status: InquiryStatus | Literal["unchanged", "rejected"]
    id: UUID | None = None
    receipt_id: UUID | None = None
    lead_id: UUID | None = None
    contact_id: UUID | None = None
    account_id: UUID | None = None
    activity_id: UUID | None = None
    problem: dict[str, Any] | None = None


class InquiryBatchAnswer(BaseModel):
    """One result for each item, in order."""

    items: list[InquiryResult]


class InquiryOut(BaseModel):
    """An inquiry. It was handled by the first activity of ours with the person after it: `handled_at`,
    `handled_by` (its owner), `response_minutes` from `at`, `outcome`; null while nobody has answered. A call
    that was picked up was handled at once."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: InquiryKind
    at: datetime
    created_at: datetime
    source_system: str | None
    external_id: str | None
    status: InquiryStatus
    ignored_because: str | None
    email: str | None
    phone: str | None
    subject: str | None
    text: str | None
    lead_id: UUID | None
    contact_id: UUID | None
    account_id: UUID | None
    activity_id: UUID | None
    quarantine_id: UUID | None
    owner_id: UUID | None
    handled_at: datetime | None = None
    handled_by: UUID | None = None
    response_minutes: float | None = None
    outcome: str | None = None


class SettingsIn(Strict):
    """Mail from these domains and those below them is our own, and no inquiry."""

    own_mail_domains: Annotated[tuple[_Domain, ...], Field(max_length=100)]


class SettingsOut(BaseModel):
    """How inquiries are told from our own mail."""

    version: int
    own_mail_domains: list[str]
