"""Pipelines, templates and the catalogue over HTTP."""

import pytest

from services.pipeline.pipeline.templates import TEMPLATES, default_pipeline
from tests.pipeline.integration.world import Json, World, euros, named

A_PIPELINE = {
    "name": "Hardware",
    "stages": [
        {"name": "Prospecting", "probability": "0.10", "forecast_category": "pipeline"},
        {"name": "Engaging", "probability": None, "forecast_category": "best_case", "target_days": 60},
    ],
}


async def test_the_default_pipeline_is_there_with_its_fixed_ids(world: World) -> None:
    (found,) = (await world.get("/v1/pipelines"))["items"]
    planned = default_pipeline()

    assert (found["id"], found["name"], found["is_default"]) == (str(planned.id), planned.name, True)
    assert [(each["id"], each["name"], each["probability"], each["forecast_category"], each["target_days"])
            for each in found["stages"]] == [
        (str(each.id), each.name, float(each.probability or 0), each.forecast_category, each.target_days)
        for each in planned.stages
    ]  # fmt: skip


async def test_a_pipeline_is_created_and_deals_are_opened_in_it(world: World) -> None:
    made = await world.post("/v1/pipelines", A_PIPELINE)

    deal = await world.deal(pipeline_id=made["id"], stage="Engaging")

    assert await world.get(f"/v1/pipelines/{made['id']}") == made
    assert [(each["position"], each["probability"]) for each in made["stages"]] == [(1, 0.1), (2, None)]
    assert (deal["pipeline_id"], deal["stage"], deal["probability"]) == (made["id"], "Engaging", None)


async def test_stage_names_differ_in_a_pipeline(world: World) -> None:
    stages = [{"name": "Talk"}, {"name": "talk"}]

    refused = await world.refusal("POST", "/v1/pipelines", {"name": "A", "stages": stages})

    assert refused == (422, "validation_failed", [("/stages/1/name", "duplicate")])


@pytest.mark.parametrize("template", sorted(TEMPLATES))
async def test_a_pipeline_is_made_from_each_template(world: World, template: str) -> None:
    listed = {each["key"]: each for each in (await world.get("/v1/pipeline-templates"))["items"]}

    made = await world.post(f"/v1/pipelines/from-template/{template}", {"name": "Mine"})

    assert made["name"] == "Mine"
    assert made["checklist"] == listed[template]["checklist"]
    assert [each["name"] for each in made["stages"]] == [each["name"] for each in listed[template]["stages"]]


async def test_knowing_the_product_is_a_checklist_and_no_stage(world: World) -> None:
    made = await world.post("/v1/pipelines/from-template/six-step")

    assert (made["checklist"], len(made["stages"])) == (["Know the product"], 5)


async def test_each_of_the_three_parts_may_have_its_supervisor(world: World) -> None:
    made = await world.post(
        "/v1/pipelines/from-template/three-part", {"supervisors": {"First deals": str(named("rep"))}}
    )

    assert [each["supervisor_id"] for each in made["stages"]] == [None, str(named("rep")), None]


async def test_an_unknown_template_is_not_found(world: World) -> None:
    assert (await world.refusal("POST", "/v1/pipelines/from-template/x", {}))[:2] == (404, "not_found")


async def test_another_default_pipeline_takes_over(world: World) -> None:
    made = await world.post("/v1/pipelines", {**A_PIPELINE, "is_default": True})
    first = await world.get(f"/v1/pipelines/{default_pipeline().id}")

    assert (first["is_default"], first["version"], (await world.deal())["stage"]) == (False, 2, "Prospecting")
    back = await patch(world, f"/v1/pipelines/{first['id']}", {"is_default": True})
    assert (back["is_default"], (await world.get(f"/v1/pipelines/{made['id']}"))["is_default"]) == (
        True,
        False,
    )


