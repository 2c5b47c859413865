"""A ledger is made anew beside the live one and takes its place; nobody sees it happen."""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Table, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.tables import deal_fact, deal_now
from services.forecast.rebuild import shadow
from services.forecast.rebuild.ledgers import LEDGERS, count_anew
from services.forecast.rebuild.run import NotRebuilt, Rebuilt, rebuild
from services.forecast.rollup.projection import change_places, count_deals, share_places
from services.forecast.topics import SUBSCRIPTIONS
from shared.contracts.envelope import Envelope
from shared.messaging.admin import ensure_topics
from shared.messaging.settings import KafkaSettings
from tests.forecast.builders import deal_event, named, organisation
from tests.forecast.integration.test_deal_ledger import story
from tests.forecast.integration.test_migration import (
    test_the_migrations_make_exactly_the_tables_that_the_code_declares as nothing_but_the_declared_tables,
)
from tests.forecast.integration.test_speed import somebody_waits_for_a_lock
from tests.forecast.integration.working import ROOT, environment_of, own_topics, send
from tests.forecast.integration.world import World
from tests.support.waiting import HANG_SECONDS

DEALS = LEDGERS["deals"]


async def rows(world: World, *tables: Table) -> list[Sequence[Any]]:
    async with world.database.reading() as connection:
        return [
            tuple(row)
            for table in tables
            for row in await connection.execute(select(table).order_by(*table.primary_key.columns))
        ]


@pytest.fixture
async def topics(kafka: str) -> KafkaSettings:
    settings = own_topics(kafka)
    await ensure_topics(settings)
    return settings


async def remade(
    world: World, settings: KafkaSettings, *, dry_run: bool = False, patience: float = 0.0
) -> Rebuilt:
    lines: list[str] = []
    return await rebuild(
        world.database, settings, DEALS, dry_run=dry_run, patience=patience, say=lines.append
    )


async def damage(world: World) -> None:
    """The live ledger is wrong: one deal's amount, and a statement is lost."""
    async with world.database.transaction() as connection:
        await connection.execute(update(deal_now).values(base_amount=1))
        await connection.execute(text("DELETE FROM deal_fact WHERE sequence = 2"))


async def schemas(world: World) -> set[str]:
    async with world.database.reading() as connection:
        return set(await connection.scalars(text("SELECT nspname FROM pg_namespace")))


async def test_a_damaged_ledger_is_made_anew_and_what_differed_is_said(
    world: World, topics: KafkaSettings
) -> None:
    events = story()
    await world.consume(organisation(), *events)
    right = await rows(world, deal_now, deal_fact)
    await damage(world)
    await send(topics, *events)

    rebuilt = await remade(world, topics)

    found = rebuilt.differences
    assert (rebuilt.swapped, rebuilt.events, set(found.subjects)) == (True, 3, {named("deal")})
    assert (found.only_live, found.only_rebuilt, found.changed) == (0, 1, 1)
    assert await rows(world, deal_now, deal_fact) == right
    assert not {shadow.BESIDE, shadow.BEFORE} & await schemas(world)
    await nothing_but_the_declared_tables(world)


async def test_a_dry_run_changes_nothing(world: World, topics: KafkaSettings) -> None:
    events = story()
    await world.consume(*events)
    await damage(world)
    before = await rows(world, deal_now, deal_fact)
    await send(topics, *events)

    rebuilt = await remade(world, topics, dry_run=True)

    assert (rebuilt.swapped, len(rebuilt.differences.subjects)) == (False, 1)
    assert await rows(world, deal_now, deal_fact) == before


async def test_a_topic_that_has_lost_events_never_makes_figures_too_small(
    world: World, topics: KafkaSettings
) -> None:
    one, two, three = story()
    await world.consume(one, two, three)
    before = await rows(world, deal_now, deal_fact)
    await send(topics, three)

    with pytest.raises(NotRebuilt, match=r"lacks 2 events .*mend pipeline republish --topic pipeline\.deal"):
        await remade(world, topics)

    assert await rows(world, deal_now, deal_fact) == before
    assert not {shadow.BESIDE, shadow.BEFORE} & await schemas(world)


