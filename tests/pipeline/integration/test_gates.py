"""Gates hold deals back, say what is missing and how to give it, and let pass what has it."""

from typing import Any

import pytest

from shared.contracts.events.leads_lead import DealWanted, LeadConverted
from shared.contracts.identity import Identity
from tests.pipeline.integration.world import (
    ANY,
    DIRECTOR,
    MANAGER,
    NOW,
    OTHER_REP,
    REP,
    Json,
    World,
    days,
    euros,
    named,
    told,
    who,
)

Gates = list[Json]


async def gated(world: World, *entry: Json, exits: Gates | None = None, **more: Any) -> Json:
    """A pipeline Talk, Offer, Sign; gates before Offer."""
    stages = [
        {"name": "Talk", "exit_gates": exits or []},
        {"name": "Offer", "entry_gates": list(entry)},
        {"name": "Sign"},
    ]
    return await world.post("/v1/pipelines", {"name": "Sales", "stages": stages, **more})


async def move(world: World, deal: Json, stage: str, by: Identity = DIRECTOR, **more: Any) -> Json:
    """The answer's body, refused or not."""
    answer = await world.send(
        "POST", f"/v1/deals/{deal['id']}/stage", by, json={"stage": stage, **more}, headers=ANY
    )
    body: Json = answer.json()
    return body


async def gates_of(world: World, deal: Json, by: Identity = DIRECTOR) -> dict[str, Json]:
    """The verdicts by stage, `win`, `lose` and `here`."""
    items = (await world.get(f"/v1/deals/{deal['id']}/gates", by))["items"]
    return {each["stage"] if each["target"] == "stage" else each["target"]: each for each in items}


def needed(problem: Json) -> list[tuple[str, str | None]]:
    assert (problem["status"], problem["code"]) == (409, "gates_unmet"), problem
    return [(each["kind"], each["field"]) for each in problem["unmet"]]


async def test_required_fields_are_asked_for_and_may_be_given_with_the_move(world: World) -> None:
    pipeline = await gated(world, {"kind": "required_fields", "fields": ["amount", "expected_close"]})
    deal = await world.deal(pipeline_id=pipeline["id"])

    problem = await move(world, deal, "Offer")
    unchanged = await world.get(f"/v1/deals/{deal['id']}")
    fields = {"amount": euros("100.00"), "expected_close": "2027-06-01"}
    moved = await move(world, deal, "Offer", fields=fields)
    history = await world.get(f"/v1/deals/{deal['id']}/history")

    assert needed(problem) == [("required_fields", "amount"), ("required_fields", "expected_close")]
    assert [each["pointer"] for each in problem["errors"]] == ["/fields/amount", "/fields/expected_close"]
    assert problem["unmet"][0]["input"] == {"type": "money", "minimum": 0}
    assert problem["unmet"][0]["how"] == {"method": "PATCH", "path": f"/v1/deals/{deal['id']}"}
    assert unchanged == deal
    assert (moved["stage"], moved["amount"], moved["base_amount"], moved["version"]) == (
        "Offer",
        euros("100.00"),
        euros("100.00"),
        3,
    )
    assert [each["what"] for each in history["changes"]] == ["opened", "changed", "stage_changed"]
    assert [each["stage"] for each in history["passages"]] == ["Talk", "Offer"]
    assert await world.get(f"/v1/deals/{deal['id']}") == moved


async def test_fields_that_are_refused_leave_the_deal_where_it_is(world: World) -> None:
    pipeline = await gated(world, {"kind": "required_fields", "fields": ["amount"]})
    deal = await world.deal(pipeline_id=pipeline["id"])

    unknown = await move(world, deal, "Offer", fields={"owner_id": str(named("nobody"))})
    rateless = await move(world, deal, "Offer", fields={"amount": {"amount": "1.00", "currency": "JPY"}})

    assert (unknown["code"], rateless["code"]) == ("reference_unknown", "rate_missing")
    assert await world.get(f"/v1/deals/{deal['id']}") == deal


