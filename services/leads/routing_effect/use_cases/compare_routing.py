"""Is routing by skills better than any other way, or is that chance."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.routing_effect import queries
from services.leads.routing_effect.domain import ENOUGH, Test, compare, verdict
from services.leads.routing_effect.schemas import AssignedLeads, Difference, RoutingEffect
from services.leads.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, question_of
from shared.reporting.figures import TEN_THOUSANDTH, Meanings, defined, period_shown, ratio

_TWO_DIGITS = Decimal("0.01")
_MEANINGS: Meanings = {
    "matched": (
        "Leads created in the period whose first owner a rule chose by skills, with a skill score above 0.",
        None,
    ),
    "otherwise": ("Leads created in the period whose first owner was chosen in any other way.", None),
    "conversion": ("Leads of the group that were converted", "Leads of the group"),
    "median_minutes": (
        "Creation to first contact of those that were contacted, median, real minutes.",
        None,
    ),
    "p_value": (
        "How likely so great a difference is when there is none, two-sided. Shares: Fisher's exact test "
        "where an expected count is below 5, else the pooled two-proportion z-test. Response time: the "
        "median test (A. Mood 1950), the share slower than the median of all.",
        None,
    ),
    "significant": ("p_value below 0.05. Seen without a plan made before, it shows no cause.", None),
}


async def compare_routing(
    connection: AsyncConnection, identity: Identity, asked: Asked, *, now: datetime
) -> RoutingEffect:
    """Of the leads within the caller's scope. Two queries."""
    organisation = await load_organisation(connection, ORGANISATION)
    period = question_of(asked, organisation.calendar, now=now).period
    counts = await queries.by_match(connection, identity, period)
    matched, otherwise = counts.get(True, {}), counts.get(False, {})
    middle = counts.get(None, {}).get("median")
    slower = {}
    if min(matched.get("contacted", 0), otherwise.get("contacted", 0)) >= ENOUGH:
        slower = await queries.slower_than(connection, identity, period, Decimal(str(middle)))
    enough = min(matched.get("leads", 0), otherwise.get("leads", 0)) >= ENOUGH
    when = f"{period.name}: leads created from {period.starts_on} to {period.ends_on}, later steps whenever."
    return RoutingEffect(
        period=period_shown(period),
        state="ok" if enough else "insufficient_history",
        needed_in_each_group=ENOUGH,
        matched=_group(matched),
        otherwise=_group(otherwise),
        conversion=_conversion(matched, otherwise) if enough else _unknown(),
        response_time=_response(matched, otherwise, slower) if slower else _unknown(),
        definitions=defined(_MEANINGS, when),
    )


def _group(counts: Mapping[str, Any]) -> AssignedLeads:
    leads, median = counts.get("leads", 0), counts.get("median")
    return AssignedLeads(
        leads=leads,
        converted=counts.get("converted", 0),
        conversion=ratio(counts.get("converted", 0), leads),
        contacted=counts.get("contacted", 0),
        median_minutes=None if median is None else Decimal(str(median)).quantize(_TWO_DIGITS),
    )


def _conversion(matched: Mapping[str, Any], otherwise: Mapping[str, Any]) -> Difference:
    test = compare(matched["converted"], matched["leads"], otherwise["converted"], otherwise["leads"])
    gap = matched["converted"] / matched["leads"] - otherwise["converted"] / otherwise["leads"]
    return _difference(test, gap, less_is_better=False)


def _response(
    matched: Mapping[str, Any], otherwise: Mapping[str, Any], slower: Mapping[bool, int]
) -> Difference:
    test = compare(slower.get(True, 0), matched["contacted"], slower.get(False, 0), otherwise["contacted"])
    return _difference(test, matched["median"] - otherwise["median"], less_is_better=True)


def _difference(test: Test, gap: float, *, less_is_better: bool) -> Difference:
    return Difference(
        difference=_rounded(gap),
        method=test.method,
        p_value=_rounded(test.p_value),
        significant=test.significant,
        verdict=verdict(test, gap, less_is_better=less_is_better),
    )


def _unknown() -> Difference:
    return Difference(
        difference=None, method=None, p_value=None, significant=None, verdict=verdict(None, None)
    )


def _rounded(figure: float) -> Decimal:
    return Decimal(str(figure)).quantize(TEN_THOUSANDTH)
