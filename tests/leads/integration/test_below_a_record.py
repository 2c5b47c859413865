"""What lies below a record is found by those who see the record, walked through the document of the API."""

import json
import re
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from shared import contracts
from shared.contracts.identity import Identity
from tests.leads.integration.importing import uploaded
from tests.leads.integration.world import DIRECTOR, OTHER_REP, PARTNER, REP, World

DOCUMENT = Path(contracts.__path__[0], "http", "leads.json")
PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


def below(parameter: str = r"\w+") -> list[str]:
    """The paths of everything that is read below a record."""
    paths = json.loads(DOCUMENT.read_text())["paths"]
    signed_in = [path for path, item in paths.items() if "get" in item and "/public/" not in path]
    return [path for path in signed_in if re.search(rf"\{{{parameter}\}}/", path)]


def at(path: str, record_id: str | UUID) -> str:
    return PARAMETER.sub(str(record_id), path)


async def statuses(world: World, paths: list[str], record_id: str | UUID, by: Identity) -> dict[str, int]:
    return {path: (await world.send("GET", at(path, record_id), by)).status_code for path in paths}


async def test_nothing_lies_below_what_nobody_made(world: World) -> None:
    paths = below()
    assert len(paths) > 20

    found = {
        path: (await world.send("GET", at(path, uuid4()), PARTNER if "/partner/" in path else DIRECTOR))
        for path in paths
    }

    assert {path: answer.status_code for path, answer in found.items() if answer.status_code != 404} == {}
    assert {answer.headers["content-type"] for answer in found.values()} == {"application/problem+json"}


@pytest.mark.parametrize("thing", ["lead", "account", "contact"])
async def test_what_lies_below_anothers_record_is_not_found(world: World, thing: str) -> None:
    record = await world.post(f"/v1/{thing}s", {"name": "Initech", "owner_id": OTHER_REP.sub})
    paths = below(f"{thing}_id")
    assert paths

    for_others = await statuses(world, paths, record["id"], REP)
    for_the_owner = await statuses(world, paths, record["id"], OTHER_REP)

    assert set(for_others.values()) == {404}
    assert {path: status for path, status in for_the_owner.items() if status != 200} == {}


async def test_what_lies_below_anothers_import_is_not_found(world: World) -> None:
    job = await uploaded(world, "Name\nAnn\n", OTHER_REP)

    assert set((await statuses(world, below("import_id"), job["id"], REP)).values()) == {404}