async def test_a_product_is_presented_only_when_the_need_is_known(world: World) -> None:
    pipeline = await world.post("/v1/pipelines/from-template/six-step")
    deal = await world.deal(pipeline_id=pipeline["id"])
    path = f"/v1/deals/{deal['id']}/needs"

    problem = await move(world, deal, "Present the product")
    need = await world.post(path, {"words": "We want to see every machine", "tags": ["overview"]})
    moved = await move(world, deal, "Present the product")

    assert needed(problem) == [("need_recorded", None)]
    assert problem["unmet"][0]["how"] == {"method": "POST", "path": path}
    assert moved["stage"] == "Present the product"
    back = await move(world, deal, "Contact the client")
    assert back["stage"] == "Contact the client"
    answer = await world.send("DELETE", f"{path}/{need['id']}", headers=ANY)
    assert answer.status_code == 204
    assert needed(await move(world, deal, "Present the product")) == [("need_recorded", None)]


async def test_a_template_may_be_used_with_its_gates_switched_off(world: World) -> None:
    pipeline = await world.post("/v1/pipelines/from-template/six-step", {"gates": False})
    deal = await world.deal(pipeline_id=pipeline["id"])

    moved = await move(world, deal, "Present the product")

    assert moved["stage"] == "Present the product"
    assert [gate["active"] for gate in pipeline["win_gates"]] == [False]


async def test_winning_waits_until_objections_are_cleared(world: World) -> None:
    pipeline = await world.post("/v1/pipelines/from-template/six-step")
    deal = await world.deal(pipeline_id=pipeline["id"])
    path = f"/v1/deals/{deal['id']}/objections"
    raised = await world.post(path, {"kind": "price", "text": "Too dear"})

    refused = await world.send("POST", f"/v1/deals/{deal['id']}/win", json={}, headers=ANY)
    resolved = await world.send(
        "PATCH",
        f"{path}/{raised['id']}",
        json={"answer": "It saves twice as much", "resolved_at": "2027-03-01T09:00:00Z"},
        headers={"If-Match": '"1"'},
    )
    won = await world.post(f"/v1/deals/{deal['id']}/win")

    assert needed(refused.json()) == [("objections_cleared", None)]
    assert (resolved.status_code, won["status"]) == (200, "won")
    assert [each["type"] for each in await world.events(deal["id"])] == [
        "pipeline.deal.opened",
        "pipeline.deal.objection_raised",
        "pipeline.deal.objection_resolved",
        "pipeline.deal.won",
    ]
    assert "dear" not in str(await world.events(deal["id"]))


async def test_winning_needs_the_signing_date_where_the_pipeline_says_so(world: World) -> None:
    pipeline = await gated(world, win_gates=[{"kind": "signing_date"}])
    deal = await world.deal(pipeline_id=pipeline["id"])
    path = f"/v1/deals/{deal['id']}"

    refused = await world.send("POST", f"{path}/win", json={}, headers=ANY)
    closing = {"contract_number": "C-1", "contract_version": "2", "signing_date": "2027-03-01"}
    said = await world.send("PUT", f"{path}/closing", json=closing, headers=ANY)
    won = await world.post(f"{path}/win")

    assert needed(refused.json()) == [("signing_date", "signing_date")]
    assert (said.json()["contract_number"], said.json()["version"]) == ("C-1", 1)
    assert won["status"] == "won"


async def test_losing_has_gates_too(world: World) -> None:
    pipeline = await gated(world, lose_gates=[{"kind": "required_fields", "fields": ["competitor"]}])
    deal = await world.deal(pipeline_id=pipeline["id"])
    path = f"/v1/deals/{deal['id']}/lose"

    refused = await world.send("POST", path, json={"reason": "price"}, headers=ANY)
    lost = await world.post(path, {"reason": "price", "fields": {"competitor": "Globex"}})

    assert needed(refused.json()) == [("required_fields", "competitor")]
    assert (lost["status"], lost["competitor"], lost["loss_reason"]) == ("lost", "Globex", "price")


async def test_a_condition_over_the_deal_holds_or_says_that_it_does_not(world: World) -> None:
    gate = {"kind": "expression", "expression": "deal.amount >= 1000.0 && deal.needs > 0"}
    pipeline = await gated(world, gate)
    deal = await world.deal(pipeline_id=pipeline["id"])

    await world.post(f"/v1/deals/{deal['id']}/needs", {"words": "Speed"})
    unset = await move(world, deal, "Offer")
    small = await move(world, deal, "Offer", fields={"amount": euros("999.99")})
    moved = await move(world, deal, "Offer", fields={"amount": euros("1000.00")})

    assert "asks for what the deal does not have" in unset["unmet"][0]["detail"]
    assert "does not hold" in small["unmet"][0]["detail"]
    assert moved["stage"] == "Offer"


