"""What the reports of kinds of sales have in common: the deals counted, split, added up and shown."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal_report.queries import Sample, sample_of
from services.pipeline.deal_report.schemas import Cut
from services.pipeline.sale_report.domain import Tally
from services.pipeline.sale_report.queries import Counted, Marked, tallies
from services.pipeline.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, question_of
from shared.reporting.figures import MOST_GROUPS, Meanings, defined, known_money, money, period_shown, ratio
from shared.reporting.schemas import DefinitionOut

MEANINGS: Meanings = {
    "opened": ("Deals created in the period.", None),
    "won": ("Deals won, by the day they closed.", None),
    "lost": ("Deals lost, by the day they closed.", None),
    "win_rate": ("Won", "Won and lost"),
    "revenue": ("Amount of the won deals in base currency, at the rate of the day each closed.", None),
    "average_check": ("Revenue", "Won deals with an amount"),
    "share_of_won": ("Won", "All won deals of the same whole"),
    "share_of_revenue": ("Revenue", "Revenue of the same whole"),
    "without_amount": ("Won deals without an amount in base currency: in won, not in revenue.", None),
}


@dataclass(frozen=True, slots=True)
class Count:
    """The deals of a period by the key of the split and by their marks."""

    period: Period
    currency: str
    cut: Cut
    counted: Sequence[Counted]

    def of(self, *wanted: str | None, place: int = 0) -> Tally:
        """Those with these marks, from this place on."""
        fitting = (each for each in self.counted if each.marks[place : place + len(wanted)] == wanted)
        return total(each.tally for each in fitting)

    def part(self, key: str | None) -> "Count":
        """Those with this key."""
        return replace(self, counted=[each for each in self.counted if each.key == key])

    def shown(self, tally: Tally) -> dict[str, Any]:
        """As SaleFigures, beside all that are counted here."""
        whole = total(each.tally for each in self.counted)
        return {
            **{name: getattr(tally, name) for name in ("opened", "won", "lost", "win_rate")},
            "revenue": money(tally.revenue, self.currency),
            "average_check": known_money(tally.average_check, self.currency),
            "share_of_won": ratio(tally.won, whole.won),
            "share_of_revenue": ratio(tally.revenue, whole.revenue),
            "without_amount": tally.won - tally.valued,
        }

    def head(self, show: "Callable[[Count], dict[str, Any]]") -> dict[str, Any]:
        """What every such report says of itself, with its groups, the one with most revenue first."""
        keys = {each.key for each in self.counted} if self.cut.group_by is not None else set()
        sums = {key: total(each.tally for each in self.part(key).counted) for key in keys}
        order = sorted(keys, key=lambda key: (key is None, -sums[key].revenue, -sums[key].opened, str(key)))
        return {
            "period": period_shown(self.period),
            "currency": self.currency,
            "group_by": self.cut.group_by,
            "groups": [{"key": key, **show(self.part(key))} for key in order[:MOST_GROUPS]],
            "groups_left_out": max(0, len(order) - MOST_GROUPS),
            "definitions": definitions(MEANINGS, self.period),
        }


async def count_sales(
    connection: AsyncConnection,
    caller: Identity,
    asked: Asked,
    cut: Cut,
    marked: Callable[[Sample], Marked],
    *,
    now: datetime,
) -> Count:
    """The deals the caller may read. Refuses with `period_invalid`, `organisation_unknown`."""
    organisation = await load_organisation(connection, ORGANISATION)
    period = question_of(asked, organisation.calendar, now=now).period
    sample = await sample_of(connection, caller, cut, organisation.base_currency)
    counted = await tallies(connection, *marked(sample), period)
    return Count(period, organisation.base_currency, cut, counted)


def total(parts: Iterable[Tally]) -> Tally:
    """All together."""
    return sum(parts, Tally())


def definitions(meanings: Meanings, period: Period) -> dict[str, DefinitionOut]:
    """Of each figure."""
    return defined(meanings, f"{period.name}: from {period.starts_on} to {period.ends_on}.")
