"""A pipeline is changed while deals are in it: every version is kept, and no deal is lost or reset."""

import asyncio
from typing import Any
from uuid import UUID

from sqlalchemy import update

from services.pipeline.deal.rows import DEALS
from services.pipeline.pipeline.templates import default_pipeline
from services.pipeline.pipeline_change import repository
from services.pipeline.pipeline_change.use_cases.lead_deals import run_changes, take_step
from tests.pipeline.integration.world import ANY, DIRECTOR, REP, Json, World, days, euros, named

STAGES: list[Json] = [
    {"name": "Talk", "probability": "0.1"},
    {"name": "Offer", "probability": "0.5", "forecast_category": "best_case", "target_days": 14},
    {"name": "Sign", "probability": "0.8", "forecast_category": "commit"},
]


async def a_pipeline(world: World, **more: Any) -> Json:
    return await world.post("/v1/pipelines", {"name": "Sales", "stages": STAGES, **more})


async def edited(world: World, pipeline: Json, body: Json) -> Json:
    path = f"/v1/pipelines/{pipeline['id']}"
    version = (await world.get(path))["version"]
    answer = await world.send("PATCH", path, json=body, headers={"If-Match": f'"{version}"'})
    assert answer.status_code == 200, answer.text
    changed: Json = answer.json()
    return changed


async def refused(world: World, pipeline: Json, body: Json) -> Json:
    path = f"/v1/pipelines/{pipeline['id']}"
    version = (await world.get(path))["version"]
    answer = await world.send("PATCH", path, json=body, headers={"If-Match": f'"{version}"'})
    problem: Json = answer.json()
    return problem


async def test_stages_are_added_renamed_and_put_in_order_and_what_is_not_named_stays(world: World) -> None:
    made = await a_pipeline(world)
    talk, offer, sign = made["stages"]

    after = await edited(
        world,
        made,
        {
            "stages": [
                {"id": offer["id"], "name": "Proposal"},
                {"name": "talk"},
                {"name": "Check"},
                {"name": "Sign"},
            ]
        },
    )

    assert [(each["name"], each["position"]) for each in after["stages"]] == [
        ("Proposal", 1),
        ("talk", 2),
        ("Check", 3),
        ("Sign", 4),
    ]
    assert [each["id"] for each in after["stages"] if each["name"] != "Check"] == [
        offer["id"],
        talk["id"],
        sign["id"],
    ]
    assert (after["stages"][0]["probability"], after["stages"][0]["target_days"]) == (0.5, 14)
    assert (after["version"], after["change"]) == (2, None)


async def test_every_version_can_be_read_and_a_deal_keeps_the_one_it_entered_its_stage_under(
    world: World,
) -> None:
    made = await a_pipeline(world)
    deal = await world.deal(pipeline_id=made["id"])
    await edited(world, made, {"stages": [*STAGES, {"name": "After"}]})

    unmoved = await world.get(f"/v1/deals/{deal['id']}")
    moved = await world.post(f"/v1/deals/{deal['id']}/stage", {"stage": "Offer"})
    first = await world.get(f"/v1/pipelines/{made['id']}/versions/1")
    listed = (await world.get(f"/v1/pipelines/{made['id']}/versions"))["items"]

    assert (unmoved["pipeline_version"], moved["pipeline_version"]) == (1, 2)
    assert [each["name"] for each in first["pipeline"]["stages"]] == ["Talk", "Offer", "Sign"]
    assert (first["by"], first["pipeline"]["stages"][1]["probability"]) == (DIRECTOR.sub, 0.5)
    assert [(each["version"], len(each["pipeline"]["stages"])) for each in listed] == [(2, 4), (1, 3)]
    assert (await world.refusal("GET", f"/v1/pipelines/{made['id']}/versions/9"))[1] == (
        "pipeline_version_not_found"
    )


