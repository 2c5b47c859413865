"""Whatever is merged with whatever choices: undone, every table is as it was."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.leads.merge.fields import FIELDS
from shared.contracts.ids import new_id
from tests.leads.integration.world import ANY, Json, World

# What a change always touches, and what is only added to.
TOUCHED = ("version", "updated_at", "field_versions")
TABLES = (
    "lead",
    "contact",
    "account",
    "activity",
    "match_key",
    "duplicate_candidate",
    "lead_touch",
    "consent",
)

words = st.sampled_from(["ann", "bob", "eve"])
maybe = st.none() | words
emails = st.none() | words.map(lambda word: f"{word}@acme.example")
phones = st.none() | st.sampled_from(["+4930123456", "+4930123457"])
tags = st.lists(words, max_size=2, unique=True)
money = st.none() | st.sampled_from(["1.00", "2.50"]).map(
    lambda amount: {"amount": amount, "currency": "EUR"}
)

leads = st.fixed_dictionaries(
    {
        "name": words, "first_name": maybe, "last_name": maybe, "company": maybe, "email": emails,
        "phone": phones, "country": st.sampled_from([None, "DE", "FR"]), "city": maybe, "tags": tags,
        "needs": tags, "notes": maybe, "attributes": st.dictionaries(words, st.integers(0, 3), max_size=2),
        "expected_value": money, "employees": st.none() | st.integers(0, 9),
    }
)  # fmt: skip
contacts = st.fixed_dictionaries(
    {"name": words, "first_name": maybe, "last_name": maybe, "email": emails, "phone": phones, "notes": maybe}
)
accounts = st.fixed_dictionaries({"name": words, "industry": maybe, "notes": maybe, "annual_revenue": money})
MADE = {"lead": leads, "contact": contacts, "account": accounts}
AHEAD = ("", "qualify", "disqualify")


@st.composite
def stories(draw: st.DrawFn, kind: str) -> Json:
    """Four records, what lies on them, how far they are, and two merges with choices."""
    records = draw(st.lists(MADE[kind], min_size=4, max_size=4))
    names = FIELDS[kind].choosable  # type: ignore[index]
    unite = {*FIELDS[kind].united, *FIELDS[kind].texts}  # type: ignore[index]

    def choices(among: Sequence[int]) -> Json:
        chosen = draw(st.lists(st.sampled_from(names), max_size=4, unique=True))
        return {
            name: "union" if name in unite and draw(st.booleans()) else draw(st.sampled_from(among))
            for name in chosen
        }

    return {
        "records": records,
        "ahead": draw(st.lists(st.sampled_from(AHEAD), min_size=4, max_size=4)),
        "activities": draw(st.lists(st.integers(0, 3), max_size=5)),
        "merges": [((0, 1), choices((0, 1))), ((2, 0, 3), choices((2, 0, 3)))],
    }


async def make(world: World, kind: str, story: Json) -> list[str]:
    ids = []
    for values, ahead in zip(story["records"], story["ahead"], strict=True):
        ids.append(str((await world.post(f"/v1/{kind}s", values))["id"]))
        if kind == "lead" and ahead:
            body = {"reason": "no money"} if ahead == "disqualify" else {}
            await world.post(f"/v1/leads/{ids[-1]}/{ahead}", body)
        if kind == "account":
            await world.post("/v1/contacts", {"name": "of it", "account_id": ids[-1]})
            await world.post("/v1/accounts", {"name": f"below {new_id()}", "parent_id": ids[-1]})
    for index in story["activities"]:
        await world.post("/v1/activities", {"type": "task", f"{kind}_id": ids[index]})
    return ids


async def contents(world: World) -> dict[str, list[dict[str, Any]]]:
    found = {}
    async with world.database.reading() as connection:
        for table in TABLES:
            rows = (await connection.execute(text(f"SELECT * FROM {table}"))).mappings()
            kept = [{name: value for name, value in row.items() if name not in TOUCHED} for row in rows]
            found[table] = sorted(kept, key=str)
    return found


def order(kind: str, ids: Sequence[str], merge: tuple[Sequence[int], Json]) -> Json:
    among, choices = merge
    return {
        "kind": kind,
        "winner_id": ids[among[0]],
        "loser_ids": [ids[index] for index in among[1:]],
        "fields": {name: ids[of] if isinstance(of, int) else of for name, of in choices.items()},
    }


@pytest.mark.parametrize("kind", ["lead", "contact", "account"])
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
async def test_merges_undone_from_the_last_leave_everything_as_it_was(
    world: World, kind: str, data: st.DataObject
) -> None:
    story = data.draw(stories(kind))
    ids = await make(world, kind, story)
    await world.work_off()
    before = await contents(world)

    undo = []
    for merge in story["merges"]:
        answer = await world.send("POST", "/v1/merges", json=order(kind, ids, merge), headers=ANY)
        assert answer.status_code == 201, answer.text
        undo.append(answer.json()["id"])
    between = await contents(world)
    left = [(await world.post(f"/v1/merges/{each}/undo"))["not_restored"] for each in reversed(undo)]

    assert left == [[], []]
    assert between != before
    assert await contents(world) == before
