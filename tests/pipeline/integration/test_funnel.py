"""The funnel: every deal counted once at every stage, and nothing else."""

from services.pipeline.pipeline.templates import default_pipeline
from tests.pipeline.integration.world import (
    MANAGER,
    OTHER_REP,
    REP,
    Json,
    World,
    days,
    euros,
    iso,
    named,
)

FUNNEL = "/v1/funnel"
Q, A, P, N = (stage.name for stage in default_pipeline().stages)


def stages(funnel: Json, figure: str) -> list[object]:
    """One figure of each stage in order."""
    return [stage[figure] for stage in funnel["stages"]]


async def lives(world: World) -> None:
    """Five deals of different lives, and the funnel they make.

    won through all; lost in Proposal after jumping over; won by jumping from Needs analysis; back from
    Negotiation to Needs analysis and open; open in Qualification.
    """
    straight = await world.deal(REP, amount=euros("100.00"))
    jumper = await world.deal(REP, amount=euros("200.00"))
    early = await world.deal(OTHER_REP, amount=euros("400.00"))
    back = await world.deal(OTHER_REP, amount=euros("800.00"))
    await world.deal(REP)
    world.now += days(2)
    for deal, steps in ((straight, (A, P, N)), (jumper, (P,)), (early, (A,)), (back, (N, A))):
        for stage in steps:
            world.now += days(1)
            await world.post(f"/v1/deals/{deal['id']}/stage", {"stage": stage})
    world.now += days(1)
    await world.post(f"/v1/deals/{straight['id']}/win")
    await world.post(f"/v1/deals/{early['id']}/win")
    await world.post(f"/v1/deals/{jumper['id']}/lose", {"reason": "price"})


async def test_a_cohort_is_followed_through_all_stages(world: World) -> None:
    await lives(world)

    funnel = await world.get(FUNNEL)

    assert stages(funnel, "stage") == [Q, A, P, N]
    assert stages(funnel, "entered") == [5, 4, 4, 3]
    assert stages(funnel, "jumped_over") == [0, 1, 2, 1]
    assert stages(funnel, "moved_on") == [4, 3, 2, 2]
    assert stages(funnel, "lost") == [0, 0, 1, 0]
    assert stages(funnel, "still_there") == [1, 1, 0, 0]
    assert stages(funnel, "went_back") == [0, 0, 1, 1]
    assert stages(funnel, "entered_next") == [4, 4, 3, 2]
    assert stages(funnel, "returned") == [0, 1, 0, 0]
    assert stages(funnel, "conversion") == [0.8, 1.0, 0.75, 0.6667]
    assert stages(funnel, "cumulative_conversion") == [1.0, 0.8, 0.8, 0.6]
    assert stages(funnel, "value") == [euros(f"{each}.00") for each in (1500, 1500, 1500, 1300)]
    assert stages(funnel, "lost_value") == [euros(f"{each}.00") for each in (0, 0, 200, 0)]
    totals = funnel["totals"]
    assert (totals["deals"], totals["open"], totals["won"], totals["lost"]) == (5, 2, 2, 1)
    assert (totals["won_share"], totals["won_value"], totals["without_amount"]) == (0.4, euros("500.00"), 1)


async def test_days_are_those_of_the_stays_that_ended(world: World) -> None:
    await lives(world)

    funnel = await world.get(FUNNEL)

    # Qualification was left after 3, 6, 7 and 8 days; Needs analysis after 1 and 3, and one is there.
    assert stages(funnel, "stays")[:2] == [4, 2]
    assert stages(funnel, "days_mean")[:2] == [6.0, 2.0]
    assert stages(funnel, "days_median")[:2] == [6.5, 2.0]


async def test_a_period_counts_what_entered_in_it(world: World) -> None:
    await lives(world)
    last = world.now
    await world.deal(created_at=iso(last - days(400)), stage=P)

    month: Json = {"basis": "period", "from": "2027-03-01", "to": "2027-03-31"}
    funnel = await world.get(FUNNEL, **month)
    later = await world.get(FUNNEL, **{**month, "from": "2027-03-06"})

    assert stages(funnel, "entered") == [5, 4, 4, 3]
    # From the 6th on: one to Negotiation, two over Needs analysis, one into it, one back into it, two wins.
    assert stages(later, "entered") == [0, 3, 3, 3]
    assert stages(later, "entered_next") == [3, 3, 3, 2]
    assert later["totals"]["deals"] == 4


async def test_a_reopened_deal_counts_where_it_stands_now(world: World) -> None:
    deal = await world.deal(stage=P)
    path = f"/v1/deals/{deal['id']}"
    await world.post(f"{path}/win")
    world.now += days(1)
    won = await world.get(FUNNEL)
    await world.post(f"{path}/reopen")

    again = await world.get(FUNNEL)

    assert (stages(won, "entered"), won["totals"]["won"]) == ([1, 1, 1, 1], 1)
    assert (stages(again, "entered"), again["totals"]["won"]) == ([1, 1, 1, 0], 0)
    assert (stages(again, "still_there"), stages(again, "reopened")) == ([0, 0, 1, 0], [0, 0, 1, 0])


