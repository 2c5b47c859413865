"""A migrated leads database for each test."""

from collections.abc import AsyncIterator

import pytest

from shared.persistence.migrate import upgrade
from tests.leads.integration.world import World, world_at
from tests.support.stack import Postgres


@pytest.fixture(scope="session")
async def migrated(postgres: Postgres) -> str:
    """A database at the newest revision, to be copied."""
    url = postgres.create_database("leads")
    await upgrade("leads", url)
    return url


@pytest.fixture
async def world(postgres: Postgres, migrated: str) -> AsyncIterator[World]:
    url = postgres.create_database("leads", template=migrated)
    async with world_at(url) as world:
        yield world
    postgres.drop_database(url)
