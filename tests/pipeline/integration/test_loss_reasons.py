"""Why deals are lost or won: told apart, asked for, mapped from old words, counted."""

from typing import Any

from tests.pipeline.integration.world import ANY, FIRST, REP, Json, World, days, euros, named


async def reason(world: World, key: str, **settings: Any) -> Json:
    return await world.post("/v1/loss-reasons", {"key": key, "label": key.title(), **settings})


async def lost(world: World, why: str, amount: str | None = None, **fields: Any) -> Json:
    given: Json = {} if amount is None else {"amount": euros(amount)}
    deal = await world.deal(**given, **fields)
    return await world.post(f"/v1/deals/{deal['id']}/lose", {"reason": why})


async def test_without_reasons_any_words_will_do(world: World) -> None:
    deal = await lost(world, "they moved away")

    assert (deal["loss_reason"], deal["loss_reason_id"]) == ("they moved away", None)


async def test_with_reasons_one_of_them_is_given_by_key_label_or_id(world: World) -> None:
    price = await reason(world, "price", label="Too expensive")
    await reason(world, "timing", active=False)

    for said in ("price", "too  EXPENSIVE", price["id"]):
        deal = await lost(world, said)
        assert (deal["loss_reason"], deal["loss_reason_id"]) == ("Too expensive", price["id"])

    path = f"/v1/deals/{(await world.deal())['id']}/lose"
    for said in ("they moved away", "timing"):
        answer = await world.send("POST", path, json={"reason": said}, headers=ANY)
        assert (answer.status_code, answer.json()["code"]) == (422, "reason_unknown")
        assert [each["key"] for each in answer.json()["reasons"]] == ["price"]


async def test_a_reason_asks_for_a_note_and_a_competitor(world: World) -> None:
    await reason(world, "competitor", asks_competitor=True)
    await reason(world, "other", needs_note=True)
    deal = await world.deal()
    path = f"/v1/deals/{deal['id']}/lose"

    silent = await world.refusal("POST", path, {"reason": "competitor"})
    short = await world.refusal("POST", path, {"reason": "other"})
    told = await world.post(path, {"reason": "other", "note": "The buyer, Ada, left"})
    named_before = await lost(world, "competitor", competitor="Globex")

    assert silent == (422, "validation_failed", [("/competitor", "required")])
    assert short == (422, "validation_failed", [("/note", "required")])
    assert told["loss_note"] == "The buyer, Ada, left"
    assert "Ada" not in str(await world.events(deal["id"]))
    assert named_before["competitor"] == "Globex"


async def test_a_win_may_have_a_reason_and_reopening_forgets_it(world: World) -> None:
    quality = await reason(world, "quality", outcome="won")
    deal = await world.deal()
    path = f"/v1/deals/{deal['id']}"

    unknown = await world.refusal("POST", f"{path}/win", {"reason": "luck"})
    won = await world.post(f"{path}/win", {"reason": "Quality"})
    again = await world.post(f"{path}/reopen")
    plain = await world.post(f"{path}/win")

    assert unknown[:2] == (422, "reason_unknown")
    assert (won["win_reason"], won["win_reason_id"]) == ("Quality", quality["id"])
    assert (again["win_reason_id"], plain["win_reason"]) == (None, None)


async def test_histories_keep_their_words_and_find_the_reason_that_is_called_so(world: World) -> None:
    price = await reason(world, "price", label="Too expensive")
    past: Json = {"created_at": "2026-01-01", "closed_at": "2026-02-01", "outcome": "lost"}

    mapped = await world.deal(**past, loss_reason="too expensive")
    other = await world.deal(**past, loss_reason="moved away")
    item = {"name": "B", **past, "source_system": "old", "external_id": "1", "loss_reason": "price"}
    await world.post("/v1/deals/batch", {"items": [item]})
    revised = await world.post("/v1/deals/batch", {"items": [{**item, "loss_reason": "moved"}]})
    found = await world.get("/v1/deals", external_id="1")

    assert (mapped["loss_reason"], mapped["loss_reason_id"]) == ("too expensive", price["id"])
    assert (other["loss_reason"], other["loss_reason_id"]) == ("moved away", None)
    assert revised["items"][0]["status"] == "updated"
    assert found["items"][0]["loss_reason_id"] is None


