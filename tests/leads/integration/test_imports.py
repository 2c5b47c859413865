"""A file of records: looked at, loaded in pieces by the worker, reported row by row."""

import asyncio
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from openpyxl import Workbook

from services.leads.due import DUE, LONG
from services.leads.import_job.domain import ROWS_AT_ONCE
from tests.leads.integration.importing import (
    again,
    counted,
    imported,
    mapped,
    numbered,
    one_piece,
    refusal,
    rows_of,
    upload,
    uploaded,
)
from tests.leads.integration.world import (
    DIRECTOR,
    MANAGER,
    OPS,
    OTHER_REP,
    PARTNER,
    REP,
    Json,
    World,
    named,
)

LEADS = """Vorname;Nachname;E-Mail;Telefon;Firma;Umsatz
Jörg;Müller;joerg@acme.example;+49 30 901820;Acme GmbH;1.200,50
Ann;Lee;ann@example.com;;Lee & Söhne;
"""
WITH_IDS = "ID,Name,Email\n1,Ann,ann@example.com\n2,Bob,bob@example.com\n"
FROM_CRM = {"source_system": "crm"}


async def test_a_german_file_is_understood_as_it_is(world: World) -> None:
    job = await uploaded(world, LEADS.encode("cp1252"))

    assert (job["status"], job["rows_total"]) == ("uploaded", 2)
    assert (job["found"]["encoding"], job["found"]["delimiter"]) == ("cp1252", ";")
    assert job["suggested_mapping"] == {
        "Vorname": "first_name",
        "Nachname": "last_name",
        "E-Mail": "email",
        "Telefon": "phone",
        "Firma": "company",
        "Umsatz": None,
    }
    assert job["columns"][0] == {"name": "Vorname", "samples": ["Jörg", "Ann"]}


async def test_the_suggested_mapping_loads_the_file_and_hands_a_campaign_over(world: World) -> None:
    options = {"country": "DE", "campaign": "Fair 2027", "tags": ["fair"]}

    job = await imported(world, LEADS.replace("+49 30", "030"), options=options)

    assert (job["status"], counted(job), job["rows_processed"]) == ("done", {"created": 2}, 2)
    leads = {lead["name"]: lead for lead in (await world.get("/v1/leads"))["items"]}
    assert leads["Jörg Müller"]["phone"] == "+4930901820"
    assert [lead["campaign"] for lead in leads.values()] == ["Fair 2027"] * 2
    assert leads["Ann Lee"]["tags"] == ["fair"]
    assert (job["campaign"], job["handed_over_at"]) == ("Fair 2027", job["started_at"])


async def test_nothing_is_written_before_it_is_started(world: World) -> None:
    job = await uploaded(world, LEADS)
    await world.work_off()

    assert (await world.get(f"/v1/imports/{job['id']}"))["status"] == "previewed"
    assert await world.count("lead") == 0

    assert (await again(world, job, "start"))["status"] == "done"
    assert await world.count("lead") == 2


async def test_records_come_with_history_and_events_as_from_a_batch(world: World) -> None:
    job = await imported(world, WITH_IDS, mapping=mapped(), options=FROM_CRM)
    (row, _) = await rows_of(world, job)

    steps = (await world.get(f"/v1/leads/{row['record_id']}/history"))["items"]

    assert (steps[0]["what"], steps[0]["by"]) == ("created", DIRECTOR.sub)
    assert (await world.events(row["record_id"]))[0]["type"] == "leads.lead.created"


@pytest.mark.parametrize("ids", [True, False])
async def test_the_same_file_twice_changes_nothing(world: World, ids: bool) -> None:
    fields: Json = {"mapping": mapped(), "options": FROM_CRM} if ids else {}
    await imported(world, WITH_IDS, **fields)

    second = await imported(world, WITH_IDS, **fields)

    assert counted(second) == {"unchanged": 2}
    assert "uploaded at" in second["problems"][0]
    assert await world.count("lead") == 2


