"""The live stream, the pull feed, and tickets for browsers."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query, Request, Response
from starlette.responses import StreamingResponse

from services.gateway.caller.directory import CallerDirectory
from services.gateway.caller.domain import CallerContext
from services.gateway.caller.routes import SCOPE_KEY, Caller, GatewayRouter, PublicRouter, require
from services.gateway.feed.queries import bounds
from services.gateway.feed.schemas import EventOut, EventsOut, TicketOut
from services.gateway.feed.stream import Sources, stream
from services.gateway.feed.use_cases.make_view import make_view, read_topics
from services.gateway.feed.use_cases.read_feed import read_feed
from services.gateway.feed.use_cases.tickets import TICKET_LIFE, make_ticket, use_ticket
from shared.contracts.errors import FieldError
from shared.persistence.database import Database
from shared.web.clock import Now
from shared.web.problem import Problem
from shared.web.route import permission
from shared.web.transaction import Reading, ServiceDatabase, Transaction

_guarded = GatewayRouter(prefix="/v1", tags=["events"])
# The stream also opens with a ticket instead of credentials, so it checks its permission by itself.
_ticketed = PublicRouter(prefix="/v1", tags=["events"])
Topics = Annotated[str | None, Query(description="`deals,leads,...`; by default all the caller may read.")]
_READ = permission("events:read")
_STREAMED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "`text/event-stream`: `id` is the position, `event` the type, `data` the event.",
        "model": EventOut,
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


@_guarded.get("/events", response_model=EventsOut, response_model_exclude_unset=True, openapi_extra=_READ)
async def get_events(
    connection: Reading,
    caller: Caller,
    *,
    after: Annotated[int | None, Query(ge=0, le=2**62, description="`next` of the page before.")] = None,
    topics: Topics = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> dict[str, Any]:
    """What happened after a position, oldest first, as far as the caller may see it; without `after` from the
    oldest kept on. 410 `position_expired` when events after it are no longer kept: load everything anew."""
    view = await make_view(connection, caller, read_topics(topics))
    page = await read_feed(connection, view, after or 0, limit, from_start=after is None)
    return {"items": page.events, "next": page.next_position, "more": page.more}


@_guarded.post("/stream/tickets", status_code=201, response_model=TicketOut, openapi_extra=_READ)
async def post_ticket(
    *, response: Response, connection: Transaction, caller: Caller, now: Now
) -> dict[str, Any]:
    """A one-time ticket for `EventSource`, which cannot send an Authorization header."""
    response.headers["Cache-Control"] = "no-store"
    ticket = await make_ticket(connection, caller.credential, now=now)
    return {"ticket": ticket, "expires_in": int(TICKET_LIFE.total_seconds())}


@_ticketed.get("/stream", responses=_STREAMED, response_class=StreamingResponse, openapi_extra=_READ)
async def get_stream(
    *,
    request: Request,
    database: ServiceDatabase,
    now: Now,
    topics: Topics = None,
    ticket: Annotated[str | None, Query(max_length=100, description="From `/v1/stream/tickets`.")] = None,
) -> StreamingResponse:
    """What happens, as it happens. `Last-Event-ID` resumes after that position without a gap. Events `reset`
    (position no longer kept: load anew) and `ended` (session over) end the stream."""
    names = read_topics(topics)
    caller = await _listener(request, database, ticket, now)
    require(caller, "events:read")
    last = _last_event_id(request.headers.get("last-event-id"))
    async with database.reading() as connection:
        view = await make_view(connection, caller, names)
        position = (await bounds(connection))[1] if last is None else last
    sources = Sources(
        database,
        request.app.state.feed_tail,
        request.app.state.callers.caller,
        request.app.state.health.draining,
    )
    return StreamingResponse(
        stream(sources, caller, names, view=view, position=position),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


router = _guarded
router.routes.extend(_ticketed.routes)


async def _listener(request: Request, database: Database, ticket: str | None, now: datetime) -> CallerContext:
    caller: CallerContext | None = request.scope.get(SCOPE_KEY)
    if caller is not None:
        return caller
    async with database.transaction() as connection:
        credential = await use_ticket(connection, ticket or "", now=now)
    callers: CallerDirectory = request.app.state.callers
    caller = None if credential is None else await callers.caller(credential)
    if caller is None:
        raise Problem("token_invalid", "The ticket was used, or is over.")
    return caller


def _last_event_id(text: str | None) -> int | None:
    if text is None or not text.strip():
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        wrong = FieldError("/header/last-event-id", "wrong_format", "A position is a whole number.")
        raise Problem("invalid_parameter", "Last-Event-ID cannot be read.", (wrong,))
    return int(text)
