"""The consumer between a real Kafka and a real PostgreSQL."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from uuid import UUID

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from shared.contracts.envelope import Envelope
from shared.contracts.events.leads_lead import LeadChanged, LeadCreated
from shared.contracts.ids import new_id
from shared.messaging import consumer as consumer_module
from shared.messaging.applied import wait_for
from shared.messaging.consumer import Consumer
from shared.messaging.dead_letters import DeadLetterLost
from shared.messaging.failures import Limits, TooManyFailures
from shared.messaging.handlers import Delivery, Handlers, context_of, each
from shared.messaging.parking import Parking
from shared.observability import context
from tests.shared.integration.messaging_world import (
    RECORDING,
    TABLES,
    TOPIC,
    World,
    a_lead_event,
    a_world,
    ended,
    eventually,
    record,
    running,
    seen,
    tally,
)
from tests.support.stack import Kafka, Postgres
from tests.support.waiting import HANG_SECONDS


@pytest.fixture
async def world(postgres: Postgres, kafka: str) -> AsyncIterator[World]:
    async with a_world(postgres, kafka) as world:
        yield world


async def has_seen(world: World, count: int) -> bool:
    return await world.count(seen) >= count


async def consume(world: World, consumer: Consumer, *, until: int) -> None:
    """Run until so many events were applied, then stop."""
    async with running(consumer.run):
        await eventually(lambda: has_seen(world, until))


async def rewind(world: World) -> None:
    """As if no offset had ever been committed."""
    member = world.kafka.consumer("rewind", group=world.kafka.topic("world"))
    member.subscribe([world.kafka.topic(TOPIC)])
    await member.start()
    while not member.assignment():
        await member.getmany(timeout_ms=100)
    await member.commit(dict.fromkeys(member.assignment(), 0))
    await member.stop()


async def test_events_are_handled_and_their_offsets_committed(world: World) -> None:
    events = [a_lead_event() for _ in range(100)]
    await world.send(*events)

    await consume(world, world.consumer(), until=100)
    await world.send(a_lead_event())
    await consume(world, world.consumer(deduplicate=False), until=101)

    assert await world.count(seen) == 101
    assert await world.count(TABLES.inbox) == 100


async def test_of_one_aggregate_events_are_handled_in_order(world: World) -> None:
    leads = [new_id() for _ in range(10)]
    await world.send(*(a_lead_event(lead, sequence) for sequence in range(1, 21) for lead in leads))

    await consume(world, world.consumer(batch_size=17), until=200)

    assert [await world.seen(lead) for lead in leads] == [list(range(1, 21))] * 10


async def test_an_event_sent_twice_has_one_effect(world: World) -> None:
    event = a_lead_event()
    await world.send(event, event)
    marker = a_lead_event()
    await world.send(event, marker)

    await consume(world, world.consumer(), until=2)

    assert await world.seen(event.subject) == [1]


@pytest.mark.parametrize(("deduplicate", "effects"), [(True, 1), (False, 2)], ids=["inbox on", "inbox off"])
async def test_a_topic_read_again_from_the_start_has_no_second_effect(
    world: World, deduplicate: bool, effects: int
) -> None:
    """With the inbox off the same events do count twice: it is the inbox that prevents it."""
    events = [a_lead_event() for _ in range(50)]
    await world.send(*events)
    await consume(world, world.consumer(deduplicate=deduplicate), until=50)

    await rewind(world)
    marker = a_lead_event()
    await world.send(marker)
    async with running(world.consumer(deduplicate=deduplicate).run):
        await eventually(lambda: _handled(world, marker))
        await eventually(lambda: has_seen(world, 50 * effects + 1))

    async with world.database.reading() as connection:
        counts = await connection.scalars(select(tally.c.events).where(tally.c.lead_id != marker.subject))
        assert set(counts) == {effects}


async def _handled(world: World, event: Envelope) -> bool:
    return await world.seen(event.subject) != []


class DiesBeforeTheOffset(Consumer):
    async def _commit(self, *_: object) -> None:
        raise SystemError("killed")


async def test_a_crash_between_database_and_offset_leaves_one_effect(world: World) -> None:
    events = [a_lead_event() for _ in range(40)]
    await world.send(*events)
    crashing = DiesBeforeTheOffset(
        world.database, TABLES, world.kafka, service="world", topics=[TOPIC], handlers=RECORDING
    )
    with pytest.raises(SystemError):
        async with running(crashing.run) as task:
            await ended(task)
    applied_before = await world.count(seen)

    marker = a_lead_event()
    await world.send(marker)
    async with running(world.consumer().run):
        await eventually(lambda: has_seen(world, 41))

    assert 0 < applied_before <= 40
    async with world.database.reading() as connection:
        assert set(await connection.scalars(select(tally.c.events))) == {1}


async def test_an_older_event_that_comes_late_is_ignored(world: World) -> None:
    lead = new_id()
    await world.send(
        a_lead_event(lead, 1), a_lead_event(lead, 3), a_lead_event(lead, 2), a_lead_event(lead, 4)
    )

    await consume(world, world.consumer(), until=3)

    assert await world.seen(lead) == [1, 3, 4]


async def test_two_events_of_one_change_are_both_handled(world: World) -> None:
    lead = new_id()
    await world.send(a_lead_event(lead, 2), a_lead_event(lead, 2))

    await consume(world, world.consumer(), until=2)

    assert await world.seen(lead) == [2, 2]


async def test_a_message_nobody_can_read_goes_to_the_dead_letters_with_its_reason(world: World) -> None:
    good = a_lead_event()
    no_lead = a_lead_event()
    invalid = no_lead.model_copy(update={"data": {"status": "new"}})
    foreign = a_lead_event().model_copy(update={"type": "leads.unicorn.born"})
    await world.send(b"\x00 no json", invalid, foreign, good)

    await consume(world, world.consumer(), until=1)

    async with world.database.reading() as connection:
        letters = (await connection.execute(select(TABLES.dead_letter))).all()
    messages = await world.messages(world.kafka.dead_letter_topic("world"))
    reasons = {bytes(letter.raw): letter.reason for letter in letters}
    assert await world.seen(good.subject) == [1]
    assert reasons[b"\x00 no json"].startswith("not an envelope")
    assert "lead_id" in reasons[invalid.model_dump_json().encode()]
    assert "unknown event type" in reasons[foreign.model_dump_json().encode()]
    assert {message.value for message in messages} == set(reasons)
    for message in messages:
        headers = dict(message.headers)
        assert headers["dead_reason"].decode() == reasons[message.value]
        assert headers["dead_topic"] == TOPIC.encode()
        assert int(headers["dead_offset"]) >= 0


async def test_when_the_dead_letter_topic_refuses_the_consumer_stops_and_keeps_the_message(
    world: World,
) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=world.kafka.bootstrap_servers)
    await admin.start()
    tight = {"max.message.bytes": "200"}
    await admin.create_topics([NewTopic(world.kafka.dead_letter_topic("tight"), 1, 1, topic_configs=tight)])
    await admin.close()
    await world.send(b"junk" + random.randbytes(2_000))

    def consumer() -> Consumer:
        return Consumer(
            world.database, TABLES, world.kafka, service="tight", topics=[TOPIC], handlers=RECORDING
        )

    for _ in range(2):  # the offset was not committed: the message comes again
        with pytest.raises(DeadLetterLost):
            async with running(consumer().run) as task:
                await ended(task)


def failing_for(lead: UUID, *, times: int = 10**9, error: type[Exception] = ValueError) -> Handlers:
    """Handlers that record, but fail for one lead the first `times` times."""
    left = [times]

    async def fussy(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
        await record(connection, deliveries)
        if left[0] and any(delivery.envelope.subject == lead for delivery in deliveries):
            left[0] -= 1
            raise error("cannot handle this one")

    return {LeadCreated: fussy, LeadChanged: fussy}


async def test_an_aggregate_that_keeps_failing_is_parked_while_others_go_on(world: World) -> None:
    bad = new_id()
    others = [new_id() for _ in range(30)]
    for sequence in (1, 2, 3):
        await world.send(*(a_lead_event(lead, sequence) for lead in [*others[:15], bad, *others[15:]]))

    await consume(world, world.consumer(failing_for(bad)), until=90)

    (parked,) = await Parking(world.database, TABLES, RECORDING).aggregates()
    assert [await world.seen(lead) for lead in others] == [[1, 2, 3]] * 30
    assert await world.seen(bad) == []
    assert (parked.aggregate_id, parked.events, parked.reason) == (
        bad,
        3,
        "ValueError: cannot handle this one",
    )


async def test_a_parked_aggregate_is_replayed_in_order_and_then_goes_on(world: World) -> None:
    bad = new_id()
    await world.send(*(a_lead_event(bad, sequence) for sequence in (1, 2, 3)), a_lead_event())
    await consume(world, world.consumer(failing_for(bad)), until=1)
    await eventually(lambda: _parked(world, 3))

    replayed = await Parking(world.database, TABLES, RECORDING).replay(TOPIC, bad)
    await world.send(a_lead_event(bad, 4))
    await consume(world, world.consumer(), until=5)

    assert replayed == 3
    assert await world.seen(bad) == [1, 2, 3, 4]
    assert await world.count(TABLES.parked) == 0


async def test_a_replay_that_fails_leaves_everything_parked(world: World) -> None:
    bad = new_id()
    await world.send(*(a_lead_event(bad, sequence) for sequence in (1, 2)))
    async with running(world.consumer(failing_for(bad)).run):
        await eventually(lambda: _parked(world, 2))

    with pytest.raises(ValueError, match="cannot handle"):
        await Parking(world.database, TABLES, failing_for(bad)).replay(TOPIC, bad)

    assert await world.count(TABLES.parked) == 2
    assert await world.seen(bad) == []


async def _parked(world: World, count: int) -> bool:
    return await world.count(TABLES.parked) == count


async def test_a_failure_that_passes_with_a_second_try_parks_nothing(world: World) -> None:
    lead = new_id()
    await world.send(a_lead_event(lead))

    await consume(world, world.consumer(failing_for(lead, times=2)), until=1)

    assert await world.count(TABLES.parked) == 0
    assert await world.seen(lead) == [1]


async def test_trouble_that_passes_by_itself_blames_no_event(world: World) -> None:
    lead = new_id()
    await world.send(a_lead_event(lead))

    handlers = failing_for(lead, times=6, error=ConnectionResetError)
    await consume(world, world.consumer(handlers), until=1)

    assert await world.count(TABLES.parked) == 0
    assert await world.seen(lead) == [1]


@pytest.mark.parametrize("poison", ["unreadable", "failing"])
async def test_too_many_failures_in_a_row_stop_the_consumer_and_a_restart_does_not_drain_on(
    world: World, poison: str
) -> None:
    async def always_fails(_: AsyncConnection, __: Sequence[Delivery]) -> None:
        raise ValueError("broken release")

    broken: Handlers = {LeadCreated: always_fails}
    await world.send(*(b"junk" if poison == "unreadable" else a_lead_event() for _ in range(60)))
    limits = Limits(consecutive=5, attempts=1)

    for _ in range(3):
        with pytest.raises(TooManyFailures):
            async with running(world.consumer(broken, limits=limits, batch_size=3).run) as task:
                await ended(task)

    assert 3 <= await world.count(TABLES.dead_letter) + await world.count(TABLES.parked) <= 5


async def test_the_database_away_holds_the_events_until_it_is_back(world: World, postgres: Postgres) -> None:
    await world.send(a_lead_event())
    async with running(world.consumer().run):
        await eventually(lambda: has_seen(world, 1))
        with postgres.stopped(), capture_logs() as said:

            async def is_held() -> bool:
                return "partitions_held" in {line["event"] for line in said}

            await world.send(*(a_lead_event() for _ in range(20)))
            await eventually(is_held)

        with suppress(Exception):
            await world.database.ping()
        await eventually(lambda: has_seen(world, 21))
    assert await world.count(TABLES.parked) == 0
    assert await world.count(tally) == 21


async def test_the_broker_away_and_back_loses_and_repeats_nothing(world: World, kafka_broker: Kafka) -> None:
    await world.send(*(a_lead_event() for _ in range(10)))
    async with running(world.consumer().run):
        await eventually(lambda: has_seen(world, 10))
        kafka_broker.restart()
        await world.send(*(a_lead_event() for _ in range(10)))

        await eventually(lambda: has_seen(world, 20))
    assert await world.count(seen) == await world.count(tally) == 20


async def test_a_consumer_that_cannot_commit_stops_when_told(
    world: World, kafka_broker: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer_module, "_COMMIT_SECONDS", 3600.0)
    reached, opened = asyncio.Event(), asyncio.Event()

    async def gated(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
        reached.set()
        await opened.wait()
        await record(connection, deliveries)

    stop = asyncio.Event()
    consumer = asyncio.create_task(world.consumer({LeadCreated: gated}).run(stop))
    await world.send(a_lead_event())
    await asyncio.wait_for(reached.wait(), HANG_SECONDS)
    with kafka_broker.killed():
        opened.set()
        await eventually(lambda: has_seen(world, 1))

        stop.set()
        await asyncio.wait_for(consumer, HANG_SECONDS)

    assert await world.committed() == 0


async def test_members_that_join_and_leave_share_the_work_without_repeating_it(world: World) -> None:
    leads = [new_id() for _ in range(40)]
    stay = running(world.consumer(batch_size=20).run)
    async with stay:
        for sequence in range(1, 6):
            async with running(world.consumer(batch_size=20).run):
                await world.send(*(a_lead_event(lead, sequence) for lead in leads))
                await eventually(lambda done=sequence * 40: has_seen(world, done))  # type: ignore[misc]

    assert [await world.seen(lead) for lead in leads] == [[1, 2, 3, 4, 5]] * 40


async def test_what_a_handler_writes_to_the_outbox_commits_with_its_effect_and_names_its_cause(
    world: World,
) -> None:
    caused: list[UUID] = []

    async def answer(connection: AsyncConnection, event: LeadCreated, envelope: Envelope) -> None:
        reaction = a_lead_event(new_id())
        cause = context_of(envelope, "/world")
        reaction = reaction.model_copy(
            update={"causationid": cause.causation_id, "correlationid": context.correlation_id.get()}
        )
        caused.append(reaction.id)
        await record(connection, [Delivery(event, envelope)])
        await world.outbox.add(connection, [reaction])

    event = a_lead_event(correlation_id="request-7")
    await world.send(event)

    await consume(world, world.consumer({LeadCreated: each(answer)}), until=1)

    async with world.database.reading() as connection:
        (stored,) = await connection.scalars(select(TABLES.outbox.c.envelope))
    assert stored["id"] == str(caused[-1])
    assert stored["causationid"] == str(event.id)
    assert stored["correlationid"] == "request-7"


async def test_a_reader_can_wait_until_what_it_wrote_elsewhere_has_arrived(world: World) -> None:
    event = a_lead_event(sequence=3)
    unseen = f"leads.lead/{new_id()}/1"
    assert await wait_for(world.database, [unseen], timeout=0.1) is False
    assert await wait_for(world.database, [unseen], timeout=0.1, topics={"pipeline.deal"}) is True

    async with running(world.consumer().run):
        waiting = asyncio.create_task(wait_for(world.database, [event.position], timeout=HANG_SECONDS))
        await world.send(event)

        assert await waiting is True

    later = event.position.removesuffix("3") + "4"
    assert await wait_for(world.database, [event.position, later], timeout=0.1) is False


async def test_committed_offsets_stand_behind_the_last_message(world: World) -> None:
    await world.send(*(a_lead_event() for _ in range(30)))
    await consume(world, world.consumer(), until=30)

    assert await world.committed() == 30
