"""The ceiling: what one process of bare FastAPI and asyncpg does with one row, and COPY with many.

Nothing is validated, secured, announced or kept in order here; no real service can reach it.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import asyncpg
from fastapi import FastAPI, Request

TABLE = "bench_ceiling"
ROWS_READ = 50


def create_app() -> FastAPI:
    """`POST /row` inserts one row; `GET /rows` reads 50. The database is named by BENCH_DATABASE_URL."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(os.environ["BENCH_DATABASE_URL"], min_size=8, max_size=16) as pool:
            app.state.pool = pool
            yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/row", status_code=201)
    async def post_row(request: Request) -> dict[str, str]:
        body: dict[str, Any] = await request.json()
        row_id = uuid4()
        await request.app.state.pool.execute(
            f"INSERT INTO {TABLE} (id, name, email) VALUES ($1, $2, $3)", row_id, body["name"], body["email"]
        )
        return {"id": str(row_id)}

    @app.get("/rows")
    async def get_rows(request: Request) -> list[dict[str, str]]:
        rows = await request.app.state.pool.fetch(
            f"SELECT id, name, email FROM {TABLE} ORDER BY id LIMIT {ROWS_READ}"
        )
        return [{"id": str(row["id"]), "name": row["name"], "email": row["email"]} for row in rows]

    return app


async def prepare(url: str) -> None:
    """Makes the empty table."""
    await _run(url, f"DROP TABLE IF EXISTS {TABLE}")
    await _run(url, f"CREATE TABLE {TABLE} (id uuid PRIMARY KEY, name text, email text)")


async def remove(url: str) -> None:
    """Leaves nothing behind."""
    await _run(url, f"DROP TABLE IF EXISTS {TABLE}")


async def copied_per_second(url: str, rows: int = 100_000, at_once: int = 1_000) -> float:
    """Rows per second that COPY takes, in batches of `at_once`."""
    connection = await asyncpg.connect(url)
    try:
        started = time.perf_counter()
        for _ in range(rows // at_once):
            records = [(uuid4(), "A name", "name@example.com") for _ in range(at_once)]
            await connection.copy_records_to_table(TABLE, records=records)
        return rows / (time.perf_counter() - started)
    finally:
        await connection.close()


@asynccontextmanager
async def served(url: str, port: int) -> AsyncIterator[None]:
    """The ceiling app in one process of its own, for as long as the block runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "uvicorn", "deploy.bench.ceiling:create_app", "--factory",
        "--port", str(port), "--loop", "uvloop", "--http", "httptools", "--no-access-log",
        "--log-level", "warning", env=os.environ | {"BENCH_DATABASE_URL": url},
    )  # fmt: skip
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


async def _run(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
