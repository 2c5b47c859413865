"""When a deal is to be paid: parts, what has come of each, what is overdue, over all deals."""

import pytest

from tests.pipeline.integration.world import ANY, FIRST, MANAGER, OTHER_REP, REP, Json, World, days, euros

TWO_PARTS: list[Json] = [
    {"due_on": "2027-03-10", "amount": euros("40.00"), "note": "At signing"},
    {"due_on": "2027-04-10", "amount": euros("60.00")},
]


async def a_won_deal(world: World, amount: str = "100.00") -> Json:
    deal = await world.deal(REP, amount=euros(amount))
    return await world.post(f"/v1/deals/{deal['id']}/win", by=REP)


async def schedule(world: World, deal: Json, payments: list[Json]) -> Json:
    answer = await world.send(
        "PUT", f"/v1/deals/{deal['id']}/payments", REP, json={"payments": payments}, headers=ANY
    )
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


async def test_a_schedule_is_said_as_a_whole_and_told_with_its_parts(world: World) -> None:
    deal = await a_won_deal(world)
    path = f"/v1/deals/{deal['id']}/payments"

    empty = await world.get(path, REP)
    first = await world.send("PUT", path, REP, json={"payments": TWO_PARTS}, headers=ANY)
    again = await world.send("PUT", path, REP, json={"payments": TWO_PARTS}, headers=FIRST)
    fewer = await world.send("PUT", path, REP, json={"payments": TWO_PARTS[:1]}, headers=FIRST)
    late = await world.send("PUT", path, REP, json={"payments": []}, headers=FIRST)

    assert (empty["version"], empty["payments"], empty["total"]) == (0, [], None)
    assert [each["status"] for each in first.json()["payments"]] == ["due", "due"]
    assert (again.headers["ETag"], again.json()) == ('"1"', first.json())
    assert (fewer.headers["ETag"], late.status_code) == ('"2"', 412)
    assert fewer.json()["payments"] == first.json()["payments"][:1]
    told = [each for each in await world.events(deal["id"]) if each["type"].endswith("payments_changed")]
    assert [len(each["data"]["payments"]) for each in told] == [2, 1]
    assert told[0]["data"]["payments"][0]["amount"] == euros("40.00")


async def test_what_is_late_is_counted_in_days_until_it_is_paid(world: World) -> None:
    deal = await a_won_deal(world)
    await schedule(world, deal, TWO_PARTS)
    world.now += days(12)

    late, due = (await world.get(f"/v1/deals/{deal['id']}/payments", REP))["payments"]
    partly = await schedule(
        world,
        deal,
        [{**TWO_PARTS[0], "paid_amount": euros("15.00"), "paid_at": "2027-03-12"}, TWO_PARTS[1]],
    )
    world.now += days(2)
    paid = await schedule(world, deal, [{**TWO_PARTS[0], "paid_at": "2027-03-14"}, TWO_PARTS[1]])

    assert (late["status"], late["overdue_days"], due["status"], due["overdue_days"]) == (
        "overdue",
        3,
        "due",
        0,
    )
    assert (partly["payments"][0]["status"], partly["payments"][0]["outstanding"]) == (
        "overdue",
        euros("25.00"),
    )
    assert (partly["paid"], partly["overdue"], partly["outstanding"]) == (
        euros("15.00"),
        euros("25.00"),
        euros("85.00"),
    )
    assert (paid["payments"][0]["status"], paid["payments"][0]["overdue_days"]) == ("paid", 4)
    assert paid["payments"][0]["id"] == late["id"]
    assert paid["payments"][0]["paid_at"] == "2027-03-13T23:00:00Z"


async def test_a_sum_other_than_the_deals_amount_is_a_warning(world: World) -> None:
    deal = await a_won_deal(world, "120.00")

    short = await schedule(world, deal, TWO_PARTS)
    other = await schedule(
        world, deal, [{"due_on": "2027-03-10", "amount": {"amount": "1", "currency": "USD"}}]
    )

    assert short["difference"] == euros("-20.00")
    assert [each["code"] for each in short["warnings"]] == ["sum_differs"]
    assert (other["difference"], [each["code"] for each in other["warnings"]]) == (None, ["currency_differs"])


