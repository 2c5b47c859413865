"""What caused an event that is being written now: taken from the current request, message or timer."""

from uuid import UUID

from shared.contracts.envelope import EventContext
from shared.observability import context
from shared.observability.tracing import current_traceparent


def event_context(source: str, *, causation_id: UUID | str | None = None) -> EventContext:
    """What `envelope.wrap` needs, from the current context. `source` is the service, e.g. `/leads`."""
    return EventContext(
        source=source,
        correlation_id=context.correlation_id.get(),
        causation_id=None if causation_id is None else str(causation_id),
        actor=context.actor.get(),
        traceparent=current_traceparent(),
    )
