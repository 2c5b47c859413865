"""A pipeline as a board: columns with figures, cards in the order people put them."""

import asyncio
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from services.pipeline.board.domain import MOST_DECIMALS
from services.pipeline.deal.tables import deal
from services.pipeline.pipeline.templates import default_pipeline
from tests.pipeline.integration.world import (
    DIRECTOR,
    MANAGER,
    NOW,
    OTHER_REP,
    REP,
    Json,
    World,
    days,
    euros,
    iso,
    named,
)

BOARD = f"/v1/boards/{default_pipeline().id}"


async def board(world: World, by: Any = DIRECTOR, **asked: Any) -> dict[str, Json]:
    """The columns by the names of their stages."""
    shown = await world.get(BOARD, by, **asked)
    return {column["stage"]: column for column in shown["columns"]}


async def names(world: World, stage: str = "Proposal", **asked: Any) -> list[str]:
    return [card["name"] for card in (await board(world, **asked))[stage]["cards"]]


async def cards(world: World, count: int, stage: str = "Proposal", *, apart: float = 1) -> list[Json]:
    """Deals called 0, 1, ... that entered the stage one after the other, so that the last lies on top."""
    made = []
    for number in range(count):
        made.append(await world.deal(name=str(number), stage=stage, amount=euros("10.00")))
        world.now += days(apart)
    return made


async def put(world: World, card: Json, side: str, other: Json, by: Any = DIRECTOR) -> None:
    answer = await world.send("POST", f"/v1/deals/{card['id']}/position", by, json={side: other["id"]})
    assert answer.status_code == 204, answer.text


async def test_a_column_for_each_stage_has_its_figures_and_its_cards(world: World) -> None:
    await world.deal(name="A", stage="Proposal", amount=euros("100.00"))
    await world.deal(name="B", stage="Proposal")
    won = await world.deal(name="C", stage="Proposal", amount=euros("7.00"))
    await world.post(f"/v1/deals/{won['id']}/win")

    shown = await board(world)
    proposal = shown["Proposal"]

    assert list(shown) == [stage.name for stage in default_pipeline().stages]
    assert {card["name"] for card in proposal["cards"]} == {"A", "B"}
    assert (proposal["open_deals"], proposal["deals_without_amount"]) == (2, 1)
    assert (proposal["amount"], proposal["weighted"]) == (euros("100.00"), euros("50.00"))
    assert (shown["Negotiation"]["cards"], shown["Negotiation"]["next_cursor"]) == ([], None)
    assert proposal["cards"][0] == await world.get(f"/v1/deals/{proposal['cards'][0]['id']}")


async def test_what_nobody_placed_lies_with_the_newest_on_top(world: World) -> None:
    await cards(world, 3)

    assert await names(world) == ["2", "1", "0"]


async def test_a_card_stays_where_it_was_put_until_the_deal_leaves_the_stage(world: World) -> None:
    first, _, third = await cards(world, 3)

    await put(world, third, "after", first)
    await cards(world, 1)
    placed = await names(world)
    for stage in ("Negotiation", "Proposal"):
        world.now += days(1)
        await world.post(f"/v1/deals/{third['id']}/stage", {"stage": stage})

    assert placed == ["0", "1", "0", "2"]
    assert await names(world) == ["2", "0", "1", "0"]


async def test_cards_of_one_instant_can_be_put_between_each_other(world: World) -> None:
    made = await cards(world, 4, apart=0)
    first, *_, last = [next(each for each in made if each["name"] == name) for name in await names(world)]

    await put(world, last, "after", first)
    order = await names(world)

    assert order[:2] == [first["name"], last["name"]]


async def test_a_card_goes_only_beside_another_open_one_of_its_column(world: World) -> None:
    card, elsewhere = await world.deal(), await world.deal(stage="Proposal")
    hidden, closed = await world.deal(OTHER_REP), await world.deal()
    await world.post(f"/v1/deals/{closed['id']}/win")
    path = f"/v1/deals/{card['id']}/position"
    mine = await world.deal(REP)

    for body in ({"before": elsewhere["id"]}, {"after": card["id"]}, {"after": closed["id"]}):
        status, code, errors = await world.refusal("POST", path, body)
        assert (status, code, errors[0][1]) == (422, "validation_failed", "not_in_column")
    assert (await world.refusal("POST", path, {}))[:2] == (422, "validation_failed")
    assert (await world.refusal("POST", f"/v1/deals/{closed['id']}/position", {"after": card["id"]}))[1] == (
        "deal_not_open"
    )
    for path in (f"/v1/deals/{hidden['id']}/position", f"/v1/deals/{mine['id']}/position"):
        refused = await world.refusal("POST", path, {"before": hidden["id"]}, REP)
        assert refused[:2] == (404, "deal_not_found")


async def test_everybody_sees_a_board_of_what_they_see(world: World) -> None:
    await world.deal(REP, name="mine", stage="Proposal")
    await world.deal(OTHER_REP, name="other", stage="Proposal")

    assert await names(world, by=REP) == ["mine"]
    assert await names(world, by=MANAGER) == ["mine"]
    assert (await board(world, REP))["Proposal"]["open_deals"] == 1


