"""Looking after messages: topics, status, dead letters, parked aggregates, sending again, timers."""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from types import ModuleType

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from sqlalchemy import func, insert, select, text, update

from shared.contracts.catalogue import SERVICES, TOPICS
from shared.contracts.ids import new_id
from shared.messaging import mend
from shared.messaging.admin import TopicsDiffer, ensure_topics
from shared.messaging.mending import Mending
from shared.messaging.settings import KafkaSettings
from shared.messaging.timers import HOUSEKEEPING, Timer, TimerKeepsFailing, Timers
from shared.messaging.worker import Wiring
from shared.persistence.database import Database
from tests.shared.integration.messaging_world import (
    RECORDING,
    TABLES,
    TOPIC,
    World,
    a_lead_event,
    a_world,
    ended,
    eventually,
    running,
    seen,
)
from tests.shared.integration.test_messaging_consumer import consume, failing_for
from tests.support.stack import Postgres

WIRING = Wiring(service="world", tables=TABLES, subscriptions=(TOPIC,), handlers=RECORDING)


@pytest.fixture
async def world(postgres: Postgres, kafka: str) -> AsyncIterator[World]:
    async with a_world(postgres, kafka) as world:
        yield world


@pytest.fixture
def mending(world: World) -> Mending:
    return Mending(world.database, world.kafka, WIRING)


async def drained(world: World) -> bool:
    return await world.backlog() == 0


async def has(world: World, table_count: int) -> bool:
    return await world.count(TABLES.parked) == table_count


async def test_all_topics_are_created_once_and_with_the_declared_partitions(kafka: str) -> None:
    settings = KafkaSettings(bootstrap_servers=kafka, topic_prefix="admin.")

    created = await ensure_topics(settings)
    again = await ensure_topics(settings)

    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    described = {each["topic"]: each for each in await admin.describe_topics(created)}
    await admin.close()
    declared = {f"admin.{topic.name}": topic.partitions for topic in TOPICS.values()}
    letters = {f"admin.{service}.dead_letter": 1 for service in SERVICES}
    assert {name: len(each["partitions"]) for name, each in described.items()} == declared | letters
    assert again == []


async def test_a_topic_with_other_partitions_than_declared_is_a_matter_for_a_person(kafka: str) -> None:
    settings = KafkaSettings(bootstrap_servers=kafka, topic_prefix="differs.")
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.create_topics([NewTopic("differs.leads.lead", 2, 1)])
    await admin.close()

    with pytest.raises(TopicsDiffer, match=r"differs\.leads\.lead has 2"):
        await ensure_topics(settings)


async def test_the_status_tells_backlog_lag_parked_and_dead(world: World, mending: Mending) -> None:
    bad = new_id()
    await world.send(b"junk", a_lead_event(bad), a_lead_event(bad, 2), a_lead_event())
    await consume(world, world.consumer(failing_for(bad)), until=1)
    await world.send(a_lead_event(), a_lead_event())
    await world.announce(a_lead_event())

    status = await mending.status()

    assert status.backlog.count == 1
    assert status.lag == {TOPIC: 2}
    assert (status.parked_aggregates, status.parked_events, status.dead_letters) == (1, 2, 1)


async def test_with_the_broker_away_the_status_says_that_the_lag_is_unknown(world: World) -> None:
    nowhere = KafkaSettings(bootstrap_servers="127.0.0.1:1")

    status = await Mending(world.database, nowhere, WIRING).status()

    assert status.lag == {}
    assert status.lag_unknown == "KafkaConnectionError"


async def test_a_dead_letter_is_sent_to_its_topic_again_unchanged_and_only_once(
    world: World, mending: Mending
) -> None:
    await world.send(b"junk", a_lead_event())
    await consume(world, world.consumer(), until=1)

    first = await mending.redeliver(None)
    second = await mending.redeliver(None)

    assert (first, second) == (1, 0)
    assert [message.value for message in await world.messages()].count(b"junk") == 2
    (letter,) = await mending.dead_letters()
    assert letter.redelivered_at is not None


async def test_replaying_all_lets_go_of_what_succeeds_and_keeps_what_still_fails(world: World) -> None:
    mended, still_bad = new_id(), new_id()
    for bad in (mended, still_bad):
        await world.send(*(a_lead_event(bad, sequence) for sequence in (1, 2)))

    async def fails(*_: object) -> None:
        raise ValueError("broken release")

    broken = dict.fromkeys(RECORDING, fails)
    async with running(world.consumer(broken).run):
        await eventually(lambda: has(world, 4))
    now = Wiring(service="world", tables=TABLES, subscriptions=(TOPIC,), handlers=failing_for(still_bad))

    outcomes = await Mending(world.database, world.kafka, now).replay(None)

    assert {outcome.aggregate_id: outcome.replayed for outcome in outcomes} == {
        mended: True,
        still_bad: False,
    }
    assert await world.seen(mended) == [1, 2]
    assert await has(world, 2)


