"""What customers object to, in which stage, and how well it is answered."""

from typing import Any

from shared.contracts.identity import Identity
from tests.pipeline.integration.world import FIRST, OTHER_REP, REP, Json, World, days

PATH = "/v1/analytics/objections"
MARCH: Json = {"from": "2027-03-01", "to": "2027-03-31"}


async def objection(
    world: World, deal: Json, kind: str, *, resolved_after: float | None = None, by: Identity = REP
) -> None:
    path = f"/v1/deals/{deal['id']}/objections"
    raised = await world.post(path, {"kind": kind, "text": "No"}, by)
    if resolved_after is not None:
        now = world.now
        world.now = now + days(resolved_after)
        resolved = {"resolved_at": world.now.isoformat()}
        await world.send("PATCH", f"{path}/{raised['id']}", by, json=resolved, headers=FIRST)
        world.now = now


def kind_of(report: Json, kind: str) -> list[Any]:
    found = next(each for each in report["kinds"] if each["kind"] == kind)
    return [found[name] for name in ("raised", "resolved", "resolution_rate", "median_days_to_resolve")]


async def test_objections_are_ranked_by_kind_with_how_many_were_resolved_and_how_fast(world: World) -> None:
    deal = await world.deal(REP)
    for resolved_after in (1, 2, 6, None):
        await objection(world, deal, "price", resolved_after=resolved_after)
    await objection(world, deal, "trust")

    report = await world.get(PATH, REP, **MARCH)

    assert [each["kind"] for each in report["kinds"]][:2] == ["price", "trust"]
    assert kind_of(report, "price") == [4, 3, 0.75, 2.0]
    assert kind_of(report, "trust") == [1, 0, 0.0, None]
    assert kind_of(report, "fit") == [0, 0, None, None]
    assert (report["raised"], report["resolved"], report["open"], report["resolution_rate"]) == (5, 3, 2, 0.6)
    assert [each["share"] for each in report["kinds"]][:3] == [0.8, 0.2, 0.0]
    assert report["definitions"]["resolution_rate"]["denominator"] == "Raised"


async def test_an_objection_counts_in_the_stage_the_deal_was_in_and_the_period_it_was_raised_in(
    world: World,
) -> None:
    deal = await world.deal(REP)
    await objection(world, deal, "fit")
    world.now += days(1)
    await world.post(f"/v1/deals/{deal['id']}/stage", {"stage": "Proposal"}, REP)
    await objection(world, deal, "price")
    await objection(world, deal, "timing")
    world.now += days(40)
    await objection(world, deal, "price")

    march = await world.get(PATH, REP, **MARCH)
    april = await world.get(PATH, REP, period="2027-04")

    assert [(each["stage"], each["raised"]) for each in march["stages"]] == [
        ("Proposal", 2),
        ("Qualification", 1),
    ]
    assert (april["raised"], kind_of(april, "price")[0]) == (1, 1)


async def test_objections_are_split_by_owner_and_product(world: World) -> None:
    chair = (await world.post("/v1/products", {"name": "Chair"}))["id"]
    with_chair = await world.deal(REP, product_id=chair)
    other = await world.deal(OTHER_REP)
    await objection(world, with_chair, "price", resolved_after=1)
    await objection(world, other, "price", by=OTHER_REP)
    await objection(world, other, "trust", by=OTHER_REP)

    by_owner = await world.get(PATH, **MARCH, group_by="owner")
    by_product = await world.get(PATH, **MARCH, group_by="product")

    assert [(each["key"], each["raised"]) for each in by_owner["groups"]] == [
        (OTHER_REP.sub, 2),
        (REP.sub, 1),
    ]
    assert kind_of(by_owner["groups"][1], "price") == [1, 1, 1.0, 1.0]
    assert [(each["key"], each["raised"]) for each in by_product["groups"]] == [(chair, 1), (None, 2)]
    assert sum(each["raised"] for each in by_owner["groups"]) == by_owner["raised"]
    only = await world.get(PATH, **MARCH, product_id=chair)
    assert (only["raised"], only["groups"]) == (1, [])


async def test_everybody_counts_objections_of_deals_they_read_and_nothing_is_null(world: World) -> None:
    await objection(world, await world.deal(REP), "price")

    others = await world.get(PATH, OTHER_REP, **MARCH)

    assert (others["raised"], others["resolution_rate"], others["stages"]) == (0, None, [])
    assert (await world.refusal("GET", f"{PATH}?period=soon"))[:2] == (400, "period_invalid")
