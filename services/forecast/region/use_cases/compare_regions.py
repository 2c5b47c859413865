"""Regions beside each other, and each beside its plan."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.queries import last_event_at
from services.forecast.region.domain import Region, RegionKind, Won, by_country, by_territory
from services.forecast.region.queries import won_by_place
from services.forecast.tables import ORGANISATION
from services.forecast.target.queries import planned_by
from services.forecast.territory.queries import territories
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, Question, question_of


@dataclass(frozen=True, slots=True)
class Comparison:
    """`plans` by territory id or country."""

    question: Question
    as_of: datetime
    currency: str
    regions: list[Region]
    plans: dict[Any, Decimal]
    whole: Won
    last_event_at: datetime | None

    def plan_of(self, region: Region) -> Decimal | None:
        """What is planned for the region, where that can be held against its deals."""
        return self.plans.get(region.territory.id if region.territory else region.country)


async def compare_regions(
    connection: AsyncConnection, asked: Asked, *, by: Identity, kind: RegionKind, now: datetime
) -> Comparison:
    """What the caller may see of it. Plans are for all deals of a region: only who sees all gets them."""
    organisation = await load_organisation(connection, ORGANISATION)
    currency = organisation.base_currency
    question = question_of(asked, organisation.calendar, now=now)
    won = await won_by_place(connection, question, identity=by, currency=currency)
    plans: dict[Any, Decimal] = {}
    if by.scope == "all":
        column = "territory_id" if kind == "territory" else "country"
        plans = await planned_by(connection, by, question.period, column, currency=currency)
    if kind == "territory":
        known = await territories(connection)
        regions = by_territory(won, known, [each for each in plans if each in known])
    else:
        regions = by_country(won, plans)
    return Comparison(
        question=question,
        as_of=question.as_of or now,
        currency=currency,
        regions=regions,
        plans=plans,
        whole=sum(won.values(), Won()),
        last_event_at=await last_event_at(connection),
    )