async def test_there_is_always_an_active_default_pipeline(world: World) -> None:
    path = f"/v1/pipelines/{default_pipeline().id}"

    for body in ({"is_default": False}, {"active": False}):
        assert (await world.refusal("PATCH", path, body))[:2] == (409, "state_conflict")


async def test_a_retired_pipeline_takes_no_new_deals(world: World) -> None:
    made = await world.post("/v1/pipelines", A_PIPELINE)
    await patch(world, f"/v1/pipelines/{made['id']}", {"active": False})

    refused = await world.refusal("POST", "/v1/deals", {"name": "A", "pipeline_id": made["id"]})

    assert refused[1] == "reference_unknown"


async def patch(world: World, path: str, body: Json) -> Json:
    version = (await world.get(path))["version"]
    answer = await world.send("PATCH", path, json=body, headers={"If-Match": f'"{version}"'})
    assert answer.status_code == 200, answer.text
    patched: Json = answer.json()
    return patched


A_PRODUCT = {
    "name": "GTX Pro",
    "family": "GTX",
    "customer_value": "Fewer outages",
    "problems_solved": ["heat", "noise"],
    "list_price": euros("4821.00"),
    "unit_cost": euros("2100.5"),
}


async def test_an_edit_needs_the_version_that_was_read(world: World) -> None:
    product = await world.post("/v1/products", A_PRODUCT)
    deal = await world.post("/v1/deals", {"name": "A"})
    [pipeline] = (await world.get("/v1/pipelines?is_default=true"))["items"]
    paths = [f"/v1/products/{product['id']}", f"/v1/deals/{deal['id']}", f"/v1/pipelines/{pipeline['id']}"]

    answers = [
        await world.send("PATCH", path, json={"name": "B"}, headers={"If-Match": "*"}) for path in paths
    ]

    assert [answer.status_code for answer in answers] == [428] * 3


async def test_a_product_is_created_told_and_changed(world: World) -> None:
    made = await world.post("/v1/products", A_PRODUCT)
    changed = await patch(
        world, f"/v1/products/{made['id']}", {"list_price": euros("4900.00"), "family": None}
    )
    created, told = await world.events(made["id"])

    assert {name: made[name] for name in A_PRODUCT} == A_PRODUCT
    assert (changed["list_price"], changed["family"], changed["version"]) == (euros("4900.00"), None, 2)
    assert (created["type"], told["type"]) == ("pipeline.product.created", "pipeline.product.changed")
    assert set(told["data"]["changed"]) == {"list_price", "family"}
    assert await world.get(f"/v1/products/{made['id']}") == changed
    assert (await world.get("/v1/products", q="gtx"))["items"] == [changed]


async def test_products_come_in_batches_once(world: World) -> None:
    items = [
        {"name": f"P{number}", "source_system": "erp", "external_id": str(number)} for number in range(30)
    ]

    first = await world.post("/v1/products/batch", {"items": [*items, {"name": ""}]})
    again = await world.post("/v1/products/batch", {"items": [items[0], {**items[1], "name": "New"}]})

    assert [each["status"] for each in first["items"]] == ["created"] * 30 + ["rejected"]
    assert [each["status"] for each in again["items"]] == ["unchanged", "updated"]
    assert len(await world.events()) == 31


async def test_a_products_external_id_is_taken_once(world: World) -> None:
    origin = {"source_system": "erp", "external_id": "1"}
    await world.post("/v1/products", {"name": "A", **origin})

    assert (await world.refusal("POST", "/v1/products", {"name": "B", **origin}))[:2] == (
        409,
        "external_id_taken",
    )


async def test_what_does_not_exist_is_not_found(world: World) -> None:
    for thing in ("product", "pipeline"):
        path = f"/v1/{thing}s/{named('nothing')}"
        assert (await world.refusal("GET", path))[:2] == (404, f"{thing}_not_found")
        assert (await world.refusal("PATCH", path, {"name": "A"}))[:2] == (404, f"{thing}_not_found")
