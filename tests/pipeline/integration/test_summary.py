"""The pipeline at a glance: by stage, in base currency, of what the caller may see."""

from datetime import datetime, timedelta

from services.pipeline.pipeline.templates import default_pipeline
from tests.pipeline.integration.world import (
    MANAGER,
    NOW,
    OTHER_REP,
    REP,
    Json,
    World,
    days,
    euros,
    named,
)

SUMMARY = "/v1/pipeline/summary"


async def some_deals(world: World) -> None:
    """Two of the rep (one in dollars), one of the other, one without amount; one won, one lost."""
    await world.deal(REP, stage="Proposal", amount=euros("100.00"))
    await world.deal(REP, stage="Proposal", amount={"amount": "50.00", "currency": "USD"})
    await world.deal(OTHER_REP, stage="Proposal", amount=euros("0.01"))
    await world.deal(stage="Negotiation")
    won = await world.deal(REP, stage="Negotiation", amount=euros("7.00"))
    lost = await world.deal(REP, stage="Proposal", amount=euros("9.00"))
    await world.post(f"/v1/deals/{won['id']}/win")
    await world.post(f"/v1/deals/{lost['id']}/lose", {"reason": "price"})


def stage(summary: Json, name: str) -> Json:
    return next(each for each in summary["stages"] if each["stage"] == name)


async def test_every_stage_has_its_figures(world: World) -> None:
    await some_deals(world)

    summary = await world.get(SUMMARY)
    proposal, negotiation = stage(summary, "Proposal"), stage(summary, "Negotiation")

    assert [each["stage"] for each in summary["stages"]] == [each.name for each in default_pipeline().stages]
    assert (proposal["open_deals"], proposal["amount"], proposal["weighted"]) == (
        3,
        euros("125.01"),
        euros("62.50"),
    )
    assert (proposal["lost_deals"], proposal["lost_amount"]) == (1, euros("9.00"))
    assert (negotiation["won_deals"], negotiation["won_amount"]) == (1, euros("7.00"))
    assert (negotiation["open_deals"], negotiation["deals_without_amount"]) == (1, 1)


async def test_the_totals_are_those_of_the_stages(world: World) -> None:
    await some_deals(world)

    totals = (await world.get(SUMMARY))["totals"]

    assert (totals["open_deals"], totals["won_deals"], totals["lost_deals"]) == (4, 1, 1)
    assert (totals["amount"], totals["weighted"]) == (euros("125.01"), euros("62.50"))


async def test_everybody_sees_the_summary_of_what_they_see(world: World) -> None:
    await some_deals(world)

    rep, manager = await world.get(SUMMARY, REP), await world.get(SUMMARY, MANAGER)

    assert (rep["totals"]["open_deals"], rep["totals"]["amount"]) == (2, euros("125.00"))
    assert (manager["totals"]["open_deals"], manager["totals"]["amount"]) == (3, euros("125.00"))


async def test_a_team_means_the_team_and_those_below(world: World) -> None:
    await some_deals(world)

    north = await world.get(SUMMARY, team_id=str(named("north")))
    south = await world.get(SUMMARY, team_id=str(named("south")))
    rep = await world.get(SUMMARY, owner_id=REP.sub)

    assert north["totals"]["amount"] == rep["totals"]["amount"] == euros("125.00")
    assert south["totals"]["amount"] == euros("0.01")


async def test_one_pipeline_shows_its_stages_only(world: World) -> None:
    made = await world.post("/v1/pipelines/from-template/six-step")

    summary = await world.get(SUMMARY, pipeline_id=made["id"])

    assert [each["stage_id"] for each in summary["stages"]] == [each["id"] for each in made["stages"]]
    assert summary["totals"]["amount"] == euros("0.00")


async def test_a_probability_of_zero_weighs_nothing_and_none_is_counted_apart(world: World) -> None:
    made = await world.post(
        "/v1/pipelines", {"name": "A", "stages": [{"name": "Talk"}, {"name": "Hope", "probability": 0}]}
    )
    for name in ("Talk", "Hope"):
        await world.deal(pipeline_id=made["id"], stage=name, amount=euros("10.00"))

    talk, hope = (await world.get(SUMMARY, pipeline_id=made["id"]))["stages"]

    assert (talk["weighted"], talk["unweighted_deals"]) == (euros("0.00"), 1)
    assert (hope["weighted"], hope["unweighted_deals"]) == (euros("0.00"), 0)


async def test_a_deal_is_overdue_from_when_its_stage_should_be_done(world: World) -> None:
    deal = await world.deal(stage="Negotiation")
    world.now += days(14)
    await world.deal(stage="Negotiation")
    await world.work_off()
    due_at = datetime.fromisoformat((await world.get(f"/v1/deals/{deal['id']}"))["due_at"])

    world.now = due_at - timedelta(seconds=1)
    before = (await world.get(SUMMARY))["totals"]["overdue_deals"]
    world.now = due_at
    then = (await world.get(SUMMARY))["totals"]["overdue_deals"]

    assert (before, then) == (0, 1)
    assert due_at - NOW > days(14)