async def test_a_later_file_renews_what_it_names(world: World) -> None:
    await imported(world, WITH_IDS, mapping=mapped(), options=FROM_CRM)

    later = await imported(
        world, "ID,Name,Email\n1,Ann Lee,\n", mapping=mapped(), options=FROM_CRM, on_existing="update"
    )

    assert counted(later) == {"updated": 1}
    (lead,) = (await world.get("/v1/leads", external_id="1"))["items"]
    assert (lead["name"], lead["email"]) == ("Ann Lee", "ann@example.com")


@pytest.mark.parametrize(("choice", "became"), [("skip", "unchanged"), ("reject", "rejected")])
async def test_what_is_there_may_be_left_or_refused(world: World, choice: str, became: str) -> None:
    await imported(world, WITH_IDS, mapping=mapped(), options=FROM_CRM)

    later = await imported(
        world, "ID,Name\n1,Other\n3,New\n", mapping={"ID": "external_id", "Name": "name"},
        options=FROM_CRM, on_existing=choice,
    )  # fmt: skip

    assert counted(later) == {became: 1, "created": 1}
    assert (await world.get("/v1/leads", external_id="1"))["items"][0]["name"] == "Ann"


async def test_a_dry_run_reports_and_writes_nothing(world: World) -> None:
    await imported(world, WITH_IDS, mapping=mapped(), options=FROM_CRM)
    content = "ID,Name,Email\n1,Ann Lee,\n2,Bob,bob@example.com\n3,Cy,cy@example.com\n4,Di,not an address\n"
    before = [await world.count(table) for table in ("lead", "lead_history")]

    job = await imported(world, content, mapping=mapped(), options=FROM_CRM, dry_run=True)

    assert counted(job) == {"updated": 1, "unchanged": 1, "created": 1, "rejected": 1}
    assert (job["status"], job["dry_run"], job["handed_over_at"]) == ("previewed", True, None)
    assert [await world.count(table) for table in ("lead", "lead_history")] == before

    job = await again(world, job, "start")
    assert (job["status"], counted(job)["created"]) == ("done", 1)


async def test_every_refused_cell_is_named_with_its_column_and_value(world: World) -> None:
    content = "Name,E-Mail,Mitarbeiter,Country\nAnn,nowhere,viele,DE\nBob,bob@example.com,12,DE\nCy\n"

    job = await imported(world, content)

    assert counted(job) == {"created": 1, "rejected": 2}
    first, last = await rows_of(world, job, status="rejected")
    assert [(e["column"], e["value"], e["code"]) for e in first["errors"]] == [
        ("Mitarbeiter", "viele", "not_a_number")
    ]
    assert [e["code"] for e in last["errors"]] == ["too_few_cells"]
    assert first["cells"] == {"Name": "Ann", "E-Mail": "nowhere", "Mitarbeiter": "viele", "Country": "DE"}
    assert (first["number"], last["number"]) == (2, 4)


async def test_what_the_api_refuses_is_led_back_to_the_column(world: World) -> None:
    job = await imported(world, "Name,E-Mail\nAnn,nowhere\n")

    (row,) = await rows_of(world, job)

    assert [(e["column"], e["value"], e["code"]) for e in row["errors"]] == [
        ("E-Mail", "nowhere", "email_invalid")
    ]


async def test_the_refused_rows_can_be_corrected_and_sent_again(world: World) -> None:
    content = 'Name;E-Mail;Telefon\n"=Ann";nowhere;+49 30 901820\nBob;bob@example.com;\n'
    job = await imported(world, content)

    answer = await world.send("GET", f"/v1/imports/{job['id']}/errors.csv")

    assert answer.headers["content-type"].startswith("text/csv")
    text = answer.content.decode("utf-8-sig")
    assert text.splitlines()[0] == "Name;E-Mail;Telefon;error;quarantine_id"
    assert text.splitlines()[1].startswith("'=Ann;nowhere;'+49 30 901820;E-Mail: ")
    corrected = await imported(world, text.replace("nowhere", "ann@example.com"))
    assert counted(corrected) == {"created": 1}
    (lead,) = (await world.get("/v1/leads", email="ann@example.com"))["items"]
    assert (lead["name"], lead["phone"]) == ("=Ann", "+4930901820")


