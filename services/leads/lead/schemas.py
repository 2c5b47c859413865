"""Bodies and answers of leads."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StringConstraints,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from services.leads.consent.schemas import Consents
from services.leads.lead.domain import Judge, Lead
from services.leads.person.domain import Way
from services.leads.record.schemas import (
    Country,
    Email,
    Identifier,
    Language,
    Line40,
    Line80,
    Line200,
    Line500,
    Origin,
    Phone,
    Prose,
    Reason,
    Strict,
    raw,
)
from shared.contracts.events.leads_lead import LeadStatus, ScoreState
from shared.contracts.events.leads_lead import Origin as LeadOrigin
from shared.contracts.instants import Instant
from shared.contracts.money import Money
from shared.web.batch import MOST_ITEMS, BatchItems


def _one_is_a_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


_Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
_Long = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
_Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
_Number = Annotated[StrictInt, Field(ge=-(2**53), le=2**53)]
Tags = Annotated[tuple[_Short, ...], BeforeValidator(_one_is_a_list), Field(max_length=50)]
Needs = Annotated[tuple[_Long, ...], BeforeValidator(_one_is_a_list), Field(max_length=50)]
Attribute = _Text | StrictBool | _Number | StrictFloat
Attributes = Annotated[dict[_Short, Attribute], Field(max_length=100)]


def _not_negative(value: Money) -> Money:
    if value.amount < 0:
        raise PydanticCustomError("negative_amount", "What a lead may be worth is not negative.")
    return value


def _any_case(value: Any) -> Any:
    """As people write it in files: `Phone`, `E-Mail`, and nothing in an empty cell."""
    return value.strip().lower().replace("-", "") or None if isinstance(value, str) else value


Worth = Annotated[Money, AfterValidator(_not_negative)]


class LeadFields(Strict):
    """What is known of a lead. `attributes` are free-form facts; scoring learns from them.

    `preferred_channel`: the way the person wants to be spoken to."""

    name: Line200 = None
    first_name: Line80 = None
    last_name: Line80 = None
    company: Line200 = None
    job_title: Line200 = None
    email: Email = None
    country: Country = None
    phone: Phone = None
    region: Line80 = None
    city: Line80 = None
    postal_code: Annotated[Line40, Field(max_length=20)] = None
    industry: Line80 = None
    employees: Annotated[int, Field(strict=True, ge=0, le=10_000_000)] | None = None
    website: Line200 = None
    language: Language = None
    origin: LeadOrigin | None = None
    source: Line80 = None
    medium: Line80 = None
    referrer: Line500 = None
    landing_page: Line500 = None
    channel: Line80 = None
    campaign: Line200 = None
    product_interest: Line200 = None
    expected_value: Worth | None = None
    tags: Tags = ()
    needs: Needs = ()
    attributes: Attributes = Field(default_factory=dict)
    notes: Prose = None
    preferred_channel: Annotated[Way | None, BeforeValidator(_any_case)] = None

    @field_validator("tags")
    @classmethod
    def _distinct(cls, tags: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(tags))


class LeadCreate(LeadFields, Origin):
    """A lead made by a member, or loaded from another system with its own date and reference there.

    `allow_duplicate`: it is no duplicate, whatever the policy of its source makes of what it looks like."""

    category: Line80 = None
    owner_id: UUID | None = None
    created_at: Instant | None = None
    consents: Consents = ()
    allow_duplicate: bool = False

    def values(self) -> dict[str, Any]:
        """The lead's own fields the caller named."""
        beside = ("owner_id", "consents", "allow_duplicate")
        return {name: value for name, value in self.own_fields().items() if name not in beside}


class LeadPatch(LeadFields):
    """A merge patch: what is named changes, null empties."""

    name: Line200 = None
    tags: Tags | None = ()  # type: ignore[assignment]  # null empties the list
    needs: Needs | None = ()  # type: ignore[assignment]
    category: Line80 = None
    attributes: dict[_Short, Attribute | None] | None = None  # type: ignore[assignment]

    @field_validator("tags")
    @classmethod
    def _distinct(cls, tags: tuple[str, ...] | None) -> tuple[str, ...]:
        return tuple(dict.fromkeys(tags or ()))

    def values(self, attributes: Mapping[str, Any]) -> dict[str, Any]:
        """The fields to change; `attributes` are the present ones, into which the patch's are merged."""
        given = self.given()
        for name in ("tags", "needs"):
            if name in given:
                given[name] = given[name] or ()
        if "attributes" in given:
            merged = {} if self.attributes is None else {**attributes, **self.attributes}
            given["attributes"] = {name: value for name, value in merged.items() if value is not None}
        return given


class Disqualify(Strict):
    """Why the lead is not worth selling to."""

    reason: Reason


class OutcomeElsewhere(Strict):
    """Whether the lead converted in the system it was loaded from, and when that was settled."""

    converted: bool
    at: Instant


class OutcomeItem(OutcomeElsewhere):
    """The same for one of many leads, named by its id here or by where it was loaded from."""

    lead_id: UUID | None = None
    source_system: Identifier | None = None
    external_id: Identifier | None = None

    @model_validator(mode="after")
    def _names_one_lead(self) -> "OutcomeItem":
        if (self.lead_id is None) == (self.key() is None):
            raise ValueError("name the lead by lead_id, or by source_system and external_id")
        return self

    def key(self) -> tuple[str, str] | None:
        """Where the lead was loaded from; None when it is named by its id."""
        if self.source_system is None or self.external_id is None:
            return None
        return self.source_system, self.external_id


