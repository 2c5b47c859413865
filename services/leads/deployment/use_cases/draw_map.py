"""The customers of a territory on a map."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.deployment import queries
from services.leads.deployment.schemas import Customer, CustomerFeature, Point, TerritoryMap
from services.leads.tables import ORGANISATION
from services.leads.territory.use_cases.keep_territories import find_territory
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation
from shared.reporting.figures import money


async def draw_map(connection: AsyncConnection, identity: Identity, territory_id: UUID) -> TerritoryMap:
    """Accounts within the caller's scope. Refuses with `territory_not_found`. Four queries."""
    territory = await find_territory(connection, territory_id)
    currency = (await load_organisation(connection, ORGANISATION)).base_currency
    placed, without = await queries.count_customers(connection, identity, territory)
    rows = await queries.customers(connection, identity, territory, currency=currency)
    features = [
        CustomerFeature(
            id=row["id"],
            geometry=Point(coordinates=(row["longitude"], row["latitude"])),
            properties=Customer(
                name=row["name"],
                owner_id=row["owner_id"],
                won_revenue=money(row["won"], currency),
                open_value=money(row["open"], currency),
                last_visit_at=row["last_visit_at"],
            ),
        )
        for row in rows[: queries.MOST_ON_MAP]
    ]
    return TerritoryMap(
        features=features,
        territory_id=territory_id,
        without_coordinates=without,
        left_out=max(0, placed - len(features)),
    )