async def test_reasons_are_called_differently(world: World) -> None:
    price = await reason(world, "price")
    path = f"/v1/loss-reasons/{(await reason(world, 'timing'))['id']}"

    key = await world.refusal("POST", "/v1/loss-reasons", {"key": "price", "label": "X"})
    label = await world.refusal("PATCH", path, {"label": "PRICE"})
    renamed = await world.send("PATCH", path, json={"label": "Too late", "position": 3}, headers=FIRST)
    won = await reason(world, "price", outcome="won")

    assert key == (409, "duplicate", [("/key", "taken")])
    assert label == (409, "duplicate", [("/label", "taken")])
    assert (renamed.json()["label"], renamed.headers["ETag"]) == ("Too late", '"2"')
    listed = await world.get("/v1/loss-reasons", outcome="lost")
    assert [each["key"] for each in listed["items"]] == ["price", "timing"]
    assert await world.get(f"/v1/loss-reasons/{price['id']}") == price
    assert won["id"] != price["id"]
    missing = await world.refusal("GET", f"/v1/loss-reasons/{named('none')}")
    assert missing[:2] == (404, "loss_reason_not_found")


async def test_losses_are_counted_and_valued_by_reason_with_shares(world: World) -> None:
    await lost(world, "Price", "100")
    await lost(world, "moved  away", "50")
    price = await reason(world, "price")
    await lost(world, "price", "150")
    await lost(world, "price")
    reopened = await lost(world, "price", "999")
    await world.post(f"/v1/deals/{reopened['id']}/reopen")
    await world.deal(created_at="2026-01-01", closed_at="2026-02-01", outcome="lost", loss_reason="price")

    shown = await world.get("/v1/analytics/loss-reasons", period="2027-Q1")

    keys = ("reason_id", "reason", "deals", "deals_share", "value", "value_share", "without_amount")
    assert [tuple(row[key] for key in keys) for row in shown["items"]] == [
        (price["id"], "Price", 3, 0.75, euros("250.00"), 0.8333, 1),
        (None, "moved  away", 1, 0.25, euros("50.00"), 0.1667, 0),
    ]
    assert shown["totals"] == {"deals": 4, "value": euros("300.00"), "without_amount": 1}
    assert set(keys[2:]) <= set(shown["definitions"])
    assert (await world.get("/v1/analytics/loss-reasons", period="2025"))["items"] == []


async def test_losses_are_split_by_stage_competitor_owner_product_and_source(world: World) -> None:
    product = await world.post("/v1/products", {"name": "Seats"})
    deal = await lost(
        world,
        "price",
        stage="Proposal",
        competitor="Globex",
        owner_id=REP.sub,
        source="fair",
        product_id=product["id"],
    )
    await lost(world, "price", competitor=" GLOBEX ")

    async def split(by: str) -> list[tuple[Any, Any, int]]:
        shown = await world.get("/v1/analytics/loss-reasons", split_by=by)
        return [(row["key"], row["name"], row["deals"]) for row in shown["items"]]

    assert (deal["lost_in_stage_id"], "Proposal", 1) in await split("stage")
    assert await split("competitor") == [("globex", None, 2)]
    for by, key in (("owner", REP.sub), ("product", product["id"]), ("source", "fair")):
        assert await split(by) == [(key, None, 1), (None, None, 1)]
    both = await world.refusal("GET", "/v1/analytics/loss-reasons?split_by=stage&group_by=owner")
    assert both == (400, "invalid_parameter", [("/query/split_by", "contradicts_group_by")])


async def test_losses_are_counted_interval_by_interval_in_local_days(world: World) -> None:
    deal = await world.deal(created_at="2027-01-05")
    # 23:30 UTC is the next day, and the next month, in Berlin.
    for at in ("2027-01-31T23:30:00Z", "2027-01-10T12:00:00Z"):
        await world.post(f"/v1/deals/{deal['id']}/lose", {"reason": "price", "closed_at": at})
        deal = await world.deal(created_at="2027-01-05")

    async def starts(interval: str) -> list[tuple[str, int]]:
        shown = await world.get("/v1/analytics/loss-reasons", period="2027", interval=interval)
        return [(row["interval_start"], row["deals"]) for row in shown["items"]]

    assert await starts("month") == [("2027-01-01", 1), ("2027-02-01", 1)]
    assert await starts("week") == [("2027-01-04", 1), ("2027-02-01", 1)]
    assert await starts("quarter") == [("2027-01-01", 2)]
    assert await starts("year") == [("2027-01-01", 2)]


async def test_wins_are_counted_by_reason_and_a_rep_counts_own_deals_only(world: World) -> None:
    for by in (REP, None):
        deal = await (world.deal(by) if by else world.deal())
        await world.post(f"/v1/deals/{deal['id']}/win", {"reason": "quality"})
    world.now += days(1)

    everybody = await world.get("/v1/analytics/loss-reasons", outcome="won")
    own = await world.get("/v1/analytics/loss-reasons", REP, outcome="won")

    assert [row["deals"] for row in everybody["items"]] == [2]
    assert [row["deals"] for row in own["items"]] == [1]
