"""Take back what was said."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.market_report import repository
from shared.web.merge import require_version


async def remove_market_report(connection: AsyncConnection, wanted: UUID, *, expected: int | None) -> None:
    """Nothing reckons with it any more. Refuses with `market_report_not_found`, `version_conflict`."""
    standing = await repository.get(connection, wanted, lock=True)
    if expected is not None:
        require_version(standing.version, expected)
    await repository.remove(connection, wanted)
