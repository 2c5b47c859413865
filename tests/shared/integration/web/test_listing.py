"""Lists against an oracle in Python: each row once, in order, whatever is inserted between pages."""

import itertools
import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import event, insert, text

from shared.contracts.ids import new_id
from shared.persistence.database import Database
from tests.shared.integration.web.things import thing

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
ROWS = st.lists(
    st.tuples(st.none() | st.integers(-2, 2), st.integers(0, 2), st.sampled_from(["a", "b", "B%_"])),
    max_size=14,
)
KEYS = ("score", "rank", "name", "created_at", "id", "price")
SORTS = st.lists(st.sampled_from(KEYS), min_size=1, max_size=3, unique=True).flatmap(
    lambda keys: st.tuples(*(st.sampled_from([key, f"-{key}"]) for key in keys)).map(",".join)
)


async def fill(database: Database, rows: list[tuple[int | None, int, str]]) -> list[UUID]:
    ids = [new_id() for _ in rows]
    async with database.transaction() as connection:
        for (score, rank, name), thing_id in zip(rows, ids, strict=True):
            await connection.execute(
                insert(thing).values(
                    id=thing_id, score=score, rank=rank, name=name, created_at=NOON + timedelta(days=rank)
                )
            )
    return ids


async def walk(
    client: httpx.AsyncClient, query: dict[str, Any], between: Any = None
) -> tuple[list[dict[str, Any]], int]:
    items: list[dict[str, Any]] = []
    pages = 0
    cursor: str | None = None
    while pages == 0 or cursor is not None:
        answer = await client.get(
            "/v1/things", params=query if cursor is None else {**query, "cursor": cursor}
        )
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        cursor = answer.json()["next_cursor"]
        pages += 1
        if between is not None and cursor is not None:
            await between()
    return items, pages


def in_order(items: list[dict[str, Any]], sort: str) -> bool:
    """Each item is not after the next one by the sort's keys, nulls last."""
    for one, other in itertools.pairwise(items):
        for key in sort.split(","):
            name, descending = key.removeprefix("-"), key.startswith("-")
            a, b = one[name], other[name]
            if a == b:
                continue
            if a is None or (b is not None and (a < b) is descending):
                return False
            break
    return True


@hypothesis_settings(
    max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(rows=ROWS, sort=SORTS, limit=st.integers(1, 5), new=ROWS)
async def test_each_row_comes_once_with_ties_and_nulls_and_inserts_between_pages(
    client: httpx.AsyncClient, database: Database, *, rows: Any, sort: str, limit: int, new: Any
) -> None:
    async with database.transaction() as connection:
        await connection.execute(text("TRUNCATE thing"))
    before = await fill(database, rows)
    arriving = list(new)

    async def between() -> None:
        await fill(database, [arriving.pop()] if arriving else [])

    items, _ = await walk(client, {"sort": sort, "limit": limit}, between)

    ids = [item["id"] for item in items]
    assert len(ids) == len(set(ids))
    assert {str(thing_id) for thing_id in before} <= set(ids)
    assert in_order(items, sort)


@pytest.fixture
async def five(database: Database) -> list[UUID]:
    return await fill(
        database, [(1, 0, "Ann"), (2, 1, "Bo"), (None, 2, "ann%"), (3, 2, "C_d"), (2, 0, "Eve")]
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"score": "2"}, {1, 4}),
        ({"score": "ne:2"}, {0, 2, 3}),
        ({"score": "in:1,3"}, {0, 3}),
        ({"score": ["gte:2", "lt:3"]}, {1, 4}),
        ({"score": "is:null"}, {2}),
        ({"score": "is:notnull", "rank": "gt:1"}, {3}),
        ({"name": "like:AN"}, {0, 2}),
        ({"name": "like:%"}, {2}),
        ({"q": "_"}, {3}),
        ({"q": "zzz"}, set()),
        ({"created_at": "lte:2027-03-02T13:00:00+01:00"}, {0, 1, 4}),
        ({"price": "is:null"}, {0, 1, 2, 3, 4}),
        ({"price": "gt:100000000000000000000"}, set()),
        ({"price": "in:1e30,0.00000001"}, set()),
    ],
)
async def test_filters_pick_what_they_say(
    client: httpx.AsyncClient, five: list[UUID], query: dict[str, Any], expected: set[int]
) -> None:
    items, _ = await walk(client, query)

    assert {item["id"] for item in items} == {str(five[index]) for index in expected}


async def test_nulls_come_last_in_either_direction(client: httpx.AsyncClient, five: list[UUID]) -> None:
    for sort in ("score", "-score"):
        items, _ = await walk(client, {"sort": sort, "limit": 2})
        assert [item["score"] is None for item in items] == [False] * 4 + [True]


