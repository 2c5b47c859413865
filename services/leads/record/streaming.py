"""A stream of items: read, written and answered piece by piece, however long it is.

Must never break: what a piece has written stays, whatever comes after it; reading never waits for a client
that reads its answer only when it has sent everything.
"""

import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import IO, Any

from fastapi import Request
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response, StreamingResponse

from services.leads.record.bodies import pieces, read_batch
from shared.messaging.outbox import announced_positions
from shared.persistence.database import Database
from shared.web import json_body
from shared.web.batch import NDJSON
from shared.web.idempotency import SHARED_CONNECTION
from shared.web.problem import Problem
from shared.web.route import MOST_POSITIONS

_AT_ONCE = 500
_IN_MEMORY = 1024 * 1024
_BLOCK = 64 * 1024

Results = Sequence[Mapping[str, Any] | BaseModel]
Apply = Callable[[AsyncConnection, Sequence[object], int], Awaitable[Results]]
"""What became of each item; the number is the index of the first of them in the whole stream."""


def is_stream(request: Request) -> bool:
    """Whether the body is one item a line."""
    return request.headers.get("content-type", "").split(";")[0].strip().lower() == NDJSON


async def answer_stream(
    request: Request, database: Database, apply: Apply, *, whole: bool = False
) -> Response:
    """One line for each item. With an Idempotency-Key all pieces share its one transaction.

    A line that is too long ends it with a problem that says how many lines before it were taken
    (`lines_taken`). When the connection breaks, the lines that came whole are taken too.

    `whole`: each piece is a transaction, for items that are more than one statement.
    """
    shared: AsyncConnection | None = request.scope.get(SHARED_CONNECTION)
    answers: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - sent, then closed
    count = 0
    try:
        async for items in pieces(request, at_once=_AT_ONCE):
            if shared is not None:
                results = await apply(shared, items, count)
            else:
                async with database.transaction() if whole else database.reading() as connection:
                    results = await apply(connection, items, count)
            answers.writelines(json_body.dumps(result) + b"\n" for result in results)
            count += len(items)
            _keep_last_positions()
    except Problem as refusal:
        raise _after(refusal, 0 if shared is not None else count) from None
    answers.seek(0)
    if shared is not None:
        return Response(answers.read(), media_type=NDJSON)
    return StreamingResponse(_blocks(answers), media_type=NDJSON)


def _after(refusal: Problem, taken: int) -> Problem:
    """The refusal of a stream of which so many lines were taken."""
    detail = f"{refusal.detail} The {taken} lines before it were taken."
    extra = {**refusal.extra, "lines_taken": taken}
    return Problem(refusal.code, detail, refusal.errors, extra=extra, headers=refusal.headers)


async def answer_batch(request: Request, database: Database, apply: Apply) -> Response:
    """A batch or a stream of items that are more than one statement. With an Idempotency-Key it is a part of
    that one's transaction. Raises Problem (400, 415 or 422) for what is neither."""
    if is_stream(request):
        return await answer_stream(request, database, apply, whole=True)
    items = await read_batch(request)
    shared: AsyncConnection | None = request.scope.get(SHARED_CONNECTION)
    if shared is not None:
        results = await apply(shared, items, 0)
    else:
        async with database.transaction() as connection:
            results = await apply(connection, items, 0)
    return Response(json_body.dumps({"items": results}), media_type="application/json")


def _blocks(answers: IO[bytes]) -> Iterator[bytes]:
    with answers:
        while block := answers.read(_BLOCK):
            yield block


def _keep_last_positions() -> None:
    positions = announced_positions.get()
    if positions is not None:
        del positions[:-MOST_POSITIONS]
