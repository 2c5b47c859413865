"""The servers that tests of all services lean on."""

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from tests.support.copies import copies_of
from tests.support.stack import Kafka, Postgres


async def test_a_fresh_database_belongs_to_an_ordinary_role_and_has_the_extensions(
    postgres: Postgres,
) -> None:
    connection = await asyncpg.connect(postgres.create_database("fresh"))

    await connection.execute("CREATE TABLE note (text text)")
    extensions = {row["extname"] for row in await connection.fetch("SELECT extname FROM pg_extension")}
    superuser = await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    await connection.close()

    assert extensions >= {"pg_trgm", "btree_gin", "btree_gist"}
    assert superuser is False


async def test_a_database_made_from_a_template_carries_its_rows(postgres: Postgres) -> None:
    template = postgres.create_database("template")
    connection = await asyncpg.connect(template)
    await connection.execute("CREATE TABLE note (text text); INSERT INTO note VALUES ('kept')")
    await connection.close()

    copy = await asyncpg.connect(postgres.create_database("copy", template=template))
    rows = await copy.fetch("SELECT text FROM note")
    await copy.close()

    assert [row["text"] for row in rows] == ["kept"]


async def test_a_killed_postgres_keeps_what_was_committed(postgres: Postgres) -> None:
    url = postgres.create_database("killed")
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE note (text text); INSERT INTO note VALUES ('kept')")

    postgres.restart()
    after = await asyncpg.connect(url)
    rows = await after.fetch("SELECT text FROM note")
    await after.close()

    assert len(rows) == 1


async def test_a_killed_kafka_keeps_what_it_acknowledged(kafka_broker: Kafka) -> None:
    servers = kafka_broker.bootstrap_servers
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    await admin.create_topics([NewTopic("kept", 1, 1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=servers, enable_idempotence=True) as producer:
        await producer.send_and_wait("kept", b"fact")

    kafka_broker.restart()
    async with AIOKafkaConsumer(
        "kept", bootstrap_servers=servers, group_id="reader", auto_offset_reset="earliest"
    ) as consumer:
        message = await consumer.getone()

    assert message.value == b"fact"


async def test_a_database_used_again_holds_what_its_template_holds(postgres: Postgres) -> None:
    template = postgres.create_database("template")
    await _execute(template, "CREATE TABLE kind (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)")
    await _execute(template, "CREATE TABLE thing (id serial, kind_id int REFERENCES kind, name text)")
    await _execute(template, "INSERT INTO kind (name) VALUES ('first')")
    async with copies_of(postgres, template) as copies:
        async with copies.one() as used:
            await _execute(used, "INSERT INTO kind (name) VALUES ('second')")
            await _execute(used, "INSERT INTO thing (kind_id) VALUES (2)")
            await _execute(
                used, "INSERT INTO thing (name) SELECT repeat('x', 80) FROM generate_series(1, 2000)"
            )
            await _execute(used, "DELETE FROM kind WHERE name = 'first'")
        async with copies.one() as again:
            kinds = await _rows(again, "INSERT INTO kind (name) VALUES ('next') RETURNING id")
            things = await _rows(again, "INSERT INTO thing (kind_id) VALUES (1) RETURNING id, kind_id")
            held = await _rows(again, "SELECT id, name FROM kind ORDER BY id")

    assert again == used
    assert (kinds, things, held) == ([(2,)], [(1, 1)], [(1, "first"), (2, "next")])


async def test_a_database_whose_tables_were_changed_is_not_used_again(postgres: Postgres) -> None:
    template = postgres.create_database("template")
    await _execute(template, "CREATE TABLE thing (id int)")
    async with copies_of(postgres, template) as copies:
        async with copies.one() as changed:
            await _execute(changed, "ALTER TABLE thing ALTER COLUMN id SET NOT NULL")
        async with copies.one() as other:
            await _execute(other, "INSERT INTO thing VALUES (NULL)")

    assert other != changed


async def _rows(url: str, sql: str) -> list[tuple[object, ...]]:
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(sql)]
    finally:
        await connection.close()


async def _execute(url: str, sql: str) -> None:
    await _rows(url, sql)