class WantedDeal(Strict):
    """The deal to open."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    amount: Money | None = None
    pipeline_id: UUID | None = None
    expected_close: date | None = None


class Convert(Strict):
    """What the lead becomes. Without `account_id`, the account of the same company name, or a new one."""

    deal: WantedDeal | None = None
    account_id: UUID | None = None


class Qualify(Strict):
    """Nothing is asked."""


class OutcomeBatch(BatchItems):
    """1 to 1,000 outcomes; each is judged by itself."""

    items: Annotated[list[raw(OutcomeItem)], Field(min_length=1, max_length=MOST_ITEMS)]  # type: ignore[valid-type]


class Assignment(BaseModel):
    """Who owns the lead and why."""

    owner_id: UUID
    reason: str
    at: datetime


class LeadOut(BaseModel):
    """A lead. `category_by`, `segment_by`: a member or a rule. `target_customer`: null until the three
    questions of fit are answered. `score`: probability (0 to 1) of becoming a customer, null until a model
    is trained (`score_state` says why); `grade`: A to D by the model in service; `fit_points` and
    `engagement_points`: by rules, 0 to 100 each, never mixed with the probability. `deal_id` is null until
    the pipeline has opened the deal; `do_not_contact`: channels on which consent was withdrawn."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    status: LeadStatus
    name: str
    first_name: str | None
    last_name: str | None
    company: str | None
    job_title: str | None
    email: str | None
    phone: str | None
    country: str | None
    region: str | None
    city: str | None
    postal_code: str | None
    industry: str | None
    employees: int | None
    website: str | None
    language: str | None
    origin: LeadOrigin | None
    source: str | None
    medium: str | None
    referrer: str | None
    landing_page: str | None
    channel: str | None
    campaign: str | None
    product_interest: str | None
    category: str | None
    category_by: Judge | None
    segment: str | None
    segment_by: Judge | None
    target_customer: bool | None
    do_not_pursue: bool
    expected_value: Money | None
    do_not_contact: list[str]
    preferred_channel: Way | None
    tags: list[str]
    needs: list[str]
    attributes: dict[str, Any]
    notes: str | None
    score: Annotated[float, Field(ge=0, le=1)] | None
    score_state: ScoreState
    grade: str | None
    fit_points: int | None
    engagement_points: int | None
    scored_at: datetime | None
    territory_id: UUID | None
    queue_id: UUID | None
    queued_at: datetime | None
    queue_reason: str | None
    leased_by: UUID | None
    leased_until: datetime | None
    response_due_at: datetime | None
    response_breached_at: datetime | None
    owner_id: UUID | None
    assignment: Assignment | None
    partner_id: UUID | None
    source_system: str | None
    external_id: str | None
    duplicate_of: UUID | None
    merged_into: UUID | None
    created_at: datetime
    updated_at: datetime
    first_contact_at: datetime | None
    qualified_at: datetime | None
    disqualified_at: datetime | None
    disqualify_reason: str | None
    converted_at: datetime | None
    account_id: UUID | None
    contact_id: UUID | None
    deal_id: UUID | None
    archived_at: datetime | None


class RankedLead(BaseModel):
    """An open lead with its score, for working the likeliest first."""

    id: UUID
    name: str
    company: str | None
    status: LeadStatus
    owner_id: UUID | None
    product_interest: str | None
    score: Annotated[float, Field(ge=0, le=1)]
    grade: str | None
    fit_points: int | None
    engagement_points: int | None
    scored_at: datetime | None
    model_version: int | None


def lead_out(lead: Lead) -> dict[str, Any]:
    """The answer for one lead, ready for JSON."""
    names = (name for name in LeadOut.model_fields if name != "assignment")
    shown: dict[str, Any] = {name: getattr(lead, name) for name in names}
    shown["score"] = None if lead.score is None else float(lead.score)
    owned = lead.owner_id is not None and lead.assigned_at is not None
    shown["assignment"] = (
        {"owner_id": lead.owner_id, "reason": lead.assignment_reason, "at": lead.assigned_at}
        if owned
        else None
    )
    return shown


CONTACT_WAY = "contact_way"
"""An e-mail address or a telephone number, whichever."""
ASKABLE = (CONTACT_WAY, *(name for name in LeadFields.model_fields if name not in ("origin", "attributes")))


def lacking_fields(lead: Lead) -> list[str]:
    """What the organisation may ask for and this lead does not have."""
    lacking = [name for name in ASKABLE if name != CONTACT_WAY and not getattr(lead, name)]
    return [CONTACT_WAY, *lacking] if {"email", "phone"} <= set(lacking) else lacking


def _askable(name: str) -> str:
    if name not in ASKABLE:
        raise PydanticCustomError("unknown_value", "There is no such field of a lead to ask for.")
    return name


class EntryForm(Strict):
    """What must be filled in when somebody enters a lead; all else is optional. `contact_way`: an e-mail
    address or a telephone number. A name, company, e-mail or phone is always needed."""

    mandatory: Annotated[tuple[Annotated[str, AfterValidator(_askable)], ...], Field(max_length=30)]


class EntryFormOut(BaseModel):
    """The screen for entering a lead: `mandatory` first, `optional` for who wants to."""

    version: int
    mandatory: list[str]
    optional: list[str]


class HistoryEntry(BaseModel):
    """One step: when, what, who (id of a member or partner, or `system`), and the fields before and after."""

    at: datetime
    what: str
    by: str | None
    details: dict[str, Any]


class History(BaseModel):
    """Every step of a lead, oldest first."""

    items: list[HistoryEntry]
