"""Bodies and answers of call preparation."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from services.leads.call_preparation.domain import DETAILS, ZoneSource
from services.leads.consent.domain import Channel
from services.leads.need.schemas import NeedOut
from services.leads.person.domain import Way
from services.leads.record.schemas import Strict
from services.leads.touch.schemas import TouchOut
from shared.contracts.events.leads_activity import ActivityType
from shared.contracts.events.leads_lead import LeadStatus, ScoreState
from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut


def _detail(name: str) -> str:
    if name not in DETAILS:
        raise PydanticCustomError("unknown_value", "There is no such detail of a lead.")
    return name


class PrepForm(Strict):
    """What must be known before a call."""

    required: Annotated[tuple[Annotated[str, AfterValidator(_detail)], ...], Field(max_length=30)]


class PrepFormOut(BaseModel):
    """The same, and what else may be required."""

    version: int
    required: list[str]
    optional: list[str]


class LocalTime(BaseModel):
    """The time in a zone, with its offset."""

    time_zone: str
    time: datetime


class PermissionOut(BaseModel):
    """Whether a channel may be used. `allowed` is null while nothing is recorded: ask before you sell."""

    channel: Channel
    state: Literal["granted", "withdrawn", "not_recorded"]
    allowed: bool | None
    basis: str | None
    since: datetime | None


class PreferredChannel(BaseModel):
    """How the person is best reached, and why we think so."""

    channel: Channel | Way
    because: str


class Who(BaseModel):
    """The person. `local_times`: one for each time it may be there, by the telephone number, else country."""

    name: str
    first_name: str | None
    last_name: str | None
    job_title: str | None
    company: str | None
    industry: str | None
    employees: int | None
    website: str | None
    email: str | None
    phone: str | None
    country: str | None
    region: str | None
    city: str | None
    language: str | None
    local_times: list[LocalTime]
    local_times_by: ZoneSource | None
    preferred_channel: PreferredChannel | None


class Reason(BaseModel):
    """What speaks for or against the lead, in words and log-odds."""

    words: str
    log_odds: float


class ScorePart(BaseModel):
    """The score with its weightiest reasons; null with its state while there is no model."""

    score: float | None
    score_state: ScoreState
    grade: str | None
    fit_points: int | None
    engagement_points: int | None
    reasons_for: list[Reason]
    reasons_against: list[Reason]


class PastActivity(BaseModel):
    """What was done or is planned with the lead."""

    id: UUID
    type: ActivityType
    subject: str | None
    direction: str | None
    outcome: str | None
    notes: str | None
    started_at: datetime | None
    due_at: datetime | None
    done_at: datetime | None
    owner_id: UUID | None


class KnownAccount(BaseModel):
    """The account it became, else the one of the same company name or e-mail domain."""

    id: UUID
    name: str
    industry: str | None
    owner_id: UUID | None


class KnownContact(BaseModel):
    """The contact it became, else the one of exactly this e-mail or telephone number."""

    id: UUID
    name: str
    job_title: str | None
    owner_id: UUID | None


class OpenDeal(BaseModel):
    """An open deal of the lead or the account; `amount` in the organisation's currency."""

    id: UUID
    lead_id: UUID | None
    account_id: UUID | None
    owner_id: UUID | None
    amount: Money | None


class LikeRecord(BaseModel):
    """A record that looks like the same person or company. `score` 0 to 100."""

    kind: str
    id: UUID
    name: str
    score: int
    rule: str


class Gap(BaseModel):
    """A detail that is not known."""

    field: str
    required: bool


class Prep(BaseModel):
    """Everything for a call on one card."""

    lead_id: UUID
    lead_version: int
    status: LeadStatus
    as_of: datetime
    who: Who
    may_call: bool | None
    consents: list[PermissionOut]
    do_not_pursue: bool
    product_interest: str | None
    expected_value: Money | None
    needs: list[NeedOut]
    need_words: list[str]
    notes: str | None
    attributes: dict[str, Any]
    touches: list[TouchOut]
    activities: list[PastActivity]
    score: ScorePart
    account: KnownAccount | None
    contact: KnownContact | None
    open_deals: list[OpenDeal]
    duplicates: list[LikeRecord]
    gaps: list[Gap]
    required: list[str]
    filled: int
    readiness: float | None
    definitions: dict[str, DefinitionOut]