async def test_a_message_of_ones_own_is_shown_and_an_inactive_gate_asks_nothing(world: World) -> None:
    pipeline = await gated(
        world,
        {"kind": "need_recorded", "message": "Listen first."},
        {"kind": "signing_date", "active": False},
    )
    deal = await world.deal(pipeline_id=pipeline["id"])

    problem = await move(world, deal, "Offer")

    assert [each["detail"] for each in problem["unmet"]] == ["Listen first."]


async def test_only_the_roles_named_may_move_it(world: World) -> None:
    pipeline = await gated(world, {"kind": "roles", "roles": ["manager", "director"]})
    deal = await world.deal(REP, pipeline_id=pipeline["id"])

    refused = await move(world, deal, "Offer", REP)
    moved = await move(world, deal, "Offer", MANAGER)

    assert needed(refused) == [("roles", None)]
    assert moved["stage"] == "Offer"


async def test_what_leaving_a_stage_asks_for_is_not_asked_on_the_way_back(world: World) -> None:
    pipeline = await world.post(
        "/v1/pipelines",
        {
            "name": "Sales",
            "stages": [
                {"name": "Talk"},
                {"name": "Offer", "exit_gates": [{"kind": "need_recorded"}]},
                {"name": "Sign"},
            ],
        },
    )
    deal = await world.deal(pipeline_id=pipeline["id"], stage="Offer")

    assert needed(await move(world, deal, "Sign")) == [("need_recorded", None)]
    assert (await move(world, deal, "Talk"))["stage"] == "Talk"


async def test_no_stage_is_jumped_over_where_that_is_not_allowed(world: World) -> None:
    pipeline = await gated(world, skipping_allowed=False)
    deal = await world.deal(pipeline_id=pipeline["id"])

    problem = await move(world, deal, "Sign")
    opened = await world.refusal(
        "POST", "/v1/deals", {"name": "B", "pipeline_id": pipeline["id"], "stage": "Sign"}
    )

    assert needed(problem) == [("skipping_allowed", None)]
    assert problem["unmet"][0]["input"]["stages"] == ["Offer"]
    assert opened[:2] == (409, "gates_unmet")
    await move(world, deal, "Offer")
    assert (await move(world, deal, "Sign"))["stage"] == "Sign"
    assert (await move(world, deal, "Talk"))["stage"] == "Talk"


async def test_a_screen_reads_what_each_stage_still_needs(world: World) -> None:
    pipeline = await gated(
        world,
        {"kind": "required_fields", "fields": ["amount"]},
        win_gates=[{"kind": "objections_cleared"}, {"kind": "signing_date"}],
    )
    deal = await world.deal(pipeline_id=pipeline["id"])

    gates = await gates_of(world, deal)

    assert {name: each["allowed"] for name, each in gates.items()} == {
        "here": True,
        "Offer": False,
        "Sign": True,
        "win": False,
        "lose": True,
    }
    assert [each["kind"] for each in gates["win"]["unmet"]] == ["signing_date"]
    await world.post(f"/v1/deals/{deal['id']}/lose", {"reason": "price"})
    assert await gates_of(world, deal) == {}


async def test_a_manager_passes_gates_with_a_reason_where_the_pipeline_allows_it(world: World) -> None:
    pipeline = await gated(world, {"kind": "need_recorded", "label": "Need known"}, override_allowed=True)
    deal = await world.deal(REP, pipeline_id=pipeline["id"])

    by_rep = await move(world, deal, "Offer", REP, override_reason="In a hurry")
    without = await move(world, deal, "Offer", MANAGER)
    moved = await move(world, deal, "Offer", MANAGER, override_reason="Known customer")
    last = (await world.get(f"/v1/deals/{deal['id']}/history"))["changes"][-1]
    event = (await world.events(deal["id"]))[-1]["data"]

    assert (needed(by_rep), by_rep["override_allowed"]) == ([("need_recorded", None)], False)
    assert (needed(without), without["override_allowed"]) == ([("need_recorded", None)], True)
    assert moved["stage"] == "Offer"
    assert (last["reason"], last["overridden_gates"]) == ("Known customer", ["Need known"])
    assert (event["override_reason"], event["overridden_gates"]) == ("Known customer", ["Need known"])


