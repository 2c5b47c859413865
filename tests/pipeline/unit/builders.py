"""Deals for tests: what a test does not name is ordinary."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.pipeline.deal.domain.arrival import Arrival, opened
from services.pipeline.deal.domain.deal import Deal, Why
from services.pipeline.deal.domain.life import Told
from services.pipeline.pipeline.domain import Stage
from services.pipeline.pipeline.templates import default_pipeline
from shared.contracts.ids import new_id
from shared.contracts.money import Money

B2B = default_pipeline()
QUALIFICATION, NEEDS, PROPOSAL, NEGOTIATION = B2B.stages
MONDAY = datetime(2027, 3, 1, 9, tzinfo=UTC)


def days(count: float) -> timedelta:
    return timedelta(days=count)


def an_arrival(told: Told = Told(), *, now: datetime = MONDAY, **details: Any) -> Arrival:
    return opened(new_id(), B2B, told, {"name": "Acme", **details}, now=now)


def unvalued(_amount: Money | None, _at: datetime) -> None:
    """For deals without an amount."""


def a_deal(stage: Stage = QUALIFICATION, **details: Any) -> Deal:
    return an_arrival(Told(stage=stage.name), **details).deal


def a_won_deal() -> Deal:
    return a_deal().win(MONDAY + days(3), amount=None, value=unvalued)[0]


def a_lost_deal() -> Deal:
    return a_deal().lose(MONDAY + days(3), why=Why("price"), competitor=None, value=unvalued)[0]