async def test_a_workbook_is_loaded_with_its_dates_and_numbers(world: World) -> None:
    book = Workbook()
    book.active.append(["Name", "Created", "Employees", "Amount", "Score"])
    book.active.append(["Ann", datetime(2027, 2, 1, 10), 12, 99.5, 7])  # noqa: DTZ001 - as in a cell
    file = io.BytesIO()
    book.save(file)
    mapping = {
        "Name": "name", "Created": "created_at", "Employees": "employees",
        "Amount": "expected_value", "Score": "attributes.Score",
    }  # fmt: skip

    job = await imported(
        world, file.getvalue(), name="leads.xlsx", mapping=mapping, options={"currency": "EUR"}
    )

    assert (job["found"]["format"], counted(job)) == ("xlsx", {"created": 1})
    (lead,) = (await world.get("/v1/leads"))["items"]
    assert (lead["created_at"], lead["employees"]) == ("2027-02-01T09:00:00Z", 12)
    assert (lead["expected_value"]["amount"], lead["attributes"]) == ("99.50", {"Score": 7})


async def test_the_preview_shows_the_first_rows_as_they_would_be_sent(world: World) -> None:
    job = await uploaded(world, "Name,E-Mail,Land\nAnn,ann@example.com,DE\nBob,nowhere,DE\n")

    good, bad = (await world.get(f"/v1/imports/{job['id']}/preview"))["items"]

    assert good["number"] == 2
    assert {k: good["body"][k] for k in ("name", "email", "country")} == {
        "name": "Ann",
        "email": "ann@example.com",
        "country": "DE",
    }
    assert [(e["column"], e["code"]) for e in bad["errors"]] == [("E-Mail", "email_invalid")]


async def test_a_mapping_that_does_not_fit_is_refused_with_pointers(world: World) -> None:
    job = await uploaded(world, "A,B,C\n1,2,3\n")
    mapping = {"A": "colour", "B": "email", "C": "email", "D": "name"}

    answer = await world.refusal("PATCH", f"/v1/imports/{job['id']}", {"mapping": mapping}, version=1)

    assert answer == (
        422,
        "validation_failed",
        [
            ("/mapping/A", "unknown_field"),
            ("/mapping/C", "mapped_twice"),
            ("/mapping/D", "unknown_column"),
        ],
    )


async def test_an_import_without_anything_that_names_a_lead_is_not_started(world: World) -> None:
    job = await uploaded(world, "A,B\n1,2\n")

    answer = await world.refusal("POST", f"/v1/imports/{job['id']}/start")

    assert answer == (422, "validation_failed", [("/mapping", "required")])


async def test_ids_need_to_be_somebodys(world: World) -> None:
    answer = await upload(world, WITH_IDS, mapping=mapped())

    assert await refusal(answer) == (
        422, "validation_failed", [("/options/source_system", "required")]
    )  # fmt: skip


async def test_a_changed_mapping_is_what_runs(world: World) -> None:
    job = await uploaded(world, "A,B\nAnn,Acme\n")
    rules = {"A": {"field": "name", "case": "upper"}, "B": "company"}

    changed = await world.patch(f"/v1/imports/{job['id']}", {"mapping": rules}, version=1)
    await again(world, changed, "start")

    (lead,) = (await world.get("/v1/leads"))["items"]
    assert (lead["name"], lead["company"]) == ("ANN", "Acme")


async def test_a_file_read_differently_is_read_anew(world: World) -> None:
    job = await uploaded(world, "Report\nName;City\nAnn;Ulm\n")
    await world.work_off()

    changed = await world.patch(
        f"/v1/imports/{job['id']}", {"options": {"header_row": 2, "delimiter": ";"}}, version=2
    )
    await world.work_off()

    assert [column["name"] for column in changed["columns"]] == ["Name", "City"]
    assert changed["mapping"] == {"Name": {"field": "name"}, "City": {"field": "city"}}
    assert counted(await again(world, job, "start")) == {"created": 1}


