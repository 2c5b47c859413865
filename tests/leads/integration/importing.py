"""Files sent to the API of imports, and what becomes of them."""

import json
from typing import Any

import httpx

from services.leads.due import LONG
from shared.agenda.due_work import do_due_work
from shared.contracts.identity import Identity
from tests.leads.integration.world import DIRECTOR, Json, World


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
    job = await uploaded(world, content, by, **{"dry_run": False, **fields})
    await world.work_off()
    return await world.get(f"/v1/imports/{job['id']}", by)


async def again(world: World, job: Json, step: str, body: Json | None = None) -> Json:
    """The import after a step and what comes of it."""
    await world.post(f"/v1/imports/{job['id']}/{step}", body)
    await world.work_off()
    return await world.get(f"/v1/imports/{job['id']}")


async def rows_of(world: World, job: Json, **params: Any) -> list[Json]:
    items: list[Json] = (await world.get(f"/v1/imports/{job['id']}/rows", **params))["items"]
    return items


async def refusal(answer: httpx.Response) -> tuple[int, str, list[tuple[str, str]]]:
    problem = answer.json()
    return answer.status_code, problem["code"], [(e["pointer"], e["code"]) for e in problem["errors"]]


def counted(job: Json) -> dict[str, int]:
    return {name: count for name, count in job["counts"].items() if count}


def numbered(count: int) -> str:
    """A file of so many leads with ids."""
    lines = [f"{n},Person {n},p{n}@example.com" for n in range(1, count + 1)]
    return "\n".join(["ID,Name,Email", *lines])


def mapped(**fields: str | None) -> dict[str, str | None]:
    return {"ID": "external_id", "Name": "name", "Email": "email", **fields}


async def one_piece(world: World) -> None:
    await do_due_work(world.database, LONG, world.now, most=1)