async def test_no_reason_helps_where_overriding_is_not_allowed(world: World) -> None:
    pipeline = await gated(world, {"kind": "need_recorded"})
    deal = await world.deal(pipeline_id=pipeline["id"])

    problem = await move(world, deal, "Offer", override_reason="Please")

    assert (needed(problem), problem["override_allowed"]) == ([("need_recorded", None)], False)


async def test_a_loaded_past_is_not_gated_and_what_is_missing_shows_afterwards(world: World) -> None:
    pipeline = await gated(world, {"kind": "need_recorded"})
    item = {
        "name": "Old",
        "pipeline_id": pipeline["id"],
        "stage_history": [
            {"stage": "Talk", "entered_at": "2027-01-01T09:00:00Z"},
            {"stage": "Offer", "entered_at": "2027-01-05T09:00:00Z"},
        ],
    }

    deal = await world.post("/v1/deals", item)

    here = (await gates_of(world, deal))["here"]
    assert (here["stage"], here["allowed"], here["unmet"][0]["kind"]) == ("Offer", False, "need_recorded")


async def test_a_deal_of_a_converted_lead_is_not_gated_and_shows_what_its_first_stage_asks(
    world: World,
) -> None:
    stages = [{"name": "Talk", "entry_gates": [{"kind": "required_fields", "fields": ["amount"]}]}]
    pipeline = await world.post("/v1/pipelines", {"name": "A", "stages": stages})
    wanted = DealWanted(deal_id=named("deal"), name="Acme", pipeline_id=pipeline["id"])
    await world.consume(told(converted(wanted), named("lead")))

    gates = await gates_of(world, {"id": str(named("deal"))})

    assert [each["field"] for each in gates["here"]["unmet"]] == ["amount"]


def converted(wanted: DealWanted) -> LeadConverted:
    return LeadConverted(
        lead_id=named("lead"),
        status="converted",
        created_at=NOW,
        source="fair",
        owner_id=named("rep"),
        account_id=named("Acme"),
        deal=wanted,
    )


async def test_a_deal_is_not_opened_past_gates_it_does_not_meet(world: World) -> None:
    pipeline = await gated(world, {"kind": "need_recorded"})
    body = {"name": "B", "pipeline_id": pipeline["id"], "stage": "Offer"}

    alone = await world.refusal("POST", "/v1/deals", body, REP)
    batch = await world.post("/v1/deals/batch", {"items": [body]}, REP)

    assert alone[:2] == (409, "gates_unmet")
    assert batch["items"][0]["problem"]["code"] == "gates_unmet"
    assert await world.events() == []


async def test_a_rep_does_not_get_past_gates_by_a_batch_and_an_importer_loads(world: World) -> None:
    pipeline = await gated(world, {"kind": "need_recorded"})
    origin = {"source_system": "crm", "external_id": "1", "owner_id": REP.sub}
    item = {"name": "A", "pipeline_id": pipeline["id"], **origin}
    await world.post("/v1/deals/batch", {"items": [item]}, REP)

    by_rep = await world.post("/v1/deals/batch", {"items": [{**item, "stage": "Offer"}]}, REP)
    by_manager = await world.post("/v1/deals/batch", {"items": [{**item, "stage": "Offer"}]}, MANAGER)

    assert by_rep["items"][0]["problem"]["code"] == "gates_unmet"
    assert by_manager["items"][0]["status"] == "updated"


async def test_reopening_further_on_has_the_gates_of_a_move(world: World) -> None:
    pipeline = await gated(world, {"kind": "need_recorded"})
    deal = await world.deal(pipeline_id=pipeline["id"])
    await world.post(f"/v1/deals/{deal['id']}/lose", {"reason": "price"})

    refused = await world.refusal("POST", f"/v1/deals/{deal['id']}/reopen", {"stage": "Offer"})
    reopened = await world.post(f"/v1/deals/{deal['id']}/reopen")

    assert refused[:2] == (409, "gates_unmet")
    assert reopened["stage"] == "Talk"


async def approval_pipeline(world: World, **gate: Any) -> tuple[Json, str]:
    pipeline = await gated(world, {"kind": "approval", "label": "Discount", **gate})
    return pipeline, pipeline["stages"][1]["entry_gates"][0]["id"]


