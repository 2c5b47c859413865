"""Idempotency-Key: the same POST sent twice has one effect and one answer.

Must never break: the effect and the stored answer commit in one transaction; only 2xx answers are stored, so
a refused or failed request can be repeated with the same key.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    Index,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from shared.observability.metrics import idempotent_requests_total
from shared.persistence.naming import new_metadata
from shared.persistence.types import Instant
from shared.web.problem import Problem

KEPT = timedelta(hours=72)
SHARED_CONNECTION = "dealstream.connection"
"""In the scope of a request: the connection whose transaction the effect and the stored answer share."""
REPLAYED_HEADER = "Idempotency-Replayed"
_BARE = re.compile(r"[\x21-\x7e]{1,255}\Z")
_QUOTED = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"\Z')
_KEPT_HEADERS = ("content-type", "location", "etag", "x-event-position")

Handle = Callable[[Request], Awaitable[Response]]


def idempotency_table(metadata: MetaData) -> Table:
    """One row per answered key, kept 72 h. Put it into the service's metadata so that migrations make it."""
    return Table(
        "idempotency",
        metadata,
        Column("caller", String(200), nullable=False),
        Column("method", String(10), nullable=False),
        Column("path", String(500), nullable=False),
        Column("key", String(255), nullable=False),
        Column("fingerprint", LargeBinary, nullable=False),
        Column("status", SmallInteger, nullable=False),
        Column("headers", JSONB, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("created_at", Instant, nullable=False, server_default=func.now()),
        PrimaryKeyConstraint("caller", "method", "path", "key"),
        Index("ix_idempotency_created_at", "created_at"),
    )


IDEMPOTENCY = idempotency_table(new_metadata())


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """One request with a key: what identifies it, and a fingerprint of what it asks for."""

    caller: str
    method: str
    path: str
    key: str
    fingerprint: bytes

    @property
    def lock(self) -> int:
        """A signed 64-bit number for the advisory lock that stands for "this key is running"."""
        name = "\0".join(("idempotency", self.caller, self.method, self.path, self.key))
        return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def read_key(header: str) -> str:
    """The key, bare or as a quoted structured-header string. Raises Problem `idempotency_key_invalid`."""
    quoted = _QUOTED.match(header.strip())
    key = re.sub(r"\\(.)", r"\1", quoted.group(1)) if quoted else header.strip()
    if not _BARE.match(key) or (quoted is None and key.startswith('"')):
        raise Problem("idempotency_key_invalid", "Idempotency-Key holds 1 to 255 visible ASCII characters.")
    return key


def fingerprint(query: bytes, content_type: str, body: bytes) -> bytes:
    """SHA-256 of what is asked for: query, media type and body."""
    digest = hashlib.sha256(query)
    digest.update(b"\0" + content_type.encode() + b"\0")
    digest.update(body)
    return digest.digest()


async def answer_once(request: Request, key_header: str, caller: str, handle: Handle) -> Response:
    """Run `handle` once per key and replay its answer afterwards.

    Raises Problem `idempotency_in_progress` (409) while the first one runs and `idempotency_key_reused` (422)
    for another body. Whatever `handle` raises undoes the transaction and is not stored.
    """
    keyed = KeyedRequest(
        caller=caller[:200],
        method=request.method,
        path=request.url.path[:500],
        key=read_key(key_header),
        fingerprint=fingerprint(
            request.scope["query_string"], request.headers.get("content-type", ""), await request.body()
        ),
    )
    count = _counter(request.app.state.service)
    async with request.app.state.database.transaction() as connection:
        if not await connection.scalar(select(func.pg_try_advisory_xact_lock(keyed.lock))):
            count("in_progress")
            raise Problem("idempotency_in_progress", "The first request with this key is still running.")
        stored = await _stored(connection, keyed)
        if stored is not None:
            count("replayed")
            return stored
        response = await _run(request, connection, handle)
        if 200 <= response.status_code < 300 and hasattr(response, "body") and _may_be_kept(response):
            await _store(connection, keyed, response)
    count("first")
    return response


async def purge(connection: AsyncConnection, *, now: datetime, limit: int = 10_000) -> int:
    """Delete up to `limit` answers older than 72 h; returns how many. For a timer."""
    old = (
        select(IDEMPOTENCY.c.caller, IDEMPOTENCY.c.method, IDEMPOTENCY.c.path, IDEMPOTENCY.c.key)
        .where(IDEMPOTENCY.c.created_at < now - KEPT)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("old")
    )
    same = [IDEMPOTENCY.c[name] == old.c[name] for name in ("caller", "method", "path", "key")]
    gone = await connection.execute(delete(IDEMPOTENCY).where(*same))
    return gone.rowcount


async def _run(request: Request, connection: AsyncConnection, handle: Handle) -> Response:
    request.scope[SHARED_CONNECTION] = connection
    try:
        return await handle(request)
    finally:
        del request.scope[SHARED_CONNECTION]


async def _stored(connection: AsyncConnection, keyed: KeyedRequest) -> Response | None:
    row = (
        await connection.execute(
            select(
                IDEMPOTENCY.c.fingerprint, IDEMPOTENCY.c.status, IDEMPOTENCY.c.headers, IDEMPOTENCY.c.body
            ).where(
                IDEMPOTENCY.c.caller == keyed.caller,
                IDEMPOTENCY.c.method == keyed.method,
                IDEMPOTENCY.c.path == keyed.path,
                IDEMPOTENCY.c.key == keyed.key,
            )
        )
    ).one_or_none()
    if row is None:
        return None
    if row.fingerprint != keyed.fingerprint:
        raise Problem("idempotency_key_reused", "This key was used with another body.")
    headers: dict[str, str] = {**row.headers, REPLAYED_HEADER: "true"}
    return Response(row.body, status_code=row.status, headers=headers)


async def _store(connection: AsyncConnection, keyed: KeyedRequest, response: Response) -> None:
    kept = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    await connection.execute(
        insert(IDEMPOTENCY).values(
            caller=keyed.caller,
            method=keyed.method,
            path=keyed.path,
            key=keyed.key,
            fingerprint=keyed.fingerprint,
            status=response.status_code,
            headers=kept,
            body=bytes(response.body),
        )
    )


def _may_be_kept(response: Response) -> bool:
    """An answer with a secret says `Cache-Control: no-store`, and that holds for us too."""
    return "no-store" not in response.headers.get("cache-control", "")


def _counter(service: str) -> Callable[[str], Any]:
    return lambda outcome: idempotent_requests_total.labels(service, outcome).inc()
