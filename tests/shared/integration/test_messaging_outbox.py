"""The outbox tables and the ways to write into them, on a real PostgreSQL."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from shared.contracts.envelope import Envelope
from shared.contracts.ids import new_id
from shared.messaging import migration
from shared.messaging.outbox import Outbox, announced_positions
from shared.messaging.partitions import ensure_partitions
from shared.messaging.tables import messaging_tables
from shared.messaging.wakeup import CHANNEL, WakeUp
from shared.persistence.bulk import insert_rows, prepared_insert, rows_parameter
from shared.persistence.database import Database
from shared.persistence.naming import new_metadata
from tests.shared.integration.messaging_world import (
    TABLES,
    Op,
    a_lead_event,
    eventually,
    metadata,
    seen,
    tally,
)
from tests.support.stack import Postgres

OUTBOX = Outbox(TABLES)
table = TABLES.outbox


@pytest.fixture
async def database(postgres: Postgres) -> AsyncIterator[Database]:
    database = Database(postgres.create_database("outbox"), name="tests")
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda sync: migration.create(Op(sync)))
        await connection.run_sync(lambda sync: metadata.create_all(sync, tables=[seen, tally]))
    yield database
    await database.close()


async def stored(database: Database) -> list[Envelope]:
    async with database.reading() as connection:
        rows = await connection.scalars(select(table.c.envelope).order_by(table.c.id))
        return [Envelope.model_validate(row) for row in rows]


async def test_the_migration_creates_what_the_tables_declare(postgres: Postgres) -> None:
    own = new_metadata()
    messaging_tables(own)
    database = Database(postgres.create_database("compare"), name="tests")

    async with database.engine.begin() as connection:
        await connection.run_sync(lambda sync: migration.create(Op(sync)))
        differences = await connection.run_sync(
            lambda sync: compare_metadata(
                MigrationContext.configure(
                    sync,
                    opts={"compare_type": True, "include_object": lambda o, n, t, r, c: "_20" not in str(n)},
                ),
                own,
            )
        )
    await database.close()

    assert [each for each in differences if "outbox_default" not in str(each)] == []


async def test_the_migration_can_be_undone_and_done_again(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda sync: migration.drop(Op(sync)))
        await connection.run_sync(lambda sync: migration.create(Op(sync)))

    assert await stored(database) == []


async def test_a_thousand_events_are_stored_as_given_and_in_order(database: Database) -> None:
    events = [a_lead_event() for _ in range(1_000)]

    async with database.transaction() as connection:
        await OUTBOX.add(connection, events)

    assert await stored(database) == events


async def test_no_events_are_no_statement(database: Database) -> None:
    async with database.transaction() as connection:
        await OUTBOX.add(connection, [])

    assert await stored(database) == []


async def test_a_rolled_back_change_leaves_no_event(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as connection:
            await OUTBOX.add(connection, [a_lead_event()])
            raise ZeroDivisionError

    assert await stored(database) == []


async def test_state_and_event_are_written_by_one_statement(database: Database) -> None:
    event = a_lead_event()
    change = insert(seen).values(lead_id=event.subject, sequence=1).add_cte(OUTBOX.announce([event]))

    async with database.reading() as connection:
        await connection.execute(change)

    assert await stored(database) == [event]


async def test_a_statement_built_once_announces_other_events_each_time(database: Database) -> None:
    events = [a_lead_event() for _ in range(3)]
    change = prepared_insert(seen, ["lead_id", "sequence"]).add_cte(OUTBOX.announcing())
    collected: list[str] = []
    token = announced_positions.set(collected)

    async with database.reading() as connection:
        for event in events:
            rows = rows_parameter([{"lead_id": event.subject, "sequence": 1}])
            await connection.execute(change, {"rows": rows, **OUTBOX.parameters([event])})
    announced_positions.reset(token)

    assert await stored(database) == events
    assert collected == [event.position for event in events]


async def test_a_change_that_meets_no_row_announces_nothing(database: Database) -> None:
    event = a_lead_event(sequence=2)
    async with database.reading() as connection:
        await connection.execute(insert(tally).values(lead_id=event.subject, events=1))

        def change(expected: int) -> object:
            changed = (
                update(tally)
                .where(tally.c.lead_id == event.subject, tally.c.events == expected)
                .values(events=expected + 1)
                .returning(tally.c.lead_id)
                .cte("changed")
            )
            return select(changed.c.lead_id).add_cte(OUTBOX.announce([event], only_if=changed))

        missed = (await connection.execute(change(expected=7))).all()  # type: ignore[call-overload]
        assert missed == []
        assert await stored(database) == []

        hit = (await connection.execute(change(expected=1))).all()  # type: ignore[call-overload]
        assert len(hit) == 1
        assert await stored(database) == [event]


async def test_the_positions_of_a_request_are_collected_when_asked_for(database: Database) -> None:
    event = a_lead_event(sequence=4)
    collected: list[str] = []
    token = announced_positions.set(collected)

    async with database.transaction() as connection:
        await OUTBOX.add(connection, [event])
    announced_positions.reset(token)

    assert collected == [f"leads.lead/{event.subject}/4"]


async def test_an_event_too_big_for_a_message_is_refused(database: Database) -> None:
    event = a_lead_event()
    big = event.model_copy(update={"data": {**event.data, "campaign": "x" * 800_000}})

    with pytest.raises(IntegrityError, match="fits_in_a_message"):
        async with database.transaction() as connection:
            await OUTBOX.add(connection, [big])


async def test_rows_of_a_month_made_late_move_into_it(database: Database) -> None:
    far = datetime.now(UTC) + timedelta(days=200)
    event = a_lead_event()
    async with database.transaction() as connection:
        await OUTBOX.add(connection, [event])
        await connection.execute(update(table).values(created_at=far))
        before = await connection.scalar(text("SELECT count(*) FROM outbox_default"))

        await ensure_partitions(connection, far)
        await ensure_partitions(connection, far)

        after = await connection.scalar(text(f"SELECT count(*) FROM outbox_{far:%Y_%m}"))
    assert (before, after) == (1, 1)
    assert await stored(database) == [event]


async def test_listeners_are_woken_after_the_commit_and_not_by_other_commits(database: Database) -> None:
    woken: list[int] = []
    wake_up = WakeUp(database)
    listener: asyncpg.Connection = await database.dedicated()
    await listener.add_listener(CHANNEL, lambda *_: woken.append(1))

    async with database.transaction() as connection:
        await connection.execute(insert(seen).values(lead_id=new_id(), sequence=1))
    async with database.transaction() as connection:
        await OUTBOX.add(connection, [a_lead_event()])
        assert woken == []

    async def is_woken() -> bool:
        return bool(woken)

    await eventually(is_woken)
    await listener.close()
    await wake_up.close()
    assert woken == [1]


async def test_only_events_of_the_aggregates_that_were_written_are_announced(database: Database) -> None:
    known, fresh = a_lead_event(), a_lead_event()
    events = [known, fresh]
    collected: list[str] = []
    async with database.transaction() as connection:
        await connection.execute(insert(tally).values(lead_id=known.subject, events=1))
        rows = [{"lead_id": event.subject, "events": 1} for event in events]
        written = (
            insert_rows(tally, rows)
            .on_conflict_do_nothing()
            .returning(tally.c.lead_id.label("id"))
            .cte("written")
        )
        token = announced_positions.set(collected)

        ids = set(
            await connection.scalars(select(written.c.id).add_cte(OUTBOX.announce(events, among=written)))
        )
        OUTBOX.withdraw([event for event in events if event.subject not in ids])
        announced_positions.reset(token)

    assert await stored(database) == [fresh]
    assert collected == [fresh.position]


async def test_events_of_written_aggregates_keep_their_order(database: Database) -> None:
    leads = [new_id() for _ in range(20)]
    events = [a_lead_event(lead_id, sequence=sequence) for lead_id in leads for sequence in (1, 2, 3)]
    async with database.transaction() as connection:
        rows = [{"lead_id": lead_id, "events": 1} for lead_id in leads]
        new = insert_rows(tally, rows).returning(tally.c.lead_id.label("id")).cte("written")
        await connection.execute(select(new.c.id).add_cte(OUTBOX.announce(events, among=new)))

    assert await stored(database) == events