async def test_changing_needs_the_version_that_was_read(world: World) -> None:
    job = await uploaded(world, WITH_IDS)
    await world.patch(f"/v1/imports/{job['id']}", {"on_existing": "skip"}, version=1)

    answer = await world.refusal("PATCH", f"/v1/imports/{job['id']}", {"on_existing": "reject"}, version=1)

    assert answer[:2] == (412, "version_conflict")


async def test_an_import_that_has_run_is_not_changed_or_run_again(world: World) -> None:
    job = await imported(world, LEADS)

    edit = await world.refusal("PATCH", f"/v1/imports/{job['id']}", {"on_existing": "skip"}, version=9)
    start = await world.refusal("POST", f"/v1/imports/{job['id']}/start")

    assert edit[:2] == start[:2] == (409, "import_state")


async def test_killed_in_the_middle_it_goes_on_where_it_was(world: World) -> None:
    rows = 2 * ROWS_AT_ONCE + 10
    job = await uploaded(world, numbered(rows), mapping=mapped(), options=FROM_CRM, dry_run=False)
    await one_piece(world)
    await one_piece(world)
    half = await world.get(f"/v1/imports/{job['id']}")

    await asyncio.gather(*(one_piece(world) for _ in range(4)))
    await world.work_off()

    done = await world.get(f"/v1/imports/{job['id']}")
    assert (half["status"], half["rows_processed"]) == ("running", ROWS_AT_ONCE)
    assert (done["status"], counted(done), done["rows_processed"]) == ("done", {"created": rows}, rows)
    assert await world.count("lead") == rows


async def test_a_piece_that_fails_leaves_nothing_and_is_done_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = await uploaded(world, numbered(5), mapping=mapped(), options=FROM_CRM, dry_run=False)
    await one_piece(world)

    async def crash(*_: Any) -> None:
        raise LookupError("in the middle")

    with monkeypatch.context() as patched:
        patched.setattr("services.leads.import_job.repository.write_results", crash)
        await one_piece(world)
    assert await world.count("lead") == 0

    await world.work_off(at=world.now + timedelta(minutes=1))
    assert counted(await world.get(f"/v1/imports/{job['id']}")) == {"created": 5}


async def test_a_cancelled_import_stops_and_can_go_on(world: World) -> None:
    rows = ROWS_AT_ONCE + 10
    job = await uploaded(world, numbered(rows), mapping=mapped(), options=FROM_CRM, dry_run=False)
    await one_piece(world)
    await one_piece(world)

    stopped = await again(world, job, "cancel")
    went_on = await again(world, job, "start")

    assert (stopped["status"], stopped["rows_processed"]) == ("cancelled", ROWS_AT_ONCE)
    assert (went_on["status"], counted(went_on)) == ("done", {"created": rows})


async def test_a_row_the_database_refuses_does_not_hold_up_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world.database.transaction() as connection:
        await connection.exec_driver_sql("ALTER TABLE lead ADD CHECK (city <> 'Nowhere')")

    job = await imported(world, "Name,City\nAnn,Ulm\nBob,Nowhere\nCy,Bonn\n")

    assert counted(job) == {"created": 2, "rejected": 1}


async def test_leads_of_one_address_are_kept_and_named(world: World) -> None:
    known = await world.lead(email="ann@example.com")
    content = "Name,Email\nAnn,ANN@example.com\nBob,bob@example.com\nBobby,bob@example.com\n"

    kept = await imported(world, content)

    assert counted(kept) == {"created": 1, "duplicate": 2}
    assert await world.count("lead") == 4
    assert known["id"] not in {row["record_id"] for row in await rows_of(world, kept)}


