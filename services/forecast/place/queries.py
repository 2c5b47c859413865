"""The place of each deal of a ledger, for other capabilities to reckon with."""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Subquery, func, true

from services.forecast.lead_ledger.queries import latest_territory_of, places_of_leads
from services.forecast.territory.queries import named_accounts


class Placed(NamedTuple):
    """Deals beside what their place follows from. `source` has one row per deal."""

    source: FromClause
    territory_id: ColumnElement[UUID | None]
    lead: Subquery


def placed(deal: FromClause) -> Placed:
    """A deal lies in the deepest territory that names its account, else in that of its lead, else in that of
    the latest lead that became its account."""
    named, lead = named_accounts(), places_of_leads()
    latest: Any = latest_territory_of(deal.c.account_id)
    source = (
        deal.outerjoin(named, named.c.account_id == deal.c.account_id)
        .outerjoin(lead, lead.c.lead_id == deal.c.lead_id)
        .outerjoin(latest, true())
    )
    return Placed(
        source, func.coalesce(named.c.territory_id, lead.c.territory_id, latest.c.territory_id), lead
    )
