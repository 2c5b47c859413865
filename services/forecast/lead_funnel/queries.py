"""The leads of a period counted by the step they reached, in one statement."""

from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Subquery, and_, case, func, null, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.queries import deals
from services.forecast.lead_funnel.domain import Counts
from services.forecast.lead_ledger.queries import leads
from services.forecast.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.scope import owner_scope
from shared.reporting.asked import Question

GroupBy = Literal["source", "owner", "partner", "campaign"]
_KEYS = {"source": "source", "owner": "owner_id", "partner": "partner_id", "campaign": "campaign"}


async def counts_by_group(
    connection: AsyncConnection,
    question: Question,
    *,
    identity: Identity,
    currency: str,
    group_by: GroupBy | None,
) -> dict[object, Counts]:
    """The counts of each group of the cohort; of all of it under the key None without a group."""
    lead = leads()
    won = _won(question.as_of, currency)
    key = null() if group_by is None else lead.c[_KEYS[group_by]]
    reached = _reached(lead, won, question.as_of)
    rows = await connection.execute(
        select(
            key,
            func.count(),
            *(func.count().filter(reached[step]) for step in ("contacted", "qualified", "converted")),
            func.count().filter(reached["won"]),
            func.count().filter(reached["disqualified"]),
            func.coalesce(func.sum(won.c.amount), 0),
        )
        .select_from(lead.outerjoin(won, won.c.lead_id == lead.c.lead_id))
        .where(
            lead.c.created_at >= question.period.starts_at,
            lead.c.created_at < question.period.ends_at,
            *(() if question.as_of is None else (lead.c.created_at <= question.as_of,)),
            _not_put_away(lead, question.as_of),
            owner_scope(ORGANISATION, identity, lead.c.owner_id),
        )
        .group_by(*(() if group_by is None else (key,)))
    )
    return {row[0]: Counts(*row[1:]) for row in rows if row[1]}


def _not_put_away(lead: Subquery, as_of: datetime | None) -> ColumnElement[bool]:
    never = lead.c.archived_at.is_(None)
    return never if as_of is None else or_(never, lead.c.archived_at > as_of)


def _won(as_of: datetime | None, currency: str) -> Subquery:
    """Leads with a won deal, and what those deals brought in base currency."""
    deal = deals(as_of)
    in_base = case((deal.c.base_currency == currency, deal.c.base_amount))
    return (
        select(deal.c.lead_id, func.sum(in_base).label("amount"))
        .where(deal.c.status == "won", deal.c.lead_id.is_not(None))
        .group_by(deal.c.lead_id)
        .subquery("won")
    )


def _reached(lead: Subquery, won: Subquery, as_of: datetime | None) -> dict[str, ColumnElement[bool]]:
    """A step counts as reached with its own instant, or when a later step was reached."""

    def by_then(name: str) -> ColumnElement[bool]:
        instant = lead.c[name]
        return instant.is_not(None) if as_of is None else and_(instant.is_not(None), instant <= as_of)

    is_won = won.c.lead_id.is_not(None)
    converted = or_(by_then("converted_at"), is_won)
    qualified = or_(by_then("qualified_at"), converted)
    return {
        "won": is_won,
        "converted": converted,
        "qualified": qualified,
        "contacted": or_(by_then("first_contact_at"), qualified),
        "disqualified": by_then("disqualified_at"),
    }
