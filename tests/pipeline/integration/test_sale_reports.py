"""First and repeat sales, active and passive, direct and indirect; who bought came back."""

from typing import Any

from tests.pipeline.integration.world import OTHER_REP, REP, Json, World, days, euros, named

JANUARY: Json = {"from": "2027-01-01", "to": "2027-01-31"}
FEBRUARY: Json = {"from": "2027-02-01", "to": "2027-02-28"}


def of(account: str) -> Json:
    return {"account_id": str(named(account))}


async def won(world: World, account: str | None, on: str, amount: str | None = "100.00", **more: Any) -> Json:
    """A deal loaded with its past."""
    fields: Json = {
        **({} if account is None else of(account)),
        "name": on,
        "amount": amount and euros(amount),
        "created_at": "2026-12-01",
        "outcome": "won",
        "closed_at": on,
        "owner_id": REP.sub,
        **more,
    }
    return await world.deal(**fields)


async def kind_of(world: World, deal: Json) -> Json:
    return await world.get(f"/v1/deals/{deal['id']}/sale-kind")


async def test_a_sale_is_a_repeat_when_its_account_bought_before_also_when_that_is_learned_late(
    world: World,
) -> None:
    await world.know(["Acme", "Globex"])
    open_deal, elsewhere = await world.deal(**of("Acme")), await world.deal(**of("Globex"))
    nobodys = await world.deal()

    async def listed(kind: str) -> set[str]:
        return {each["id"] for each in (await world.get("/v1/deals", sale_kind=kind))["items"]}

    assert await listed("first") == {open_deal["id"], elsewhere["id"]}
    february = await won(world, "Acme", "2027-02-01")
    assert await listed("repeat") == {open_deal["id"]}
    january = await won(world, "Acme", "2027-01-15")
    assert await listed("repeat") == {open_deal["id"], february["id"]}
    assert await listed("first") == {january["id"], elsewhere["id"]}
    assert await listed("is:null") == {nobodys["id"]}
    assert await kind_of(world, open_deal) == {
        "deal_id": open_deal["id"],
        "sale_kind": "repeat",
        "won_before": 2,
        "first_won_at": january["closed_at"],
        "last_won_at": february["closed_at"],
    }
    assert (await kind_of(world, nobodys))["sale_kind"] is None


async def test_a_sale_that_was_lost_or_taken_up_again_makes_no_repeat(world: World) -> None:
    await world.know(["Acme"])
    one, other = await world.deal(**of("Acme")), await world.deal(**of("Acme"))
    path = f"/v1/deals/{one['id']}"

    await world.post(f"{path}/win")
    after_win = (await kind_of(world, other))["sale_kind"]
    await world.post(f"{path}/reopen")
    reopened = (await kind_of(world, other))["sale_kind"]
    await world.post(f"{path}/lose", {"reason": "price"})

    assert (after_win, reopened, (await kind_of(world, other))["sale_kind"]) == ("repeat", "first", "first")


async def test_the_kind_of_anothers_deal_is_not_found(world: World) -> None:
    deal = await world.deal(REP)

    assert (await world.refusal("GET", f"/v1/deals/{deal['id']}/sale-kind", by=OTHER_REP))[:2] == (
        404,
        "deal_not_found",
    )


async def test_first_and_repeat_sales_have_count_revenue_and_average_check(world: World) -> None:
    await world.know(["Acme", "Globex"])
    await won(world, "Acme", "2027-01-10", "100.00")
    await won(world, "Acme", "2027-02-03", "30.00")
    await won(world, "Acme", "2027-02-05", "51.01")
    await won(world, "Globex", "2027-02-06", "70.00")
    await won(world, "Globex", "2027-02-07", None)
    await won(world, None, "2027-02-08", "9.00")
    await world.deal(
        **{**of("Acme"), "outcome": "lost", "created_at": "2027-02-01", "closed_at": "2027-02-09"}
    )

    report = await world.get("/v1/analytics/first-vs-repeat", **FEBRUARY)

    def shown(kind: str, *names: str) -> list[Any]:
        return [report[kind][name] for name in names]

    assert shown("first", "won", "revenue", "average_check") == [1, euros("70.00"), euros("70.00")]
    assert shown("repeat", "won", "revenue", "average_check") == [3, euros("81.01"), euros("40.50")]
    assert shown("repeat", "without_amount", "lost", "win_rate") == [1, 1, 0.75]
    assert shown("unknown", "won", "revenue") == [1, euros("9.00")]
    assert shown("total", "won", "revenue", "share_of_won", "share_of_revenue") == [
        5,
        euros("160.01"),
        1.0,
        1.0,
    ]
    assert report["repeat"]["share_of_revenue"] == 0.5063
    assert report["definitions"]["average_check"]["denominator"] == "Won deals with an amount"
    january = await world.get("/v1/analytics/first-vs-repeat", **JANUARY)
    assert (january["first"]["won"], january["repeat"]["won"]) == (1, 0)
    assert (january["repeat"]["win_rate"], january["repeat"]["average_check"]) == (None, None)


async def test_splitting_a_report_by_the_kind_says_the_same_as_comparing_the_kinds(world: World) -> None:
    await world.know(["Acme", "Globex"])
    for account, on in (("Acme", "2027-02-02"), ("Globex", "2027-02-03"), ("Acme", "2027-02-02")):
        await won(world, account, on)
    await won(world, None, "2027-02-04")
    await world.deal(**of("Acme"), created_at="2027-02-05")

    report = await world.get("/v1/analytics/first-vs-repeat", **FEBRUARY, group_by="sale_kind")

    split = {each["key"]: each["total"] for each in report["groups"]}
    for kind, key in (("first", "first"), ("repeat", "repeat"), ("unknown", None)):
        figures = [report[kind][name] for name in ("opened", "won", "revenue")]
        assert figures == [split[key][name] for name in ("opened", "won", "revenue")]
    assert (report["first"]["won"], report["repeat"]["won"], report["repeat"]["opened"]) == (2, 1, 1)