async def test_filters_are_those_of_the_list(world: World) -> None:
    await world.deal(name="big", stage="Proposal", amount=euros("100.00"))
    await world.deal(name="small", stage="Proposal", amount=euros("1.00"))

    found = (await board(world, base_amount="gte:50", q="BIG"))["Proposal"]

    assert ([card["name"] for card in found["cards"]], found["amount"]) == (["big"], euros("100.00"))
    assert (await world.refusal("GET", f"{BOARD}?sort=name"))[1] == "unknown_parameter"
    assert (await world.refusal("GET", f"{BOARD}?status=won"))[1] == "unknown_parameter"
    assert (await world.refusal("GET", f"/v1/boards/{named('none')}"))[:2] == (404, "pipeline_not_found")


async def test_a_column_is_read_on_page_by_page(world: World) -> None:
    made = await cards(world, 7)
    column = (await board(world, limit=3, owner_id="is:null"))["Proposal"]
    asked: Json = {"limit": 3, "owner_id": "is:null", "stage_id": column["stage_id"]}
    seen, cursor = [card["name"] for card in column["cards"]], column["next_cursor"]
    await put(world, made[0], "before", made[6])

    while cursor:
        page = (await board(world, **asked, cursor=cursor))["Proposal"]
        seen += [card["name"] for card in page["cards"]]
        cursor = page["next_cursor"]

    assert seen == ["6", "5", "4", "3", "2", "1"]
    other = await world.refusal("GET", f"{BOARD}?cursor={column['next_cursor']}")
    assert other[:2] == (400, "invalid_cursor")


async def test_ten_thousand_open_deals_are_a_board_by_one_query(world: World) -> None:
    for stage in ("Qualification", "Proposal"):
        await world.deal(stage=stage, amount=euros("10.00"))
    copied = ", ".join(column.name for column in deal.columns if column.name != "id")
    async with world.database.transaction() as connection:
        await connection.execute(
            text(f"INSERT INTO deal (id, {copied}) SELECT gen_random_uuid(), {copied} "
                 "FROM deal, generate_series(1, 4999)")
        )  # fmt: skip
    read: list[str] = []

    def note(*given: Any) -> None:
        read.append(given[2])

    engine = world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    shown = await board(world, limit=50)
    event.remove(engine, "before_cursor_execute", note)

    assert [statement for statement in read if "deal.stage_entered_at" in statement] == [
        statement for statement in read if "LATERAL" in statement
    ]
    assert len([statement for statement in read if "LATERAL" in statement]) == 1
    for stage in ("Qualification", "Proposal"):
        assert (shown[stage]["open_deals"], shown[stage]["amount"]) == (5000, euros("50000.00"))
        assert len(shown[stage]["cards"]) == 50


async def test_a_board_shows_the_cards_as_they_stood(world: World) -> None:
    made = await cards(world, 2)
    then = await board(world)
    at = world.now
    world.now += days(1)
    await world.post(f"/v1/deals/{made[0]['id']}/stage", {"stage": "Negotiation"})
    await world.post(f"/v1/deals/{made[1]['id']}/win")

    assert await board(world, as_of=iso(at)) == then
    assert (await board(world, as_of=iso(NOW)))["Proposal"]["open_deals"] == 1


async def test_ranks_that_became_long_are_made_short_and_no_card_moves(world: World) -> None:
    top, one, other = reversed(await cards(world, 3))
    for _ in range(40):
        await put(world, one, "after", top)
        one, other = other, one
    before = await names(world)
    long = await longest(world)

    await world.work_off()

    assert await names(world) == before
    assert (long > MOST_DECIMALS, await longest(world)) == (True, 0)


async def longest(world: World) -> int:
    async with world.database.reading() as connection:
        return int(await connection.scalar(text("SELECT max(scale(rank)) FROM deal_place")) or 0)


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from(["before", "after"])),
        min_size=4,
        max_size=12,
    )
)
async def test_many_who_order_at_once_leave_one_order(
    world: World, drags: list[tuple[int, int, str]]
) -> None:
    async with world.database.transaction() as connection:
        await connection.execute(text("TRUNCATE deal CASCADE"))
    made = await cards(world, 6, apart=0)
    real = [(made[one], side, made[other]) for one, other, side in drags if one != other]

    await asyncio.gather(*(put(world, *drag) for drag in real))
    order = await names(world)
    paged = [name async for name in page_by_page(world)]
    if real:
        await put(world, *real[-1])
    card, side, other = real[-1] if real else (made[0], "before", made[0])
    after = await names(world)

    assert sorted(order) == [str(number) for number in range(6)]
    assert order == paged
    distance = after.index(card["name"]) - after.index(other["name"])
    assert not real or distance == (-1 if side == "before" else 1)


async def page_by_page(world: World) -> Any:
    column = (await board(world, limit=1))["Proposal"]
    while True:
        for card in column["cards"]:
            yield card["name"]
        if column["next_cursor"] is None:
            return
        asked = {"limit": 1, "stage_id": column["stage_id"], "cursor": column["next_cursor"]}
        column = (await board(world, **asked))["Proposal"]