async def test_it_is_split_and_the_parts_add_up(world: World) -> None:
    await lives(world)

    funnel = await world.get(FUNNEL, group_by="owner")
    by_team = await world.get(FUNNEL, group_by="team")

    groups = {group["key"]: group for group in funnel["groups"]}
    assert groups.keys() == {REP.sub, OTHER_REP.sub}
    assert stages(groups[REP.sub], "entered") == [3, 2, 2, 1]
    for figure in ("entered", "moved_on", "lost", "still_there", "went_back", "stays"):
        parts = zip(*(stages(group, figure) for group in funnel["groups"]), strict=True)
        assert [sum(part) for part in parts] == stages(funnel, figure)
    assert {group["key"]: group["totals"]["deals"] for group in by_team["groups"]} == {
        str(named("north-1")): 3,
        str(named("south")): 2,
    }


async def test_everybody_sees_the_funnel_of_what_they_see(world: World) -> None:
    await lives(world)

    assert (await world.get(FUNNEL, REP))["totals"]["deals"] == 3
    assert (await world.get(FUNNEL, MANAGER))["totals"]["deals"] == 3
    assert (await world.get(FUNNEL, team_id=str(named("south"))))["totals"]["deals"] == 2
    assert (await world.get(FUNNEL, owner_id=REP.sub))["totals"]["deals"] == 3


async def test_a_removed_stage_counts_as_the_one_its_deals_went_on_in(world: World) -> None:
    plan = [{"name": "Talk"}, {"name": "Offer"}, {"name": "Sign"}]
    made = await world.post("/v1/pipelines", {"name": "Short", "stages": plan})
    await world.deal(pipeline_id=made["id"], stage="Offer")
    lost = await world.deal(pipeline_id=made["id"], stage="Offer")
    await world.post(f"/v1/deals/{lost['id']}/lose", {"reason": "price"})
    edit = {"stages": [plan[0], plan[2]], "moves": {"Offer": "Sign"}}
    path = f"/v1/pipelines/{made['id']}"
    answer = await world.send("PATCH", path, json=edit, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text

    funnel = await world.get(FUNNEL, pipeline_id=made["id"])

    assert stages(funnel, "stage") == ["Talk", "Sign"]
    assert stages(funnel, "entered") == [2, 2]
    assert (stages(funnel, "lost"), stages(funnel, "still_there")) == ([0, 1], [0, 1])


async def test_deals_of_a_retired_pipeline_count_where_they_went_on(world: World) -> None:
    old = await world.post("/v1/pipelines", {"name": "Old", "stages": [{"name": "Begin"}, {"name": "End"}]})
    new = await world.post("/v1/pipelines", {"name": "New", "stages": [{"name": "One"}, {"name": "Two"}]})
    await world.deal(pipeline_id=old["id"], stage="End")
    await world.post(
        f"/v1/pipelines/{old['id']}/retire",
        {"target_pipeline_id": new["id"], "moves": {"Begin": "One", "End": "Two"}},
    )

    funnel = await world.get(FUNNEL, pipeline_id=new["id"])

    assert (stages(funnel, "entered"), stages(funnel, "still_there")) == ([1, 1], [0, 1])


async def test_every_figure_has_its_definition(world: World) -> None:
    funnel = await world.get(FUNNEL)

    shown = (funnel["stages"][0].keys() | funnel["totals"].keys()) - {
        *("pipeline_id", "pipeline", "stage_id", "stage", "position", "open", "won"),
        *("open_value", "won_value"),
    }
    assert shown <= funnel["definitions"].keys()
    assert funnel["definitions"]["conversion"]["denominator"] == "Entered"


async def test_what_is_not_known_is_refused(world: World) -> None:
    assert (await world.refusal("GET", f"{FUNNEL}?colour=red"))[:2] == (400, "unknown_parameter")
    assert (await world.refusal("GET", f"{FUNNEL}?period=2027-Q9"))[:2] == (400, "period_invalid")


async def test_it_is_split_by_an_own_field_as_it_was(world: World) -> None:
    await world.post("/v1/deal-fields", {"key": "plan", "label": "Plan", "type": "text"})
    await world.deal(custom={"plan": "gold"})
    deal = await world.deal()
    then = iso(world.now)
    world.now += days(1)
    seen = {"If-Match": '"1"'}
    patch = {"custom": {"plan": "basic"}}
    edited = await world.send("PATCH", f"/v1/deals/{deal['id']}", json=patch, headers=seen)
    assert edited.status_code == 200, edited.text

    now = await world.get(FUNNEL, group_by="custom.plan")
    earlier = await world.get(FUNNEL, group_by="custom.plan", as_of=then)

    assert [group["key"] for group in now["groups"]] == ["basic", "gold"]
    assert [group["key"] for group in earlier["groups"]] == ["gold", None]
    refused = await world.refusal("GET", f"{FUNNEL}?group_by=custom.colour")
    assert refused == (400, "invalid_parameter", [("/query/group_by", "unknown_field")])
