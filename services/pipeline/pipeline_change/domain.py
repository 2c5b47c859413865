"""What a changed pipeline means for the open deals of each stage: which stay, go on elsewhere, count anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from services.pipeline.pipeline.domain import Pipeline, Stage, find_stage
from shared.contracts.errors import DomainError, FieldError

AT_ONCE = 1000
"""So many deals follow within the request; more are brought by the worker."""
A_STEP = 500


@dataclass(frozen=True, slots=True)
class Load:
    """The open deals of a stage. `own_*`: in how many of them a person has set it."""

    deals: int = 0
    amount: Decimal = Decimal()
    own_probability: int = 0
    own_category: int = 0


Kind = Literal["kept", "changed", "goes", "new"]


@dataclass(frozen=True, slots=True)
class Effect:
    """What happens to a stage and its open deals. `counted_anew`: how many deals take other chances."""

    before: Stage | None
    after: Stage | None
    load: Load
    target: Stage | None = None

    @property
    def kind(self) -> Kind:
        if self.after is None:
            return "goes"
        if self.before is None:
            return "new"
        return "kept" if self.after == self.before else "changed"

    @property
    def needs_target(self) -> bool:
        """Its deals have nowhere to go."""
        return self.after is None and self.load.deals > 0 and self.target is None

    @property
    def renamed(self) -> bool:
        return self.before is not None and self.after is not None and self.before.name != self.after.name

    @property
    def chances(self) -> dict[str, tuple[Any, Any]]:
        """Probability and category from and to, where they differ for the stage's deals."""
        becomes = self.after or self.target
        if self.before is None or becomes is None:
            return {}
        pairs = {
            "probability": (self.before.probability, becomes.probability),
            "forecast_category": (self.before.forecast_category, becomes.forecast_category),
        }
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

    @property
    def counted_anew(self) -> int:
        own = {"probability": self.load.own_probability, "forecast_category": self.load.own_category}
        return max((self.load.deals - own[name] for name in self.chances), default=0)


@dataclass(frozen=True, slots=True)
class Impact:
    """What a change means, stage by stage."""

    effects: tuple[Effect, ...]

    def following(self, *, take_chances: bool) -> tuple[Effect, ...]:
        """The stages whose open deals change: they go, are called differently, or count anew."""
        return tuple(
            each
            for each in self.effects
            if each.load.deals
            and each.before is not None
            and (each.after is None or each.renamed or (take_chances and each.chances))
        )

    def refuse_stranding(self) -> None:
        """Refuses with `stage_in_use`, naming counts, stages that go with deals that have nowhere to go."""
        stranded = [each for each in self.effects if each.needs_target and each.before is not None]
        if not stranded:
            return
        errors = [
            FieldError(
                "/moves",
                "target_missing",
                f"{each.load.deals} open deals are in {each.before.name!r}; name where they go.",
            )
            for each in stranded
            if each.before is not None
        ]
        in_use = [
            {"stage_id": each.before.id, "stage": each.before.name, "open_deals": each.load.deals}
            for each in stranded
            if each.before is not None
        ]
        raise DomainError("stage_in_use", errors[0].detail, errors, extra={"in_use": in_use})

    def refuse_unsaid(self, apply_probabilities: bool | None) -> None:
        """Refuses with `validation_failed` to leave open whether deals that would count anew do."""
        count = sum(each.counted_anew for each in self.effects)
        if apply_probabilities is None and count:
            detail = f"Say whether {count} open deals take the new probabilities and categories."
            raise DomainError(
                "validation_failed", detail, [FieldError("/apply_probabilities", "required", detail)]
            )


def impact(
    before: Pipeline,
    after: Sequence[Stage],
    loads: Mapping[UUID, Load],
    targets: Mapping[UUID, Stage],
) -> Impact:
    """From the stages as they are to those wanted. `targets`: where the deals of a stage that goes go on."""
    wanted = {stage.id: stage for stage in after}
    known = {stage.id for stage in before.stages}
    effects = [
        Effect(stage, wanted.get(stage.id), loads.get(stage.id, Load()), targets.get(stage.id))
        for stage in before.stages
    ]
    effects += [Effect(None, stage, Load()) for stage in after if stage.id not in known]
    return Impact(tuple(effects))


def targets_of(
    moves: Mapping[str, str], before: Sequence[Stage], after: Sequence[Stage]
) -> dict[UUID, Stage]:
    """The moves by the id of the stage that goes. Refuses with `stage_unknown` names that mean nothing."""
    return {
        find_stage(before, old, pointer="/moves").id: find_stage(after, new, pointer=f"/moves/{old}")
        for old, new in moves.items()
    }


@dataclass(frozen=True, slots=True)
class Job:
    """Deals that follow a change, a step at a time. `was_called`: earlier names of stages by their id."""

    id: UUID
    pipeline_id: UUID
    version: int
    status: Literal["running", "done"]
    stage_ids: tuple[UUID, ...]
    was_called: Mapping[str, str]
    apply_probabilities: bool
    total: int
    done: int
    last_deal_id: UUID | None
    by: str | None
    correlation_id: str | None
    started_at: datetime
    finished_at: datetime | None
