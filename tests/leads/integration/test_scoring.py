"""Leads are scored by what became of earlier ones; each score says why, each model how good it is."""

import math
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from services.leads.scoring.use_cases.run_training import run_training
from tests.leads.integration.history import load_history, made_up, outcome_of, train, trained
from tests.leads.integration.world import MANAGER, NOW, OTHER_REP, REP, World, iso


async def test_without_any_training_a_lead_has_no_score_and_says_so(world: World) -> None:
    lead = await world.lead()

    model = await world.get("/v1/scoring/model")

    assert (lead["score"], lead["grade"], lead["score_state"]) == (None, None, "no_model")
    assert (model["state"], model["version"]) == ("no_model", None)
    assert "40 won and 40 lost" in model["note"]


async def test_too_little_history_gives_no_score_and_says_how_much_is_missing(world: World) -> None:
    await load_history(world, list(made_up(60)))

    training = await train(world)

    model = await world.get("/v1/scoring/model")
    lead = await world.lead(source="referral")
    assert (training["status"], model["state"], model["active"]) == ("done", "insufficient_history", False)
    sample = model["sample_size"]
    assert sample["positive"] + sample["negative"] == 60
    assert f"{40 - sample['positive']} more won leads" in model["note"]
    assert (lead["score"], lead["score_state"]) == (None, "insufficient_history")


async def test_a_trained_model_publishes_how_good_it_is_on_later_leads(world: World) -> None:
    model = await trained(world)

    assert (model["state"], model["active"], model["version"]) == ("ok", True, 1)
    assert model["split"]["train_n"] == 280
    assert model["split"]["test_n"] == 120
    assert model["auc"] > 0.6
    assert model["brier"] < model["baseline_brier"]
    assert sum(row["leads"] for row in model["reliability"]) == 120
    assert len(model["reliability"]) == 10
    assert {"naive_bayes", "plain_logistic"} == set(model["compared_with"])
    assert model["inputs"][0]["input"] == "source"
    assert {"auc", "brier", "baseline_brier", "log_loss", "reliability"} <= set(model["definitions"])


async def test_a_new_lead_is_scored_in_the_answer_by_the_one_statement_that_writes_it(world: World) -> None:
    await trained(world)

    async with world.statements() as asked:
        good = await world.lead(source="referral", attributes={"seats": 380})
    bad = await world.lead(source="bought list", attributes={"seats": 5})

    assert len(asked) == 1
    assert 0 < bad["score"] < 0.3 < good["score"] < 1
    assert good["grade"] in ("A", "B")
    assert good["score_state"] == "ok"
    assert bad["grade"] in ("C", "D")
    (created,) = await world.events(good["id"])
    assert float(created["data"]["score"]) == good["score"]
    assert created["data"]["grade"] == good["grade"]


async def test_an_edit_of_what_scores_look_at_scores_anew_in_the_same_step(world: World) -> None:
    await trained(world)
    lead = await world.lead(source="bought list")

    edited = await world.patch(f"/v1/leads/{lead['id']}", {"source": "referral"}, 1)
    noted = await world.patch(f"/v1/leads/{lead['id']}", {"notes": "nice"}, 2)

    assert edited["score"] > lead["score"] + 0.2
    assert (edited["version"], noted["score"]) == (2, edited["score"])
    history = (await world.get(f"/v1/leads/{lead['id']}/score"))["history"]
    assert [step["score"] for step in history] == [edited["score"], lead["score"]]


async def test_two_members_edit_different_fields_and_both_count_for_the_score(world: World) -> None:
    await trained(world)
    lead = await world.lead(source="bought list")
    path = f"/v1/leads/{lead['id']}"

    await world.patch(path, {"source": "referral"}, 1)
    both = await world.patch(path, {"attributes": {"seats": 390}}, 1)

    assert (both["source"], both["attributes"]) == ("referral", {"seats": 390})


async def test_the_reasons_of_a_score_add_up_to_it(world: World) -> None:
    await trained(world)
    lead = await world.lead(source="referral", attributes={"seats": 300, "even": True})

    shown = await world.get(f"/v1/leads/{lead['id']}/score")
    full = (await world.get(f"/v1/leads/{lead['id']}/score/explain"))["probability"]

    start = math.log(full["average_lead"] / (1 - full["average_lead"]))
    odds = start + sum(each["log_odds"] for each in full["reasons_for"] + full["reasons_against"])
    assert 1 / (1 + math.exp(-odds)) == pytest.approx(lead["score"], abs=0.001)
    best = shown["probability"]["reasons_for"][0]
    assert (best["input"], best["answer"]) == ("source", "referral")
    assert 0 < best["won"] <= best["leads"] < 400
    assert best["won_share"] == pytest.approx(best["won"] / best["leads"], abs=0.001)
    assert (shown["score"], shown["model_version"]) == (lead["score"], 1)


async def test_a_lead_that_is_not_there_can_be_scored_without_writing_anything(world: World) -> None:
    await trained(world)
    leads = await world.count("lead")
    lead = await world.lead(source="referral", attributes={"seats": 300})

    simulated = await world.post(
        "/v1/scoring/simulate", {"name": lead["name"], "source": "referral", "attributes": {"seats": 300}}
    )

    assert (simulated["score"], simulated["grade"]) == (lead["score"], lead["grade"])
    assert await world.count("lead") == leads + 1


async def test_values_never_seen_and_broken_ones_are_scored_all_the_same(world: World) -> None:
    await trained(world)

    odd = await world.lead(source="carrier pigeon", attributes={"seats": "many", "even": 7, "new": True})
    bare = await world.lead()

    assert 0 < odd["score"] < 1
    assert 0 < bare["score"] < 1


