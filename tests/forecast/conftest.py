"""A migrated forecast database for each test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from shared.messaging.settings import KafkaSettings
from shared.persistence.migrate import upgrade
from tests.forecast.integration.working import own_topics, worker_on
from tests.forecast.integration.world import World, world_at
from tests.support.copies import Copies, copies_of
from tests.support.stack import Postgres


@pytest.fixture(scope="session")
async def migrated(postgres: Postgres) -> str:
    """A database at the newest revision, to be copied."""
    url = postgres.create_database("forecast")
    await upgrade("forecast", url)
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


@pytest.fixture
def running_worker(world: World, kafka: str, tmp_path: Path) -> Iterator[KafkaSettings]:
    """The worker process on this test's database; where its topics are."""
    settings = own_topics(kafka)
    with worker_on(world.url, settings, tmp_path / "worker.log"):
        yield settings
