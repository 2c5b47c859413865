"""A trained model is kept, and put in service or not."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.score_model import repository


async def keep_model(connection: AsyncConnection, values: Mapping[str, Any], *, in_service: bool) -> int:
    """The version it got. Needs a transaction."""
    version = await repository.add(connection, values)
    if in_service:
        await repository.put_in_service(connection, version)
    return version


async def put_in_service(connection: AsyncConnection, version: int, note: str) -> None:
    """Leads are scored by this model from now on. Needs a transaction."""
    await repository.put_in_service(connection, version)
    await repository.note(connection, version, note)
