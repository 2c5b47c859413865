"""What may happen to a deal. A rule gives the next state and the fact, or refuses with a stable code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal, TypeVar
from uuid import UUID

from services.pipeline.deal.domain.chances import CHANCES, chances
from services.pipeline.deal.domain.clock import Clock
from services.pipeline.deal.domain.passage import History
from services.pipeline.deal.domain.postponing import postponed
from services.pipeline.deal.domain.worth import mrr, refuse_half_worth
from services.pipeline.pipeline.domain import Stage
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.pipeline_deal import (
    DealChanged,
    DealLost,
    DealOpened,
    DealReopened,
    DealStageChanged,
    DealState,
    DealStatus,
    DealWon,
    ForecastCategory,
    Priority,
    RecurringPeriod,
    SaleApproach,
    SaleChannel,
)
from shared.contracts.money import Money

Fact = TypeVar("Fact", bound=DealState)
SaleKind = Literal["first", "repeat"]
Value = Callable[[Money | None, datetime], Money | None]
"""What an amount is worth in base currency on the day of an instant."""


DETAILS = (
    *("tags", "next_step_at", "recurring_amount", "recurring_period", "term_months", "custom"),
    *("loss_reason_id", "lost_in_stage_id", "win_reason", "win_reason_id"),
    *("first_expected_close", "close_pushes", "close_days_pushed"),
)
"""Fields that events carry as they are."""
WORDS = ("next_step", "description", "loss_note")
"""Fields whose words stay here: events only say that they changed."""
UNENDED = dict.fromkeys(
    (
        *("loss_reason", "loss_reason_id", "loss_note", "lost_in_stage_id", "competitor"),
        *("win_reason", "win_reason_id"),
    )
)
"""What is said of the end of a deal, empty again when it is taken up."""
_RECURRING = ("amount", "recurring_amount", "recurring_period", "term_months")


class DealError(DomainError):
    """A rule of deals said no."""


@dataclass(frozen=True, slots=True)
class Passed:
    """How a deal passed its gates: `overridden` names those that were not met, `reason` why it passed."""

    overridden: tuple[str, ...] = ()
    reason: str | None = None

    def published(self) -> dict[str, Any]:
        """As fields of an event."""
        return {"overridden_gates": self.overridden, "override_reason": self.reason}


@dataclass(frozen=True, slots=True)
class Why:
    """Why a deal ended: in words, and which of the organisation's reasons that is, if any."""

    reason: str
    reason_id: UUID | None = None
    note: str | None = None