async def test_the_default_pipeline_has_its_first_version(world: World) -> None:
    pipeline = await world.get(f"/v1/pipelines/{default_pipeline().id}")

    [kept] = (await world.get(f"/v1/pipelines/{default_pipeline().id}/versions"))["items"]

    shown = {name: value for name, value in pipeline.items() if name not in ("created_at", "updated_at")}
    assert kept["pipeline"] == shown


async def test_a_stage_does_not_go_while_deals_are_in_it_and_have_nowhere_to_go(world: World) -> None:
    made = await a_pipeline(world)
    deal = await world.deal(pipeline_id=made["id"], stage="Offer")

    problem = await refused(world, made, {"stages": [STAGES[0], STAGES[2]]})

    assert (problem["status"], problem["code"]) == (409, "stage_in_use")
    assert problem["in_use"] == [{"stage_id": deal["stage_id"], "stage": "Offer", "open_deals": 1}]
    assert (await world.get(f"/v1/pipelines/{made['id']}")) == made


async def test_deals_of_a_stage_that_goes_follow_to_the_one_named(world: World) -> None:
    made = await a_pipeline(world)
    plain = await world.deal(pipeline_id=made["id"], stage="Offer")
    own = await world.deal(pipeline_id=made["id"], stage="Offer", probability=0.33)
    lost = await world.deal(pipeline_id=made["id"], stage="Offer")
    await world.post(f"/v1/deals/{lost['id']}/lose", {"reason": "price"})
    world.now += days(3)

    after = await edited(
        world,
        made,
        {"stages": [STAGES[0], STAGES[2]], "moves": {"Offer": "Sign"}, "apply_probabilities": True},
    )
    deals = [await world.get(f"/v1/deals/{each['id']}") for each in (plain, own, lost)]
    history = await world.get(f"/v1/deals/{plain['id']}/history")

    assert (after["change"]["status"], after["change"]["done"], after["change"]["total"]) == ("done", 2, 2)
    assert [(each["stage"], each["probability"], each["version"]) for each in deals] == [
        ("Sign", 0.8, 2),
        ("Sign", 0.33, 2),
        ("Offer", 0.0, 2),
    ]
    assert deals[1]["forecast_category"] == "commit"
    assert [(each["stage"], each["days"]) for each in history["passages"]] == [("Offer", 3.0), ("Sign", 0.0)]
    assert (history["changes"][-1]["what"], history["changes"][-1]["by"]) == ("stage_changed", DIRECTOR.sub)
    assert (await world.events(plain["id"]))[-1]["data"]["from_stage"] == "Offer"


async def test_a_lost_deal_of_a_stage_that_went_goes_on_where_the_others_went(world: World) -> None:
    made = await a_pipeline(world)
    lost = await world.deal(pipeline_id=made["id"], stage="Offer")
    await world.post(f"/v1/deals/{lost['id']}/lose", {"reason": "price"})
    await edited(world, made, {"stages": [STAGES[0], STAGES[2]], "moves": {"Offer": "Sign"}})

    reopened = await world.post(f"/v1/deals/{lost['id']}/reopen")

    assert reopened["stage"] == "Sign"
    summary = await world.get("/v1/pipeline/summary", pipeline_id=made["id"])
    assert [each["stage"] for each in summary["stages"]] == ["Talk", "Sign"]


async def test_a_history_told_again_may_name_a_stage_that_went(world: World) -> None:
    made = await a_pipeline(world)
    item = {
        **{"name": "Old", "pipeline_id": made["id"], "source_system": "crm", "external_id": "1"},
        "stage_history": [
            {"stage": "Talk", "entered_at": "2027-01-01T09:00:00Z"},
            {"stage": "Offer", "entered_at": "2027-01-05T09:00:00Z"},
        ],
    }
    await world.post("/v1/deals/batch", {"items": [item]})
    body = {"stages": [STAGES[0], STAGES[2]], "moves": {"Offer": "Sign"}, "apply_probabilities": False}
    await edited(world, made, body)

    again = await world.post("/v1/deals/batch", {"items": [item]})

    assert again["items"][0]["status"] == "unchanged"