async def test_an_approval_is_asked_for_given_and_covers_the_amount(world: World) -> None:
    pipeline, gate = await approval_pipeline(world)
    deal = await world.deal(REP, pipeline_id=pipeline["id"], amount=euros("1000.00"))
    path = f"/v1/deals/{deal['id']}"

    problem = await move(world, deal, "Offer", REP)
    asked = await world.post(f"{path}/approvals", {"gate_id": gate, "comment": "Ten percent"}, REP)
    waiting = (await world.get("/v1/approvals", MANAGER, status="pending"))["items"]
    own = await world.refusal("POST", f"/v1/approvals/{asked['id']}/approve", {}, REP)
    given = await world.post(f"/v1/approvals/{asked['id']}/approve", {"comment": "Fine"}, MANAGER)
    more = await move(world, deal, "Offer", REP, fields={"amount": euros("1000.01")})
    moved = await move(world, deal, "Offer", REP, fields={"amount": euros("900.00")})

    assert needed(problem) == [("approval", None)]
    assert problem["unmet"][0]["how"] == {"method": "POST", "path": f"{path}/approvals"}
    assert [each["id"] for each in waiting] == [asked["id"]]
    assert own[:2] == (403, "forbidden")
    assert (given["status"], given["decided_by"], given["amount"]) == (
        "approved",
        MANAGER.sub,
        euros("1000.00"),
    )
    assert needed(more) == [("approval", None)]
    assert moved["stage"] == "Offer"


async def test_a_rejected_approval_does_not_let_pass_and_may_be_asked_for_again(world: World) -> None:
    pipeline, gate = await approval_pipeline(world)
    deal = await world.deal(REP, pipeline_id=pipeline["id"])
    path = f"/v1/deals/{deal['id']}/approvals"
    asked = await world.post(path, {"gate_id": gate}, REP)

    twice = await world.refusal("POST", path, {"gate_id": gate}, REP)
    await world.post(f"/v1/approvals/{asked['id']}/reject", {"comment": "No"}, DIRECTOR)
    again = await world.refusal("POST", f"/v1/approvals/{asked['id']}/approve", {}, MANAGER)

    assert twice[:2] == (409, "approval_pending")
    assert again[:2] == (409, "state_conflict")
    assert needed(await move(world, deal, "Offer", REP)) == [("approval", None)]
    assert (await world.post(path, {"gate_id": gate}, REP))["status"] == "pending"


async def test_the_member_a_gate_names_approves_without_seeing_the_deal_otherwise(world: World) -> None:
    pipeline, gate = await approval_pipeline(world, approver_id=OTHER_REP.sub)
    deal = await world.deal(REP, pipeline_id=pipeline["id"])
    asked = await world.post(f"/v1/deals/{deal['id']}/approvals", {"gate_id": gate}, REP)
    stranger = who("stranger", "rep", "own", "south")

    seen = (await world.get("/v1/approvals", OTHER_REP))["items"]
    manager = await world.refusal("POST", f"/v1/approvals/{asked['id']}/approve", {}, MANAGER)
    unseen = await world.refusal("POST", f"/v1/approvals/{asked['id']}/approve", {}, stranger)
    await world.post(f"/v1/approvals/{asked['id']}/approve", {}, OTHER_REP)

    assert ([each["id"] for each in seen], (await world.get("/v1/approvals", stranger))["items"]) == (
        [asked["id"]],
        [],
    )
    assert (manager[:2], unseen[:2]) == ((403, "forbidden"), (404, "approval_not_found"))
    assert (await move(world, deal, "Offer", REP))["stage"] == "Offer"


async def test_an_approval_ends_with_its_time_and_that_is_told(world: World) -> None:
    pipeline, gate = await approval_pipeline(world, valid_days=3)
    deal = await world.deal(REP, pipeline_id=pipeline["id"])
    asked = await world.post(f"/v1/deals/{deal['id']}/approvals", {"gate_id": gate}, REP)
    await world.post(f"/v1/approvals/{asked['id']}/approve", {}, MANAGER)

    world.now += days(3)
    late = await move(world, deal, "Offer", REP)
    await world.work_off()
    await world.work_off()

    assert needed(late) == [("approval", None)]
    assert (await world.get(f"/v1/approvals/{asked['id']}"))["status"] == "expired"
    kinds = [each["type"].rsplit(".")[-1] for each in await world.events(deal["id"])]
    assert kinds == ["opened", "approval_requested", "approval_decided", "approval_expired"]


