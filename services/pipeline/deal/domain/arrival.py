"""A deal new to us, and a deal we know as its source system tells it anew."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.pipeline.deal.domain.chances import CHANCES, chances
from services.pipeline.deal.domain.deal import UNENDED, Deal, DealError
from services.pipeline.deal.domain.life import Told, lived, refuse_contradictions, stages_entered
from services.pipeline.deal.domain.passage import History, end, moved, passage, resumed, through
from services.pipeline.deal.domain.worth import refuse_half_worth
from services.pipeline.pipeline.domain import Pipeline, Stage
from shared.contracts.errors import FieldError
from shared.contracts.events.pipeline_deal import (
    DealChanged,
    DealLost,
    DealReopened,
    DealStageChanged,
    DealState,
    DealStatus,
    DealWon,
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """The state of a deal, its whole history, and what to tell; no event means nothing is new."""

    deal: Deal
    history: History
    event: DealState | None = None

    @property
    def id(self) -> UUID:
        """The deal's id."""
        return self.deal.id

    @property
    def origin(self) -> tuple[str, str] | None:
        """(source system, external id), where the deal has one."""
        if self.deal.source_system is None or self.deal.external_id is None:
            return None
        return self.deal.source_system, self.deal.external_id


def opened(
    deal_id: UUID, pipeline: Pipeline, told: Told, details: Mapping[str, Any], *, now: datetime
) -> Arrival:
    """A new deal. `details` are fields of the deal; a probability or category among them is a person's own.

    Refuses contradictions with `validation_failed`, unknown stages with `stage_unknown`.
    """
    life = lived(told, pipeline, now)
    deal = Deal(
        id=deal_id,
        pipeline_id=pipeline.id,
        stage=life.stage,
        stage_entered_at=life.history[-1].entered_at,
        pipeline_version=pipeline.version,
        created_at=life.created_at,
        updated_at=now,
        status=life.status,
        closed_at=life.closed_at,
        first_expected_close=details.get("expected_close"),
        lost_in_stage_id=life.stage.id if life.status == "lost" else None,
        custom={key: value for key, value in details.get("custom", {}).items() if value is not None},
        **{**_without_own(details), **chances(life.status, life.stage, _said(details), manual={})},
    )
    refuse_half_worth(deal)
    return Arrival(deal, life.history, deal.open(life.history))


def told_again(
    deal: Deal,
    history: History,
    pipeline: Pipeline,
    told: Told,
    details: Mapping[str, Any],
    *,
    now: datetime,
) -> Arrival:
    """A deal we know, with what its source system says now. What it does not say stays.

    A history we have heard already is no news, even when the deal has been moved here since.
    Refuses as `opened` does.
    """
    created_at = told.created_at or deal.created_at
    status: DealStatus = told.outcome or deal.status
    closed_at = told.closed_at or deal.closed_at if status != "open" else None
    complete = replace(told, outcome=status, closed_at=closed_at)
    refuse_contradictions(complete, pipeline, created_at, now)
    retold = _retold(history, complete, pipeline, created_at)
    if retold is None:
        after = _begun(history, created_at)
        after = _restaged(after, deal, told, pipeline, at=closed_at or now)
        after = _ended(after, deal, status, closed_at, pipeline, now=now)
    else:
        after = retold
    return _compared(deal, history, after, pipeline, details, status=status, closed_at=closed_at)


def _retold(history: History, told: Told, pipeline: Pipeline, created_at: datetime) -> History | None:
    """The history as told, or None when it says nothing that is not known."""
    entries = stages_entered(told, pipeline)
    if not entries:
        return None
    entries = ((entries[0][0], created_at), *entries[1:])
    known = [(each.stage_id, each.entered_at) for each in history if each.outcome is None]
    if known[: len(entries)] == [(stage.id, entered_at) for stage, entered_at in entries]:
        return None
    return through(entries, told.closed_at)


def _begun(history: History, created_at: datetime) -> History:
    first = history[0]
    if first.left_at is not None and created_at > first.left_at:
        detail = "The deal was in its second stage before this."
        raise DealError("validation_failed", detail, [FieldError("/created_at", "after_first_stage", detail)])
    return (replace(first, entered_at=created_at), *history[1:])


def _restaged(history: History, deal: Deal, told: Told, pipeline: Pipeline, at: datetime) -> History:
    if told.stage is None or told.entries:
        return history
    stage = pipeline.past_stage(told.stage)
    if stage.id == deal.stage.id:
        return history
    stage = pipeline.stage(told.stage)
    if deal.status == "open":
        return moved(history, stage, max(at, history[-1].entered_at))
    last = history[-1]
    return (*history[:-1], passage(stage, last.entered_at, position=last.position, left_at=last.left_at))


def _ended(
    history: History,
    deal: Deal,
    status: DealStatus,
    closed_at: datetime | None,
    pipeline: Pipeline,
    *,
    now: datetime,
) -> History:
    if closed_at is not None:
        return end((*history[:-1], replace(history[-1], left_at=None)), closed_at)
    if deal.status != "open" and status == "open":
        stage = pipeline.goes_on(pipeline.past_stage(str(history[-1].stage_id)))
        return resumed(history, deal.status, stage, max(now, history[-1].left_at or now))
    return history


def _compared(
    deal: Deal,
    before: History,
    after: History,
    pipeline: Pipeline,
    details: Mapping[str, Any],
    *,
    status: DealStatus,
    closed_at: datetime | None,
) -> Arrival:
    stage = pipeline.past_stage(str(after[-1].stage_id))
    fields = {
        **details,
        "created_at": after[0].entered_at,
        "status": status,
        "closed_at": closed_at,
        "stage": stage,
        "stage_entered_at": after[-1].entered_at,
    }
    if stage.id != deal.stage.id:
        fields["pipeline_version"] = pipeline.version
    said = _said(details)
    if said or (status, stage.id) != (deal.status, deal.stage.id):
        fields |= chances(status, stage, said, manual=deal.manual_chances)
    if status == "open" and deal.status != "open":
        fields |= UNENDED
    if status == "lost":
        fields["lost_in_stage_id"] = stage.id
    kind = _kind(deal, status, stage)
    more = {"from_stage": deal.stage.name} if kind is DealStageChanged else {}
    revised, event = deal.revised(kind, fields, history_changed=before != after, **more)
    return Arrival(revised, after, None if revised is deal else event)


def _without_own(details: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in details.items() if name != "custom"}


def _said(details: Mapping[str, Any]) -> dict[str, Any]:
    return {name: details[name] for name in CHANCES if name in details}


def _kind(deal: Deal, status: DealStatus, stage: Stage) -> type[DealState]:
    if status != deal.status:
        kinds: Mapping[str, type[DealState]] = {"won": DealWon, "lost": DealLost, "open": DealReopened}
        return kinds[status]
    return DealChanged if stage.id == deal.stage.id else DealStageChanged