async def test_whether_deals_count_anew_has_to_be_said_and_what_a_person_said_stays(world: World) -> None:
    made = await a_pipeline(world)
    plain = await world.deal(pipeline_id=made["id"], stage="Offer")
    own = await world.deal(pipeline_id=made["id"], stage="Offer", probability=0, forecast_category="pipeline")
    body = {"stages": [STAGES[0], {"name": "Offer", "probability": "0.6"}, STAGES[2]]}

    problem = await refused(world, made, body)
    await edited(world, made, {**body, "apply_probabilities": True})
    deals = [await world.get(f"/v1/deals/{each['id']}") for each in (plain, own)]

    assert problem["errors"][0]["pointer"] == "/apply_probabilities"
    assert [(each["probability"], each["version"]) for each in deals] == [(0.6, 2), (0.0, 1)]
    assert (await world.events(plain["id"]))[-1]["data"]["changed"] == ["probability"]


async def test_without_applying_them_probabilities_stay_until_the_next_move(world: World) -> None:
    made = await a_pipeline(world)
    deal = await world.deal(pipeline_id=made["id"], stage="Offer")
    body = {"stages": [STAGES[0], {"name": "Offer", "probability": "0.6"}, STAGES[2]]}

    await edited(world, made, {**body, "apply_probabilities": False})

    assert await world.get(f"/v1/deals/{deal['id']}") == deal


async def test_a_stage_called_differently_is_told_of_its_deals(world: World) -> None:
    made = await a_pipeline(world)
    deal = await world.deal(pipeline_id=made["id"], stage="Offer")
    stages = [{"id": each["id"]} for each in made["stages"]]
    stages[1]["name"] = "Proposal"

    await edited(world, made, {"stages": stages})
    event = (await world.events(deal["id"]))[-1]

    assert (event["type"], event["data"]["stage"], event["data"]["changed"]) == (
        "pipeline.deal.changed",
        "Proposal",
        ["stage"],
    )


async def test_a_preview_counts_and_values_what_would_change_and_writes_nothing(world: World) -> None:
    made = await a_pipeline(world)
    await world.deal(pipeline_id=made["id"], stage="Offer", amount=euros("100.00"))
    await world.deal(pipeline_id=made["id"], stage="Offer", amount=euros("50.00"), probability=0.2)

    seen = await world.post(
        f"/v1/pipelines/{made['id']}/preview", {"stages": [STAGES[0], STAGES[2], {"name": "New"}]}
    )
    targeted = await world.post(
        f"/v1/pipelines/{made['id']}/preview",
        {"stages": [STAGES[0], STAGES[2]], "moves": {"Offer": "Sign"}},
    )

    assert [(each["stage"], each["change"], each["open_deals"]) for each in seen["stages"]] == [
        ("Talk", "kept", 0),
        ("Offer", "goes", 2),
        ("Sign", "changed", 0),
        ("New", "new", 0),
    ]
    offer = seen["stages"][1]
    assert (offer["needs_target"], offer["amount"]) == (True, euros("150.00"))
    assert (seen["following_deals"], seen["by_worker"]) == (2, False)
    assert targeted["stages"][1]["probability"] == {"from": 0.5, "to": 0.8}
    assert (targeted["stages"][1]["needs_target"], targeted["counted_anew"]) == (False, 2)
    assert await world.get(f"/v1/pipelines/{made['id']}") == made