async def test_the_total_counts_all_that_match_and_only_when_asked(
    client: httpx.AsyncClient, five: list[UUID]
) -> None:
    asked = await client.get("/v1/things", params={"score": "2", "limit": 1, "total": "exact"})
    not_asked = await client.get("/v1/things", params={"limit": 1})

    assert (asked.json()["total"], len(asked.json()["items"])) == (2, 1)
    assert "total" not in not_asked.json()


async def test_fields_picks_members_of_the_items(client: httpx.AsyncClient, five: list[UUID]) -> None:
    answer = await client.get("/v1/things", params={"fields": "name,id", "sort": "name", "limit": 1})

    assert answer.json()["items"] == [{"name": "Ann", "id": str(five[0])}]


async def test_a_cursor_does_not_fit_another_filter_or_sort(
    client: httpx.AsyncClient, five: list[UUID]
) -> None:
    cursor = (await client.get("/v1/things", params={"limit": 1, "score": "2"})).json()["next_cursor"]

    others: list[dict[str, Any]] = [{"score": "1"}, {}, {"score": "2", "sort": "name"}]
    for query in others:
        answer = await client.get("/v1/things", params={**query, "cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


async def test_a_page_is_one_statement_and_two_with_the_total(
    client: httpx.AsyncClient, database: Database, five: list[UUID]
) -> None:
    statements: list[str] = []
    engine = database.engine.sync_engine
    listen = ("before_cursor_execute", lambda *given: statements.append(given[2]))
    event.listen(engine, *listen)
    try:
        await client.get("/v1/things")
        one = len(statements)
        await client.get("/v1/things", params={"total": "exact"})
    finally:
        event.remove(engine, *listen)

    assert (one, len(statements)) == (1, 3)
    assert "LIMIT" in statements[0]


async def plan_of_second_page(client: httpx.AsyncClient, database: Database, query: dict[str, Any]) -> str:
    """How PostgreSQL finds the second page when it may use nothing but ordered index scans."""
    statements: list[tuple[str, Any]] = []
    engine = database.engine.sync_engine
    listen = ("before_cursor_execute", lambda *given: statements.append((given[2], given[3])))
    page = (await client.get("/v1/things", params={**query, "limit": 200})).json()
    event.listen(engine, *listen)
    try:
        await client.get("/v1/things", params={**query, "limit": 10, "cursor": page["next_cursor"]})
    finally:
        event.remove(engine, *listen)
    sql, parameters = statements[0]
    async with database.transaction() as connection:
        for scan in ("seqscan", "bitmapscan"):
            await connection.execute(text(f"SET LOCAL enable_{scan} = off"))
        plan = await connection.exec_driver_sql(f"EXPLAIN {sql}", parameters)
        return "\n".join(row[0] for row in plan)


async def test_a_deep_page_starts_at_the_index_and_not_at_the_beginning(
    client: httpx.AsyncClient, database: Database
) -> None:
    await fill(database, [(1, rank, "x") for rank in range(300)])
    async with database.transaction() as connection:
        await connection.execute(text("CREATE INDEX IF NOT EXISTS deep ON thing (created_at, id)"))

    plan = await plan_of_second_page(client, database, {})

    assert "Index Cond: (ROW(created_at, id) <" in plan
    assert "Sort" not in plan


async def test_a_deep_page_of_an_order_with_nulls_starts_at_the_index_too(
    client: httpx.AsyncClient, database: Database
) -> None:
    await fill(database, [(rank if rank % 3 else None, rank, "x") for rank in range(400)])
    async with database.transaction() as connection:
        index = "CREATE INDEX IF NOT EXISTS nulls ON thing (score DESC NULLS LAST, id DESC)"
        await connection.execute(text(index))

    plan = await plan_of_second_page(client, database, {"sort": "-score"})

    assert "Index Cond: (ROW(score, id) <" in plan
    assert "Index Cond: (score IS NULL)" in plan


async def test_instants_end_in_z_and_decimals_are_strings(client: httpx.AsyncClient) -> None:
    await client.post("/v1/things", json={"name": "a", "price": "12.50"})

    item = (await client.get("/v1/things")).json()["items"][0]

    assert item["created_at"].endswith("Z")
    assert item["price"] == "12.5000"


async def test_random_walks_of_a_large_list_lose_nothing(
    client: httpx.AsyncClient, database: Database
) -> None:
    chance = random.Random(7)
    rows = [(chance.choice([None, *range(9)]), chance.randrange(5), "n") for _ in range(300)]
    ids = await fill(database, rows)

    items, pages = await walk(client, {"sort": "-score,rank", "limit": 37})

    assert len(items) == 300 and {item["id"] for item in items} == {str(each) for each in ids}
    assert pages == 9
