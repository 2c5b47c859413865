"""How often decided deals were won."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal_report.use_cases.compare_periods import Report, Span
from services.pipeline.sales_performance import queries
from services.pipeline.sales_performance.domain import Decided
from services.pipeline.sales_performance.queries import Key
from services.pipeline.sales_performance.schemas import WinRateFigures
from shared.reporting.figures import Meanings, money

_MEANINGS: Meanings = {
    "decided": ("Deals that were won or lost in the period, by the day they closed.", None),
    "won": ("Deals won in the period.", None),
    "lost": ("Deals lost in the period.", None),
    "won_value": ("Amount of the won deals in base currency, at the rate of the day each closed.", None),
    "lost_value": ("Amount of the lost deals in base currency, at the rate of the day each closed.", None),
    "without_amount": ("Decided deals without an amount: in the counts, not in the amounts.", None),
    "win_rate": ("Won", "Decided"),
    "win_rate_by_value": ("Amount won", "Amount of the decided deals"),
}


async def _measure(connection: AsyncConnection, span: Span) -> dict[Key, WinRateFigures]:
    found = await queries.decided(connection, span.sample, span.period)
    return {key: _shown(each, span.currency) for key, each in found.items()}


def _shown(found: Decided, currency: str) -> WinRateFigures:
    return WinRateFigures(
        decided=found.count,
        won=found.won,
        lost=found.lost,
        won_value=money(found.won_value, currency),
        lost_value=money(found.lost_value, currency),
        without_amount=found.count - found.won_valued - found.lost_valued,
        win_rate=found.win_rate,
        win_rate_by_value=found.win_rate_by_value,
        state=found.state,
    )


WIN_RATE = Report(
    measure=_measure,
    nothing=lambda currency: _shown(Decided(), currency),
    size=lambda figures: figures.decided,
    meanings=_MEANINGS,
    when="deals closed",
)
