"""A file of leads goes through the front, is loaded by the worker, and is taken back."""

import json
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.front import PATIENT, Front, Json
from tests.support.waiting import eventually

ROOT = Path(__file__).parents[2]
REAL = Path(os.environ.get("DEALSTREAM_DATA", ROOT.parent / "shared/data")) / "lead-scoring/leads.csv"
NOT_ASKED = {"Select": None}


def uploaded(director: httpx.Client, content: bytes, **fields: Any) -> Json:
    form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}
    answer = director.post(
        "/v1/imports", files={"file": ("leads.csv", content)}, data={"kind": "leads", **form}
    )
    assert answer.status_code == 201, answer.text
    job: Json = answer.json()
    return job


def ended(director: httpx.Client, job: Json, status: str) -> Json:
    def look() -> Json | None:
        seen: Json = director.get(f"/v1/imports/{job['id']}").raise_for_status().json()
        return seen if seen["status"] == status else None

    found: Json = eventually(look, within=300)
    return found


def leads_of(director: httpx.Client, campaign: str) -> list[Json]:
    items: list[Json] = director.get("/v1/leads", params={"campaign": campaign}).json()["items"]
    return items


def test_a_file_is_loaded_and_taken_back(front: Front, unique: str) -> None:
    director = front.as_role("director")
    content = f"Vorname;Nachname;E-Mail\nJörg;Müller;{unique}@example.com\nAnn;Lee;nowhere\n"
    options = {"campaign": unique}

    job = uploaded(director, content.encode("cp1252"), options=options, dry_run=False)
    done = ended(director, job, "done")

    assert (done["counts"]["created"], done["counts"]["rejected"]) == (1, 1)
    assert [lead["name"] for lead in leads_of(director, unique)] == ["Jörg Müller"]
    refused = director.get(f"/v1/imports/{job['id']}/errors.csv").content.decode("utf-8-sig")
    assert refused.splitlines()[1].startswith("Ann;Lee;nowhere;E-Mail: ")

    director.post(f"/v1/imports/{job['id']}/undo", headers={"If-Match": "*"}).raise_for_status()
    undone = ended(director, job, "undone")
    assert undone["undone"]["archived"] == 1
    assert leads_of(director, unique) == []


def test_an_import_is_followed_on_the_stream_while_it_runs(front: Front, unique: str) -> None:
    director = front.as_role("director")
    rows = "".join(f"{unique} {number},{unique}-{number}\n" for number in range(3000))
    mapping = {"Name": "name", "Id": "external_id"}
    options = {"source_system": unique, "campaign": unique}

    job = uploaded(director, f"Name,Id\n{rows}".encode(), mapping=mapping, options=options, dry_run=False)
    told = followed(director, job)

    steps = [each["data"]["rows_processed"] for each in told if each["type"] == "leads.import.progressed"]
    assert steps and steps == sorted(set(steps))
    assert any(0 < rows_processed < 3000 for rows_processed in steps)
    assert (told[-1]["type"], told[-1]["data"]["counts"]["created"]) == ("leads.import.ended", 3000)
    assert told[-1]["data"]["counts"] == director.get(f"/v1/imports/{job['id']}").json()["counts"]


def followed(client: httpx.Client, job: Json) -> list[Json]:
    """What the stream tells of the import until it has ended."""
    told: list[Json] = []
    with client.stream(
        "GET",
        "/v1/stream",
        params={"topics": "imports"},
        headers={"Last-Event-ID": "0"},
        timeout=PATIENT,
    ) as answer:
        assert answer.status_code == 200
        for line in answer.iter_lines():
            event = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
            if event.get("subject") == job["id"]:
                told.append(event)
                if event["type"] == "leads.import.ended":
                    break
    return told


def test_more_than_a_small_body_passes_the_front(front: Front, unique: str) -> None:
    director = front.as_role("director")
    rows = "".join(f"{unique} {number},{'x' * 1000}\n" for number in range(5000))

    job = uploaded(director, f"Name,Notes\n{rows}".encode())

    assert job["rows_total"] == 5000
    assert job["file"]["bytes"] > 5_000_000


def test_the_real_leads_are_loaded_with_their_own_mapping(front: Front, unique: str) -> None:
    if not REAL.exists():
        pytest.skip(f"the real records are not here: {REAL} (set DEALSTREAM_DATA to their parent)")
    director = front.as_role("director")
    mapping = {
        "Prospect ID": "external_id",
        "Lead Number": {"field": "name"},
        "Lead Source": {"field": "source", "case": "lower"},
        "Country": {"field": "country", "values": NOT_ASKED},
        "City": {"field": "city", "values": NOT_ASKED},
        "Specialization": {"field": "attributes.specialization", "values": NOT_ASKED},
        "Converted": "converted",
        "TotalVisits": "attributes.visits",
        "Total Time Spent on Website": "attributes.seconds_on_website",
        "What is your current occupation": {"field": "attributes.occupation", "values": NOT_ASKED},
    }
    options = {"source_system": unique, "campaign": unique}

    job = uploaded(director, REAL.read_bytes(), mapping=mapping, options=options, dry_run=False)
    done = ended(director, job, "done")

    assert done["counts"]["created"] == done["rows_total"] == 5544
    lead = leads_of(director, unique)[0]
    assert lead["status"] in ("converted", "disqualified")
    assert "Select" not in lead["attributes"].values()
    assert isinstance(lead["attributes"]["seconds_on_website"], int)

    again = uploaded(director, REAL.read_bytes(), mapping=mapping, options=options, dry_run=False)
    assert ended(director, again, "done")["counts"]["unchanged"] == 5544
