"""The pool, its two ways to a connection, and rows in bulk, on a real PostgreSQL."""

import enum
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Numeric,
    Table,
    Text,
    Uuid,
    cast,
    func,
    insert,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError, IntegrityError

from shared.contracts.ids import new_id
from shared.persistence.bulk import (
    insert_rows,
    prepared_insert,
    prepared_recordset,
    recordset,
    rows_parameter,
)
from shared.persistence.database import Database
from shared.persistence.long_statement import run_long
from shared.persistence.naming import new_metadata
from shared.persistence.types import Instant, Json
from tests.support.stack import Postgres

metadata = new_metadata()
offer = Table(
    "offer",
    metadata,
    Column("number", BigInteger, Identity(), unique=True),
    Column("id", Uuid, primary_key=True),
    Column("amount", Numeric(18, 4)),
    Column("words", ARRAY(Text)),
    Column("terms", Json),
    Column("at", Instant),
    Column("state", Text, nullable=False, server_default="open"),
)
NOW = datetime(2027, 3, 28, 1, 30, 0, 123456, tzinfo=UTC)


class Colour(enum.Enum):
    RED = "red"


@pytest.fixture
async def database(postgres: Postgres) -> AsyncIterator[Database]:
    database = Database(postgres.create_database("persistence"), name="tests")
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield database
    await database.close()


async def test_a_transaction_is_rolled_back_by_an_error(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as connection:
            await connection.execute(insert(offer).values(id=new_id()))
            raise ZeroDivisionError

    async with database.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(offer)) == 0


async def test_a_hook_runs_after_a_commit_and_not_after_a_rollback(database: Database) -> None:
    commits: list[int] = []
    database.after_commit.append(lambda: commits.append(1))

    async with database.transaction() as connection:
        await connection.execute(insert(offer).values(id=new_id()))
        assert commits == []
    with pytest.raises(ZeroDivisionError):
        async with database.transaction():
            raise ZeroDivisionError

    assert commits == [1]


async def test_reading_opens_no_transaction(database: Database) -> None:
    async with database.reading() as connection:
        first = await connection.scalar(text("SELECT txid_current()"))
        second = await connection.scalar(text("SELECT txid_current()"))

    assert first != second


async def test_a_connection_used_for_reading_still_does_transactions_later(postgres: Postgres) -> None:
    database = Database(postgres.create_database("one"), name="tests", pool_size=1)
    async with database.reading() as connection:
        await connection.execute(text("SELECT 1"))

    async with database.transaction() as connection:
        first = await connection.scalar(text("SELECT txid_current()"))
        second = await connection.scalar(text("SELECT txid_current()"))
    await database.close()

    assert first == second


async def test_the_timeouts_are_set_on_the_server(database: Database) -> None:
    async with database.reading() as connection:
        shown = [
            await connection.scalar(text(f"SHOW {name}"))
            for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
        ]

    assert shown == ["10s", "2s", "30s"]


async def test_a_thousand_rows_are_one_statement_with_one_parameter(database: Database) -> None:
    rows = [{"id": new_id(), "amount": Decimal("0.0001") * n} for n in range(1_000)]
    statement = insert_rows(offer, rows)

    async with database.transaction() as connection:
        await connection.execute(statement)
        total = await connection.scalar(select(func.sum(offer.c.amount)))

    assert total == Decimal("0.0001") * sum(range(1_000))
    assert len(statement.compile(database.engine.sync_engine).params) == 1


async def test_every_type_survives_the_way_through_json(database: Database) -> None:
    row = {
        "id": UUID("019300aa-0000-7000-8000-000000000001"),
        "amount": Decimal("99999999999999.9999"),
        "words": ["a", 'b"c', "ü,{}"],
        "terms": {"day": date(2027, 1, 1), "price": Decimal("12.50"), "colour": Colour.RED, "none": None},
        "at": NOW,
        "state": "won",
    }

    async with database.transaction() as connection:
        await connection.execute(insert_rows(offer, [row]))
        stored = (await connection.execute(select(offer))).mappings().one()

    assert {**stored, "terms": None} == {**row, "terms": None, "number": 1}
    assert stored["terms"] == {"day": "2027-01-01", "price": "12.50", "colour": "red", "none": None}


