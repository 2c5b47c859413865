"""How much of what marketing hands over sales takes up."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.handover import queries
from services.leads.handover.schemas import HandoverGroup, Handovers
from services.leads.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, question_of
from shared.reporting.figures import MOST_GROUPS, Meanings, defined, money, period_shown, ratio

_COUNTED = ("handed_over", "accepted", "refused", "converted", "won")
_MEANINGS: Meanings = {
    "handed_over": (
        "Leads made by imports for a campaign that first ran in the period, without those put away, merged "
        "into others or taken back.",
        None,
    ),
    "accepted": ("Handed over leads that sales spoke with, qualified or converted.", None),
    "refused": ("Handed over leads that sales disqualified without any of that.", None),
    "waiting": ("Handed over leads that are neither.", None),
    "converted": ("Handed over leads that became an account and a contact.", None),
    "won": ("Handed over leads of which a deal was won, whenever that was.", None),
    "won_revenue": ("Amount of the deals won from them, in the organisation's currency.", None),
    "acceptance_rate": ("Accepted", "Handed over"),
    "conversion": ("Converted", "Handed over"),
}


async def measure_handovers(
    connection: AsyncConnection, identity: Identity, asked: Asked, *, now: datetime
) -> Handovers:
    """Figures within the caller's scope, with their definitions. Two queries."""
    organisation = await load_organisation(connection, ORGANISATION)
    currency = organisation.base_currency
    period = question_of(asked, organisation.calendar, now=now).period
    rows = await queries.by_handover(connection, identity, period, currency=currency)
    whole: Counter[str] = Counter()
    for row in rows:
        whole.update({name: row[name] for name in _COUNTED})
    revenue = sum((row["won_revenue"] for row in rows), Decimal(0))
    when = f"{period.name}: handed over from {period.starts_on} to {period.ends_on}, later steps whenever."
    return Handovers(
        **_figures(whole, revenue, currency),
        period=period_shown(period),
        currency=currency,
        groups=[
            HandoverGroup(
                import_id=row["import_id"],
                campaign=row["campaign"],
                handed_over_at=row["handed_over_at"],
                **_figures(dict(row), row["won_revenue"], currency),
            )
            for row in rows[:MOST_GROUPS]
        ],
        groups_left_out=max(0, len(rows) - MOST_GROUPS),
        definitions=defined(_MEANINGS, when),
    )


def _figures(counts: Mapping[str, Any], revenue: Decimal, currency: str) -> dict[str, Any]:
    handed_over, accepted, refused = (counts[name] for name in ("handed_over", "accepted", "refused"))
    return {
        **{name: counts[name] for name in _COUNTED},
        "waiting": handed_over - accepted - refused,
        "won_revenue": money(revenue, currency),
        "acceptance_rate": ratio(accepted, handed_over),
        "conversion": ratio(counts["converted"], handed_over),
    }
