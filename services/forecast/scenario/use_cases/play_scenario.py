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
    by_account,
    concentration,
    figures_of,
    hits,
    leads_after,
    played,
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
    """`before` and `after` lie beside each other, deal by deal; `alone`: the forecast by each assumption
    alone."""

    scenario: ScenarioOut
    question: Question
    as_of: datetime
    currency: str
    target: Decimal | None
    leads_known: bool
    before: Figures
    after: Figures
    alone: list[Figures]
    span: Span
    deals_before: Sequence[Deal]
    deals_after: Sequence[Deal]
    deals: list[Hit]
    accounts: list[Hit]
    names: dict[UUID, str]
    won: dict[UUID, Decimal]
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
    effects = [
        await effect_of(connection, each, deals, won=won, span=span, structure=structure)
        for each in scenario.assumptions
    ]
    aim = aim_of_whole(Filter(cut.team_id, cut.owner_id, cut.product_id), by)
    target = None if aim is None else await planned(connection, by, period, aim, currency=currency)
    after = await asyncio.to_thread(played, deals, effects)
    accounts = await asyncio.to_thread(hits, deals, after, span, of=lambda deal: deal.account_id)
    alone = await asyncio.to_thread(_each_alone, deals, effects, span, leads)
    return Results(
        scenario=scenario,
        question=question,
        as_of=as_of,
        currency=currency,
        target=target,
        leads_known=expected.enough and cut.product_id is None,
        before=figures_of(deals, span, leads),
        after=figures_of(after, span, leads_after(leads, effects)),
        alone=alone,
        span=span,
        deals_before=deals,
        deals_after=after,
        deals=await asyncio.to_thread(hits, deals, after, span, of=lambda deal: deal.id),
        accounts=accounts,
        names=await account_names(connection, [hit.key for hit in accounts[:MOST_HITS]]),
        won=won,
        shares_before=concentration(by_account(deals, span)),
        shares_after=concentration(by_account(after, span)),
    )


def _each_alone(deals: Sequence[Deal], effects: Sequence[Effect], span: Span, leads: Leads) -> list[Figures]:
    return [figures_of(played(deals, [each]), span, leads_after(leads, [each])) for each in effects]
