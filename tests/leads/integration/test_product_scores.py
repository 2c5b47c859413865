"""How likely one lead is with each product, and how much is known about that."""

from tests.leads.integration.history import load_history, made_up, train
from tests.leads.integration.world import OTHER_REP, REP, World, a_product, named


async def learned(world: World) -> None:
    """Who wants the good product mostly buys it, who wants the bad one does not; the new one is rare."""
    history = []
    for number, (lead, _) in enumerate(made_up(300)):
        product = "Rare" if number % 25 == 0 else "Good" if number % 2 else "Bad"
        won = number % 10 < 8 if product == "Good" else number % 10 < 2
        history.append(({**lead, "product_interest": product}, won))
    await load_history(world, history)
    await train(world)


async def test_a_lead_is_scored_for_each_product_with_enough_history(world: World) -> None:
    await learned(world)
    lead = await world.lead(REP, product_interest="BAD", source="website")

    found = await world.get(f"/v1/leads/{lead['id']}/product-scores", REP)

    scores = {each["product"]: each for each in found["items"]}
    assert found["items"][0]["product"] == "good" and found["model_version"] == 1
    assert scores["good"]["score"] > scores["BAD"]["score"] + 0.2
    assert (scores["BAD"]["own_interest"], scores["BAD"]["state"]) == (True, "ok")
    assert scores["BAD"]["score"] == (await world.get(f"/v1/leads/{lead['id']}", REP))["score"]
    assert scores["good"]["leads"] >= 20 and 0 < scores["good"]["won_share"] < 1
    if "rare" in scores:
        assert (scores["rare"]["score"], scores["rare"]["state"]) == (None, "insufficient_history")
    assert found["definitions"]["score"]["meaning"].startswith("Probability")
    assert (await world.refusal("GET", f"/v1/leads/{lead['id']}/product-scores", by=OTHER_REP))[0] == 404


async def test_leads_are_ranked_by_the_product_they_are_interested_in(world: World) -> None:
    await learned(world)
    await world.consume(a_product("Good"))
    lead = await world.lead(REP, product_interest="good", source="website")
    await world.lead(REP, product_interest="Bad", source="website")

    async def ranked(**asked: str) -> list[str]:
        return [each["id"] for each in (await world.get("/v1/leads/scores", REP, **asked))["items"]]

    found = await world.get(f"/v1/leads/{lead['id']}/product-scores", REP)

    assert await ranked(product_id=str(named("Good"))) == [lead["id"]]
    assert await ranked(product_interest="good") == [lead["id"]]
    assert len(await ranked(product_id="Bad")) == 1
    ids = {each["product"].lower(): each["product_id"] for each in found["items"]}
    assert (ids["good"], ids["bad"]) == (str(named("Good")), None)


async def test_without_a_model_nothing_is_said_about_any_product(world: World) -> None:
    lead = await world.lead(product_interest="Good")

    found = await world.get(f"/v1/leads/{lead['id']}/product-scores")

    (only,) = found["items"]
    assert (only["product"], only["score"], only["state"]) == ("Good", None, "insufficient_history")
    assert (found["model_version"], found["score_state"]) == (None, "no_model")
