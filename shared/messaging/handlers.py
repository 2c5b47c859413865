"""From an event class to the function that handles it: what a service's worker is a table of.

Must never break: within one aggregate, deliveries reach handlers in the order of the topic.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.envelope import Envelope, EventContext
from shared.contracts.event import Event
from shared.observability import context
from shared.observability.tracing import current_traceparent, message_span, tracing_enabled

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event to handle. `event` is of the newest version; `envelope` is as published."""

    event: Any
    envelope: Envelope


BatchHandler = Callable[[AsyncConnection, Sequence[Delivery]], Awaitable[None]]
Handlers = Mapping[type[Event], BatchHandler]


def each(handler: Callable[[AsyncConnection, E, Envelope], Awaitable[None]]) -> BatchHandler:
    """A batch handler out of a handler of one event; logs and events carry that event's correlation id."""

    async def one_by_one(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            with _handling(f"handle {delivery.envelope.type}", delivery.envelope):
                await handler(connection, delivery.event, delivery.envelope)

    return one_by_one


def context_of(envelope: Envelope, source: str) -> EventContext:
    """The context of events that this one causes. `source` is the service, e.g. `/pipeline`."""
    return EventContext(
        source=source,
        correlation_id=envelope.correlationid,
        causation_id=str(envelope.id),
        actor=envelope.actor,
        traceparent=current_traceparent() if tracing_enabled() else envelope.traceparent,
    )


@contextmanager
def caused_by(envelope: Envelope) -> Iterator[None]:
    """Inside, logs carry the envelope's correlation id, actor and trace."""
    tokens = (
        context.correlation_id.set(envelope.correlationid),
        context.actor.set(envelope.actor),
        context.traceparent.set(envelope.traceparent),
    )
    try:
        yield
    finally:
        context.correlation_id.reset(tokens[0])
        context.actor.reset(tokens[1])
        context.traceparent.reset(tokens[2])


async def handle(connection: AsyncConnection, handlers: Handlers, deliveries: Sequence[Delivery]) -> None:
    """Give runs of neighbours with the same handler to it together; events without one are passed over."""
    for handler, run in groupby(deliveries, key=lambda delivery: handlers.get(type(delivery.event))):
        if handler is not None:
            together = list(run)
            first = together[0].envelope
            with _handling(f"handle {len(together)} of {first.topic}", first):
                await handler(connection, together)


@contextmanager
def _handling(name: str, envelope: Envelope) -> Iterator[None]:
    """`caused_by`, and a span that continues the envelope's trace."""
    attributes = {"messaging.system": "kafka", "messaging.destination.name": envelope.topic}
    with caused_by(envelope), message_span(name, envelope.traceparent, attributes):
        yield
