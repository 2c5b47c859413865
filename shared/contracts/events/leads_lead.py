"""Topic `leads.lead`: what became of a lead. No names, e-mails or phones: those never leave leads."""

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.event import Event
from shared.contracts.money import Money

Origin = Literal["active", "passive"]
"""Whether the rep looked for the customer (active) or the customer came to us (passive)."""
ScoreState = Literal["no_model", "insufficient_history", "ok"]
LeadStatus = Literal["new", "contacted", "qualified", "disqualified", "converted"]


class LeadState(Event):
    """A lead after the change."""

    lead_id: UUID
    status: LeadStatus
    created_at: datetime
    owner_id: UUID | None = None
    source: str | None = None
    campaign: str | None = None
    country: str | None = None
    product_interest: str | None = None
    expected_value: Money | None = None
    partner_id: UUID | None = None
    external_id: str | None = None
    first_contact_at: datetime | None = None
    qualified_at: datetime | None = None
    disqualified_at: datetime | None = None
    disqualify_reason: str | None = None
    converted_at: datetime | None = None
    account_id: UUID | None = None
    contact_id: UUID | None = None
    deal_id: UUID | None = None
    origin: Origin | None = None
    medium: str | None = None
    channel: str | None = None
    region: str | None = None
    industry: str | None = None
    category: str | None = None
    score: Decimal | None = None
    score_state: ScoreState = "no_model"
    grade: str | None = None
    fit_points: int | None = None
    engagement_points: int | None = None
    territory_id: UUID | None = None
    queue_id: UUID | None = None
    response_due_at: datetime | None = None
    response_breached_at: datetime | None = None
    duplicate_of: UUID | None = None
    merged_into: UUID | None = None
    archived_at: datetime | None = None
    do_not_pursue: bool = False
    target_customer: bool | None = None
    segment: str | None = None


class LeadCreated(LeadState):
    type: ClassVar[str] = "leads.lead.created"


class LeadChanged(LeadState):
    type: ClassVar[str] = "leads.lead.changed"


class LeadAssigned(LeadState):
    type: ClassVar[str] = "leads.lead.assigned"


class LeadQueued(LeadState):
    """The lead waits in `queue_id` until somebody claims it; nobody owns it."""

    type: ClassVar[str] = "leads.lead.queued"


class LeadQueueOverdue(LeadState):
    """The lead has waited in its queue for longer than the queue allows."""

    type: ClassVar[str] = "leads.lead.queue_overdue"


class LeadContacted(LeadState):
    type: ClassVar[str] = "leads.lead.contacted"


class LeadResponseDueSoon(LeadState):
    """Nobody has spoken with the lead yet, and `response_due_at` comes near."""

    type: ClassVar[str] = "leads.lead.response_due_soon"


class LeadResponseBreached(LeadState):
    """Nobody had spoken with the lead at `response_due_at`, which is the time of this event."""

    type: ClassVar[str] = "leads.lead.response_breached"


class LeadQualified(LeadState):
    type: ClassVar[str] = "leads.lead.qualified"


class LeadDisqualified(LeadState):
    type: ClassVar[str] = "leads.lead.disqualified"


class LeadScored(LeadState):
    """The lead is judged otherwise: by a newer model, or because its rule points changed."""

    type: ClassVar[str] = "leads.lead.scored"


class DealWanted(BaseModel):
    """The deal a conversion asks the pipeline to open. The id is chosen here, so asking twice opens one."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    deal_id: UUID
    name: str
    amount: Money | None = None
    pipeline_id: UUID | None = None
    expected_close: date | None = None
    tags: tuple[str, ...] = ()


class LeadConverted(LeadState):
    """The lead became an account and a contact, and a deal if one is wanted."""

    type: ClassVar[str] = "leads.lead.converted"

    deal: DealWanted | None = None


class LeadMerged(LeadState):
    """The lead became part of `merged_into`; `merge_id` names the merge, which can be undone."""

    type: ClassVar[str] = "leads.lead.merged"

    merge_id: UUID


class LeadUnmerged(LeadState):
    """The merge was undone: the lead stands for itself again, apart from `unmerged_from`."""

    type: ClassVar[str] = "leads.lead.unmerged"

    merge_id: UUID
    unmerged_from: UUID


class LeadArchived(LeadState):
    """Put away: lists and figures leave it out."""

    type: ClassVar[str] = "leads.lead.archived"


class LeadRestored(LeadState):
    """Brought back from the archive, with everything it had."""

    type: ClassVar[str] = "leads.lead.restored"


class LeadCategorised(LeadState):
    """It was put into a category, or out of one, by a member or a rule."""

    type: ClassVar[str] = "leads.lead.categorised"

    set_by: Literal["member", "rule"] = "member"
    rule_id: UUID | None = None


EVENTS = (
    LeadCreated,
    LeadChanged,
    LeadAssigned,
    LeadQueued,
    LeadQueueOverdue,
    LeadContacted,
    LeadResponseDueSoon,
    LeadResponseBreached,
    LeadQualified,
    LeadDisqualified,
    LeadScored,
    LeadConverted,
    LeadMerged,
    LeadUnmerged,
    LeadArchived,
    LeadRestored,
    LeadCategorised,
)
