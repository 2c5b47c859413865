"""What travels on Kafka and lies in the outbox: CloudEvents 1.0, structured JSON.

Must never break: `id`, `subject` and `sequence` are what consumers deduplicate and order by.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.event import Event
from shared.contracts.ids import new_id


class Envelope(BaseModel):
    """One event as published. `sequence` is the aggregate's version after the change, starting at 1."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: str
    type: str
    datacontenttype: Literal["application/json"] = "application/json"
    dataversion: int = Field(ge=1)
    subject: UUID
    sequence: int = Field(ge=1)
    time: datetime
    correlationid: str
    causationid: str | None = None
    actor: str | None = None
    traceparent: str | None = None
    data: dict[str, Any]

    @property
    def topic(self) -> str:
        """The topic this event belongs to."""
        return self.type.rsplit(".", 1)[0]

    @property
    def position(self) -> str:
        """`<topic>/<aggregate id>/<sequence>`: what a write answers and a read can wait for."""
        return f"{self.topic}/{self.subject}/{self.sequence}"


@dataclass(frozen=True, slots=True)
class EventContext:
    """Who and what caused an event. `actor` is a member or partner id, or "system"."""

    source: str
    correlation_id: str
    causation_id: str | None = None
    actor: str | None = None
    traceparent: str | None = None


def wrap(event: Event, *, subject: UUID, sequence: int, time: datetime, context: EventContext) -> Envelope:
    """The envelope of a new fact. `time` is when it happened in business, aware UTC."""
    return Envelope(
        id=new_id(),
        source=context.source,
        type=event.type,
        dataversion=event.dataversion,
        subject=subject,
        sequence=sequence,
        time=time,
        correlationid=context.correlation_id,
        causationid=context.causation_id,
        actor=context.actor,
        traceparent=context.traceparent,
        data=event.model_dump(mode="json"),
    )
