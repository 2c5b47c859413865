"""When a fact became known: an event's id says when it was made."""

from uuid import UUID

from shared.contracts.envelope import Envelope
from shared.contracts.ids import new_id
from tests.forecast.builders import at


def told(envelope: Envelope, when: str | None = None) -> Envelope:
    """The same fact, made at this time; by default just when it happened."""
    instant = envelope.time if when is None else at(when)
    milliseconds = int(instant.timestamp() * 1000)
    return envelope.model_copy(
        update={"id": UUID(int=(milliseconds << 80) | (new_id().int & ((1 << 80) - 1)))}
    )
