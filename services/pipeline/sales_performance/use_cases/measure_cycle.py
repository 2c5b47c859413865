"""How long deals took from their first contact, and from their creation, until they closed."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal_report.use_cases.compare_periods import Report, Span
from services.pipeline.sales_performance import queries
from services.pipeline.sales_performance.domain import Cycle
from services.pipeline.sales_performance.queries import Key
from services.pipeline.sales_performance.schemas import (
    CycleFigures,
    CycleTimeFigures,
    SalesCycleFigures,
)
from shared.reporting.figures import Meanings

Cycles = Mapping[tuple[str, str], Cycle]
_CONTACT = (
    "days from the first activity done for a deal or with the lead it came from (where there was none, from "
    "that lead's creation) to its closing; only deals that have either"
)
_CREATION = "days from the creation of a deal to its closing, with the time it was closed before a reopening"
_IN_EACH: Meanings = {
    "deals": ("Deals of which the days are known.", None),
    "mean": ("Mean of the days.", None),
    "median": ("Median of the days (percentile_cont 0.5).", None),
    "p25": ("25th percentile of the days (percentile_cont 0.25).", None),
    "p75": ("75th percentile of the days (percentile_cont 0.75).", None),
    "p90": ("90th percentile of the days (percentile_cont 0.9).", None),
}
_SALES_CYCLE: Meanings = {
    "from_first_contact": (f"Deals won in the period: {_CONTACT}.", None),
    "from_creation": (f"Deals won in the period: {_CREATION}.", None),
    **_IN_EACH,
}
_CYCLE_TIME: Meanings = {
    "won_from_first_contact": (f"Deals won in the period: {_CONTACT}.", None),
    "won_from_creation": (f"Deals won in the period: {_CREATION}.", None),
    "lost_from_first_contact": (f"Deals lost in the period: {_CONTACT}.", None),
    "lost_from_creation": (f"Deals lost in the period: {_CREATION}.", None),
    **_IN_EACH,
}
_NONE: Cycles = {}


async def _sales_cycles(connection: AsyncConnection, span: Span) -> dict[Key, SalesCycleFigures]:
    found = await queries.cycles(connection, span.sample, span.period)
    return {key: _sales_cycle(each) for key, each in found.items()}


async def _cycle_times(connection: AsyncConnection, span: Span) -> dict[Key, CycleTimeFigures]:
    found = await queries.cycles(connection, span.sample, span.period)
    return {key: _cycle_time(each) for key, each in found.items()}


def _sales_cycle(cycles: Cycles) -> SalesCycleFigures:
    return SalesCycleFigures(
        from_first_contact=_shown(cycles, "won", "first_contact"),
        from_creation=_shown(cycles, "won", "creation"),
    )


def _cycle_time(cycles: Cycles) -> CycleTimeFigures:
    return CycleTimeFigures(
        won_from_first_contact=_shown(cycles, "won", "first_contact"),
        won_from_creation=_shown(cycles, "won", "creation"),
        lost_from_first_contact=_shown(cycles, "lost", "first_contact"),
        lost_from_creation=_shown(cycles, "lost", "creation"),
    )


def _shown(cycles: Cycles, outcome: str, since: str) -> CycleFigures:
    return CycleFigures.model_validate(cycles.get((outcome, since), Cycle()))


SALES_CYCLE = Report(
    measure=_sales_cycles,
    nothing=lambda _currency: _sales_cycle(_NONE),
    size=lambda figures: figures.from_creation.deals,
    meanings=_SALES_CYCLE,
    when="deals won",
)
CYCLE_TIME = Report(
    measure=_cycle_times,
    nothing=lambda _currency: _cycle_time(_NONE),
    size=lambda figures: figures.won_from_creation.deals + figures.lost_from_creation.deals,
    meanings=_CYCLE_TIME,
    when="deals closed",
)
