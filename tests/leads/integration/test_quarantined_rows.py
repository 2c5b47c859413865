"""Rejected rows of a file are kept: corrected and released one by one, or all of them sent again."""

from typing import Any

import pytest

from shared.contracts.identity import Identity
from tests.leads.integration.importing import again, counted, imported, mapped, rows_of
from tests.leads.integration.world import DIRECTOR, MANAGER, OTHER_REP, REP, Json, World

CONTENT = "ID,Name,Email\n1,Ann,ann@example.com\n2,Bob,nowhere\n3,Cy,cy@example.com,too much\n"
FROM_CRM = {"source_system": "crm"}


async def a_job(world: World, by: Identity = DIRECTOR, **fields: object) -> Json:
    return await imported(world, CONTENT, by, mapping=mapped(), options=FROM_CRM, **fields)


async def waiting(world: World, job: Json, by: Identity = DIRECTOR, **params: object) -> list[Json]:
    found = await world.get("/v1/quarantine", by, source_id=job["id"], sort="row_number", **params)
    items: list[Json] = found["items"]
    return items


async def correct(world: World, entry: Json, by: Identity = DIRECTOR, **payload: Any) -> Json:
    return await world.patch(f"/v1/quarantine/{entry['id']}", {"payload": payload}, entry["version"], by)


async def test_every_rejected_row_waits_under_its_import(world: World) -> None:
    job = await a_job(world)

    second, third = await waiting(world, job, status="open")

    assert counted(job) == {"created": 1, "rejected": 2}
    assert (second["door"], second["row_number"], second["record_kind"]) == ("import", 3, "leads")
    assert second["payload"] == {
        "source_system": "crm", "external_id": "2", "name": "Bob", "email": "nowhere",
    }  # fmt: skip
    assert [(e["pointer"], e["code"]) for e in second["errors"]] == [("/email", "email_invalid")]
    assert [(e["pointer"], e["code"]) for e in third["errors"]] == [("", "too_many_cells")]
    rows = await rows_of(world, job, status="rejected")
    assert [row["quarantine_id"] for row in rows] == [second["id"], third["id"]]


async def test_a_corrected_row_is_taken_in_as_if_it_had_been_right(world: World) -> None:
    job = await a_job(world)
    (entry, _) = await waiting(world, job)

    corrected = await correct(world, entry, email="bob@example.com")
    released = await world.post(f"/v1/quarantine/{entry['id']}/release")

    assert corrected["errors"] == []
    lead = await world.get(f"/v1/leads/{released['lead_id']}")
    assert (lead["name"], lead["external_id"], released["record_id"]) == ("Bob", "2", lead["id"])
    shown = await world.get(f"/v1/imports/{job['id']}")
    assert counted(shown) == {"created": 2, "rejected": 1}
    (row,) = await rows_of(world, job, record_id=lead["id"])
    assert (row["number"], row["status"], row["errors"]) == (3, "created", [])
    left = await world.send("GET", f"/v1/imports/{job['id']}/errors.csv")
    assert "Bob" not in left.text and "Cy" in left.text
    told = (await world.events(job["id"]))[-1]
    assert (told["type"], told["data"]["counts"]["created"]) == ("leads.import.changed", 2)


async def test_a_row_that_is_still_wrong_stays(world: World) -> None:
    job = await a_job(world)
    (entry, _) = await waiting(world, job)

    refused = await world.refusal("POST", f"/v1/quarantine/{entry['id']}/release")

    assert refused == (422, "validation_failed", [("/payload/email", "email_invalid")])
    assert (await world.get(f"/v1/quarantine/{entry['id']}"))["status"] == "open"


async def test_all_rows_of_an_import_are_released_together(world: World) -> None:
    job = await a_job(world)

    done = await world.post("/v1/quarantine/release", {"filter": {"source_id": job["id"]}})

    assert sorted(item["status"] for item in done["items"]) == ["rejected", "released"]
    assert counted(await world.get(f"/v1/imports/{job['id']}")) == {"created": 2, "rejected": 1}


async def test_undoing_an_import_takes_released_rows_with_it(world: World) -> None:
    job = await a_job(world)
    (entry, other) = await waiting(world, job)
    await correct(world, entry, email="bob@example.com")
    released = await world.post(f"/v1/quarantine/{entry['id']}/release")

    undone = await again(world, job, "undo")

    assert undone["undone"]["archived"] == 2
    assert (await world.get(f"/v1/leads/{released['lead_id']}"))["archived_at"] is not None
    kept = await world.get(f"/v1/quarantine/{other['id']}")
    assert (kept["status"], kept["discard_reason"]) == ("discarded", "The import was undone.")
    assert (await world.refusal("POST", f"/v1/quarantine/{other['id']}/release"))[:2] == (
        409,
        "state_conflict",
    )


async def test_a_cell_that_cannot_be_read_is_corrected_in_its_place(world: World) -> None:
    content = "Name,Staff,Since,Colour\nAnn,many,yesterday,red\n"
    mapping = {"Name": "name", "Staff": "employees", "Since": "created_at", "Colour": "attributes.colour"}
    job = await imported(world, content, mapping=mapping)
    (entry,) = await waiting(world, job)

    assert {e["pointer"] for e in entry["errors"]} == {"/employees", "/created_at"}
    assert (entry["payload"]["employees"], entry["payload"]["attributes"]) == ("many", {"colour": "red"})
    await correct(world, entry, employees=12, created_at=None)
    released = await world.post(f"/v1/quarantine/{entry['id']}/release")
    lead = await world.get(f"/v1/leads/{released['lead_id']}")
    assert (lead["employees"], lead["attributes"]) == (12, {"colour": "red"})


