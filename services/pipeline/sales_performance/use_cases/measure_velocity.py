"""How much the pipeline brings a day."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal_report.use_cases.compare_periods import Report, Span
from services.pipeline.sales_performance import queries
from services.pipeline.sales_performance.domain import Cycle, Decided, Velocity
from services.pipeline.sales_performance.queries import Key
from services.pipeline.sales_performance.schemas import VelocityFigures
from shared.reporting.figures import Meanings, known_money

_WON = ("won", "creation")
_MEANINGS: Meanings = {
    "open_deals": ("Deals that were open at the end of the period, or are open now while it lasts.", None),
    "decided": ("Deals that were won or lost in the period.", None),
    "won": ("Deals won in the period.", None),
    "win_rate": ("Won", "Decided"),
    "average_value": ("Amount won in the period, in base currency", "Deals won that have an amount"),
    "cycle_days": ("Days from creation to closing of the deals won in the period, mean.", None),
    "velocity": ("Open deals x win rate x average value", "Cycle days"),
}


async def _measure(connection: AsyncConnection, span: Span) -> dict[Key, VelocityFigures]:
    decided = await queries.decided(connection, span.sample, span.period)
    cycles = await queries.cycles(connection, span.sample, span.period)
    ended = span.period.ends_at if span.period.ends_at <= span.now else None
    opened = await queries.open_at(connection, span.sample, ended)
    return {
        key: _shown(
            Velocity(opened.get(key, 0), decided.get(key, Decided()), cycles.get(key, {}).get(_WON, Cycle())),
            span.currency,
        )
        for key in decided.keys() | opened.keys()
    }


def _shown(found: Velocity, currency: str) -> VelocityFigures:
    return VelocityFigures(
        open_deals=found.open_deals,
        decided=found.decided.count,
        won=found.decided.won,
        win_rate=found.decided.win_rate,
        average_value=known_money(found.decided.average_value, currency),
        cycle_days=found.cycle.mean,
        velocity=known_money(found.per_day, currency),
        state=found.state,
    )


VELOCITY = Report(
    measure=_measure,
    nothing=lambda currency: _shown(Velocity(0, Decided(), Cycle()), currency),
    size=lambda figures: figures.open_deals,
    meanings=_MEANINGS,
    when="deals closed",
)