async def test_leads_of_one_address_may_be_left_out(world: World) -> None:
    known = await world.lead(email="ann@example.com")
    content = "Name,Email\nAnn,ANN@example.com\nBob,bob@example.com\nBobby,bob@example.com\n"

    job = await imported(world, content, options={"on_duplicate": "skip"})

    assert counted(job) == {"created": 1, "duplicate": 2}
    ann, bob, bobby = await rows_of(world, job)
    assert (ann["record_id"], bobby["record_id"]) == (known["id"], bob["record_id"])
    assert await world.count("lead") == 2


async def test_a_reps_rows_are_the_reps_own(world: World) -> None:
    job = await imported(world, LEADS, REP)

    leads = (await world.get("/v1/leads", REP))["items"]

    assert job["owner_id"] == REP.sub
    assert [lead["owner_id"] for lead in leads] == [REP.sub] * 2


async def test_owners_come_by_a_table_of_values(world: World) -> None:
    content = "Name,Rep\nAnn,Paul\nBob,Nobody\n"
    rule = {"field": "owner_id", "values": {"paul": str(named("rep"))}}

    job = await imported(world, content, mapping={"Name": "name", "Rep": rule})

    assert counted(job) == {"created": 1, "rejected": 1}
    (lead,) = (await world.get("/v1/leads"))["items"]
    assert lead["owner_id"] == str(named("rep"))


async def test_a_rep_cannot_take_over_anothers_record_by_a_file(world: World) -> None:
    await imported(world, WITH_IDS, REP, mapping=mapped(), options=FROM_CRM)

    taken = await imported(world, WITH_IDS, OTHER_REP, mapping=mapped(), options=FROM_CRM)

    assert counted(taken) == {"rejected": 2}
    assert {lead["owner_id"] for lead in (await world.get("/v1/leads"))["items"]} == {REP.sub}


async def test_imports_are_seen_by_whom_their_records_are(world: World) -> None:
    job = await uploaded(world, LEADS, REP)

    seen = {
        who.sub: (await world.send("GET", f"/v1/imports/{job['id']}", who)).status_code
        for who in (REP, MANAGER, DIRECTOR, OTHER_REP, OPS, PARTNER)
    }

    assert list(seen.values()) == [200, 200, 200, 404, 404, 404]
    assert [len((await world.get("/v1/imports", who))["items"]) for who in (REP, OTHER_REP)] == [1, 0]


@pytest.mark.parametrize(
    ("kind", "content", "mapping", "fields"),
    [
        ("accounts", "Firma,Land\nAcme,DE\n", None, {"name": "Acme", "country": "DE"}),
        ("contacts", "Ansprechpartner\nAnn Lee\n", None, {"first_name": "Ann", "last_name": "Lee"}),
        ("activities", "Typ,Betreff,Datum\ncall,Hello,2027-02-01\n", None, {"type": "call"}),
    ],
)
async def test_other_kinds_are_loaded_the_same_way(
    world: World, kind: str, content: str, mapping: Any, fields: Json
) -> None:
    job = await imported(world, content, kind=kind)

    assert counted(job) == {"created": 1}
    (record,) = (await world.get(f"/v1/{kind}"))["items"]
    assert {name: record[name] for name in fields} == fields


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"kind": "deals"}, [("/kind", "unknown_value")]),
        ({"colour": "red"}, [("/colour", "unknown_field")]),
        ({"options": {"speed": 1}}, [("/options/speed", "unknown_field")]),
        ({"mapping": "{"}, [("/mapping", "malformed_json")]),
        ({"options": {"sheet": "x", "encoding": "klingon"}}, [("/options/encoding", "wrong_value")]),
        ({"kind": "accounts", "options": {"campaign": "c"}, "dry_run": True},
         [("/options/campaign", "unknown_field")]),
    ],
)  # fmt: skip
async def test_a_form_that_is_wrong_is_refused(world: World, fields: Json, errors: Any) -> None:
    answer = await upload(world, LEADS, **fields)

    assert await refusal(answer) == (422, "validation_failed", errors)


