"""One body with everything that can happen to a row, for each door: every row is answered for itself."""

from typing import Any

import orjson
import pytest

from tests.leads.integration.importing import imported, rows_of
from tests.leads.integration.world import DIRECTOR, NOW, PARTNER, REP, Json, World, iso, pushed

STREAM = {"content-type": "application/x-ndjson"}


def found(results: list[Json]) -> list[tuple[str, str | None]]:
    """Status of each, and the first thing wrong with it."""
    answers: list[tuple[str, str | None]] = []
    for result in results:
        errors = (result["problem"] or {}).get("errors") or [{"pointer": None}]
        answers.append((result["status"], errors[0]["pointer"]))
    return answers


async def sent(world: World, path: str, items: list[Any], by: Any, *, streamed: bool) -> list[Json]:
    if not streamed:
        results: list[Json] = (await world.post(path, {"items": items}, by))["items"]
        return results
    content = b"\n".join(orjson.dumps(item) for item in items)
    answer = await world.send("POST", path, by, content=content, headers=STREAM)
    assert answer.status_code == 200, answer.text
    return [orjson.loads(line) for line in answer.content.splitlines()]


@pytest.mark.parametrize("streamed", [False, True])
async def test_what_a_partner_pushes(world: World, streamed: bool) -> None:
    await world.push(pushed("known"))
    await world.push(pushed("same"))
    await world.lead(email="ann@example.com")
    items = [
        pushed("new"),
        pushed("twin", email="ann@example.com"),
        pushed("known", company="Acme"),
        pushed("same"),
        pushed("bad", email="nowhere"),
        pushed("odd", colour="red"),
        {"name": "No reference"},
        7,
    ]

    results = await sent(world, "/v1/partner/leads/batch", items, PARTNER, streamed=streamed)

    assert found(results) == [
        ("created", None),
        ("duplicate", None),
        ("updated", None),
        ("unchanged", None),
        ("quarantined", "/email"),
        ("rejected", "/colour"),
        ("rejected", "/external_id"),
        ("rejected", ""),
    ]
    assert [result["index"] for result in results] == list(range(8))
    (entry,) = (await world.get("/v1/quarantine", door="partner"))["items"]
    assert entry["external_id"] == "bad"


@pytest.mark.parametrize("streamed", [False, True])
async def test_what_members_load(world: World, streamed: bool) -> None:
    def loaded(number: str, **fields: Any) -> Json:
        return {"source_system": "crm", "external_id": number, "name": f"Person {number}", **fields}

    await world.load("leads", loaded("theirs", owner_id=DIRECTOR.sub))
    await world.load("leads", loaded("mine"), by=REP)
    items = [
        loaded("new"),
        loaded("mine", company="Acme"),
        loaded("mine", company="Acme"),
        loaded("theirs"),
        loaded("bad", email="nowhere"),
        loaded("odd", colour="red"),
        loaded("future", created_at=iso(NOW.replace(year=NOW.year + 1))),
        {"source": "nobody is named"},
        7,
    ]

    results = await sent(world, "/v1/leads/batch", items, REP, streamed=streamed)

    assert found(results) == [
        ("created", None),
        ("updated", None),
        ("unchanged", None),
        ("rejected", "/external_id"),
        ("rejected", "/email"),
        ("rejected", "/colour"),
        ("rejected", "/created_at"),
        ("rejected", "/name"),
        ("rejected", ""),
    ]


@pytest.mark.parametrize("streamed", [False, True])
async def test_what_mail_programs_and_telephones_tell(world: World, streamed: bool) -> None:
    await world.lead(REP, email="known@example.com")
    call = {"kind": "call", "started_at": iso(NOW)}
    mail = {"kind": "email", "received_at": iso(NOW), "from": "ann@example.com", "message_id": "<1@x>"}
    items = [
        mail,
        mail,
        {**mail, "from": "known@example.com", "message_id": "<2@x>"},
        {**call, "from": "anonymous"},
        {**mail, "headers": {"Precedence": "bulk"}, "message_id": "<3@x>"},
        {**call, "started_at": "yesterday"},
        {"kind": "fax"},
    ]

    results = await sent(world, "/v1/inquiries/batch", items, REP, streamed=streamed)

    assert found(results) == [
        ("created", None),
        ("unchanged", None),
        ("attached", None),
        ("quarantined", None),
        ("ignored", None),
        ("rejected", "/started_at"),
        ("rejected", "/kind"),
    ]


async def test_what_stands_in_a_file(world: World) -> None:
    await world.lead(email="twin@example.com")
    await world.load("leads", {"source_system": "crm", "external_id": "9", "name": "Old"})
    content = (
        "ID,Name,Email\n1,Ann,ann@example.com\n2,Twin,twin@example.com\n9,Newer,\n9,Newer,\n"
        "3,Bad,nowhere\n4,Torn,a@example.com,b\n5,,\n"
    )
    mapping = {"ID": "external_id", "Name": "name", "Email": "email"}

    job = await imported(world, content, mapping=mapping, options={"source_system": "crm"})

    rows = await rows_of(world, job)
    assert [(row["status"], row["quarantine_id"] is not None) for row in rows] == [
        ("created", False),
        ("duplicate", False),
        ("updated", False),
        ("unchanged", False),
        ("rejected", True),
        ("rejected", True),
        ("rejected", True),
    ]
    assert job["counts"] == {
        "created": 1, "updated": 1, "unchanged": 1, "duplicate": 1, "quarantined": 0, "rejected": 3,
    }  # fmt: skip
