"""How deliveries reach handlers."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.envelope import Envelope, EventContext, wrap
from shared.contracts.events.leads_lead import LeadChanged, LeadContacted, LeadCreated, LeadState
from shared.contracts.ids import new_id
from shared.messaging.handlers import Delivery, Handlers, context_of, each, handle
from shared.observability import context

NOW = datetime(2027, 3, 1, tzinfo=UTC)
NO_CONNECTION = cast("AsyncConnection", None)  # the handlers here need none


def a_delivery(kind: type[LeadState] = LeadCreated, *, correlation_id: str = "c-1") -> Delivery:
    lead_id: UUID = new_id()
    event = kind(lead_id=lead_id, status="new", created_at=NOW)
    cause = EventContext("/leads", correlation_id, actor="rep-1", traceparent="00-a-b-01")
    return Delivery(event, wrap(event, subject=lead_id, sequence=1, time=NOW, context=cause))


async def test_neighbours_with_the_same_handler_are_given_together() -> None:
    batches: list[int] = []

    async def projection(_: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
        batches.append(len(deliveries))

    async def other(_: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
        batches.append(-len(deliveries))

    handlers: Handlers = {LeadCreated: projection, LeadChanged: projection, LeadContacted: other}
    kinds = [LeadCreated, LeadChanged, LeadCreated, LeadContacted, LeadChanged]
    await handle(NO_CONNECTION, handlers, [a_delivery(kind) for kind in kinds])

    assert batches == [3, -1, 1]


async def test_events_without_a_handler_are_passed_over() -> None:
    await handle(NO_CONNECTION, {}, [a_delivery()])


@given(some.lists(some.sampled_from([LeadCreated, LeadChanged, LeadContacted]), max_size=30))
async def test_every_event_with_a_handler_arrives_once_and_in_order(kinds: list[type[LeadState]]) -> None:
    arrived: list[Delivery] = []

    async def first(_: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
        arrived.extend(deliveries)

    async def second(_: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
        arrived.extend(deliveries)

    deliveries = [a_delivery(kind) for kind in kinds]
    await handle(NO_CONNECTION, {LeadCreated: first, LeadChanged: second}, deliveries)

    assert arrived == [each for each in deliveries if not isinstance(each.event, LeadContacted)]


async def test_while_one_event_is_handled_its_correlation_id_is_the_current_one() -> None:
    current: list[tuple[str, str | None]] = []

    async def look(_: AsyncConnection, __: LeadCreated, ___: Envelope) -> None:
        current.append((context.correlation_id.get(), context.actor.get()))

    before = context.correlation_id.get()
    batch = [a_delivery(correlation_id=name) for name in ("c-1", "c-2")]
    await handle(NO_CONNECTION, {LeadCreated: each(look)}, batch)

    assert current == [("c-1", "rep-1"), ("c-2", "rep-1")]
    assert context.correlation_id.get() == before


def test_what_an_event_causes_names_it_as_the_cause() -> None:
    envelope = a_delivery().envelope

    assert context_of(envelope, "/pipeline") == EventContext(
        source="/pipeline",
        correlation_id="c-1",
        causation_id=str(envelope.id),
        actor="rep-1",
        traceparent="00-a-b-01",
    )
