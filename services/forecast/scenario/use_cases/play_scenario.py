"""What a scenario does to a period and its plan."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.account.queries import account_names
from services.forecast.deal_sample.queries import sample_of
from services.forecast.deal_sample.schemas import Cut
from services.forecast.outlook.domain import Filter, aim_of_whole
from services.forecast.scenario import queries, repository
from services.forecast.scenario.domain import (
    Deal,
    Effect,
    Figures,
    Hit,
    Leads,
    Span,
    concentration,
    figures_of,
    hits,
    leads_after,
    moved,
    played,
    summed,
    worths,
)
from services.forecast.scenario.schemas import ScenarioOut, Slip
from services.forecast.scenario.use_cases.read_assumption import effect_of
from services.forecast.source_yield.use_cases.expect_from_leads import expect_from_leads
from services.forecast.structure.queries import structure_of
from services.forecast.target.queries import planned
from shared.contracts.identity import Identity
from shared.reporting.asked import Asked, Moment, Question

_YEAR = timedelta(days=365)
MOST_HITS = 100


@dataclass(frozen=True, slots=True)
class Results:
    """`target`: None where none covers just these deals. `played`: what the scenario did to them."""

    scenario: ScenarioOut
    question: Question
    as_of: datetime
    currency: str
    target: Decimal | None
    leads_known: bool
    span: Span
    played: "Played"
    names: dict[UUID, str]
    won: dict[UUID, Decimal]


@dataclass(frozen=True, slots=True)
class Played:
    """`worth_...`: what each of all the deals adds to the forecast; `alone`: the forecast by each assumption
    alone; `deals`, `accounts`: those hit; `shares_...`: of the largest customers."""

    before: Figures
    after: Figures
    alone: list[Decimal]
    all_deals: Sequence[Deal]
    worth_before: Sequence[Decimal]
    worth_after: Sequence[Decimal]
    deals: list[Hit]
    accounts: list[Hit]
    shares_before: dict[int, Decimal | None]
    shares_after: dict[int, Decimal | None]


async def play_scenario(
    connection: AsyncConnection,
    scenario_id: UUID,
    asked: Asked,
    cut: Cut,
    *,
    by: Identity,
    version: int | None,
    now: datetime,
) -> Results:
    """On the deals and leads the caller may see. Refuses with `scenario_not_found`, `period_invalid`."""
    scenario = await repository.get(connection, scenario_id, by)
    if version is not None:
        scenario = await repository.get_version(connection, scenario, version)
    expected = await expect_from_leads(connection, asked, cut, by=by, now=now)
    question, currency, as_of = expected.question, expected.currency, expected.as_of
    period = question.period
    moment = None if question.as_of is None else Moment(question.as_of)
    sample = sample_of(by, cut, currency, moment=moment, split="territory")
    slips = sum(each.days for each in scenario.assumptions if isinstance(each, Slip))
    deals = await queries.deals_of(connection, sample, period, slip_days=slips)
    year_end = min(period.starts_at, as_of)
    won = await queries.won_by_account(
        connection, sample_of(by, cut, currency, moment=moment), year_end - _YEAR, year_end
    )
    leads = Leads()
    if expected.enough and cut.product_id is None:
        leads = Leads(
            sum((each.from_open for each in expected.sources), Decimal(0)),
            sum((each.from_coming for each in expected.sources), Decimal(0)),
        )
    span = Span(period.starts_on, period.ends_on)
    structure = structure_of(moment)
    worth = await asyncio.to_thread(worths, deals, span)
    of_accounts = await asyncio.to_thread(summed, [deal.account_id for deal in deals], worth)
    effects = [
        await effect_of(connection, each, won=won, expected=of_accounts, structure=structure)
        for each in scenario.assumptions
    ]
    aim = aim_of_whole(Filter(cut.team_id, cut.owner_id, cut.product_id), by)
    target = None if aim is None else await planned(connection, by, period, aim, currency=currency)
    found = await asyncio.to_thread(_play, deals, worth, effects, span, leads)
    return Results(
        scenario=scenario,
        question=question,
        as_of=as_of,
        currency=currency,
        target=target,
        leads_known=expected.enough and cut.product_id is None,
        span=span,
        played=found,
        names=await account_names(connection, [hit.key for hit in found.accounts[:MOST_HITS]]),
        won=won,
    )


def _play(
    deals: Sequence[Deal], worth: Sequence[Decimal], effects: Sequence[Effect], span: Span, leads: Leads
) -> Played:
    """All that is reckoned with many deals, away from the loop that answers others."""
    before, after = figures_of(deals, span, leads), played(deals, effects)
    worth_after = worths(after, span)
    accounts = [deal.account_id for deal in deals]
    return Played(
        before=before,
        after=figures_of(after, span, leads_after(leads, effects)),
        alone=[
            before.forecast + moved(deals, worth, each, span) + leads_after(leads, [each]).whole - leads.whole
            for each in effects
        ],
        all_deals=deals,
        worth_before=worth,
        worth_after=worth_after,
        deals=hits([deal.id for deal in deals], worth, worth_after),
        accounts=hits(accounts, worth, worth_after),
        shares_before=concentration(summed(accounts, worth)),
        shares_after=concentration(summed(accounts, worth_after)),
    )