async def test_many_deals_follow_by_the_worker_which_goes_on_where_it_stopped(world: World) -> None:
    made = await a_pipeline(world)
    for batch in range(2):
        items = [{"name": f"D{batch}-{n}", "pipeline_id": made["id"], "stage": "Offer"} for n in range(600)]
        await world.post("/v1/deals/batch", {"items": items})

    after = await edited(
        world,
        made,
        {"stages": [STAGES[0], STAGES[2]], "moves": {"Offer": "Sign"}, "apply_probabilities": True},
    )
    async with world.database.transaction() as connection:
        job = await repository.next_running(connection)
        assert job is not None
        await take_step(connection, job, now=world.now)
    half = await world.get(f"/v1/pipeline-changes/{after['change']['id']}")
    still = await world.get("/v1/deals", stage="Offer", pipeline_id=made["id"], total="exact", limit="1")
    await run_changes(world.database, world.now)
    whole = await world.get(f"/v1/pipeline-changes/{after['change']['id']}")
    done = await world.get("/v1/deals", stage="Sign", pipeline_id=made["id"], total="exact", limit="1")

    assert (after["change"]["status"], after["change"]["total"]) == ("running", 1200)
    assert (half["status"], half["done"], still["total"]) == ("running", 500, 700)
    assert (whole["status"], whole["done"], done["total"]) == ("done", 1200, 1200)
    assert (done["items"][0]["version"], done["items"][0]["probability"]) == (2, 0.8)
    moves = [each for each in await world.events() if each["type"] == "pipeline.deal.stage_changed"]
    assert (len(moves), moves[0]["actor"]) == (1200, DIRECTOR.sub)


async def test_a_pipeline_with_open_deals_is_not_just_switched_off(world: World) -> None:
    made = await a_pipeline(world)
    await world.deal(pipeline_id=made["id"])

    switched = await refused(world, made, {"active": False})
    stranded = await world.refusal("POST", f"/v1/pipelines/{made['id']}/retire", {})

    assert (switched["code"], switched["open_deals"]) == ("pipeline_in_use", 1)
    assert stranded == (409, "stage_in_use", [("/moves", "target_missing")])


async def test_deals_of_a_retired_pipeline_go_on_in_another(world: World) -> None:
    made, other = await a_pipeline(world), default_pipeline()
    deal = await world.deal(pipeline_id=made["id"], stage="Offer", probability=0.9)

    retired = await world.post(
        f"/v1/pipelines/{made['id']}/retire",
        {
            "target_pipeline_id": str(other.id),
            "moves": {"Offer": "Negotiation"},
            "apply_probabilities": True,
        },
    )
    after = await world.get(f"/v1/deals/{deal['id']}")

    assert (retired["active"], retired["change"]["status"]) == (False, "done")
    assert (after["pipeline_id"], after["stage"], after["probability"]) == (str(other.id), "Negotiation", 0.9)
    assert after["pipeline_version"] == 1
    moved = await world.post(f"/v1/deals/{deal['id']}/stage", {"stage": "Proposal"})
    assert moved["stage"] == "Proposal"


async def test_a_copy_has_the_shape_and_no_id_of_the_original(world: World) -> None:
    made = await world.post("/v1/pipelines/from-template/six-step")

    copy = await world.post(f"/v1/pipelines/{made['id']}/copy", {"name": "Mine"})

    assert (copy["name"], copy["is_default"], copy["version"]) == ("Mine", False, 1)
    assert [each["name"] for each in copy["stages"]] == [each["name"] for each in made["stages"]]
    gates = [stage["entry_gates"][0]["kind"] for stage in copy["stages"] if stage["entry_gates"]]
    assert gates == ["need_recorded"]
    assert not ids_in(copy) & ids_in(made)


def ids_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["id"]} if isinstance(value.get("id"), str) else set()
        return own.union(*(ids_in(each) for each in value.values()))
    if isinstance(value, list):
        return set().union(*(ids_in(each) for each in value))
    return set()


async def test_actions_say_what_result_they_should_give(world: World) -> None:
    made = await world.post("/v1/pipelines/from-template/full-cycle")

    actions = (await world.get(f"/v1/pipelines/{made['id']}/actions"))["items"]

    assert (len(actions), actions[1]["stage"]) == (6, "Discover needs")
    assert all(each["expected_result"] for each in actions)