async def test_payments_are_planned_until_the_deal_is_won_and_cancelled_when_it_is_lost(world: World) -> None:
    deal = await world.deal(REP, amount=euros("100.00"))
    path = f"/v1/deals/{deal['id']}"
    await schedule(world, deal, TWO_PARTS)
    world.now += days(12)

    async def stand() -> list[str]:
        return [each["status"] for each in (await world.get(f"{path}/payments", REP))["payments"]]

    before = await stand()
    await world.post(f"{path}/lose", {"reason": "price"}, REP)
    lost = await stand()
    await world.post(f"{path}/reopen", by=REP)
    await world.post(f"{path}/win", by=REP)

    assert (before, lost, await stand()) == (
        ["planned", "planned"],
        ["cancelled", "cancelled"],
        ["overdue", "due"],
    )


async def test_overdue_payments_are_listed_over_all_deals_of_the_caller(world: World) -> None:
    first, second = await a_won_deal(world), await a_won_deal(world)
    await schedule(world, first, TWO_PARTS)
    await schedule(world, second, [{"due_on": "2027-03-05", "amount": euros("7.00")}])
    world.now += days(12)

    overdue = (await world.get("/v1/payments", MANAGER, status="overdue"))["items"]
    latest = (await world.get("/v1/payments", REP, status="overdue", sort="overdue_days", limit="1"))["items"]

    assert [(each["deal_id"], each["overdue_days"]) for each in overdue] == [
        (second["id"], 8),
        (first["id"], 3),
    ]
    assert [each["deal_id"] for each in latest] == [first["id"]]
    assert (await world.get("/v1/payments", OTHER_REP))["items"] == []
    assert len((await world.get("/v1/payments", REP, deal_id=first["id"]))["items"]) == 2


async def test_the_list_goes_on_from_page_to_page(world: World) -> None:
    deal = await a_won_deal(world)
    parts = [{"due_on": f"2027-03-{day:02}", "amount": euros("1.00")} for day in range(1, 8)]
    await schedule(world, deal, parts)

    seen, cursor = [], None
    while True:
        page = await world.get("/v1/payments", REP, limit="3", **({"cursor": cursor} if cursor else {}))
        seen += [each["due_on"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert seen == [part["due_on"] for part in parts]


@pytest.mark.parametrize(
    ("payments", "code", "pointer"),
    [
        ([{**TWO_PARTS[0], "amount": euros("0")}], "validation_failed", "/payments/0/amount"),
        ([{**TWO_PARTS[0], "paid_amount": euros("1")}], "validation_failed", "/payments/0/paid_at"),
        ([{**TWO_PARTS[0], "paid_at": "2027-04-01"}], "validation_failed", "/payments/0/paid_at"),
        (
            [TWO_PARTS[0], {"due_on": "2027-04-10", "amount": {"amount": "1", "currency": "USD"}}],
            "currency_mismatch",
            "/payments/1/amount/currency",
        ),
        (
            [{**TWO_PARTS[0], "id": "0190a0b0-0000-7000-8000-000000000001"}],
            "reference_unknown",
            "/payments/0/id",
        ),
    ],
)
async def test_what_does_not_fit_together_is_refused(
    world: World, payments: list[Json], code: str, pointer: str
) -> None:
    deal = await a_won_deal(world)

    status, refused, errors = await world.refusal(
        "PUT", f"/v1/deals/{deal['id']}/payments", {"payments": payments}, REP
    )

    assert (status, refused, [error[0] for error in errors]) == (422, code, [pointer])


async def test_payments_of_anothers_deal_are_not_found(world: World) -> None:
    deal = await a_won_deal(world)
    path = f"/v1/deals/{deal['id']}/payments"

    assert (await world.refusal("GET", path, by=OTHER_REP))[:2] == (404, "deal_not_found")
    assert (await world.refusal("PUT", path, {"payments": []}, OTHER_REP))[:2] == (404, "deal_not_found")
