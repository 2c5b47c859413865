"""A file of records: looked at, loaded in pieces by the worker, reported row by row."""

import json
from typing import Any

import httpx

from shared.contracts.identity import Identity
from tests.leads.integration.world import DIRECTOR, Json, World

LEADS = """Vorname;Nachname;E-Mail;Telefon;Firma;Umsatz
Jörg;Müller;joerg@acme.example;030 901820;Acme GmbH;1.200,50
Ann;Lee;ann@example.com;;Lee & Söhne;
"""


async def upload(
    world: World, content: str | bytes, by: Identity = DIRECTOR, *, name: str = "leads.csv", **fields: Any
) -> httpx.Response:
    """Fields that are no texts are sent as JSON."""
    form = {key: value if isinstance(value, str) else json.dumps(value) for key, value in fields.items()}
    data = content.encode() if isinstance(content, str) else content
    return await world.send(
        "POST", "/v1/imports", by, files={"file": (name, data)}, data={"kind": "leads", **form}
    )


async def uploaded(world: World, content: str | bytes, by: Identity = DIRECTOR, **fields: Any) -> Json:
    answer = await upload(world, content, by, **fields)
    assert answer.status_code == 201, answer.text
    job: Json = answer.json()
    return job


async def imported(world: World, content: str | bytes, by: Identity = DIRECTOR, **fields: Any) -> Json:
    """The import after it has run."""
    job = await uploaded(world, content, by, dry_run=False, **fields)
    await world.work_off()
    return await world.get(f"/v1/imports/{job['id']}", by)


async def rows_of(world: World, job: Json, **params: Any) -> list[Json]:
    items: list[Json] = (await world.get(f"/v1/imports/{job['id']}/rows", **params))["items"]
    return items


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


async def test_the_suggested_mapping_loads_the_file(world: World) -> None:
    job = await imported(world, LEADS, options={"country": "DE", "campaign": "Fair 2027", "tags": ["fair"]})

    assert (job["status"], job["counts"]["created"], job["rows_processed"]) == ("done", 2, 2)
    first, second = (await world.get("/v1/leads", sort="created_at"))["items"]
    names = {first["name"]: first, second["name"]: second}
    assert names["Jörg Müller"]["phone"] == "+4930901820"
    assert {lead["campaign"] for lead in names.values()} == {"Fair 2027"}
    assert names["Ann Lee"]["tags"] == ["fair"]
    assert job["handed_over_at"] is not None