async def test_supervisors_are_named_by_part(world: World) -> None:
    made = await world.post("/v1/pipelines/from-template/three-part")
    path = f"/v1/pipelines/{made['id']}/supervisors"

    answer = await world.send(
        "PUT", path, json={"stages": {"First deals": str(named("rep"))}}, headers={"If-Match": "*"}
    )
    wrong = await world.refusal("PUT", path, {"stages": {"Nowhere": None}})

    assert [each["supervisor_id"] for each in answer.json()["stages"]] == [None, REP.sub, None]
    assert answer.json()["version"] == 2
    assert wrong[:2] == (422, "stage_unknown")


async def test_a_condition_that_cannot_be_used_is_refused_with_its_place(world: World) -> None:
    gate = {"kind": "expression", "expression": "deal.amount > 100 && deal.colour == 'red'"}
    stages = [STAGES[0], {"name": "Offer", "entry_gates": [{"kind": "need_recorded"}, gate]}]

    answer = await world.send("POST", "/v1/pipelines", json={"name": "A", "stages": stages})
    problem = answer.json()

    assert (problem["status"], problem["code"]) == (422, "expression_invalid")
    assert (problem["line"], problem["column"]) == (1, 27)
    assert problem["errors"][0]["pointer"] == "/stages/1/entry_gates/1/expression"


async def test_two_edits_of_different_parts_merge_and_of_the_same_conflict(world: World) -> None:
    made = await a_pipeline(world)
    path, seen = f"/v1/pipelines/{made['id']}", {"If-Match": '"1"'}

    answers = [
        await world.send("PATCH", path, json=body, headers=seen)
        for body in ({"name": "B"}, {"override_allowed": True}, {"name": "C"})
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 412]


async def test_an_id_that_no_stage_has_is_refused(world: World) -> None:
    made = await a_pipeline(world)

    problem = await refused(world, made, {"stages": [{"id": str(named("nothing"))}]})

    assert (problem["code"], problem["errors"][0]["pointer"]) == ("stage_unknown", "/stages/0/id")


async def test_a_deal_that_came_to_a_stage_as_it_went_follows_too(world: World) -> None:
    made = await a_pipeline(world)
    offer = made["stages"][1]["id"]
    await edited(world, made, {"stages": [STAGES[0], STAGES[2]], "moves": {"Offer": "Sign"}})
    deal = await world.deal(pipeline_id=made["id"])
    async with world.database.transaction() as connection:
        await connection.execute(
            update(DEALS).where(DEALS.c.id == UUID(deal["id"])).values(stage_id=UUID(offer))  # type: ignore[arg-type]
        )

    await run_changes(world.database, world.now)
    await run_changes(world.database, world.now)

    after = await world.get(f"/v1/deals/{deal['id']}")
    assert (after["stage"], after["version"]) == ("Sign", 2)


async def test_a_move_and_the_end_of_a_stage_at_once_leave_no_deal_behind(world: World) -> None:
    made = await a_pipeline(world)
    deals = [await world.deal(pipeline_id=made["id"]) for _ in range(6)]
    body = {"stages": [STAGES[0], STAGES[2]], "moves": {"Offer": "Sign"}}

    await asyncio.gather(
        *(
            world.send("POST", f"/v1/deals/{deal['id']}/stage", json={"stage": "Offer"}, headers=ANY)
            for deal in deals[:3]
        ),
        world.send(
            "PATCH",
            f"/v1/pipelines/{made['id']}",
            json={**body, "apply_probabilities": False},
            headers={"If-Match": '"1"'},
        ),
        *(
            world.send("POST", f"/v1/deals/{deal['id']}/stage", json={"stage": "Offer"}, headers=ANY)
            for deal in deals[3:]
        ),
    )
    await run_changes(world.database, world.now)

    for deal in deals:
        assert (await world.get(f"/v1/deals/{deal['id']}"))["stage"] in ("Talk", "Sign")
        events = await world.events(deal["id"])
        assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
