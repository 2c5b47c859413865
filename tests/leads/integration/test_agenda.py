"""What is planned for an instant is done then, once, however many workers look and whatever fails."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from prometheus_client import REGISTRY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.worker import WIRING
from shared.agenda import repository
from shared.agenda.domain import MOST_ATTEMPTS, Backlog, Due
from shared.agenda.due_work import Handlers, do_due_work
from shared.agenda.gauges import measure_agenda
from shared.agenda.part import agenda_part
from shared.agenda.planning import cancel_work, plan_work
from shared.messaging.pulse import Pulse
from shared.messaging.settings import KafkaSettings
from tests.leads.integration.world import NOW, World, named
from tests.support.waiting import HANG_SECONDS

FAULTY = named("faulty")


class Notebook:
    """Handlers that note what they do; the one for `notes` refuses the faulty subject."""

    def __init__(self) -> None:
        self.done: list[tuple[str, UUID]] = []
        self.handlers: Handlers = {"notes": self._note, "others": self._note}

    async def _note(self, _: AsyncConnection, entries: Sequence[Due], __: datetime) -> None:
        if any(entry.subject_id == FAULTY for entry in entries):
            raise LookupError("not this one")
        self.done += [(entry.kind, entry.subject_id) for entry in entries]


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


async def plan(world: World, *entries: Due) -> None:
    async with world.database.transaction() as connection:
        await plan_work(connection, entries)


async def work(world: World, notebook: Notebook, now: datetime = NOW) -> None:
    while await do_due_work(world.database, notebook.handlers, now):
        pass


def note(name: str, due_at: datetime = NOW, kind: str = "notes") -> Due:
    return Due(kind, named(name), due_at)


async def test_work_is_done_when_it_is_due_and_not_before(world: World, notebook: Notebook) -> None:
    await plan(world, note("soon", NOW + timedelta(seconds=1)))

    await work(world, notebook)
    assert notebook.done == []

    await work(world, notebook, NOW + timedelta(seconds=1))
    assert notebook.done == [("notes", named("soon"))]


async def test_work_is_done_once_though_many_workers_look(world: World, notebook: Notebook) -> None:
    await plan(world, *(note(f"n{number}") for number in range(300)))

    await asyncio.gather(*(work(world, notebook) for _ in range(4)))

    assert len(notebook.done) == len(set(notebook.done)) == 300


async def test_planning_the_same_again_moves_it(world: World, notebook: Notebook) -> None:
    await plan(world, note("moved"))
    await plan(world, note("moved", NOW + timedelta(hours=1)))

    await work(world, notebook)

    assert notebook.done == []


async def test_what_is_cancelled_is_not_done(world: World, notebook: Notebook) -> None:
    await plan(world, note("kept"), note("dropped"))
    async with world.database.transaction() as connection:
        await cancel_work(connection, "notes", [named("dropped")])

    await work(world, notebook)

    assert notebook.done == [("notes", named("kept"))]


async def test_work_that_fails_does_not_hold_up_the_rest(world: World, notebook: Notebook) -> None:
    await plan(world, note("faulty"), note("good"), note("other", kind="others"))

    await work(world, notebook)

    assert sorted(kind for kind, _ in notebook.done) == ["notes", "others"]


async def test_work_that_keeps_failing_is_set_aside_and_can_be_brought_back(
    world: World, notebook: Notebook
) -> None:
    await plan(world, note("faulty"))
    now = NOW
    for _ in range(MOST_ATTEMPTS + 2):
        await work(world, notebook, now)
        now += timedelta(hours=1)
    async with world.database.transaction() as connection:
        assert await repository.backlog(connection, now) == {"notes": Backlog(set_aside=1)}
        (waiting,) = await repository.set_aside(connection)
        assert (waiting.subject_id, waiting.error) == (FAULTY, "LookupError: not this one")
        assert await repository.bring_back(connection, now) == 1
        assert await repository.backlog(connection, now) == {"notes": Backlog(overdue=1)}


async def test_what_a_failed_handler_wrote_is_undone(world: World) -> None:
    async def plan_and_fail(connection: AsyncConnection, _: Sequence[Due], now: datetime) -> None:
        await plan_work(connection, [Due("left", named("left"), now)])
        raise LookupError

    await plan(world, note("first"))

    await do_due_work(world.database, {"notes": plan_and_fail}, NOW)

    async with world.database.reading() as connection:
        assert await repository.planned(connection, [("left", named("left"))]) == []
        assert len(await repository.planned(connection, [("notes", named("first"))])) == 1


async def test_a_new_lead_is_written_together_with_its_triage(world: World) -> None:
    lead = await world.lead()

    async with world.database.reading() as connection:
        (entry,) = await repository.planned(connection, [("lead.triage", UUID(lead["id"]))])
    assert entry.payload == {"loaded": False}


async def test_the_agenda_is_shown_to_whoever_mends_it(
    world: World, notebook: Notebook, capsys: pytest.CaptureFixture[str]
) -> None:
    await plan(world, note("faulty"))
    now = NOW
    for _ in range(MOST_ATTEMPTS):
        await work(world, notebook, now)
        now += timedelta(hours=1)

    assert await WIRING.commands["agenda"].run(world.database) == 0
    assert f"notes {FAULTY} {MOST_ATTEMPTS}x LookupError: not this one" in capsys.readouterr().out
    assert await WIRING.commands["agenda-retry"].run(world.database) == 0
    assert capsys.readouterr().out == "1 pieces of work are due again\n"


async def test_how_far_the_agenda_is_behind_is_measured(world: World) -> None:
    await plan(world, note("late", NOW - timedelta(minutes=1)), note("later", NOW + timedelta(hours=1)))

    await measure_agenda("leads").run(world.database, NOW)

    assert REGISTRY.get_sample_value("agenda_overdue", {"service": "leads"}) == 1
    assert REGISTRY.get_sample_value("agenda_oldest_overdue_seconds", {"service": "leads"}) == 60
    assert REGISTRY.get_sample_value("agenda_set_aside", {"service": "leads"}) == 0
    of_notes = {"service": "leads", "kind": "notes"}
    for state in ("planned", "overdue"):
        assert REGISTRY.get_sample_value("agenda_entries", {**of_notes, "state": state}) == 1
    assert REGISTRY.get_sample_value("agenda_kind_oldest_overdue_seconds", of_notes) == 60


async def test_work_that_failed_is_told_apart_from_work_that_is_only_late(
    world: World, notebook: Notebook
) -> None:
    await plan(world, note("faulty"), note("later", NOW + timedelta(hours=1)))

    await work(world, notebook)
    await measure_agenda("leads").run(world.database, NOW)

    def shown(state: str) -> float | None:
        labels = {"service": "leads", "kind": "notes", "state": state}
        return REGISTRY.get_sample_value("agenda_entries", labels)

    assert (shown("failing"), shown("set_aside"), shown("planned")) == (1, 0, 2)


async def test_what_is_too_much_at_once_is_done_in_smaller_portions(world: World) -> None:
    done: list[UUID] = []
    stop = asyncio.Event()

    async def at_most_twenty(_: AsyncConnection, entries: Sequence[Due], __: datetime) -> None:
        if len(entries) > 20:
            raise TimeoutError
        done.extend(entry.subject_id for entry in entries)
        if len(done) == 100:
            stop.set()

    await plan(world, *(note(f"n{number}") for number in range(100)))

    work_on = agenda_part({"notes": at_most_twenty}, lambda: NOW)
    await asyncio.wait_for(
        work_on(world.database, KafkaSettings(bootstrap_servers="nowhere:1"), stop, Pulse("agenda")),
        HANG_SECONDS,
    )

    assert len(set(done)) == 100
