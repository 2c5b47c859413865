"""Whatever is sent at once over whichever door: each key is one lead, with the values sent last."""

import asyncio
from collections.abc import Sequence
from itertools import count

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts.identity import Identity
from tests.leads.integration.world import World, partner

DOORS = ("single", "batch", "stream")
Push = tuple[str, str]
"""Which key, over which door."""
PUSHES = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(DOORS)), min_size=1, max_size=14)
_partners = count()


async def send(world: World, by: Identity, door: str, key: str, company: str) -> str:
    item = {"external_id": key, "name": f"Person {key}", "company": company}
    if door == "single":
        return str((await world.push(item, by))["id"])
    if door == "batch":
        return str((await world.push_all(item, by=by))[0]["id"])
    headers = {"Content-Type": "application/x-ndjson"}
    content = orjson.dumps(item)
    answer = await world.send("POST", "/v1/partner/leads/batch", by, content=content, headers=headers)
    return str(orjson.loads(answer.content)["id"])


async def in_order(world: World, by: Identity, key: str, doors: Sequence[str]) -> set[str]:
    """All pushes of one key, one after another, each with a new value."""
    return {await send(world, by, door, key, f"Company {n}") for n, door in enumerate(doors)}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pushes=PUSHES, rush=st.lists(st.sampled_from(DOORS), min_size=2, max_size=6))
async def test_every_key_is_one_lead_with_its_last_values_in_any_interleaving(
    world: World, pushes: list[Push], rush: list[str]
) -> None:
    by = partner(f"partner {next(_partners)}")
    keys = {key: [door for other, door in pushes if other == key] for key, _ in pushes}

    together = [send(world, by, door, "rush", f"Rush {n}") for n, door in enumerate(rush)]
    ordered = [in_order(world, by, key, doors) for key, doors in keys.items()]
    rushed, *of_keys = await asyncio.gather(asyncio.gather(*together), *ordered)

    leads = (await world.get("/v1/leads", partner_id=str(by.partner_id)))["items"]
    by_key = {lead["external_id"]: lead for lead in leads}
    assert len(leads) == len(by_key) == len(keys) + 1
    for (key, doors), ids in zip(keys.items(), of_keys, strict=True):
        assert ids == {by_key[key]["id"]}
        assert by_key[key]["company"] == f"Company {len(doors) - 1}"
    assert set(rushed) == {by_key["rush"]["id"]}
    assert by_key["rush"]["company"] in {f"Rush {n}" for n in range(len(rush))}
