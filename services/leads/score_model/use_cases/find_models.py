"""What is known of the models."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.score_model import repository
from services.leads.score_model.domain import Model, model_of
from shared.contracts.errors import DomainError


async def describe_model(connection: AsyncConnection, version: int | None = None) -> dict[str, Any] | None:
    """One model without its numbers: of this version, else the one in service, else the newest."""
    return await repository.describe(connection, version)


async def describe_models(connection: AsyncConnection) -> list[dict[str, Any]]:
    """The newest 200 models, newest first."""
    return await repository.describe_all(connection)


async def newest_model(connection: AsyncConnection) -> dict[str, Any] | None:
    """What the newest training came to."""
    return await repository.newest(connection)


async def load_numbers(connection: AsyncConnection, version: int) -> dict[str, Any]:
    """A model as JSON. Refuses one that is not there or has learned nothing."""
    numbers = await repository.find_numbers(connection, version)
    if numbers is None:
        raise DomainError("model_not_found", "There is no trained model of this version.")
    return numbers


async def load_model(connection: AsyncConnection, version: int) -> Model:
    """A model, ready to score. Refuses as `load_numbers` does."""
    return model_of(version, await load_numbers(connection, version))
