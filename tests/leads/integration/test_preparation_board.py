"""Open leads by how far they are prepared for a deal."""

from datetime import timedelta

from tests.leads.integration.test_nurture import plan, put
from tests.leads.integration.test_sellers import away
from tests.leads.integration.world import MANAGER, NOW, OTHER_REP, REP, Json, World, iso

BOARD = "/v1/lead-preparation"


async def one_of_each(world: World) -> None:
    """Nobody is there whom leads could be given by themselves."""
    for seller in (REP, OTHER_REP):
        await away(world, seller, days=30)
    await plan(world)
    await world.lead(name="obtained")
    await put(world, await world.lead(name="segmented"), "other")
    await put(world, await world.lead(name="nurtured"), "price_problem")
    await world.lead(REP, name="distributed")
    await world.lead(REP, name="targeted", expected_value={"amount": "10.00", "currency": "EUR"})
    worked = await world.lead(REP, name="worked")
    call = {"type": "call", "lead_id": worked["id"], "subject": "Hello", "done_at": iso(NOW)}
    await world.post("/v1/activities", call, REP)
    await world.qualified(REP, name="qualified")
    over = await world.lead(REP, name="over")
    await world.post(f"/v1/leads/{over['id']}/disqualify", {"reason": "no budget"})


def standing(board: Json) -> dict[str, list[str]]:
    return {each["step"]: [card["name"] for card in each["cards"]] for each in board["steps"]}


async def test_each_open_lead_stands_in_the_last_step_it_has_reached(world: World) -> None:
    await one_of_each(world)

    board = await world.get(BOARD)

    steps = ["obtained", "segmented", "nurtured", "distributed", "targeted", "worked", "qualified"]
    assert standing(board) == {step: [step] for step in steps}
    assert (board["leads"], [each["leads"] for each in board["steps"]]) == (7, [1] * 7)
    assert set(steps) < set(board["definitions"])


async def test_the_newest_of_a_step_are_shown_and_all_are_counted(world: World) -> None:
    for name in "abc":
        await world.lead(REP, name=name, source="fair")
        world.now += timedelta(minutes=1)

    step = (await world.get(BOARD, limit=2, source="fair"))["steps"][3]

    assert (step["leads"], [card["name"] for card in step["cards"]]) == (3, ["c", "b"])
    assert step["oldest_created_at"] == iso(NOW)
    assert (await world.get(BOARD, source="web"))["leads"] == 0


async def test_everybody_sees_the_leads_they_may_see(world: World) -> None:
    await one_of_each(world)

    assert (await world.get(BOARD, OTHER_REP))["leads"] == 0
    assert (await world.get(BOARD, REP))["leads"] == 4
    assert (await world.get(BOARD, MANAGER))["leads"] == 7


async def test_the_board_is_one_query(world: World) -> None:
    await one_of_each(world)

    async with world.statements() as asked:
        await world.get(BOARD)

    assert len([statement for statement in asked if "FROM lead" in statement]) == 1
