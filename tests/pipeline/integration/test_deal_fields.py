"""Fields the organisation gives its deals: typed, judged, found, told, asked for by gates, never lost."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.pipeline.deal_field.use_cases.keep_indexes import index_name, keep_indexes
from services.pipeline.deal_field.use_cases.know_fields import KEPT_FIELDS
from tests.pipeline.integration.world import FIRST, REP, Json, World, euros, named, world_at
from tests.support.copies import Copies

OPTIONS = ["basic", "gold"]
REP_ID = str(named("rep"))


async def field(world: World, key: str, kind: str, **settings: Any) -> Json:
    return await world.post("/v1/deal-fields", {"key": key, "label": key.title(), "type": kind, **settings})


async def every_type(world: World) -> None:
    await field(world, "po", "text", pattern="^PO-[0-9]+$")
    await field(world, "seats", "integer", minimum="1", maximum="500", unit="seats")
    await field(world, "ratio", "number")
    await field(world, "nda", "boolean")
    await field(world, "go_live", "date")
    await field(world, "plan", "enum", options=OPTIONS)
    await field(world, "modules", "multi_enum", options=["crm", "desk", "mail"])
    await field(world, "budget", "money", minimum="10")
    await field(world, "engineer", "member")
    await field(world, "brief", "url")
    await field(world, "long", "text")


VALUES: Json = {
    "po": "PO-17",
    "seats": 20,
    "ratio": 0.25,
    "nda": False,
    "go_live": "2027-06-01",
    "plan": "gold",
    "modules": ["crm", "mail"],
    "budget": euros("1200.50"),
    "engineer": REP_ID,
    "brief": "https://example.com/brief",
}
WRONG: Json = {
    "po": ("17", "wrong_format"),
    "seats": (501, "out_of_range"),
    "ratio": ("1", "wrong_type"),
    "nda": ("yes", "wrong_type"),
    "go_live": ("2027-02-30", "wrong_format"),
    "plan": ("silver", "unknown_value"),
    "budget": (euros("9.99"), "out_of_range"),
    "engineer": ("rep", "wrong_format"),
    "brief": ("ftp://example.com", "url_scheme"),
    "long": ("x" * 501, "too_long"),
    "nothing": (1, "unknown_field"),
}


async def test_values_of_every_type_are_kept_shown_told_and_remembered_each_for_itself(world: World) -> None:
    await every_type(world)
    deal = await world.deal(custom=VALUES)
    path = f"/v1/deals/{deal['id']}"

    await world.send("PATCH", path, json={"custom": {"seats": 30, "po": None}}, headers=FIRST)
    other = await world.send("PATCH", path, json={"custom": {"plan": "basic"}}, headers=FIRST)
    late = await world.send("PATCH", path, json={"custom": {"seats": 31}}, headers=FIRST)
    same = await world.send("PATCH", path, json={"custom": {"nda": False}}, headers=FIRST)

    assert deal["custom"] == VALUES
    kept = {**VALUES, "seats": 30, "plan": "basic"}
    del kept["po"]
    assert other.json()["custom"] == kept
    assert (late.status_code, same.json()["version"]) == (412, 3)
    assert late.json()["conflict"] == {"custom.seats": {"base": 20, "theirs": 30, "yours": 31}}
    assert late.json()["errors"][0]["pointer"] == "/custom/seats"
    assert (await world.events(deal["id"]))[-1]["data"]["custom"] == kept
    changes = (await world.get(f"{path}/history"))["changes"]
    assert changes[1]["fields"] == {
        "custom.po": {"from": "PO-17", "to": None},
        "custom.seats": {"from": 20, "to": 30},
    }


async def test_every_wrong_value_is_named_and_nothing_is_written(world: World) -> None:
    await every_type(world)
    wrong = {key: value for key, (value, _) in WRONG.items()}

    refused = await world.refusal("POST", "/v1/deals", {"name": "Acme", "custom": wrong})
    stranger = await world.refusal(
        "POST", "/v1/deals", {"name": "A", "custom": {"engineer": str(named("nobody"))}}
    )

    assert refused[:2] == (422, "validation_failed")
    assert dict(refused[2]) == {f"/custom/{key}": code for key, (_, code) in WRONG.items()}
    assert stranger == (422, "reference_unknown", [("/custom/engineer", "reference_unknown")])
    assert (await world.get("/v1/deals"))["items"] == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"custom.seats": "gte:20"}, ["B", "C"]),
        ({"custom.seats": "in:5,30"}, ["A", "C"]),
        ({"custom.ratio": "lt:0.5"}, ["A"]),
        ({"custom.nda": "true"}, ["B"]),
        ({"custom.go_live": "gt:2027-05-01"}, ["B"]),
        ({"custom.plan": "gold"}, ["A"]),
        ({"custom.modules": "crm"}, ["A", "B"]),
        ({"custom.modules": "in:mail,desk"}, ["B"]),
        ({"custom.modules": "is:null"}, ["C"]),
        ({"custom.budget": "gte:100"}, ["B"]),
        ({"custom.engineer": REP_ID}, ["A"]),
        ({"custom.po": "like:po-1"}, ["A"]),
        ({"custom.po": "is:null"}, ["B", "C"]),
        ({"sort": "-custom.seats"}, ["C", "B", "A"]),
        ({"sort": "custom.go_live,name"}, ["A", "B", "C"]),
        ({"sort": "custom.engineer"}, ["A", "B", "C"]),
    ],
)
async def test_deals_are_found_and_sorted_by_own_fields(
    world: World, query: dict[str, str], expected: list[str]
) -> None:
    await every_type(world)
    rows: dict[str, Json] = {
        "A": {
            "seats": 5,
            "ratio": 0.25,
            "plan": "gold",
            "modules": ["crm"],
            "engineer": REP_ID,
            "po": "PO-1",
        },
        "B": {"seats": 20, "nda": True, "modules": ["crm", "desk"], "budget": euros("100")},
        "C": {"seats": 30, "ratio": 0.5},
    }
    rows["A"]["go_live"], rows["B"]["go_live"] = "2027-04-01", "2027-06-01"
    for name, custom in rows.items():
        await world.deal(name=name, custom=custom)

    page = await world.get("/v1/deals", **{"sort": "name", **query})  # type: ignore[arg-type]
    paged = await world.get("/v1/deals", **{"sort": "name", **query, "limit": "1"})  # type: ignore[arg-type]
    names = [each["name"] for each in paged["items"]]
    while paged["next_cursor"]:
        again: Any = {"sort": "name", **query, "limit": "1", "cursor": paged["next_cursor"]}
        paged = await world.get("/v1/deals", **again)
        names += [each["name"] for each in paged["items"]]

    found = [each["name"] for each in page["items"]]
    assert found == names
    assert sorted(found) == sorted(expected)
    assert "sort" not in query or found[: len(expected) - 2] == expected[: len(expected) - 2]


async def test_own_fields_are_as_they_were_in_a_list_of_the_past(world: World) -> None:
    await every_type(world)
    deal = await world.deal(name="A", custom={"seats": 5, "modules": ["crm"]})
    before, world.now = world.now, world.now + timedelta(days=2)
    await world.send(
        "PATCH", f"/v1/deals/{deal['id']}", json={"custom": {"seats": 30}}, headers={"If-Match": "*"}
    )
    then: Json = {"as_of": (before + timedelta(days=1)).isoformat(), "custom.modules": "crm"}

    small: Json = {**then, "custom.seats": "lt:10", "sort": "-custom.seats"}
    large: Json = {**then, "custom.seats": "gte:10"}

    few = await world.get("/v1/deals", **small)
    many = await world.get("/v1/deals", **large)

    assert [each["custom"]["seats"] for each in few["items"]] == [5]
    assert many["items"] == []


async def test_an_own_field_that_there_is_not_is_an_unknown_parameter(world: World) -> None:
    unknown = await world.refusal("GET", "/v1/deals?custom.nothing=1")
    sorted_by = await world.refusal("GET", "/v1/deals?sort=custom.nothing")

    assert unknown == (400, "unknown_parameter", [("/query/custom.nothing", "unknown_parameter")])
    assert sorted_by[:2] == (400, "unknown_parameter")


async def test_a_value_of_another_type_breaks_no_list(world: World) -> None:
    await field(world, "seats", "integer")
    deal = await world.deal(custom={"seats": 5})
    async with world.database.transaction() as connection:
        await connection.execute(text("""UPDATE deal SET custom = '{"seats": "many"}'"""))

    listed = await world.get("/v1/deals", **{"sort": "custom.seats", "custom.seats": "is:null"})  # type: ignore[arg-type]

    assert [each["id"] for each in listed["items"]] == [deal["id"]]


async def test_what_every_deal_must_have_is_asked_of_new_ones_and_cannot_be_emptied(world: World) -> None:
    await field(world, "seats", "integer", required=True)

    without = await world.refusal("POST", "/v1/deals", {"name": "A"})
    deal = await world.deal(custom={"seats": 1})
    emptied = await world.refusal("PATCH", f"/v1/deals/{deal['id']}", {"custom": {"seats": None}})
    past = await world.deal(created_at="2026-01-01", closed_at="2026-02-01", outcome="won")

    required = (422, "validation_failed", [("/custom/seats", "required")])
    assert (without, emptied) == (required, required)
    assert past["custom"] == {}


async def test_a_batch_brings_values_and_a_bad_item_fails_alone(world: World) -> None:
    await field(world, "seats", "integer")
    await field(world, "nda", "boolean")
    origin = {"name": "A", "source_system": "old", "external_id": "1"}

    await world.post("/v1/deals/batch", {"items": [{**origin, "custom": {"seats": 1, "nda": True}}]})
    again = await world.post(
        "/v1/deals/batch",
        {
            "items": [
                {**origin, "custom": {"seats": 2}},
                {"name": "B", "custom": {"seats": "x"}},
                {**origin, "custom": {"seats": 2}},
            ]
        },
    )

    assert [each["status"] for each in again["items"]] == ["updated", "rejected", "unchanged"]
    assert again["items"][1]["problem"]["errors"][0]["pointer"] == "/custom/seats"
    assert (await world.get("/v1/deals"))["items"][0]["custom"] == {"seats": 2, "nda": True}


async def test_a_field_in_use_keeps_its_type_and_options_and_retired_keeps_its_values(world: World) -> None:
    plan = await field(world, "plan", "enum", options=OPTIONS)
    deal = await world.deal(custom={"plan": "gold"})
    path = f"/v1/deal-fields/{plan['id']}"

    retyped = await world.refusal("PATCH", path, {"type": "text", "options": []})
    fewer = await world.refusal("PATCH", path, {"options": ["basic"]})
    other = await world.send("PATCH", path, json={"options": ["gold", "new"]}, headers=FIRST)
    retired = await world.send("PATCH", path, json={"active": False}, headers={"If-Match": '"2"'})
    written = await world.refusal("PATCH", f"/v1/deals/{deal['id']}", {"custom": {"plan": "new"}})

    assert retyped == (409, "field_in_use", [("/type", "field_in_use")])
    assert fewer == (409, "field_in_use", [("/options", "field_in_use")])
    assert (other.status_code, retired.json()["active"]) == (200, False)
    assert written[2] == [("/custom/plan", "field_retired")]
    assert (await world.get(f"/v1/deals/{deal['id']}"))["custom"] == {"plan": "gold"}
    assert len((await world.get("/v1/deals", **{"custom.plan": "gold"}))["items"]) == 1  # type: ignore[arg-type]


async def test_an_unused_field_may_get_another_type(world: World) -> None:
    made = await field(world, "size", "text")

    retyped = await world.send(
        "PATCH", f"/v1/deal-fields/{made['id']}", json={"type": "integer"}, headers=FIRST
    )

    assert retyped.json()["type"] == "integer"
    assert (await world.deal(custom={"size": 3}))["custom"] == {"size": 3}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"type": "text", "options": ["a"]}, ("/options", "unknown_field")),
        ({"type": "enum"}, ("/options", "required")),
        ({"type": "text", "pattern": "(?=a)"}, ("/pattern", "wrong_format")),
        ({"type": "number", "minimum": "2", "maximum": "1"}, ("/maximum", "out_of_range")),
        ({"type": "text", "key": "Seats"}, ("/key", "wrong_format")),
    ],
)
async def test_settings_that_do_not_fit_are_refused(
    world: World, settings: Json, expected: tuple[str, str]
) -> None:
    body = {"key": "seats", "label": "Seats", **settings}

    assert (await world.refusal("POST", "/v1/deal-fields", body)) == (422, "validation_failed", [expected])


async def test_a_key_is_given_once(world: World) -> None:
    await field(world, "seats", "integer")

    twice = await world.refusal("POST", "/v1/deal-fields", {"key": "seats", "label": "S", "type": "text"})

    assert twice == (409, "duplicate", [("/key", "taken")])


async def test_gates_ask_for_own_fields_by_name_and_by_condition(world: World) -> None:
    seats = await field(world, "seats", "integer")
    gates: list[Json] = [
        {"kind": "required_fields", "fields": ["custom.seats"]},
        {"kind": "expression", "expression": "deal.custom.seats >= 10"},
    ]
    stages = [{"name": "New", "probability": 0.1}, {"name": "Offer", "entry_gates": gates}]
    pipeline = await world.post("/v1/pipelines", {"name": "Own", "stages": stages})
    deal = await world.deal(REP, pipeline_id=pipeline["id"])
    path = f"/v1/deals/{deal['id']}/stage"

    askable = (await world.get("/v1/gates/variables"))["fields"]
    empty = await world.refusal("POST", path, {"stage": "Offer"}, REP)
    few = await world.refusal("POST", path, {"stage": "Offer", "fields": {"custom": {"seats": 3}}}, REP)
    passed = await world.post(path, {"stage": "Offer", "fields": {"custom": {"seats": 12}}}, REP)
    retired = await world.refusal("PATCH", f"/v1/deal-fields/{seats['id']}", {"active": False})
    unknown = await world.refusal(
        "POST",
        "/v1/pipelines",
        {"name": "B", "stages": [{"name": "New", "exit_gates": [{**gates[0], "fields": ["custom.no"]}]}]},
    )

    assert empty == (
        409,
        "gates_unmet",
        [("/fields/custom/seats", "required_fields"), ("/stage", "expression")],
    )
    assert askable["custom.seats"]["definition"] == "/v1/deal-fields?key=seats"
    assert few == (409, "gates_unmet", [("/stage", "expression")])
    assert (passed["stage"], passed["custom"]) == ("Offer", {"seats": 12})
    assert retired == (409, "field_in_use", [("/active", "field_in_use")])
    assert unknown[2] == [("/stages/0/exit_gates/0/fields/0", "unknown_value")]


async def test_an_index_is_made_used_made_anew_after_a_break_and_dropped(world: World) -> None:
    made = await field(world, "seats", "integer", indexed=True)
    modules = await field(world, "modules", "multi_enum", options=["crm"], indexed=True)
    for seats in (7, 8):
        await world.deal(custom={"seats": seats, "modules": ["crm"]})
    async with world.database.reading() as connection:
        own = await KEPT_FIELDS.fresh(connection)
    names = {index_name(each) for each in own.fields.values()}

    await keep_indexes(world.database, world.now)
    await break_off(world, min(names))
    broken = await valid_indexes(world)
    await keep_indexes(world.database, world.now)

    async with world.database.transaction() as connection:
        await connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join(
            (
                await connection.execute(
                    text(
                        "EXPLAIN SELECT id FROM deal WHERE (CASE WHEN jsonb_typeof(deal.custom -> 'seats') = "
                        "'number' THEN (deal.custom #>> '{seats}')\\:\\:numeric END) > 5"
                    )
                )
            ).scalars()
        )
    assert index_name(own.fields["seats"]) in plan
    assert broken == names - {min(names)}
    assert await valid_indexes(world) == names
    for each in (made, modules):
        await world.send("PATCH", f"/v1/deal-fields/{each['id']}", json={"indexed": False}, headers=FIRST)
    await keep_indexes(world.database, world.now)
    assert await valid_indexes(world) == set()


async def break_off(world: World, name: str) -> None:
    """The making of this index fails half-way, as when the worker dies."""
    async with world.database.reading() as connection:
        await connection.execute(text(f"DROP INDEX {name}"))
        with pytest.raises(IntegrityError):
            await connection.execute(text(f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON deal (status)"))


async def valid_indexes(world: World) -> set[str]:
    query = (
        "SELECT relname FROM pg_index JOIN pg_class ON oid = indexrelid "
        "WHERE indisvalid AND relname LIKE 'ix_deal_custom%'"
    )
    async with world.database.reading() as connection:
        return set((await connection.execute(text(query))).scalars())


async def test_another_process_knows_a_new_field_at_once_and_a_changed_one_when_it_reads_again(
    copies: Copies,
) -> None:
    async with copies.one() as url, world_at(url) as here, world_at(url) as there:
        await there.deal()
        made = await field(here, "seats", "integer")
        await there.deal(custom={"seats": 900})
        narrower = {"maximum": "500"}
        await here.send("PATCH", f"/v1/deal-fields/{made['id']}", json=narrower, headers=FIRST)

        async with there.database.reading() as connection:
            await KEPT_FIELDS.fresh(connection)
        refused = await there.refusal("POST", "/v1/deals", {"name": "A", "custom": {"seats": 900}})
        found = await there.get("/v1/deals", **{"custom.seats": "900"})  # type: ignore[arg-type]

    assert refused[2] == [("/custom/seats", "out_of_range")]
    assert len(found["items"]) == 1
