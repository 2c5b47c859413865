"""From what a caller says of a deal to what the rules take, for one deal and for a thousand."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.pipeline.deal.domain.arrival import Arrival, opened, told_again
from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.domain.life import Told
from services.pipeline.deal.use_cases.valuation import Valuation
from services.pipeline.gate.domain import Applicant
from services.pipeline.gate.judgement import judge
from services.pipeline.gate.schemas import gates_unmet
from services.pipeline.pipeline.domain import Pipeline
from services.pipeline.tables import SOURCE
from shared.contracts.envelope import Envelope, wrap
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.pipeline_deal import DealState, DealStatus
from shared.contracts.identity import Identity
from shared.observability.causes import event_context

IMPORTERS = frozenset({"admin", "director", "manager"})
"""The roles that may say more of a deal than that it begins now."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A deal as a caller describes it. `details`: plain fields of a deal; days are days of the calendar."""

    details: dict[str, Any]
    pipeline_id: UUID | None = None
    stage: str | None = None
    created_at: date | None = None
    closed_at: date | None = None
    outcome: DealStatus | None = None
    entries: tuple[tuple[str, date], ...] | None = None

    @property
    def imported(self) -> bool:
        """Whether only an importer may say this."""
        return any((self.created_at, self.closed_at, self.outcome, self.entries))

    @property
    def origin(self) -> tuple[str, str] | None:
        """(source system, external id), where it has one."""
        system, external_id = self.details.get("source_system"), self.details.get("external_id")
        return None if system is None or external_id is None else (system, external_id)

    def with_details(self, details: dict[str, Any]) -> "Wanted":
        """The same with other plain fields."""
        return replace(self, details=details)

    def told(self, valuation: Valuation) -> Told:
        """The dates as instants."""
        created_at = valuation.instant(self.created_at)
        entries: list[tuple[str, datetime]] = []
        latest = created_at
        for stage, entered in self.entries or ():
            entered_at = valuation.instant(entered, not_before=latest)
            if entered_at is not None:
                entries.append((stage, entered_at))
                latest = entered_at
        return Told(
            stage=self.stage,
            created_at=created_at,
            closed_at=valuation.instant(self.closed_at, not_before=latest),
            outcome=self.outcome,
            entries=tuple(entries) or None,
        )


def owned(details: dict[str, Any], caller: Identity, *, new: bool) -> dict[str, Any]:
    """The details with the owner they get: who sees only what is own opens deals as own, and keeps them.

    Refuses with `forbidden` to give a deal to somebody else then.
    """
    if caller.scope != "own":
        return details
    if not new and "owner_id" not in details:
        return details
    owner = details.get("owner_id", caller.member_id)
    if owner != caller.member_id:
        detail = "A deal of your own stays your own; ask your manager to give it away."
        raise DomainError("forbidden", detail, [FieldError("/owner_id", "forbidden", detail)])
    return {**details, "owner_id": owner}


def may_say(wanted: Wanted, caller: Identity) -> None:
    """Refuses with `forbidden` an import by somebody who may not import."""
    if wanted.imported and caller.role not in IMPORTERS:
        detail = "Only a manager, a director or an admin may load deals with their own dates and outcome."
        raise DomainError("forbidden", detail)


def refuse_gated(deal: Deal, pipeline: Pipeline, caller: Identity, *, now: datetime) -> None:
    """Refuses with `gates_unmet` to open a deal further on than the first stage, past gates that it does not
    meet. What is recorded beside a deal cannot be there yet."""
    stage, first = deal.stage, pipeline.first_stage
    if stage.id == first.id or deal.status != "open":
        return
    applicant = Applicant(deal.shown_to_gates(), stage.position, caller.role, now)
    missing = judge(stage.entry_gates, applicant)
    over = [each.name for each in pipeline.skipped(first, stage)]
    if missing:
        raise gates_unmet(missing, may_override=False)
    if over:
        detail = f"No stage may be jumped over; deals of this pipeline begin in {first.name!r}."
        raise DomainError("gates_unmet", detail, [FieldError("/stage", "skipping_allowed", detail)])


def refuse_gated_move(before: Deal, after: Deal, pipeline: Pipeline) -> None:
    """Refuses with `gates_unmet` a move by batch where gates stand: these are looked at one by one."""
    stage, was = after.stage, before.stage
    gates = [gate for gate in (*stage.entry_gates, *was.exit_gates) if gate.active]
    if stage.id != was.id and (gates or pipeline.skipped(was, stage)):
        detail = f"Gates stand before {stage.name!r}; move it by POST /v1/deals/{after.id}/stage."
        raise DomainError("gates_unmet", detail, [FieldError("/stage", "gated", detail)])


def arrive(
    deal_id: UUID, wanted: Wanted, pipeline: Pipeline, valuation: Valuation, *, now: datetime
) -> Arrival:
    """A deal new to us, valued on the day it closed or else today."""
    told = wanted.told(valuation)
    base = valuation.base(wanted.details.get("amount"), told.closed_at or now)
    return opened(deal_id, pipeline, told, {**wanted.details, "base_amount": base}, now=now)


def arrive_again(
    known: Arrival, wanted: Wanted, pipeline: Pipeline, valuation: Valuation, *, now: datetime
) -> Arrival:
    """A known deal as told anew; valued anew only when its amount or its closing is another."""
    told, deal, details = wanted.told(valuation), known.deal, wanted.details
    again = told_again(deal, known.history, pipeline, told, details, now=now)
    if (again.deal.amount, again.deal.closed_at) == (deal.amount, deal.closed_at):
        return again
    base = valuation.base(again.deal.amount, again.deal.closed_at or now)
    return told_again(deal, known.history, pipeline, told, {**details, "base_amount": base}, now=now)


def fact(
    event: DealState, deal_id: UUID, version: int, at: datetime, *, cause: UUID | None = None
) -> Envelope:
    """The event, ready for the outbox; `at` is when it happened in business, `cause` the event it follows."""
    context = event_context(SOURCE, causation_id=cause)
    return wrap(event, subject=deal_id, sequence=version, time=at, context=context)


def happened_at(event: DealState, now: datetime) -> datetime:
    """When the fact happened in business: a closing and a stage have their own instants."""
    if event.status != "open" and "closed_at" in event.changed:
        return event.closed_at or now
    return event.stage_entered_at if "stage_entered_at" in event.changed else now
