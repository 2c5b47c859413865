"""An import is taken back as a whole, without taking back what anybody has done since."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.leads.import_job.domain import ROWS_AT_ONCE
from tests.leads.integration.importing import again, imported, mapped, numbered, one_piece, rows_of, uploaded
from tests.leads.integration.world import ANY, Json, World

FROM_CRM = {"source_system": "crm"}
PEOPLE = "ID,Name,Email\n1,Ann,ann@example.com\n2,Bob,bob@example.com\n"


async def loaded(world: World, content: str, **fields: Any) -> Json:
    return await imported(world, content, **{"mapping": mapped(), "options": FROM_CRM, **fields})


def undone(job: Json) -> dict[str, int]:
    return {how: count for how, count in job["undone"].items() if count}


async def lead_of(world: World, external_id: str) -> Json:
    items: list[Json] = (await world.get("/v1/leads", external_id=external_id))["items"]
    return items[0]


async def test_what_it_made_is_put_away(world: World) -> None:
    job = await loaded(world, PEOPLE)

    job = await again(world, job, "undo")

    assert (job["status"], undone(job)) == ("undone", {"archived": 2})
    assert (await world.get("/v1/leads"))["items"] == []
    assert {row["undone"] for row in await rows_of(world, job)} == {"archived"}


async def test_what_it_changed_is_as_before(world: World) -> None:
    await loaded(world, PEOPLE)
    before = await lead_of(world, "1")
    job = await loaded(world, "ID,Name,Email\n1,Ann Lee,ann@lee.example\n")

    job = await again(world, job, "undo")

    after = await lead_of(world, "1")
    assert undone(job) == {"restored": 1}
    assert (after["name"], after["email"]) == (before["name"], before["email"])


async def test_what_a_person_has_changed_since_is_left(world: World) -> None:
    job = await loaded(world, PEOPLE)
    ann = await lead_of(world, "1")
    await world.patch(f"/v1/leads/{ann['id']}", {"city": "Ulm"}, ann["version"])

    job = await again(world, job, "undo")

    assert undone(job) == {"archived": 1, "left": 1}
    (row,) = await rows_of(world, job, undone="left")
    assert (row["number"], row["kept"]) == (2, {"why": "changed_since", "fields": []})
    assert (await lead_of(world, "1"))["city"] == "Ulm"


async def test_only_fields_that_hold_what_it_wrote_go_back(world: World) -> None:
    await loaded(world, PEOPLE)
    job = await loaded(world, "ID,Name,Email\n1,Ann Lee,ann@lee.example\n")
    ann = await lead_of(world, "1")
    await world.patch(f"/v1/leads/{ann['id']}", {"name": "Dr. Ann Lee"}, ann["version"])

    job = await again(world, job, "undo")

    after = await lead_of(world, "1")
    assert undone(job) == {"partly": 1}
    assert (after["name"], after["email"]) == ("Dr. Ann Lee", "ann@example.com")
    assert (await rows_of(world, job))[0]["kept"] == {"why": "changed_since", "fields": ["name"]}


async def test_a_converted_lead_is_left(world: World) -> None:
    job = await loaded(world, PEOPLE)
    ann = await lead_of(world, "1")
    await world.post(f"/v1/leads/{ann['id']}/qualify")
    await world.post(f"/v1/leads/{ann['id']}/convert")

    job = await again(world, job, "undo")

    assert undone(job) == {"archived": 1, "left": 1}


async def test_what_was_put_away_since_stays_so(world: World) -> None:
    await loaded(world, PEOPLE)
    job = await loaded(world, "ID,Name,Email\n1,Ann Lee,\n")
    ann = await lead_of(world, "1")
    await world.send("DELETE", f"/v1/leads/{ann['id']}", headers=ANY)

    job = await again(world, job, "undo")

    assert (await rows_of(world, job))[0]["kept"]["why"] == "archived_since"


async def test_it_can_be_loaded_again_after_it_was_undone(world: World) -> None:
    job = await again(world, await loaded(world, PEOPLE), "undo")

    second = await loaded(world, PEOPLE)

    assert second["counts"]["updated"] == 2
    assert len((await world.get("/v1/leads"))["items"]) == 2

    second = await again(world, second, "undo")
    assert undone(second) == {"restored": 2}
    assert (await world.get("/v1/leads"))["items"] == []
    assert job["status"] == "undone"


async def test_a_cancelled_import_can_be_undone(world: World) -> None:
    content = numbered(ROWS_AT_ONCE + 10)
    job = await uploaded(world, content, mapping=mapped(), options=FROM_CRM, dry_run=False)
    await one_piece(world)
    await one_piece(world)
    job = await again(world, job, "cancel")

    job = await again(world, job, "undo")

    assert undone(job) == {"archived": ROWS_AT_ONCE}


async def test_an_undo_killed_in_the_middle_goes_on(world: World) -> None:
    rows = ROWS_AT_ONCE + 10
    job = await loaded(world, numbered(rows))
    await world.post(f"/v1/imports/{job['id']}/undo")
    await one_piece(world)
    half = await world.get(f"/v1/imports/{job['id']}")

    await world.work_off()

    done = await world.get(f"/v1/imports/{job['id']}")
    assert (half["status"], undone(half)) == ("undoing", {"archived": ROWS_AT_ONCE})
    assert (done["status"], undone(done)) == ("undone", {"archived": rows})


@pytest.mark.parametrize("dry_run", [True, None])
async def test_what_has_written_nothing_is_not_undone(world: World, dry_run: bool | None) -> None:
    fields: Json = {} if dry_run is None else {"dry_run": dry_run}
    job = await uploaded(world, PEOPLE, mapping=mapped(), options=FROM_CRM, **fields)
    await world.work_off()

    assert (await world.refusal("POST", f"/v1/imports/{job['id']}/undo"))[:2] == (409, "import_state")


@pytest.mark.parametrize(
    ("kind", "first", "second", "field"),
    [
        ("accounts", "ID,Name,Employees\n1,Acme,10\n", "ID,Name,Employees\n1,Acme,20\n", "employees"),
        ("contacts", "ID,Name,Notes\n1,Ann,old\n", "ID,Name,Notes\n1,Ann,new\n", "notes"),
        ("activities", "ID,Type,Due\n1,task,2027-01-01\n", "ID,Type,Due\n1,task,2027-02-01\n", "due_at"),
    ],
)
async def test_other_kinds_are_taken_back_the_same_way(
    world: World, kind: str, first: str, second: str, field: str
) -> None:
    made = await imported(world, first, kind=kind, options=FROM_CRM)
    (before,) = (await world.get(f"/v1/{kind}"))["items"]
    changed = await imported(world, second, kind=kind, options=FROM_CRM)

    changed = await again(world, changed, "undo")
    (after,) = (await world.get(f"/v1/{kind}"))["items"]
    assert (undone(changed), after[field]) == ({"restored": 1}, before[field])

    made = await again(world, made, "undo")
    assert undone(made) == {"left": 1}


ids = st.sampled_from("abcd")
names = st.sampled_from(["Ann", "Bob Lee", "Cy"])
emails = st.sampled_from(["", "ann@example.com", "bob@example.com", "faulty"])
amounts = st.sampled_from(["", "10", "10.50", "7 USD"])
tags = st.sampled_from(["", "x", "x;y"])
sizes = st.sampled_from(["", "1", "many"])
table = st.lists(st.tuples(ids, names, emails, amounts, tags, sizes), max_size=8)
COLUMNS = "ID,Name,Email,Amount,Tags,Size"
RULES = {
    "ID": "external_id",
    "Name": "name",
    "Email": "email",
    "Amount": "expected_value",
    "Tags": "tags",
    "Size": "attributes.size",
}
_CHANGES = ("version", "field_versions", "updated_at", "archived_at", "assigned_at", "assignment_reason")


async def records(world: World) -> list[Json]:
    """Every lead that is not put away, without the traces of having been changed."""
    async with world.database.reading() as connection:
        rows = await connection.execute(
            text("SELECT * FROM lead WHERE archived_at IS NULL ORDER BY external_id")
        )
        return [
            {name: value for name, value in row.items() if name not in _CHANGES} for row in rows.mappings()
        ]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(existing=table, file=table)
async def test_after_an_undo_all_records_are_as_before(
    world: World, existing: list[tuple[str, ...]], file: list[tuple[str, ...]]
) -> None:
    async with world.database.transaction() as connection:
        await connection.execute(text("TRUNCATE lead, lead_history, import_job, agenda_entry CASCADE"))
    options = {**FROM_CRM, "currency": "EUR", "delimiter": ","}

    def sheet(rows: list[tuple[str, ...]]) -> str:
        return "\n".join([COLUMNS, *(",".join(row) for row in rows)])

    await imported(world, sheet(existing), mapping=RULES, options=options)
    before = await records(world)

    job = await imported(world, sheet(file), mapping=RULES, options=options)
    job = await again(world, job, "undo")

    assert await records(world) == before
    assert job["undone"]["left"] == job["undone"]["partly"] == 0
