"""Topic `pipeline.deal`: how each sale proceeds."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.event import Event
from shared.contracts.money import Money

DealStatus = Literal["open", "won", "lost"]
ForecastCategory = Literal["pipeline", "best_case", "most_likely", "commit", "closed", "omitted"]
SaleApproach = Literal["active", "passive"]
"""Whether we looked for the customer (active) or the customer came to us (passive)."""
SaleChannel = Literal["direct", "indirect"]
"""Whether we sell ourselves (direct) or a partner does (indirect)."""
RecurringPeriod = Literal["month", "quarter", "year"]
DocumentType = Literal["offer", "contract", "order", "invoice", "other"]
DocumentStatus = Literal["draft", "sent", "signed", "void"]
TeamAccess = Literal["read", "edit"]
Priority = Literal["low", "normal", "high", "urgent"]


class StagePassage(BaseModel):
    """A stage the deal entered, with what that stage said of its chances then."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    stage_id: UUID
    stage: str
    entered_at: datetime
    probability: Decimal | None = None
    forecast_category: ForecastCategory


class DealPayment(BaseModel):
    """One part in which a deal is to be paid, and what has come of it, the last of it at `paid_at`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    payment_id: UUID
    due_on: date
    amount: Money
    paid_amount: Money | None = None
    paid_at: datetime | None = None


class DealState(Event):
    """A deal after the change. `probability` is 0 to 1 (0 is a value, null is unset).

    `base_amount` is `amount` in the organisation's currency at the rate of the deal's own date.
    `pipeline_version`: the version of the pipeline under which it entered its stage. `overridden_gates`,
    where an event has them, were not met and passed all the same. `custom`: the organisation's own fields by
    key. `team_ids`: who sees it beside its owner. `close_pushes`, `close_days_pushed`: how often and how far
    the close date was put off. What a description, a next step or a note say, the pipeline keeps for itself;
    `changed` names them.
    """

    deal_id: UUID
    name: str
    status: DealStatus
    pipeline_id: UUID
    stage_id: UUID
    stage: str
    stage_entered_at: datetime
    created_at: datetime
    forecast_category: ForecastCategory
    probability: Decimal | None = None
    amount: Money | None = None
    base_amount: Money | None = None
    expected_close: date | None = None
    closed_at: datetime | None = None
    owner_id: UUID | None = None
    account_id: UUID | None = None
    contact_id: UUID | None = None
    lead_id: UUID | None = None
    product_id: UUID | None = None
    source: str | None = None
    loss_reason: str | None = None
    competitor: str | None = None
    source_system: str | None = None
    external_id: str | None = None
    pipeline_version: int | None = None
    sale_approach: SaleApproach | None = None
    sale_channel: SaleChannel | None = None
    tags: tuple[str, ...] = ()
    next_step_at: datetime | None = None
    recurring_amount: Money | None = None
    recurring_period: RecurringPeriod | None = None
    term_months: int | None = None
    custom: dict[str, Any] = {}
    loss_reason_id: UUID | None = None
    lost_in_stage_id: UUID | None = None
    win_reason: str | None = None
    win_reason_id: UUID | None = None
    team_ids: tuple[UUID, ...] = ()
    priority: Priority | None = None
    least_amount: Money | None = None
    most_amount: Money | None = None
    first_expected_close: date | None = None
    close_pushes: int | None = None
    close_days_pushed: int | None = None


class DealOpened(DealState):
    """`history` lists the stages an imported deal went through before it came to us, oldest first."""

    type: ClassVar[str] = "pipeline.deal.opened"

    history: tuple[StagePassage, ...] = ()


class DealChanged(DealState):
    type: ClassVar[str] = "pipeline.deal.changed"


class DealStageChanged(DealState):
    type: ClassVar[str] = "pipeline.deal.stage_changed"

    from_stage: str | None = None
    overridden_gates: tuple[str, ...] = ()
    override_reason: str | None = None


class DealWon(DealState):
    type: ClassVar[str] = "pipeline.deal.won"

    overridden_gates: tuple[str, ...] = ()
    override_reason: str | None = None


class DealLost(DealState):
    type: ClassVar[str] = "pipeline.deal.lost"

    overridden_gates: tuple[str, ...] = ()
    override_reason: str | None = None


class DealReopened(DealState):
    type: ClassVar[str] = "pipeline.deal.reopened"


class AboutNeed(DealState):
    """What a need says, the pipeline keeps for itself."""

    need_id: UUID


class DealNeedRecorded(AboutNeed):
    type: ClassVar[str] = "pipeline.deal.need_recorded"


class DealNeedChanged(AboutNeed):
    type: ClassVar[str] = "pipeline.deal.need_changed"


class DealNeedWithdrawn(AboutNeed):
    type: ClassVar[str] = "pipeline.deal.need_withdrawn"


class AboutObjection(DealState):
    """What an objection says, the pipeline keeps for itself."""

    objection_id: UUID


class DealObjectionRaised(AboutObjection):
    type: ClassVar[str] = "pipeline.deal.objection_raised"


class DealObjectionChanged(AboutObjection):
    type: ClassVar[str] = "pipeline.deal.objection_changed"


class DealObjectionResolved(AboutObjection):
    type: ClassVar[str] = "pipeline.deal.objection_resolved"


class DealClosingChanged(DealState):
    """What was agreed, the contract or its signing: what that is, the pipeline keeps for itself."""

    type: ClassVar[str] = "pipeline.deal.closing_changed"


class DealChecklistChanged(DealState):
    type: ClassVar[str] = "pipeline.deal.checklist_changed"


class AboutApproval(DealState):
    """`gate_id`: the gate that asks for it."""

    approval_id: UUID
    gate_id: UUID


class DealApprovalRequested(AboutApproval):
    type: ClassVar[str] = "pipeline.deal.approval_requested"


class DealApprovalDecided(AboutApproval):
    type: ClassVar[str] = "pipeline.deal.approval_decided"

    approved: bool


class DealApprovalExpired(AboutApproval):
    type: ClassVar[str] = "pipeline.deal.approval_expired"


class AboutDocument(DealState):
    """Number, title and link of a paper, the pipeline keeps for itself."""

    document_id: UUID
    document_type: DocumentType
    document_status: DocumentStatus


class DealDocumentAdded(AboutDocument):
    type: ClassVar[str] = "pipeline.deal.document_added"


class DealDocumentChanged(AboutDocument):
    type: ClassVar[str] = "pipeline.deal.document_changed"


class DealPaymentsChanged(DealState):
    """`payments`: the whole schedule from now on, by due date."""

    type: ClassVar[str] = "pipeline.deal.payments_changed"

    payments: tuple[DealPayment, ...] = ()


class AboutTeam(DealState):
    """`member_id`: who came, left, or has another role or access now."""

    member_id: UUID


class DealTeamJoined(AboutTeam):
    type: ClassVar[str] = "pipeline.deal.team_joined"

    role: str
    access: TeamAccess


class DealTeamChanged(AboutTeam):
    type: ClassVar[str] = "pipeline.deal.team_changed"

    role: str
    access: TeamAccess


class DealTeamLeft(AboutTeam):
    type: ClassVar[str] = "pipeline.deal.team_left"


class Share(BaseModel):
    """`percent`: 40 is 40 %."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    member_id: UUID
    percent: Decimal