async def test_everybody_counts_what_they_may_read_but_the_kind_follows_from_all(world: World) -> None:
    await world.know(["Acme"])
    await won(world, "Acme", "2027-02-01", owner_id=OTHER_REP.sub)
    await won(world, "Acme", "2027-02-02")

    rep = await world.get("/v1/analytics/first-vs-repeat", REP, **FEBRUARY)
    other = await world.get("/v1/analytics/first-vs-repeat", OTHER_REP, **FEBRUARY)
    split = await world.get("/v1/analytics/first-vs-repeat", **FEBRUARY, group_by="owner")

    assert (rep["first"]["won"], rep["repeat"]["won"]) == (0, 1)
    assert (other["first"]["won"], other["repeat"]["won"]) == (1, 0)
    assert {each["key"]: each["repeat"]["won"] for each in split["groups"]} == {REP.sub: 1, OTHER_REP.sub: 0}


async def test_sales_are_compared_by_approach_by_channel_and_by_both(world: World) -> None:
    active, passive = {"sale_approach": "active"}, {"sale_approach": "passive"}
    direct, indirect = {"sale_channel": "direct"}, {"sale_channel": "indirect"}
    await won(world, None, "2027-02-01", "10.00", **active, **direct)
    await won(world, None, "2027-02-02", "20.00", **passive, **direct)
    await won(world, None, "2027-02-03", "40.00", **passive, **indirect)
    await won(world, None, "2027-02-04", "80.00", **passive)

    report = await world.get("/v1/analytics/sale-types", **FEBRUARY)

    def revenue(part: str, *names: str) -> dict[Any, str]:
        return {tuple(each[name] for name in names): each["revenue"]["amount"] for each in report[part]}

    assert revenue("by_approach", "sale_approach") == {
        ("active",): "10.00",
        ("passive",): "140.00",
        (None,): "0.00",
    }
    assert revenue("by_channel", "sale_channel") == {
        ("direct",): "30.00",
        ("indirect",): "40.00",
        (None,): "80.00",
    }
    assert revenue("pairs", "sale_approach", "sale_channel") == {
        ("active", "direct"): "10.00",
        ("active", "indirect"): "0.00",
        ("passive", "direct"): "20.00",
        ("passive", "indirect"): "40.00",
        ("passive", None): "80.00",
    }
    assert report["total"]["revenue"] == euros("150.00")
    kinds = await world.get("/v1/analytics/sale-types", **FEBRUARY, group_by="sale_channel")
    assert {each["key"]: each["total"]["revenue"]["amount"] for each in kinds["groups"]} == {
        "direct": "30.00",
        "indirect": "40.00",
        None: "80.00",
    }


async def test_the_repeat_purchase_rate_is_accounts_with_two_won_deals_by_accounts_with_one(
    world: World,
) -> None:
    path = "/v1/kpis/repeat-purchase-rate"
    await world.know(["Acme", "Globex", "Initech"])
    nothing = await world.get(path, **FEBRUARY)
    await won(world, "Acme", "2027-01-01")
    await won(world, "Acme", "2027-01-02")
    await won(world, "Globex", "2027-01-03")
    await won(world, "Globex", "2027-02-04")
    await won(world, "Initech", "2027-02-05")
    await won(world, "Initech", "2027-03-01")
    world.now += days(9)

    january, february = await world.get(path, **JANUARY), await world.get(path, **FEBRUARY)

    def figures(report: Json) -> list[Any]:
        return [report[name] for name in ("value", "accounts", "repeat_accounts", "new_repeat_accounts")]

    assert (nothing["value"], nothing["state"]) == (None, "insufficient_history")
    assert figures(january) == [0.5, 2, 1, 1]
    assert figures(february) == [0.6667, 3, 2, 1]
    assert february["state"] == "ok"


async def test_the_kind_is_asked_of_the_past_as_well(world: World) -> None:
    await world.know(["Acme"])
    one, other = await world.deal(**of("Acme")), await world.deal(**of("Acme"))
    before = world.now
    world.now += days(1)
    await world.post(f"/v1/deals/{one['id']}/win")
    world.now += days(1)

    async def repeats(**more: Any) -> list[str]:
        found = await world.get("/v1/deals", **{"sale_kind": "repeat", "status": "open", **more})
        return [each["id"] for each in found["items"]]

    assert await repeats() == [other["id"]]
    assert await repeats(as_of=world.now.isoformat()) == [other["id"]]
    assert await repeats(as_of=before.isoformat()) == []


async def test_the_funnel_is_split_by_kind_and_type_of_sale_now_and_then(world: World) -> None:
    await world.know(["Acme"])
    await won(world, "Acme", "2027-01-10")
    await world.deal(**of("Acme"), sale_approach="active")
    world.now += days(1)

    async def deals_by(split: str, **more: Any) -> dict[str | None, int]:
        funnel = await world.get(
            "/v1/funnel", **{"from": "2026-12-01", "to": "2027-03-31", "group_by": split, **more}
        )
        return {each["key"]: each["totals"]["deals"] for each in funnel["groups"]}

    assert await deals_by("sale_kind") == {"first": 1, "repeat": 1}
    assert await deals_by("sale_approach") == {"active": 1, None: 1}
    assert await deals_by("sale_kind", as_of=world.now.isoformat()) == {"first": 1, "repeat": 1}
    assert await deals_by("sale_kind", as_of="2027-01-05") == {"first": 1}
