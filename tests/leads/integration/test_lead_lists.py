"""The list of leads: found by any field, paged without gaps, and flat however many there are."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import text

from shared.contracts.identity import Identity
from tests.leads.integration.world import DIRECTOR, MANAGER, NOW, REP, World, iso, named, world_at
from tests.support.stack import Postgres

MANY = 50_000
_FILL = """
INSERT INTO lead (id, version, field_versions, created_at, updated_at, member_fields, status, name, company,
    email, tags, needs, attributes, owner_id, partner_id, external_id)
SELECT gen_random_uuid(), 1, '{}', t.at, t.at, '{}',
    (ARRAY['new', 'contacted', 'qualified', 'disqualified', 'converted'])[1 + n % 5],
    'Person ' || n, 'Company ' || n % 1000, 'p' || n || '@example.com', '{}', '{}', '{}',
    CASE n % 4 WHEN 0 THEN CAST(:rep AS uuid) WHEN 1 THEN CAST(:other AS uuid) END,
    CASE WHEN n % 2 = 0 THEN CAST(:partner AS uuid) END, 'x-' || n
FROM generate_series(1, CAST(:many AS int)) AS n,
    LATERAL (SELECT CAST(:now AS timestamptz) - n * interval '1 minute' AS at) AS t
"""


@pytest.fixture(scope="module")
async def filled(postgres: Postgres, migrated: str) -> AsyncIterator[World]:
    """50,000 leads, a quarter of them the rep's, half of them the partner's."""
    url = postgres.create_database("many", template=migrated)
    async with world_at(url) as world:
        await _fill(world)
        yield world
    postgres.drop_database(url)


async def _fill(world: World) -> None:
    async with world.database.transaction() as connection:
        values = {
            "now": NOW,
            "rep": named("rep"),
            "other": named("other rep"),
            "partner": named("acme resellers"),
            "many": MANY,
        }
        await connection.execute(text(_FILL), values)
    async with world.database.reading() as connection:
        await connection.execute(text("VACUUM ANALYZE lead"))


async def plan_of(world: World, by: Identity, **params: Any) -> dict[str, Any]:
    """The plan and true row counts of the statement that a list is."""
    async with world.statements() as asked:
        page = await world.get("/v1/leads", by, **params)
    assert page["items"]
    (statement,) = asked
    async with world.database.engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        explained = await driver.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", *asked.parameters[0])
    (plan,) = orjson.loads(explained) if isinstance(explained, str) else explained
    return dict(plan["Plan"])


def rows_read(plan: dict[str, Any]) -> int:
    """Rows of `lead` looked at, those thrown away by a filter included."""
    own = 0
    if plan.get("Relation Name") == "lead":
        per_loop = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
        own = int(per_loop * plan["Actual Loops"])
    return own + sum(rows_read(inner) for inner in plan.get("Plans", []))


@pytest.mark.parametrize(
    ("by", "params", "most"),
    [
        (DIRECTOR, {}, 51),
        (REP, {}, 51),
        (MANAGER, {}, 51 * 3),
        (DIRECTOR, {"status": "qualified"}, 51 * 6),
        (DIRECTOR, {"sort": "-updated_at"}, 51),
        (DIRECTOR, {"sort": "created_at", "limit": "200"}, 201),
        (DIRECTOR, {"external_id": "x-4711"}, 1),
        (DIRECTOR, {"created_at": f"lt:{iso(NOW - timedelta(minutes=40_000))}"}, 51),
        (DIRECTOR, {"q": "p4711@exam"}, 60),
    ],
    ids=["all", "rep", "manager", "status", "updated", "oldest", "reference", "deep", "text"],
)
async def test_a_page_reads_about_as_many_rows_as_it_shows(
    filled: World, by: Identity, params: dict[str, str], most: int
) -> None:
    plan = await plan_of(filled, by, **params)

    assert rows_read(plan) <= most


async def test_the_last_page_is_as_cheap_as_the_first(filled: World) -> None:
    older = iso(NOW - timedelta(minutes=MANY - 120))
    first = await filled.get("/v1/leads", created_at=f"lt:{older}", limit=100)

    async with filled.statements() as asked:
        rest = await filled.get("/v1/leads", created_at=f"lt:{older}", limit=100, cursor=first["next_cursor"])

    ids = [item["id"] for item in first["items"] + rest["items"]]
    assert len(asked) == 1
    assert len(set(ids)) == len(ids) == 120
    assert rest["next_cursor"] is None


async def test_a_list_shows_what_one_lead_shows(world: World) -> None:
    lead = await world.lead(
        REP, expected_value={"amount": "10.50", "currency": "EUR"}, tags=["a"], attributes={"n": 1}
    )

    (item,) = (await world.get("/v1/leads"))["items"]

    assert item == await world.get(f"/v1/leads/{lead['id']}")


async def test_leads_are_found_by_what_they_say(world: World) -> None:
    ann = await world.lead(name="Ann Lee", company="Initech", email="ann@initech.example", source="web")
    await world.lead(name="Bob Ray", company="Globex", source="fair")

    async def found(**params: Any) -> list[str]:
        return [item["id"] for item in (await world.get("/v1/leads", DIRECTOR, **params))["items"]]

    for params in (
        {"q": "initech"},
        {"q": "ANN L"},
        {"source": "web"},
        {"company": "like:init"},
        {"email": "ann@initech.example"},
        {"name": "in:Ann Lee,Nobody"},
        {"status": "new", "q": "lee"},
    ):
        assert await found(**params) == [ann["id"]], params
    assert await found(source="radio") == []


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"colour": "red"}, "unknown_parameter"),
        ({"status": "lost"}, "invalid_parameter"),
        ({"created_at": "near:2027-01-01T00:00:00Z"}, "unknown_operator"),
        ({"sort": "company"}, "invalid_parameter"),
        ({"limit": "201"}, "invalid_parameter"),
        ({"cursor": "made-up"}, "invalid_cursor"),
    ],
)
async def test_what_a_list_does_not_know_is_refused(world: World, params: dict[str, str], code: str) -> None:
    answer = await world.send("GET", "/v1/leads", params=params)

    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_only_the_fields_asked_for_and_an_exact_total(world: World) -> None:
    for _ in range(3):
        await world.lead()

    page = await world.get("/v1/leads", fields="id,name", limit=2, total="exact")

    assert page["total"] == 3
    assert [set(item) for item in page["items"]] == [{"id", "name"}] * 2


async def test_a_push_finds_its_twin_by_address_and_never_walks_the_leads(filled: World) -> None:
    body = {"external_id": "twin-1", "name": "Twin", "email": "P5@example.com"}
    async with filled.statements() as asked:
        answer = await filled.push(body)
    statement = asked[0]

    async with filled.database.engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        plan = str(await driver.fetchval(f"EXPLAIN (FORMAT JSON) {statement}", *asked.parameters[0]))

    assert answer["status"] == "duplicate"
    assert "ix_lead_open_email" in plan
    assert "ix_lead_created_at_id" not in plan