class DealSplitsChanged(DealState):
    """`revenue` adds up to 100, or there is none: then all is the owner's. `overlay` adds up to 0 to 1000."""

    type: ClassVar[str] = "pipeline.deal.splits_changed"

    revenue: tuple[Share, ...] = ()
    overlay: tuple[Share, ...] = ()


class AboutContact(DealState):
    """`about_contact_id`: who plays a part in the deal; `contact_id`: the primary one."""

    about_contact_id: UUID
    role: str


class DealContactAdded(AboutContact):
    type: ClassVar[str] = "pipeline.deal.contact_added"


class DealContactChanged(AboutContact):
    type: ClassVar[str] = "pipeline.deal.contact_changed"


class DealContactRemoved(AboutContact):
    type: ClassVar[str] = "pipeline.deal.contact_removed"


class DealStageOverdue(DealState):
    """Its stage was not done by `due_at`, which is the time of this event. Told once for each stay.

    `supervisor_id` answers for the stage beside the owner's managers.
    """

    type: ClassVar[str] = "pipeline.deal.stage_overdue"

    due_at: datetime
    supervisor_id: UUID | None = None


class DealRotten(DealState):
    """Nothing was done about it since `touched_at` for as long as its stage allows; told once until it is."""

    type: ClassVar[str] = "pipeline.deal.rotten"

    touched_at: datetime
    supervisor_id: UUID | None = None