async def test_events_that_are_sent_again_meanwhile_are_waited_for(
    world: World, topics: KafkaSettings
) -> None:
    one, two, three = story()
    await world.consume(one, two, three)
    await send(topics, three)

    running = asyncio.create_task(remade(world, topics, patience=HANG_SECONDS))
    async with asyncio.timeout(HANG_SECONDS):
        while shadow.BESIDE not in await schemas(world):
            await asyncio.sleep(0.02)
    await send(topics, one, two)

    rebuilt = await running
    assert (rebuilt.swapped, rebuilt.differences.subjects) == (True, frozenset())


async def test_an_event_that_cannot_be_applied_is_named_and_the_live_ledger_stays(
    world: World, topics: KafkaSettings
) -> None:
    poisoned = deal_event("changed", sequence=2**40, time="2027-01-11")
    await send(topics, deal_event("opened", time="2027-01-10"), poisoned)

    with pytest.raises(NotRebuilt, match=f"{poisoned.id} of {named('deal')} cannot be applied: .*range"):
        await remade(world, topics)

    assert shadow.BESIDE not in await schemas(world)


async def test_a_crash_before_the_swap_leaves_the_live_ledger_and_the_next_run_begins_clean(
    world: World, topics: KafkaSettings
) -> None:
    await world.consume(*story())
    before = await rows(world, deal_now, deal_fact)
    async with world.database.transaction() as connection:
        await shadow.make(connection, DEALS)
        await connection.execute(text(f"CREATE SCHEMA {shadow.BEFORE}"))
        await connection.execute(text(f"ALTER TABLE {shadow.BESIDE}.deal_fact ADD COLUMN of_old_code int"))
    await send(topics, *story())
    assert await rows(world, deal_now, deal_fact) == before

    rebuilt = await remade(world, topics)

    assert rebuilt.swapped
    await nothing_but_the_declared_tables(world)


async def test_a_crash_within_the_swap_leaves_the_live_ledger(world: World) -> None:
    await world.consume(*story())
    before = await rows(world, deal_now, deal_fact)
    async with world.database.transaction() as connection:
        await shadow.make(connection, DEALS)

    with pytest.raises(ConnectionError):
        async with world.database.transaction() as connection:
            await shadow.swap(connection, DEALS)
            raise ConnectionError

    assert await rows(world, deal_now, deal_fact) == before


async def test_two_rebuilds_do_not_meet(world: World, topics: KafkaSettings) -> None:
    await world.consume(*story())
    waiting = asyncio.create_task(remade(world, topics, patience=HANG_SECONDS))
    async with asyncio.timeout(HANG_SECONDS):
        while shadow.BESIDE not in await schemas(world):
            await asyncio.sleep(0.02)

    with pytest.raises(NotRebuilt, match="another rebuild"):
        await remade(world, topics)

    await send(topics, *story())
    assert (await waiting).swapped


async def test_a_ledger_that_gained_a_column_is_made_anew(world: World, topics: KafkaSettings) -> None:
    """As after a migration that adds a column to which the events already told have the value."""
    events = [one.model_copy(update={"data": one.data | {"source": "web"}}) for one in story()]
    await world.consume(*events)
    async with world.database.transaction() as connection:
        await connection.execute(text("ALTER TABLE deal_now DROP COLUMN source"))
        await connection.execute(text("ALTER TABLE deal_now ADD COLUMN source text"))
    await send(topics, *events)

    rebuilt = await remade(world, topics)

    assert (rebuilt.swapped, rebuilt.differences.changed) == (True, 1)
    await nothing_but_the_declared_tables(world)


async def test_while_the_worker_and_the_api_go_on_no_figure_is_ever_too_small(
    world: World, running_worker: KafkaSettings
) -> None:
    """Deals are told all the time and figures asked for all the time, through three swaps."""
    await ensure_topics(running_worker)
    many = [deal_event("opened", f"deal {n}", time="2027-01-10") for n in range(300)]
    await send(running_worker, organisation(), *many)
    await told(world, many[-1])
    done = asyncio.Event()
    asking = [asyncio.create_task(asked_again_and_again(world, done, at_least=300)) for _ in range(2)]
    telling = asyncio.create_task(told_again_and_again(running_worker, done))

    swaps = [await remade(world, running_worker, patience=HANG_SECONDS) for _ in range(3)]
    done.set()
    last = await telling
    await told(world, last)

    assert all(swap.swapped for swap in swaps)
    assert all([await each > 0 for each in asking])
    live = await rows(world, deal_now, deal_fact)
    await remade(world, running_worker, dry_run=True)
    assert len(live) == 2 * (300 + last.sequence)


