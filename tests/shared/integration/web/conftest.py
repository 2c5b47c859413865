"""One database and one app for the tests of `shared.web`; every test starts with empty tables."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, text

from shared.persistence.database import Database
from tests.shared.integration.web.things import METADATA, thing, things_app
from tests.support.database import patient_database


@pytest.fixture(scope="session")
async def things_database(postgres: Any) -> AsyncIterator[Database]:
    database = patient_database(postgres.create_database("things"), name="things", pool_size=8)
    async with database.transaction() as connection:
        await connection.run_sync(METADATA.create_all)
    yield database
    await database.close()


@pytest.fixture
async def database(things_database: Database) -> Database:
    async with things_database.transaction() as connection:
        await connection.execute(text("TRUNCATE thing, idempotency"))
    return things_database


@pytest.fixture
def app(database: Database) -> FastAPI:
    return things_app(database, access_log=False)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://things") as client:
        yield client


async def count_things(database: Database) -> int:
    async with database.reading() as connection:
        found: int = await connection.scalar(select(func.count()).select_from(thing)) or 0
        return found
