"""What tactics brought, beside what was planned."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead_source.domain import Way, Yield, cost_of_each, return_on, share_of
from services.leads.lead_source.use_cases.compare_sources import figures
from services.leads.lead_source.use_cases.count_ways import count_ways
from services.leads.lead_tactic.domain import Tactic
from services.leads.lead_tactic.repository import MOST, tactics_within
from services.leads.lead_tactic.schemas import TacticEffect, TacticEffects, TacticFigures
from services.leads.lead_tactic.use_cases.keep_tactics import ALL_TACTICS
from services.leads.tables import ORGANISATION
from shared.contracts.currencies import Rates
from shared.contracts.identity import Identity
from shared.contracts.money import Money
from shared.organisation.queries import Organisation, load_organisation, load_rates
from shared.reporting.asked import Asked, question_of
from shared.reporting.figures import Meanings, defined, known_money, period_shown

_MONEY = ("budget", "cost", "expected_revenue")
_RECEIVED = "Leads created in the tactic's days that name one of its sources or campaigns, in whatever case, "
_MEANINGS: Meanings = {
    "received": (_RECEIVED + "without those put away or merged into others.", None),
    "qualified": ("Received leads that were qualified, or got further without it.", None),
    "converted": ("Received leads that became an account and a contact.", None),
    "won": ("Received leads of which a deal was won.", None),
    "won_revenue": ("Amount of the deals won from received leads, in the organisation's currency.", None),
    "conversion": ("Converted", "Received"),
    "win_rate": ("Won", "Received"),
    "yield_per_lead": ("Won revenue", "Received"),
    "budget": ("What may be spent, in the organisation's currency at today's rate.", None),
    "cost": ("What was spent so far, in the organisation's currency at today's rate.", None),
    "planned_cost_per_lead": ("Budget", "Expected leads"),
    "cost_per_lead": ("Cost", "Received"),
    "leads_by_plan": ("Received", "Expected leads"),
    "revenue_by_plan": ("Won revenue", "Expected revenue"),
    "return_on_cost": ("Won revenue less cost", "Cost"),
}
_WHEN = "From the tactic's first day to its last, in the organisation's time zone; later steps count."


async def measure_tactic(
    connection: AsyncConnection, identity: Identity, tactic_id: UUID, *, now: datetime
) -> TacticEffect:
    """Of the leads within the caller's scope. Refuses with `rate_missing` an amount without a rate today."""
    tactic = await ALL_TACTICS.find(connection, tactic_id)
    organisation = await load_organisation(connection, ORGANISATION)
    (found,) = await _measured(connection, identity, [tactic], organisation, now)
    return TacticEffect(
        **found.model_dump(), currency=organisation.base_currency, definitions=defined(_MEANINGS, _WHEN)
    )


async def measure_tactics(
    connection: AsyncConnection, identity: Identity, asked: Asked, *, now: datetime
) -> TacticEffects:
    """The tactics of which a day lies in the period, each over all its days. A handful of queries for all."""
    organisation = await load_organisation(connection, ORGANISATION)
    period = question_of(asked, organisation.calendar, now=now).period
    tactics = await tactics_within(connection, period.starts_on, period.ends_on)
    return TacticEffects(
        period=period_shown(period),
        currency=organisation.base_currency,
        items=await _measured(connection, identity, tactics[:MOST], organisation, now),
        more=len(tactics) > MOST,
        definitions=defined(_MEANINGS, _WHEN),
    )


async def _measured(
    connection: AsyncConnection,
    identity: Identity,
    tactics: Sequence[Tactic],
    organisation: Organisation,
    now: datetime,
) -> list[TacticFigures]:
    base, calendar = organisation.base_currency, organisation.calendar
    ways = [
        Way(
            tactic.id,
            tactic.sources,
            tactic.campaigns,
            calendar.start_of(tactic.starts_on),
            calendar.start_of(tactic.ends_on + timedelta(days=1)),
        )
        for tactic in tactics
    ]
    yields = await count_ways(connection, identity, ways, currency=base)
    amounts = [value for tactic in tactics for name in _MONEY if (value := getattr(tactic, name))]
    rates = await load_rates(connection, ORGANISATION, [amount.currency for amount in amounts], base)
    return [_figures(tactic, yields[tactic.id], rates, organisation, now) for tactic in tactics]


def _figures(
    tactic: Tactic, found: Yield, rates: Rates, organisation: Organisation, now: datetime
) -> TacticFigures:
    base, today = organisation.base_currency, organisation.calendar.local_date(now)

    def in_base(amount: Money | None) -> Money | None:
        return None if amount is None else rates.to_base(amount, today)

    def each(amount: Money | None, count: Decimal | int | None) -> Money | None:
        return known_money(cost_of_each(amount.amount, count) if amount and count else None, base)

    budget, cost, revenue = (in_base(getattr(tactic, name)) for name in _MONEY)
    copied = ("name", "owner_id", "starts_on", "ends_on", "expected_leads")
    shown: dict[str, Any] = {name: getattr(tactic, name) for name in copied}
    return TacticFigures(
        **shown,
        **figures(found, base),
        tactic_id=tactic.id,
        budget=budget,
        cost=cost,
        expected_revenue=revenue,
        planned_cost_per_lead=each(budget, tactic.expected_leads),
        cost_per_lead=each(cost, found.received),
        leads_by_plan=share_of(found.received, tactic.expected_leads or 0),
        revenue_by_plan=share_of(found.won_revenue, revenue.amount if revenue else 0),
        return_on_cost=None if cost is None else return_on(found.won_revenue, cost.amount),
    )
