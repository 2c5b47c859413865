"""Databases and worlds for the gateway's integration tests."""

from collections.abc import AsyncIterator, Callable

import pytest

from shared.persistence.migrate import upgrade
from tests.gateway.integration.world import World, running_world
from tests.support.stack import Postgres


@pytest.fixture(scope="session")
async def migrated(postgres: Postgres) -> str:
    """URL of a database with the gateway's tables, to copy from."""
    url = postgres.create_database("gateway_template")
    await upgrade("gateway", url)
    return url


@pytest.fixture(scope="session")
def new_database(postgres: Postgres, migrated: str) -> Callable[[], str]:
    """Makes databases with the gateway's tables."""
    return lambda: postgres.create_database("gateway", template=migrated)


@pytest.fixture(scope="module")
async def world(new_database: Callable[[], str]) -> AsyncIterator[World]:
    """One gateway for the tests of a module."""
    async with running_world(new_database()) as running:
        yield running
