"""A deal event as facts: how the deal stood, from which business instant on.

A later statement about a deal (higher sequence, then part) overrules an earlier one for every instant from
its own `valid_from` on. So a win told today but dated last month hides the stage moves told in between.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from services.forecast.known_at import known_at
from shared.contracts.envelope import Envelope
from shared.contracts.errors import DomainError
from shared.contracts.events.pipeline_deal import DealLost, DealOpened, DealState, DealWon, StagePassage


class LedgerError(DomainError):
    """Why the ledger does not answer."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that figures are made of. `base_amount` is in the organisation's currency."""

    status: str
    pipeline_id: UUID
    stage_id: UUID
    stage: str
    forecast_category: str
    probability: Decimal | None
    amount: Decimal | None
    currency: str | None
    base_amount: Decimal | None
    base_currency: str | None
    expected_close: date | None
    closed_at: datetime | None
    created_at: datetime
    owner_id: UUID | None
    account_id: UUID | None
    lead_id: UUID | None
    product_id: UUID | None
    source: str | None
    loss_reason: str | None
    competitor: str | None
    close_pushes: int | None


@dataclass(frozen=True, slots=True)
class Fact:
    """The deal stood so from `valid_from` until a later part of the same event overrules it (`valid_to`).

    `known_at` is when the event was made: later than `valid_from` for imported history. `reconstructed`: an
    imported deal before the state it came with: stage, probability and category are of then, all else
    (amount, owner, expected close) is what it came with.
    """

    deal_id: UUID
    sequence: int
    part: int
    valid_from: datetime
    valid_to: datetime | None
    known_at: datetime
    reconstructed: bool
    standing: Standing


def standing_of(event: DealState) -> Standing:
    """The deal after the event."""
    amount, base = event.amount, event.base_amount
    return Standing(
        status=event.status,
        pipeline_id=event.pipeline_id,
        stage_id=event.stage_id,
        stage=event.stage,
        forecast_category=event.forecast_category,
        probability=event.probability,
        amount=amount.amount if amount else None,
        currency=amount.currency if amount else None,
        base_amount=base.amount if base else None,
        base_currency=base.currency if base else None,
        expected_close=event.expected_close,
        closed_at=event.closed_at,
        created_at=event.created_at,
        owner_id=event.owner_id,
        account_id=event.account_id,
        lead_id=event.lead_id,
        product_id=event.product_id,
        source=event.source,
        loss_reason=event.loss_reason,
        competitor=event.competitor,
        close_pushes=event.close_pushes,
    )


def facts_of(event: DealState, envelope: Envelope) -> tuple[Fact, ...]:
    """One fact for most events; for an imported deal one per stage it went through, and its state now."""
    known = known_at(envelope)
    steps = _imported(event) if isinstance(event, DealOpened) else [(_valid_from(event, envelope), event)]
    facts = [
        Fact(
            event.deal_id,
            envelope.sequence,
            part,
            valid_from,
            None,
            known,
            part < len(steps) - 1,
            standing_of(state),
        )
        for part, (valid_from, state) in enumerate(steps)
    ]
    return tuple(_overruled(facts))


def _valid_from(event: DealState, envelope: Envelope) -> datetime:
    """A win or loss counts from its closing date, also when told later; all else from when it happened."""
    closes = isinstance(event, (DealWon, DealLost)) or "closed_at" in event.changed
    if closes and event.closed_at is not None:
        return min(event.closed_at, envelope.time)
    return envelope.time


def _imported(event: DealOpened) -> list[tuple[datetime, DealState]]:
    """The stages before the present one, each from its own date, then the state the deal came in."""
    if event.status == "open":
        before, since = _before_present_stage(event)
        return [*_passed(event, before), (since, event)]
    before = [passage for passage in event.history if passage.forecast_category != "closed"]
    return [
        *(_passed(event, before) or [_unknown_before(event)]),
        (event.closed_at or event.created_at, event),
    ]


def _before_present_stage(event: DealOpened) -> tuple[list[StagePassage], datetime]:
    """The stages an open deal has left, and since when it is in the present one."""
    passages = list(event.history)
    since = event.stage_entered_at if passages else event.created_at
    if passages and passages[-1].stage_id == event.stage_id:
        since = passages.pop().entered_at
    return passages, since if passages else min(since, event.created_at)


def _passed(event: DealOpened, passages: Sequence[StagePassage]) -> list[tuple[datetime, DealState]]:
    """The first stage counts from the deal's creation. Amount, owner and dates are the imported ones."""
    return [
        (
            min(passage.entered_at, event.created_at) if index == 0 else passage.entered_at,
            _open(event, passage.stage_id, passage.stage).model_copy(
                update={"probability": passage.probability, "forecast_category": passage.forecast_category}
            ),
        )
        for index, passage in enumerate(passages)
    ]


def _unknown_before(event: DealOpened) -> tuple[datetime, DealState]:
    """A closed deal imported without history was open before: weakest category, chances unknown."""
    before = _open(event, event.stage_id, event.stage)
    return event.created_at, before.model_copy(update={"probability": None, "forecast_category": "pipeline"})


def _open(event: DealOpened, stage_id: UUID, stage: str) -> DealOpened:
    return event.model_copy(
        update={
            "status": "open",
            "stage_id": stage_id,
            "stage": stage,
            "closed_at": None,
            "loss_reason": None,
            "competitor": None,
        }
    )


def _overruled(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Each fact ends where the earliest of the later parts begins."""
    ends: list[datetime | None] = [None]
    for fact in reversed(facts[1:]):
        ends.append(fact.valid_from if ends[-1] is None else min(fact.valid_from, ends[-1]))
    for fact, end in zip(facts, reversed(ends), strict=True):
        yield replace(fact, valid_to=None if end is None else max(end, fact.valid_from))