async def asked_again_and_again(world: World, done: asyncio.Event, *, at_least: int) -> int:
    """How often; every answer is a 200 and has all deals that were there at the beginning, now and then."""
    times = 0
    while not done.is_set():
        now = await world.forecast(group_by="owner")
        then = await world.forecast(known_at="2027-02-10T12:00:00Z", as_of="2027-02-10T12:00:00Z")
        assert now["deals"]["open_pipeline"] >= at_least
        assert then["deals"]["open_pipeline"] >= at_least
        times += 1
    return times


async def told_again_and_again(settings: KafkaSettings, done: asyncio.Event) -> Envelope:
    """One more deal each time; `sequence` of what is answered counts them."""
    count = 0
    while not done.is_set() or not count:
        count += 1
        last = deal_event("opened", f"new deal {count}", time="2027-01-11")
        await send(settings, last)
        await asyncio.sleep(0.02)
    return last.model_copy(update={"sequence": count})


async def told(world: World, event: Envelope) -> None:
    """Wait until the worker has applied it."""
    position = event.position.rsplit("/", 1)[0] + "/1"
    async with asyncio.timeout(HANG_SECONDS):
        while True:
            answer = await world.send("GET", "/v1/forecast", headers={"X-Wait-For": position})
            if answer.status_code == 200:
                return


async def test_the_command_says_events_per_second_and_what_differs(
    world: World, topics: KafkaSettings
) -> None:
    events = story()
    await world.consume(*events)
    await damage(world)
    await send(topics, *events)

    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "services.forecast.rebuild", *arguments],
            cwd=ROOT,
            env=environment_of(world.url, topics),
            capture_output=True,
            text=True,
            timeout=HANG_SECONDS,
            check=False,
        )

    first = await asyncio.to_thread(command, "deals")
    second = await asyncio.to_thread(command, "deals", "products", "--dry-run")

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "events/s" in first.stdout
    assert f"1 in the new one only, 1 have other values: {named('deal')}" in first.stdout
    assert "swapped" in first.stdout
    assert second.stdout.count("the new ledger is the same as the live one") == 2


def test_every_ledger_and_replica_of_another_services_facts_can_be_rebuilt() -> None:
    links_alerts_only, keeps_the_settings = "pipeline.issue", "gateway.organisation"

    assert {ledger.topic for ledger in LEDGERS.values()} == {*SUBSCRIPTIONS} - {
        links_alerts_only,
        keeps_the_settings,
    }


@pytest.mark.parametrize("name", [name for name, each in LEDGERS.items() if each.follow is count_anew])
@pytest.mark.parametrize("hold", [share_places, change_places])
async def test_a_swap_and_who_counts_deals_never_wait_for_each_other(
    world: World, name: str, hold: Callable[[AsyncConnection], Awaitable[None]]
) -> None:
    await world.consume(organisation(), *story())
    async with world.database.transaction() as connection:
        await shadow.make(connection, LEDGERS[name])

    async def swap() -> None:
        async with world.database.transaction() as connection:
            await shadow.swap(connection, LEDGERS[name])

    async with world.database.transaction() as counting:
        await hold(counting)
        swapping = asyncio.create_task(swap())
        await somebody_waits_for_a_lock(world)
        await count_deals(counting, [named("deal")])
    await swapping

    await world.work_off()


async def test_what_else_is_made_of_a_ledger_follows_in_the_same_transaction(world: World) -> None:
    async def follow(connection: Any) -> None:
        assert await connection.scalar(text("SELECT count(*) FROM deal_now")) == 0
        raise ConnectionError

    await world.consume(*story())
    async with world.database.transaction() as connection:
        await shadow.make(connection, DEALS)

    with pytest.raises(ConnectionError):
        async with world.database.transaction() as connection:
            await shadow.swap(connection, replace(DEALS, follow=follow))

    assert len(await rows(world, deal_now)) == 1