async def test_a_form_without_a_file_or_another_body_is_refused(world: World) -> None:
    without = await world.send("POST", "/v1/imports", data={"kind": "leads"}, files={"x": b""})
    other = await world.send("POST", "/v1/imports", json={"kind": "leads"})

    assert (await refusal(without))[:2] == (422, "validation_failed")
    assert (await refusal(other))[:2] == (415, "unsupported_media_type")


async def test_what_is_no_table_is_refused(world: World) -> None:
    answer = await upload(world, b"%PDF-1.4 and so on")

    assert await refusal(answer) == (422, "file_unreadable", [("/file", "file_unreadable")])


async def test_too_many_rows_are_refused_at_once(world: World) -> None:
    answer = await upload(world, "name\n" + "x\n" * 200_001)

    assert (await refusal(answer))[:2] == (413, "import_too_large")


async def test_the_same_upload_with_one_key_is_one_import(world: World) -> None:
    headers = {"Idempotency-Key": "once", "content-type": "multipart/form-data; boundary=b"}
    body = (
        b'--b\r\ncontent-disposition: form-data; name="kind"\r\n\r\nleads\r\n--b\r\n'
        b'content-disposition: form-data; name="file"; filename="a.csv"\r\n\r\nname\nAnn\n\r\n--b--\r\n'
    )
    first, second = [await world.send("POST", "/v1/imports", content=body, headers=headers) for _ in range(2)]

    assert (first.status_code, second.headers["Idempotency-Replayed"]) == (201, "true")
    assert await world.count("import_job") == 1


async def test_files_and_rows_are_forgotten_after_thirty_days(world: World) -> None:
    job = await imported(world, LEADS)

    await world.work_off(at=world.now + timedelta(days=30, minutes=1))

    assert [await world.count(table) for table in ("import_part", "import_row")] == [0, 0]
    kept = await world.get(f"/v1/imports/{job['id']}")
    assert (counted(kept), kept["columns"]) == ({"created": 2}, [])
    assert (await world.refusal("POST", f"/v1/imports/{job['id']}/undo"))[1] == "import_state"


async def test_progress_is_told(world: World) -> None:
    job = await imported(world, numbered(20), mapping=mapped(), options=FROM_CRM)

    assert (job["rows_total"], job["rows_read"], job["rows_processed"]) == (20, 20, 20)
    assert job["started_at"] <= job["ended_at"]


def test_each_kind_of_work_is_done_by_one_loop() -> None:
    assert not DUE.keys() & LONG.keys()


async def test_history_comes_with_how_it_ended(world: World) -> None:
    content = (
        "Name,Created,Won,Closed\nAnn,2027-01-01,1,2027-02-01\nBob,2027-01-01,no,2027-02-02\n"
        "Cy,2027-01-01,,\nDi,2027-02-01,yes,2027-01-01\nEd,2027-01-01,maybe,\n"
    )
    mapping = {"Name": "name", "Created": "created_at", "Won": "converted", "Closed": "converted_at"}

    job = await imported(world, content, mapping=mapping)
    second = await imported(world, content, mapping=mapping)

    assert (counted(job), counted(second)) == ({"created": 3, "rejected": 2}, {"unchanged": 3, "rejected": 2})
    leads = {lead["name"]: lead for lead in (await world.get("/v1/leads"))["items"]}
    assert {name: lead["status"] for name, lead in leads.items()} == {
        "Ann": "converted",
        "Bob": "disqualified",
        "Cy": "new",
    }
    assert leads["Ann"]["converted_at"] == "2027-01-31T23:00:00Z"
    assert [row["errors"][0]["code"] for row in await rows_of(world, job, status="rejected")] == [
        "out_of_range",
        "not_a_truth_value",
    ]

    job = await again(world, job, "undo")
    assert job["undone"]["archived"] == 3


async def test_when_it_ended_needs_to_say_how(world: World) -> None:
    answer = await upload(
        world, "Name,Closed\nAnn,2027-01-01\n", mapping={"Name": "name", "Closed": "converted_at"}
    )

    assert await refusal(answer) == (422, "validation_failed", [("/mapping", "required")])
