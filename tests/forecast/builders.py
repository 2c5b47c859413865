"""Events as other services would publish them, with plain values where a test does not care."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from shared.contracts.envelope import Envelope, EventContext, wrap
from shared.contracts.event import Event
from shared.contracts.events.gateway_member import MemberJoined
from shared.contracts.events.gateway_organisation import OrganisationChanged
from shared.contracts.events.gateway_team import TeamCreated
from shared.contracts.events.leads_lead import LeadCreated
from shared.contracts.events.pipeline_deal import (
    DealChanged,
    DealLost,
    DealOpened,
    DealReopened,
    DealStageChanged,
    DealWon,
    StagePassage,
)
from shared.contracts.events.pipeline_product import ProductCreated
from shared.contracts.ids import new_id
from shared.contracts.money import Money

_NAMES = UUID("018f4e6e-0000-7000-8000-000000000000")
CONTEXT = EventContext(source="/test", correlation_id="test")


def named(name: str) -> UUID:
    """The same id for the same name."""
    return uuid5(_NAMES, name)


def at(text: str) -> datetime:
    """`2027-02-03` or `2027-02-03T10:00` as an aware UTC instant."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def eur(amount: str | int | Decimal) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


def passage(stage: str, entered: str, *, probability: str | None, category: str = "pipeline") -> StagePassage:
    return StagePassage(
        stage_id=named(stage),
        stage=stage,
        entered_at=at(entered),
        probability=None if probability is None else Decimal(probability),
        forecast_category=category,
    )


def deal_state(name: str = "deal", **changes: Any) -> dict[str, Any]:
    """An open deal of 1000 EUR at 10 %, expected to close in March 2027."""
    stage = changes.get("stage", "Qualification")
    state = {
        "deal_id": named(name),
        "name": name,
        "status": "open",
        "pipeline_id": named("pipeline"),
        "stage_id": named(stage),
        "stage": stage,
        "stage_entered_at": at("2027-01-10"),
        "created_at": at("2027-01-10"),
        "forecast_category": "pipeline",
        "probability": Decimal("0.1"),
        "amount": eur(1000),
        "expected_close": at("2027-03-20").date(),
        "owner_id": named("rep"),
    }
    state |= changes
    state.setdefault("base_amount", state["amount"])
    return state


KINDS: dict[str, type[Event]] = {
    "opened": DealOpened,
    "changed": DealChanged,
    "stage_changed": DealStageChanged,
    "won": DealWon,
    "lost": DealLost,
    "reopened": DealReopened,
}


def deal_event(kind: str, name: str = "deal", *, sequence: int = 1, time: str, **changes: Any) -> Envelope:
    """An envelope of `pipeline.deal.<kind>`."""
    state = deal_state(name, **changes)
    return wrap(
        KINDS[kind](**state),
        subject=state["deal_id"],
        sequence=sequence,
        time=at(time),
        context=CONTEXT,
    )


def told(envelope: Envelope, when: datetime) -> Envelope:
    """The same event, made at this instant: its id says so."""
    milliseconds = int(when.timestamp() * 1000)
    return envelope.model_copy(update={"id": UUID(int=milliseconds << 80 | envelope.id.int & (1 << 80) - 1)})


def organisation(
    *, sequence: int = 1, time_zone: str = "UTC", fiscal_start: int = 1, currency: str = "EUR"
) -> Envelope:
    event = OrganisationChanged(
        organisation_id=named("organisation"),
        name="Example",
        base_currency=currency,
        time_zone=time_zone,
        fiscal_year_start_month=fiscal_start,
    )
    return wrap(
        event, subject=event.organisation_id, sequence=sequence, time=at("2026-01-01"), context=CONTEXT
    )


def team(
    name: str,
    *,
    parent: str | None = None,
    sequence: int = 1,
    active: bool = True,
    time: str = "2026-01-01",
) -> Envelope:
    event = TeamCreated(
        team_id=named(name),
        name=name,
        active=active,
        created_at=at("2026-01-01"),
        parent_id=None if parent is None else named(parent),
    )
    return wrap(event, subject=event.team_id, sequence=sequence, time=at(time), context=CONTEXT)


def member(
    name: str,
    *,
    team: str | None = None,
    role: str = "rep",
    sequence: int = 1,
    time: str = "2026-01-01",
) -> Envelope:
    event = MemberJoined(
        member_id=named(name),
        role=role,
        created_at=at("2026-01-01"),
        team_id=None if team is None else named(team),
    )
    return wrap(event, subject=event.member_id, sequence=sequence, time=at(time), context=CONTEXT)


def product(name: str, *, sequence: int = 1, **state: Any) -> Envelope:
    event = ProductCreated(product_id=named(name), name=name, created_at=at("2026-01-01"), **state)
    return wrap(event, subject=event.product_id, sequence=sequence, time=event.created_at, context=CONTEXT)


def lead_event(name: str, *, sequence: int = 1, created: str = "2027-01-15", **changes: Any) -> Envelope:
    event = LeadCreated(
        **{"lead_id": named(name), "status": "new", "created_at": at(created), "source": "web"} | changes
    )
    return wrap(event, subject=event.lead_id, sequence=sequence, time=event.created_at, context=CONTEXT)


def any_id() -> UUID:
    return new_id()