class DealCloseOverdue(DealState):
    """It is open and the day of its `expected_close` is over. Told once for each date."""

    type: ClassVar[str] = "pipeline.deal.close_overdue"

    supervisor_id: UUID | None = None


class AboutComment(DealState):
    """What a comment says, the pipeline keeps for itself. `mentioned_ids`: members who should look at it."""

    comment_id: UUID
    mentioned_ids: tuple[UUID, ...] = ()


class DealCommented(AboutComment):
    type: ClassVar[str] = "pipeline.deal.commented"


class DealCommentChanged(AboutComment):
    type: ClassVar[str] = "pipeline.deal.comment_changed"


class DealCommentArchived(AboutComment):
    type: ClassVar[str] = "pipeline.deal.comment_archived"


class AboutHelp(DealState):
    """What is asked and answered, the pipeline keeps for itself. `asked_ids`: members who should help."""

    help_request_id: UUID
    asked_by: str
    asked_ids: tuple[UUID, ...] = ()


class DealHelpRequested(AboutHelp):
    type: ClassVar[str] = "pipeline.deal.help_requested"


class DealHelpAnswered(AboutHelp):
    type: ClassVar[str] = "pipeline.deal.help_answered"


class DealHelpClosed(AboutHelp):
    type: ClassVar[str] = "pipeline.deal.help_closed"


class AboutRisk(DealState):
    """What may go wrong and what is done against it, the pipeline keeps for itself."""

    risk_id: UUID
    severity: Literal["low", "medium", "high"]
    risk_status: Literal["open", "mitigated", "occurred", "closed"]
    accountable_id: UUID | None = None


class DealRiskRecorded(AboutRisk):
    type: ClassVar[str] = "pipeline.deal.risk_recorded"


class DealRiskChanged(AboutRisk):
    type: ClassVar[str] = "pipeline.deal.risk_changed"


class AboutCompetitor(DealState):
    """`competitor_id`: whom of the register we meet; `competitor` is what the deal calls it in words."""

    competitor_id: UUID
    competitor_status: Literal["competing", "ahead", "behind", "out"]


class DealCompetitorAdded(AboutCompetitor):
    type: ClassVar[str] = "pipeline.deal.competitor_added"


class DealCompetitorChanged(AboutCompetitor):
    type: ClassVar[str] = "pipeline.deal.competitor_changed"


class DealCompetitorRemoved(AboutCompetitor):
    type: ClassVar[str] = "pipeline.deal.competitor_removed"


class DealIntervened(DealState):
    """A manager has changed its owner, its priority or its limits: `changed` names them. Why, the pipeline
    keeps for itself."""

    type: ClassVar[str] = "pipeline.deal.intervened"

    intervention_id: UUID


EVENTS = (
    *(DealOpened, DealChanged, DealStageChanged, DealWon, DealLost, DealReopened),
    *(DealNeedRecorded, DealNeedChanged, DealNeedWithdrawn),
    *(DealObjectionRaised, DealObjectionChanged, DealObjectionResolved),
    *(DealClosingChanged, DealChecklistChanged),
    *(DealApprovalRequested, DealApprovalDecided, DealApprovalExpired),
    *(DealDocumentAdded, DealDocumentChanged, DealPaymentsChanged),
    *(DealTeamJoined, DealTeamChanged, DealTeamLeft, DealSplitsChanged),
    *(DealContactAdded, DealContactChanged, DealContactRemoved),
    *(DealStageOverdue, DealRotten, DealCloseOverdue),
    *(DealCommented, DealCommentChanged, DealCommentArchived),
    *(DealHelpRequested, DealHelpAnswered, DealHelpClosed),
    *(DealRiskRecorded, DealRiskChanged),
    *(DealCompetitorAdded, DealCompetitorChanged, DealCompetitorRemoved),
    DealIntervened,
)
