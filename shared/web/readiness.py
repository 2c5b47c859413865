"""What must hold before a process takes requests: connections in the pool, the schema this code needs.

Must never break: code of an older release stays ready while a newer release's migrations are applied.
"""

import asyncio
from functools import lru_cache

from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from shared.observability.logging import logger
from shared.persistence.database import Database
from shared.persistence.migrate import current_revision, head_revision, migrations_folder
from shared.web.health import Check


def migrated(service: str, database: Database) -> Check:
    """A check that raises LookupError while the database is behind `services/<service>/migrations`."""

    async def check() -> None:
        async with database.reading() as connection:
            current = await current_revision(connection)
        if current != head_revision(service) and (current is None or current in _known(service)):
            raise LookupError(f"the database of {service} is at {current}")

    return check


@lru_cache
def _known(service: str) -> frozenset[str]:
    script = ScriptDirectory(str(migrations_folder(service)))
    return frozenset(revision.revision for revision in script.walk_revisions())


async def warm(database: Database, connections: int) -> None:
    """Open the pool's connections, so that the first requests do not pay for it. A database that is down is
    no reason not to start: readiness tells."""
    try:
        async with asyncio.timeout(5):
            await asyncio.gather(*(database.ping() for _ in range(connections)))
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        logger("shared.web.readiness").warning("database_not_reachable", error=type(error).__qualname__)
