"""Names of teams and products; members have none here."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.accuracy.domain import GroupBy
from services.forecast.outlook.queries import team_names
from services.forecast.product.queries import product_names
from services.forecast.tables import ORGANISATION


async def name_groups(
    connection: AsyncConnection, group_by: GroupBy, keys: Sequence[UUID]
) -> dict[UUID, str]:
    """Of those that are known."""
    if group_by == "team":
        return {key: name for key, (name, _) in (await team_names(connection, keys, ORGANISATION)).items()}
    return await product_names(connection, keys) if group_by == "product" else {}