ORDERLY = Passed()
"""Every gate was met."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """One sale. `probability` 0 is a value, None is unset.

    `team_ids`: who sees it beside its owner; `editor_ids`: those of them who change it too. `least_amount`,
    `most_amount`: the limits a manager has set to what it may be sold for.
    `base_amount` is `amount` in the organisation's currency at the rate of the day it closed, or of the day
    the amount was last set. `pipeline_version`: how the pipeline was when the stage was entered.
    `field_versions`: the version in which a field last changed, 1 where not named. `clock`: as the worker
    keeps it, None while it does not.
    """

    id: UUID
    name: str
    pipeline_id: UUID
    stage: Stage
    stage_entered_at: datetime
    created_at: datetime
    updated_at: datetime
    forecast_category: ForecastCategory
    probability: Decimal | None
    pipeline_version: int = 1
    status: DealStatus = "open"
    forecast_category_manual: bool = False
    probability_manual: bool = False
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
    sale_approach: SaleApproach | None = None
    sale_channel: SaleChannel | None = None
    tags: tuple[str, ...] = ()
    next_step: str | None = None
    next_step_at: datetime | None = None
    description: str | None = None
    recurring_amount: Money | None = None
    recurring_period: RecurringPeriod | None = None
    term_months: int | None = None
    custom: Mapping[str, Any] = field(default_factory=dict)
    loss_reason_id: UUID | None = None
    loss_note: str | None = None
    lost_in_stage_id: UUID | None = None
    win_reason: str | None = None
    win_reason_id: UUID | None = None
    team_ids: tuple[UUID, ...] = ()
    editor_ids: tuple[UUID, ...] = ()
    priority: Priority = "normal"
    least_amount: Money | None = None
    most_amount: Money | None = None
    first_expected_close: date | None = None
    close_pushes: int = 0
    close_days_pushed: int = 0
    clock: Clock | None = None
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)

    def open(self, history: History) -> DealOpened:
        """The fact that this deal came to us, with the stages it went through."""
        return DealOpened(
            **self.published(), history=tuple(each.as_published() for each in history if not each.outcome)
        )

    def move(
        self, stage: Stage, at: datetime, *, pipeline_version: int, passed: Passed = ORDERLY
    ) -> tuple["Deal", DealStageChanged]:
        """Enter a stage. Refuses with `deal_not_open`; the stage it is in already is no change."""
        self.must_be_open()
        if stage.id == self.stage.id:
            return self, self._fact(DealStageChanged, self, from_stage=self.stage.name)
        after = self._next(
            stage=stage,
            stage_entered_at=max(at, self.stage_entered_at),
            pipeline_version=pipeline_version,
            **chances("open", stage, {}, manual=self.manual_chances),
        )
        return after, after._fact(DealStageChanged, self, from_stage=self.stage.name, **passed.published())

    def follow(
        self, stage: Stage, pipeline_id: UUID, at: datetime, *, pipeline_version: int, take_chances: bool
    ) -> tuple["Deal", DealState]:
        """Go on in `stage`, which is what its own stage has become. What a person said of the chances stays.

        `take_chances`: whether it takes those of the stage. This very deal when nothing is new.
        """
        moves = stage.id != self.stage.id
        fields: dict[str, Any] = {"stage": stage}
        if moves:
            entered_at = max(at, self.stage_entered_at)
            fields |= {"pipeline_id": pipeline_id, "stage_entered_at": entered_at}
            fields |= {"pipeline_version": pipeline_version}
        if take_chances:
            fields |= chances("open", stage, {}, manual=self.manual_chances)
        after = self._next(**fields)
        if not moves:
            return after, after._fact(DealChanged, self)
        return after, after._fact(DealStageChanged, self, from_stage=self.stage.name)

    def win(
        self,
        closed_at: datetime,
        *,
        amount: Money | None,
        value: Value,
        why: Why | None = None,
        passed: Passed = ORDERLY,
    ) -> tuple["Deal", DealWon]:
        """Won at `closed_at` for `amount`. Refuses with `deal_already_won`, `deal_not_open`."""
        self.must_be_open("won")
        closed = self._closed("won", closed_at)
        said = {"win_reason": why.reason, "win_reason_id": why.reason_id} if why else {}
        after = self._next(**closed, **said, amount=amount, base_amount=value(amount, closed_at))
        return after, after._fact(DealWon, self, **passed.published())

    def lose(
        self,
        closed_at: datetime,
        *,
        why: Why,
        competitor: str | None,
        value: Value,
        passed: Passed = ORDERLY,
    ) -> tuple["Deal", DealLost]:
        """Lost at `closed_at`; the stage stays. Refuses with `deal_already_lost`, `deal_not_open`."""
        self.must_be_open("lost")
        closed = self._closed("lost", closed_at)
        after = self._next(
            **closed,
            loss_reason=why.reason,
            loss_reason_id=why.reason_id,
            loss_note=why.note,
            lost_in_stage_id=self.stage.id,
            competitor=competitor or self.competitor,
            base_amount=value(self.amount, closed_at),
        )
        return after, after._fact(DealLost, self, **passed.published())

    def reopen(
        self, stage: Stage, at: datetime, *, pipeline_version: int, value: Value
    ) -> tuple["Deal", DealReopened]:
        """Taken up again in `stage`, with the chances of that stage. Refuses with `deal_already_open`."""
        if self.status == "open":
            raise DealError("deal_already_open", "The deal is open.")
        after = self._next(
            status="open",
            closed_at=None,
            **UNENDED,
            stage=stage,
            stage_entered_at=at,
            pipeline_version=pipeline_version,
            base_amount=value(self.amount, at),
            **chances("open", stage, {}, manual={}),
        )
        return after, after._fact(DealReopened, self)

    def edit(self, fields: Mapping[str, Any]) -> tuple["Deal", DealChanged]:
        """Other values for some fields. A probability or category given here survives stage moves; None gives
        it back to the stage. Refuses with `deal_not_open` those two and the expected close of a closed deal.
        """
        self._refuse_locked(fields)
        said = {name: fields[name] for name in CHANCES if name in fields}
        plain = {name: value for name, value in fields.items() if name not in CHANCES}
        if said:
            plain |= chances(self.status, self.stage, said, manual=self.manual_chances)
        after = self._next(**plain)
        return after, after._fact(DealChanged, self)

    def noted(
        self,
        kind: type[Fact],
        *,
        fields: Mapping[str, Any] | None = None,
        part: str | None = None,
        **more: Any,
    ) -> tuple["Deal", Fact]:
        """The next version, in which something beside its own fields was recorded, told as this event.

        `fields`: own ones that go with it. `part`: what `field_versions` calls what was recorded, if it is
        changed under the version of the deal.
        """
        after = self._next(**(fields or {}))
        if after is self:
            after = replace(self, version=self.version + 1)
        if part is not None:
            after = replace(after, field_versions={**after.field_versions, part: after.version})
        return after, after._fact(kind, self, **more)

    def revised(
        self, kind: type[Fact], fields: Mapping[str, Any], *, history_changed: bool, **more: Any
    ) -> tuple["Deal", Fact]:
        """The deal as its source system now says it is: any field, told as an event of this kind."""
        after = self._next(**fields)
        if after is self and history_changed:
            after = replace(self, version=self.version + 1)
        return after, after._fact(kind, self, **more)

    @property
    def manual_chances(self) -> dict[str, Any]:
        """The probability and the category, as far as a person has said them."""
        return {name: getattr(self, name) for name in CHANCES if getattr(self, f"{name}_manual")}

    def published(self) -> dict[str, Any]:
        """The fields of an event's full state."""
        return {
            "deal_id": self.id,
            "name": self.name,
            "status": self.status,
            "pipeline_id": self.pipeline_id,
            "stage_id": self.stage.id,
            "stage": self.stage.name,
            "stage_entered_at": self.stage_entered_at,
            "pipeline_version": self.pipeline_version,
            "created_at": self.created_at,
            "forecast_category": self.forecast_category,
            "probability": self.probability,
            "amount": self.amount,
            "base_amount": self.base_amount,
            "expected_close": self.expected_close,
            "closed_at": self.closed_at,
            "owner_id": self.owner_id,
            "account_id": self.account_id,
            "contact_id": self.contact_id,
            "lead_id": self.lead_id,
            "product_id": self.product_id,
            "source": self.source,
            "loss_reason": self.loss_reason,
            "competitor": self.competitor,
            "source_system": self.source_system,
            "external_id": self.external_id,
            "sale_approach": self.sale_approach,
            "sale_channel": self.sale_channel,
            **{name: getattr(self, name) for name in DETAILS},
            "team_ids": self.team_ids,
            "priority": self.priority,
            "least_amount": self.least_amount,
            "most_amount": self.most_amount,
        }

    def shown_to_gates(self) -> dict[str, Any]:
        """The same with the words that stay here, and what recurs a month."""
        words = {name: getattr(self, name) for name in WORDS}
        return {**self.published(), **words, "mrr": mrr(self.recurring_amount, self.recurring_period)}

    def must_be_open(self, becoming: DealStatus | None = None) -> None:
        """Refuses with `deal_not_open`, or `deal_already_won` and `deal_already_lost` what is so already."""
        if self.status != "open" and self.status == becoming:
            raise DealError(f"deal_already_{becoming}", f"The deal was already {becoming}.")
        if self.status != "open":
            raise DealError("deal_not_open", f"The deal is {self.status}; reopen it first.")

    def _closed(self, status: DealStatus, closed_at: datetime) -> dict[str, Any]:
        if closed_at < self.created_at:
            detail = f"The deal was opened at {self.created_at.astimezone(UTC).isoformat()}."
            raise DealError("validation_failed", detail, [FieldError("/closed_at", "before_created", detail)])
        return {
            "status": status,
            "closed_at": closed_at,
            "stage_entered_at": min(self.stage_entered_at, closed_at),
            **chances(status, self.stage, {}, manual={}),
        }

    def _refuse_locked(self, fields: Mapping[str, Any]) -> None:
        if self.status == "open":
            return
        locked = [
            name
            for name in (*CHANCES, "expected_close")
            if name in fields and fields[name] != getattr(self, name)
        ]
        if locked:
            detail = f"A deal that is {self.status} keeps its {' and '.join(locked)}; reopen it first."
            raise DealError(
                "deal_not_open", detail, [FieldError(f"/{name}", "deal_not_open", detail) for name in locked]
            )

    def _next(self, **fields: Any) -> "Deal":
        """The next version with these values, or this very deal when none of them is new.

        `custom` is a merge patch: what it does not name stays, None empties.
        """
        own = {key: value for key, value in fields.pop("custom", {}).items() if value != self.custom.get(key)}
        new = {name: value for name, value in fields.items() if value != getattr(self, name)}
        if not new and not own:
            return self
        if "expected_close" in new:
            new |= postponed(self, new["expected_close"])
        version = self.version + 1
        touched = (*new, *(f"custom.{key}" for key in own))
        versions = {**self.field_versions, **dict.fromkeys(touched, version)}
        if own:
            merged = {**self.custom, **own}
            new["custom"] = {key: value for key, value in merged.items() if value is not None}
        after = replace(self, **new, version=version, field_versions=versions)
        if new.keys() & set(_RECURRING):
            refuse_half_worth(after)
        return after

    def _fact(self, kind: type[Fact], before: "Deal", **more: Any) -> Fact:
        """The event of the change from `before`, naming the published fields that differ."""
        state, earlier = self.published(), before.published()
        changed = tuple(name for name, value in state.items() if value != earlier[name])
        changed += tuple(name for name in WORDS if getattr(self, name) != getattr(before, name))
        return kind(**state, **more, changed=changed)