async def test_no_json_is_null_and_an_absent_column_keeps_its_default(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(insert_rows(offer, [{"id": new_id(), "terms": None}]))
        await connection.execute(insert(offer).values(id=new_id(), terms=None))
        found = select(func.count()).where(offer.c.terms.is_(None), offer.c.state == "open")

        assert await connection.scalar(found) == 2


async def test_a_conflict_can_be_skipped_and_the_new_rows_returned(database: Database) -> None:
    known, fresh = new_id(), new_id()
    async with database.transaction() as connection:
        await connection.execute(insert_rows(offer, [{"id": known}]))

        rows = [{"id": known}, {"id": fresh}]
        returned = await connection.scalars(
            insert_rows(offer, rows).on_conflict_do_nothing(index_elements=["id"]).returning(offer.c.id)
        )

        assert returned.all() == [fresh]


async def test_a_recordset_joins_in_an_update(database: Database) -> None:
    ids = [new_id() for _ in range(3)]
    async with database.transaction() as connection:
        await connection.execute(insert_rows(offer, [{"id": each} for each in ids]))

        new = recordset(offer, [{"id": ids[0], "state": "won"}, {"id": ids[2], "state": "lost"}])
        await connection.execute(update(offer).where(offer.c.id == new.c.id).values(state=new.c.state))
        states = await connection.scalars(select(offer.c.state).order_by(offer.c.id))

        assert states.all() == ["won", "open", "lost"]


async def test_an_insert_built_once_takes_other_rows_each_time(database: Database) -> None:
    new = prepared_insert(offer, ["id", "state"])
    ids = [new_id() for _ in range(3)]
    async with database.transaction() as connection:
        await connection.execute(new, {"rows": rows_parameter([{"id": ids[0], "state": "won"}])})
        more = [{"id": each, "state": "lost"} for each in ids]
        kept = new.on_conflict_do_nothing(index_elements=["id"]).returning(offer.c.id)

        written = await connection.scalars(kept, {"rows": rows_parameter(more)})
        assert written.all() == ids[1:]

        states = await connection.scalars(select(offer.c.state).order_by(offer.c.number))
        assert states.all() == ["won", "lost", "lost"]
    assert prepared_insert(offer, ["id", "state"]) is new


async def test_prepared_rows_may_depend_on_others_that_were_written(database: Database) -> None:
    known, fresh, beside = new_id(), new_id(), new_id()
    written = prepared_insert(offer, ["id"]).on_conflict_do_nothing().returning(offer.c.id).cte("written")
    theirs = literal_column("rows.words[1]", Text).in_(select(cast(written.c.id, Text)))
    others = prepared_insert(offer, ["id", "words"], parameter="others", only_if=theirs).cte("others")
    async with database.transaction() as connection:
        await connection.execute(insert_rows(offer, [{"id": known}]))

        rows = [{"id": known}, {"id": fresh}]
        more = [{"id": beside, "words": [fresh]}, {"id": new_id(), "words": [known]}]
        parameters = {"rows": rows_parameter(rows), "others": rows_parameter(more)}
        await connection.execute(select(written.c.id).add_cte(others), parameters)

        ids = await connection.scalars(select(offer.c.id))
        assert set(ids) == {known, fresh, beside}


async def test_a_prepared_recordset_joins_in_an_update_built_once(database: Database) -> None:
    ids = [new_id() for _ in range(2)]
    new = prepared_recordset(offer, parameter="changes")
    change = update(offer).where(offer.c.id == new.c.id).values(state=new.c.state)
    async with database.transaction() as connection:
        await connection.execute(insert_rows(offer, [{"id": each} for each in ids]))

        for each, state in zip(ids, ("won", "lost"), strict=True):
            await connection.execute(change, {"changes": rows_parameter([{"id": each, "state": state}])})

        states = await connection.scalars(select(offer.c.state).order_by(offer.c.id))
        assert states.all() == ["won", "lost"]


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [{"id": new_id()}, {"id": new_id(), "state": "won"}],
        [{"id": new_id(), "colour": "red"}],
        [{"id": new_id(), "number": 7}],
    ],
    ids=["none", "different keys", "unknown column", "identity column"],
)
def test_rows_that_would_be_written_wrongly_are_refused(rows: list[dict[str, object]]) -> None:
    with pytest.raises(ValueError, match=r"rows|column|written"):
        insert_rows(offer, rows)


async def test_an_error_names_the_constraint_by_the_convention(database: Database) -> None:
    same = new_id()

    with pytest.raises(IntegrityError, match="pk_offer"):
        async with database.transaction() as connection:
            await connection.execute(insert_rows(offer, [{"id": same}, {"id": same}]))


async def test_after_a_restart_of_the_server_the_pool_heals_without_an_error(postgres: Postgres) -> None:
    database = Database(postgres.create_database("restarted"), name="tests")
    await database.ping()
    with postgres.killed(), pytest.raises((OSError, DBAPIError)):
        await database.ping()

    await database.ping()
    await database.close()


async def test_a_connection_of_its_own_can_listen(database: Database) -> None:
    connection = await database.dedicated()
    try:
        assert await connection.fetchval("SELECT current_setting('application_name')") == "tests"
    finally:
        await connection.close()


async def test_a_statement_that_may_take_long_outlasts_the_patience_of_server_and_driver(
    postgres: Postgres,
) -> None:
    """The driver waits five seconds longer than the server lets a statement take."""
    database = Database(postgres.create_database("patient"), name="tests", statement_timeout_ms=50)
    async with database.transaction() as connection:
        with pytest.raises(DBAPIError):
            await connection.execute(text("SELECT pg_sleep(1)"))
    async with database.transaction() as connection:
        await run_long(connection, "SELECT pg_sleep(5.3)", seconds=30)
    await database.close()