async def test_republished_events_reach_a_consumer_that_lost_its_data(world: World, mending: Mending) -> None:
    lead = new_id()
    await world.announce(*(a_lead_event(lead, sequence) for sequence in (1, 2, 3)))
    async with running(world.relay().run), running(world.consumer().run):
        await eventually(lambda: drained(world))
        await eventually(lambda: is_seen(world, [1, 2, 3]))
        async with world.database.transaction() as connection:
            for table in ("inbox", "applied", "seen", "tally"):
                await connection.execute(text(f"TRUNCATE {table}"))

        count = await mending.republish(TOPIC, datetime.now(UTC) - timedelta(hours=1))

        await eventually(lambda: is_seen(world, [1, 2, 3]))
    assert count == 3


async def is_seen(world: World, sequences: list[int]) -> bool:
    return await world.seen() == sequences


async def test_the_command_line_replays_and_reports(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = new_id()
    await world.send(a_lead_event(bad))
    async with running(world.consumer(failing_for(bad)).run):
        await eventually(lambda: has(world, 1))
    service = ModuleType("services.world.worker")
    service.WIRING = WIRING  # type: ignore[attr-defined]  # a module made by hand
    monkeypatch.setitem(sys.modules, "services.world", ModuleType("services.world"))
    monkeypatch.setitem(sys.modules, "services.world.worker", service)
    monkeypatch.setenv("WORLD_DATABASE_URL", world.url)
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", world.kafka.bootstrap_servers)
    monkeypatch.setenv("KAFKA_TOPIC_PREFIX", world.kafka.topic_prefix)

    for command in (["status"], ["parked"], ["replay", "--aggregate", str(bad)], ["dead-letters"]):
        assert await mend.run(mend.arguments(["world", *command])) == 0

    said = capsys.readouterr().out
    assert "parked           1 aggregates, 1 events" in said
    assert f"{bad} leads.lead 1 events applied" in said
    assert await world.seen(bad) == [1]


async def test_a_service_that_is_none_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        mend.wiring_of("unicorns")

    assert end.value.code == 2
    assert "unicorns" in capsys.readouterr().err


async def test_a_timer_runs_in_one_process_and_the_other_takes_over(world: World) -> None:
    runs: list[str] = []

    def timer(who: str) -> Timer:
        async def run(_: Database, __: datetime) -> None:
            runs.append(who)

        return Timer("tick", 0.01, run)

    async def ran(who: str) -> bool:
        return who in runs

    async with running(Timers(world.database, [timer("first")]).run):
        await eventually(lambda: ran("first"))
        second = Timers(world.database, [timer("second")])
        stop = asyncio.Event()
        task = asyncio.create_task(second.run(stop))
        length = len(runs)

        async def went_on() -> bool:
            return len(runs) > length + 20

        await eventually(went_on)
        assert set(runs) == {"first"}
    await eventually(lambda: ran("second"))
    stop.set()
    await task


async def test_a_timer_that_keeps_failing_ends_the_worker(world: World) -> None:
    async def fails(_: Database, __: datetime) -> None:
        raise ValueError("a mistake")

    with pytest.raises(TimerKeepsFailing):
        async with running(Timers(world.database, [Timer("bad", 0.01, fails)]).run) as task:
            await ended(task)


async def test_housekeeping_makes_partitions_and_forgets_old_event_ids(world: World) -> None:
    later = datetime.now(UTC) + timedelta(days=100)
    inbox = TABLES.inbox
    async with world.database.transaction() as connection:
        await connection.execute(insert(inbox), [{"event_id": new_id()} for _ in range(3)])
        old = select(inbox.c.event_id).limit(2).scalar_subquery()
        await connection.execute(
            update(inbox).where(inbox.c.event_id.in_(old)).values(received_at=later - timedelta(days=31))
        )
        await connection.execute(update(inbox).where(inbox.c.event_id.not_in(old)).values(received_at=later))

    for timer in HOUSEKEEPING:
        await timer.run(world.database, later)

    async with world.database.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(inbox)) == 1
        assert await connection.scalar(text(f"SELECT to_regclass('outbox_{later:%Y_%m}') IS NOT NULL"))
    assert await world.count(seen) == 0