async def test_training_again_on_the_same_outcomes_does_nothing(world: World) -> None:
    await load_history(world, list(made_up(100)))
    first = await world.send("POST", "/v1/scoring/train", json={})
    running = await world.send("POST", "/v1/scoring/train", json={})
    await run_training(world.database, world.now)

    again = await world.send("POST", "/v1/scoring/train", json={})

    assert (first.status_code, running.status_code, again.status_code) == (202, 202, 200)
    assert first.json()["id"] == running.json()["id"] == again.json()["id"]
    assert first.headers["Location"] == f"/v1/scoring/trainings/{first.json()['id']}"
    assert not await run_training(world.database, world.now)


async def test_open_leads_are_scored_in_the_background_once_there_is_a_model(world: World) -> None:
    lead = await world.lead(source="referral")
    await world.work_off()
    await trained(world)

    await world.work_off()

    scored = await world.get(f"/v1/leads/{lead['id']}")
    assert scored["score"] is not None
    assert (await world.events(lead["id"]))[-1]["type"] == "leads.lead.scored"
    await world.work_off()
    assert (await world.get(f"/v1/leads/{lead['id']}"))["version"] == scored["version"]


async def test_a_lead_taken_in_by_a_process_that_knows_no_model_yet_is_scored_by_triage(world: World) -> None:
    from services.leads.score_model.use_cases import current_model

    await trained(world)
    await world.work_off()
    current_model._kept.clear()
    lead = await world.lead(source="referral")

    await world.work_off()

    assert lead["score"] is None
    assert (await world.get(f"/v1/leads/{lead['id']}"))["score"] is not None


async def test_likeliest_leads_of_a_product_come_first(world: World) -> None:
    await trained(world)
    for source in ("website", "referral", "bought list"):
        await world.lead(source=source, product_interest="GTX Pro")
    await world.lead(source="referral", product_interest="MG Special")

    page = await world.get("/v1/leads/scores", product_id="GTX Pro", fields="id,score")

    scores = [item["score"] for item in page["items"]]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)


async def test_another_reps_lead_shows_no_score(world: World) -> None:
    lead = await world.lead(REP)

    status, code, _ = await world.refusal("GET", f"/v1/leads/{lead['id']}/score", by=OTHER_REP)

    assert (status, code) == (404, "lead_not_found")
    assert (await world.get(f"/v1/leads/{lead['id']}/score", MANAGER))["lead_id"] == lead["id"]


async def test_what_a_rep_wrote_after_the_first_talk_is_not_learned_from(world: World) -> None:
    history = list(made_up(300))
    loaded = await world.load("leads", *(lead for lead, _ in history))
    for result, (_, won) in list(zip(loaded, history, strict=True))[:80]:
        path = f"/v1/leads/{result['id']}"
        await world.post(f"{path}/qualify")
        await world.patch(path, {"attributes": {"verdict": "hot" if won else "cold"}}, 2)
    await world.load("leads/outcomes", *(outcome_of(lead, won=won) for lead, won in history))
    await train(world)

    model = await world.get("/v1/scoring/model")

    assert model["state"] == "ok"
    assert not [each for each in model["inputs"] if "verdict" in each["input"]]


async def test_a_kept_model_can_be_put_in_service_by_a_person(world: World) -> None:
    await trained(world, 200)
    await load_history(world, list(made_up(50, first=200)))
    await train(world)
    versions = [model["version"] for model in (await world.get("/v1/scoring/models"))["items"]]

    first = await world.post("/v1/scoring/models/1/activate")

    assert versions == [2, 1]
    assert (first["active"], (await world.get("/v1/scoring/model"))["version"]) == (True, 1)
    assert (await world.get("/v1/scoring/models/2"))["active"] is False
    assert (await world.refusal("POST", "/v1/scoring/models/9/activate", {}))[:2] == (404, "model_not_found")


async def test_outcomes_are_loaded_by_a_handful_of_statements_and_once(world: World) -> None:
    history = list(made_up(300))
    loaded = await world.load("leads", *(lead for lead, _ in history))
    outcomes = [outcome_of(lead, won=won) for lead, won in history]
    outcomes[0] = {"lead_id": loaded[0]["id"], "converted": False, "at": iso(NOW)}

    async with world.statements() as asked:
        first = await world.load("leads/outcomes", *outcomes)
    again = await world.load("leads/outcomes", *outcomes)

    assert len(asked) <= 5
    assert {result["status"] for result in first} == {"updated"}
    assert {result["status"] for result in again} == {"unchanged"}


async def test_faulty_outcomes_are_refused_one_by_one(world: World) -> None:
    lead = await world.lead()
    good = {"lead_id": lead["id"], "converted": True, "at": iso(NOW)}

    results = await world.load(
        "leads/outcomes",
        good,
        {**good, "lead_id": str(UUID(int=5))},
        {**good, "converted": False},
        {"converted": True, "at": iso(NOW)},
        {**good, "at": iso(NOW + timedelta(days=1))},
    )

    assert [result["status"] for result in results] == ["updated", *["rejected"] * 4]
    codes = [result["problem"]["code"] for result in results[1:]]
    assert codes == ["lead_not_found", "lead_not_open", "validation_failed", "validation_failed"]


async def test_scores_are_kept_as_exact_decimals(world: World) -> None:
    await trained(world)
    lead = await world.lead(source="referral")

    (event,) = await world.events(lead["id"])

    assert Decimal(event["data"]["score"]) == Decimal(str(lead["score"]))