async def test_a_checklist_is_done_item_by_item_and_the_expected_result_came_or_not(world: World) -> None:
    pipeline = await world.post(
        "/v1/pipelines",
        {
            "name": "Sales",
            "stages": [
                {
                    "name": "Talk",
                    "exit_gates": [{"kind": "checklist_done"}],
                    "checklist": [{"label": "Budget asked"}, {"label": "Sent a card", "required": False}],
                    "actions": [{"label": "Call", "expected_result": "A meeting"}],
                },
                {"name": "Offer"},
            ],
        },
    )
    deal = await world.deal(REP, pipeline_id=pipeline["id"])
    path = f"/v1/deals/{deal['id']}/checklist"
    before = await world.get(path, REP)
    ids = {each["label"]: each["id"] for each in before["items"]}

    problem = await move(world, deal, "Offer", REP)
    body = {
        "items": [
            {"id": ids["Budget asked"], "done": True},
            {"id": ids["Call"], "done": True, "result_came": False, "note": "On holiday"},
        ]
    }
    answers = [await world.send("PUT", path, REP, json=body, headers=ANY) for _ in range(2)]
    moved = await move(world, deal, "Offer", REP)
    strange = await world.refusal("PUT", path, {"items": [{"id": ids["Call"], "done": True}]})

    assert needed(problem) == [("checklist_done", None)]
    assert problem["unmet"][0]["input"]["items"] == ["Budget asked"]
    done = {each["label"]: each for each in answers[0].json()["items"]}
    assert (answers[0].json()["complete"], done["Budget asked"]["by"]) == (True, REP.sub)
    assert (done["Call"]["result_came"], done["Call"]["expected_result"]) == (False, "A meeting")
    assert [answer.headers["ETag"] for answer in answers] == ['"2"', '"2"']
    assert moved["stage"] == "Offer"
    assert strange == (422, "reference_unknown", [("/items/0/id", "reference_unknown")])


async def test_a_supervisor_reads_the_deals_of_the_stages_supervised_and_changes_none(world: World) -> None:
    pipeline = await world.post(
        "/v1/pipelines/from-template/three-part", {"supervisors": {"First deals": OTHER_REP.sub}}
    )
    deal = await world.deal(REP, pipeline_id=pipeline["id"], stage="First deals")
    hidden = await world.deal(REP, pipeline_id=pipeline["id"])
    path = f"/v1/deals/{deal['id']}"

    listed = (await world.get("/v1/deals", OTHER_REP))["items"]
    summary = await world.get("/v1/pipeline/summary", OTHER_REP, pipeline_id=pipeline["id"])

    assert [each["id"] for each in listed] == [deal["id"]]
    assert await world.get(path, OTHER_REP) == deal
    assert [each["open_deals"] for each in summary["stages"]] == [0, 1, 0]
    assert (await world.get(f"{path}/needs", OTHER_REP))["items"] == []
    assert (await world.refusal("GET", f"/v1/deals/{hidden['id']}", by=OTHER_REP))[0] == 404
    for method, tail, body in (
        ("PATCH", "", {"name": "Mine"}),
        ("POST", "/win", {}),
        ("POST", "/needs", {"words": "x"}),
    ):
        assert (await world.refusal(method, path + tail, body, OTHER_REP))[0] == 404


async def test_what_gates_may_be_made_of_is_listed(world: World) -> None:
    listed = await world.get("/v1/gates/variables", REP)

    assert "required_fields" in listed["kinds"]
    assert listed["fields"]["amount"] == {"type": "money", "minimum": 0}
    assert {"deal.amount", "deal.needs", "now"} <= {each["name"] for each in listed["variables"]}


@pytest.mark.parametrize(
    "gate",
    [
        {"kind": "required_fields"},
        {"kind": "required_fields", "fields": ["colour"]},
        {"kind": "expression"},
        {"kind": "roles"},
        {"kind": "need_recorded", "roles": ["rep"]},
        {"kind": "magic"},
    ],
)
async def test_a_gate_that_makes_no_sense_is_refused(world: World, gate: Json) -> None:
    stages = [{"name": "Talk", "entry_gates": [gate]}]

    refused = await world.refusal("POST", "/v1/pipelines", {"name": "A", "stages": stages})

    assert refused[:2] == (422, "validation_failed")
    assert refused[2][0][0].startswith("/stages/0/entry_gates/0")
