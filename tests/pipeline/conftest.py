"""A migrated pipeline database and its API for each test."""

from collections.abc import AsyncIterator

import pytest

from shared.persistence.migrate import upgrade
from tests.pipeline.integration.world import World, world_at
from tests.support.copies import Copies, copies_of
from tests.support.stack import Postgres


@pytest.fixture(scope="session")
async def migrated(postgres: Postgres) -> str:
    """A database at the newest revision, to be copied."""
    url = postgres.create_database("pipeline")
    await upgrade("pipeline", url)
    return url


@pytest.fixture(scope="session")
async def copies(postgres: Postgres, migrated: str) -> AsyncIterator[Copies]:
    """Databases for one test after the other."""
    async with copies_of(postgres, migrated) as copies:
        yield copies


@pytest.fixture
async def world(copies: Copies) -> AsyncIterator[World]:
    async with copies.one() as url, world_at(url) as world:
        yield world