@pytest.mark.parametrize("kind", ["accounts", "contacts", "activities"])
async def test_rows_of_every_kind_become_what_they_are(world: World, kind: str) -> None:
    header, row = {
        "accounts": ("name,parent_id", "Ann,nobody"),
        "contacts": ("name,email", "Ann,nowhere"),
        "activities": ("type,lead_id", "call,nobody"),
    }[kind]
    columns = header.split(",")
    mapping = {column: column for column in columns}
    job = await imported(world, f"{header}\n{row}\n", kind=kind, mapping=mapping)
    (entry,) = await waiting(world, job)

    emptied: Json = {columns[1]: None}
    await correct(world, entry, **emptied)
    released = await world.post(f"/v1/quarantine/{entry['id']}/release")

    assert (released["record_kind"], released["lead_id"]) == (kind, None)
    assert (await world.get(f"/v1/{kind}/{released['record_id']}"))["id"] == released["record_id"]
    assert (await again(world, job, "undo"))["undone"]["archived"] == 1


async def test_how_a_lead_ended_is_corrected_with_it(world: World) -> None:
    content = "Name,Born,Won,When\nAnn,2027-02-01T00:00:00Z,yes,2027-01-01T00:00:00Z\n"
    mapping = {"Name": "name", "Born": "created_at", "Won": "converted", "When": "converted_at"}
    job = await imported(world, content, mapping=mapping)
    (entry,) = await waiting(world, job)

    assert [(e["pointer"], e["code"]) for e in entry["errors"]] == [("/converted_at", "out_of_range")]
    await correct(world, entry, converted_at="2027-02-10T00:00:00Z")
    released = await world.post(f"/v1/quarantine/{entry['id']}/release")

    assert (await world.get(f"/v1/leads/{released['lead_id']}"))["status"] == "converted"


async def test_a_rep_corrects_the_rows_of_the_own_files_only(world: World) -> None:
    job = await a_job(world, REP)
    (entry, _) = await waiting(world, job, REP)

    assert await waiting(world, job, OTHER_REP) == []
    assert (await world.refusal("GET", f"/v1/quarantine/{entry['id']}", by=OTHER_REP))[0] == 404
    await correct(world, entry, REP, email="bob@example.com")
    released = await world.post(f"/v1/quarantine/{entry['id']}/release", by=MANAGER)
    assert (await world.get(f"/v1/leads/{released['lead_id']}"))["owner_id"] == REP.sub


async def test_a_dry_run_keeps_nothing_and_rows_that_are_there_need_no_correction(world: World) -> None:
    await a_job(world)
    before = await world.count("quarantine")

    await a_job(world, dry_run=True)
    later = await imported(
        world, "ID,Name\n1,Ann\n", mapping={"ID": "external_id", "Name": "name"},
        options=FROM_CRM, on_existing="reject",
    )  # fmt: skip

    assert counted(later) == {"rejected": 1}
    assert await world.count("quarantine") == before


async def refused_file(world: World, job: Json, by: Identity = DIRECTOR) -> str:
    return (await world.send("GET", f"/v1/imports/{job['id']}/errors.csv", by)).content.decode("utf-8-sig")


async def test_rows_that_are_sent_again_wait_no_more(world: World) -> None:
    job = await a_job(world)
    bob, cy = await waiting(world, job, status="open")

    mended = (await refused_file(world, job)).replace("nowhere", "bob@example.com")
    second = await imported(world, mended, mapping=mapped(), options=FROM_CRM)

    assert counted(second) == {"created": 2}
    entries = {each["id"]: each for each in await waiting(world, job)}
    rows = await rows_of(world, second)
    for entry, row in zip((bob, cy), rows, strict=True):
        settled = entries[entry["id"]]
        assert (settled["status"], settled["resolved_by"]) == ("released", DIRECTOR.sub)
        assert settled["record_id"] == settled["lead_id"] == row["record_id"]


async def test_rows_that_are_still_wrong_when_sent_again_wait_once(world: World) -> None:
    job = await a_job(world)
    first = await refused_file(world, job)

    second = await imported(world, first, mapping=mapped(), options=FROM_CRM)

    (bob, cy), (still,) = await waiting(world, job), await waiting(world, second)
    assert (bob["status"], cy["status"], still["status"]) == ("discarded", "released", "open")
    assert second["id"] in bob["discard_reason"]
    again = await refused_file(world, second)
    assert again.splitlines()[0] == first.splitlines()[0]
    assert still["id"] in again and bob["id"] not in again


async def test_a_dry_run_and_others_files_settle_nothing(world: World) -> None:
    job = await a_job(world, REP)
    mended = (await refused_file(world, job, REP)).replace("nowhere", "bob@example.com")

    await imported(world, mended, REP, mapping=mapped(), options=FROM_CRM, dry_run=True)
    foreign = mended.replace("\n2,", "\n22,").replace("\n3,", "\n33,")
    await imported(world, foreign, OTHER_REP, mapping=mapped(), options=FROM_CRM)

    assert [each["status"] for each in await waiting(world, job)] == ["open", "open"]
