"""What came of an idea in figures."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead_source.domain import Way, Yield
from services.leads.lead_source.use_cases.compare_sources import figures
from services.leads.lead_source.use_cases.count_ways import count_ways
from services.leads.source_idea.schemas import IdeaEffect
from services.leads.source_idea.use_cases.keep_ideas import ALL_IDEAS
from services.leads.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation
from shared.reporting.figures import Meanings, defined

_MEANINGS: Meanings = {
    "received": ("Leads of its source, without those put away or merged into others.", None),
    "qualified": ("Received leads that were qualified, or got further without it.", None),
    "converted": ("Received leads that became an account and a contact.", None),
    "won": ("Received leads of which a deal was won.", None),
    "won_revenue": ("Amount of the deals won from received leads, in the organisation's currency.", None),
    "conversion": ("Converted", "Received"),
    "win_rate": ("Won", "Received"),
    "yield_per_lead": ("Won revenue", "Received"),
}
_WHEN = "Leads that came up since the idea was first tried or adopted, until now."


async def measure_idea(
    connection: AsyncConnection, identity: Identity, idea_id: UUID, *, now: datetime
) -> IdeaEffect:
    """Of the leads within the caller's scope that came up since it was first tried."""
    idea = await ALL_IDEAS.find(connection, idea_id)
    organisation = await load_organisation(connection, ORGANISATION)
    base, since = organisation.base_currency, idea.counted_since
    ways = [Way(idea.id, (idea.source,), (), since, now)] if idea.source and since else []
    found = (await count_ways(connection, identity, ways, currency=base)).get(idea.id, Yield())
    return IdeaEffect(
        idea_id=idea.id,
        source=idea.source,
        since=since,
        currency=base,
        definitions=defined(_MEANINGS, _WHEN),
        **figures(found, base),
    )
