"""Opening, reading, editing and closing deals over HTTP."""

from typing import Any

import pytest

from tests.pipeline.integration.world import (
    DIRECTOR,
    MANAGER,
    NOW,
    OTHER_REP,
    REP,
    World,
    days,
    euros,
    iso,
    named,
)


async def test_a_new_deal_starts_in_the_first_stage_of_the_default_pipeline(world: World) -> None:
    answer = await world.send("POST", "/v1/deals", json={"name": " Acme ", "amount": euros("1200.50")})
    deal = answer.json()

    assert (answer.status_code, answer.headers["Location"], answer.headers["ETag"]) == (
        201,
        f"/v1/deals/{deal['id']}",
        '"1"',
    )
    assert (deal["name"], deal["stage"], deal["status"]) == ("Acme", "Qualification", "open")
    assert (deal["probability"], deal["forecast_category"]) == (0.1, "pipeline")
    assert (deal["amount"], deal["base_amount"]) == (euros("1200.50"), euros("1200.50"))
    assert await world.get(f"/v1/deals/{deal['id']}") == deal


async def test_an_open_deal_is_told_with_its_whole_state(world: World) -> None:
    deal = await world.deal(amount={"amount": "100.00", "currency": "USD"})

    (event,) = await world.events()

    assert (event["type"], event["sequence"], event["subject"]) == ("pipeline.deal.opened", 1, deal["id"])
    assert event["data"]["base_amount"] == euros("50.00")
    assert event["data"]["probability"] == "0.10"
    assert event["actor"] == DIRECTOR.sub
    assert [each["stage"] for each in event["data"]["history"]] == ["Qualification"]


async def test_a_currency_without_a_rate_is_refused_and_nothing_is_written(world: World) -> None:
    refused = await world.refusal(
        "POST", "/v1/deals", {"name": "A", "amount": {"amount": "5.00", "currency": "XTS"}}
    )

    assert refused == (422, "rate_missing", [("/amount/currency", "rate_missing")])
    assert await world.events() == []


async def test_a_rate_is_the_one_of_the_closing_day(world: World) -> None:
    body: dict[str, Any] = {
        "name": "A",
        "amount": {"amount": "5.00", "currency": "USD"},
        "created_at": "2026-01-05",
        "closed_at": "2026-12-31",
        "outcome": "won",
    }

    refused = await world.refusal("POST", "/v1/deals", body)
    later = await world.deal(**{**body, "closed_at": "2027-01-01"})

    assert refused[1] == "rate_missing"
    assert later["base_amount"] == euros("2.50")


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/name", "required"),
        ({"name": " "}, "/name", "too_short"),
        ({"name": "A", "probability": 1.2}, "/probability", "out_of_range"),
        ({"name": "A", "colour": "red"}, "/colour", "unknown_field"),
        ({"name": "A", "amount": {"amount": 1.5, "currency": "EUR"}}, "/amount/amount", "invalid"),
        ({"name": "A", "amount": euros("-1")}, "/amount", "invalid"),
        ({"name": "A", "created_at": "2026-01-01T10:00:00"}, "/created_at", "time_zone_required"),
        ({"name": "A", "created_at": "0001-01-01T00:00:00+14:00"}, "/created_at", "invalid"),
        ({"name": "A", "forecast_category": "closed"}, "/forecast_category", "unknown_value"),
        ({"name": "A", "source_system": "crm"}, "", "invalid"),
        ({"name": "A", "stage": "Nowhere"}, "/stage", "stage_unknown"),
        ({"name": "A", "outcome": "won"}, "/closed_at", "required"),
    ],
)
async def test_a_wrong_field_is_named(world: World, body: dict[str, object], pointer: str, code: str) -> None:
    status, _, errors = await world.refusal("POST", "/v1/deals", body)

    assert (status, (pointer, code) in errors) == (422, True), errors


async def test_what_is_referred_to_must_be_known(world: World) -> None:
    body = {"name": "A", "account_id": str(named("nobody")), "product_id": str(named("nothing"))}

    refused = await world.refusal("POST", "/v1/deals", body)

    assert refused == (
        422,
        "reference_unknown",
        [("/account_id", "reference_unknown"), ("/product_id", "reference_unknown")],
    )


async def test_an_unknown_pipeline_is_refused(world: World) -> None:
    refused = await world.refusal("POST", "/v1/deals", {"name": "A", "pipeline_id": str(named("none"))})

    assert refused == (422, "reference_unknown", [("/pipeline_id", "reference_unknown")])


async def test_a_rep_opens_deals_as_own_and_gives_none_away(world: World) -> None:
    own = await world.deal(REP)
    status, code, _ = await world.refusal("POST", "/v1/deals", {"name": "A", "owner_id": OTHER_REP.sub}, REP)

    assert own["owner_id"] == REP.sub
    assert (status, code) == (403, "forbidden")


async def test_a_rep_may_not_load_the_past(world: World) -> None:
    status, code, _ = await world.refusal(
        "POST", "/v1/deals", {"name": "A", "created_at": iso(NOW - days(9))}, REP
    )

    assert (status, code) == (403, "forbidden")


async def test_others_deals_are_not_there(world: World) -> None:
    deal = await world.deal(REP)
    path = f"/v1/deals/{deal['id']}"

    for method, way, body in [
        ("GET", "", None),
        ("GET", "/history", None),
        ("PATCH", "", {"name": "Mine"}),
        ("POST", "/stage", {"stage": "Proposal"}),
        ("POST", "/win", {}),
        ("POST", "/lose", {"reason": "x"}),
        ("POST", "/reopen", {}),
    ]:
        assert (await world.refusal(method, path + way, body, OTHER_REP))[:2] == (404, "deal_not_found")
    assert (await world.get("/v1/deals", OTHER_REP))["items"] == []


async def test_a_manager_sees_the_subtree_and_what_nobody_owns(world: World) -> None:
    below, unowned, elsewhere = await world.deal(REP), await world.deal(), await world.deal(OTHER_REP)

    seen = {item["id"] for item in (await world.get("/v1/deals", MANAGER))["items"]}

    assert seen == {below["id"], unowned["id"]}
    assert elsewhere["id"] not in seen


async def test_a_taken_external_id_names_its_deal(world: World) -> None:
    origin: dict[str, Any] = {"source_system": "crm", "external_id": "1"}
    first = await world.deal(**origin)

    answer = await world.send("POST", "/v1/deals", json={"name": "B", **origin})

    assert (answer.status_code, answer.json()["code"], answer.json()["id"]) == (
        409,
        "external_id_taken",
        first["id"],
    )


async def test_winning_a_lost_deal_is_refused_and_changes_nothing(world: World) -> None:
    deal = await world.deal(amount=euros("10.00"))
    lost = await world.post(f"/v1/deals/{deal['id']}/lose", {"reason": "price", "competitor": "Globex"})

    refused = await world.refusal("POST", f"/v1/deals/{deal['id']}/win", {})

    assert refused[:2] == (409, "deal_not_open")
    assert await world.get(f"/v1/deals/{deal['id']}") == lost
    assert (lost["status"], lost["probability"], lost["loss_reason"], lost["competitor"]) == (
        "lost",
        0.0,
        "price",
        "Globex",
    )
    assert len(await world.events(deal["id"])) == 2


async def test_losing_needs_a_reason(world: World) -> None:
    deal = await world.deal()

    refused = await world.refusal("POST", f"/v1/deals/{deal['id']}/lose", {})

    assert refused == (422, "validation_failed", [("/reason", "required")])


async def test_a_deal_is_won_for_another_amount_at_an_earlier_time(world: World) -> None:
    deal = await world.deal(created_at=iso(NOW - days(30)), amount=euros("10.00"))

    won = await world.post(
        f"/v1/deals/{deal['id']}/win",
        {"closed_at": iso(NOW - days(2)), "amount": {"amount": "9.00", "currency": "USD"}},
    )
    event = (await world.events(deal["id"]))[-1]

    assert (won["status"], won["probability"], won["forecast_category"]) == ("won", 1.0, "closed")
    assert (won["closed_at"], won["base_amount"]) == (iso(NOW - days(2)), euros("4.50"))
    assert (event["type"], event["time"]) == ("pipeline.deal.won", iso(NOW - days(2)))
    assert {"status", "closed_at", "amount", "base_amount", "probability"} <= set(event["data"]["changed"])


async def test_winning_without_a_rate_is_refused_and_changes_nothing(world: World) -> None:
    deal = await world.deal(amount={"amount": "9.00", "currency": "USD"}, created_at="2026-12-01")

    refused = await world.refusal("POST", f"/v1/deals/{deal['id']}/win", {"closed_at": "2026-12-20"})

    assert refused[:2] == (422, "rate_missing")
    assert await world.get(f"/v1/deals/{deal['id']}") == deal


async def test_a_closing_lies_between_the_opening_and_now(world: World) -> None:
    deal = await world.deal()
    path = f"/v1/deals/{deal['id']}/win"

    early = await world.refusal("POST", path, {"closed_at": iso(NOW - days(1))})
    late = await world.refusal("POST", path, {"closed_at": iso(NOW + days(1))})

    assert early[2] == [("/closed_at", "before_created")]
    assert late[2] == [("/closed_at", "in_the_future")]


async def test_a_day_is_a_day_of_the_organisation_and_may_be_the_day_of_opening(world: World) -> None:
    deal = await world.deal()

    won = await world.post(f"/v1/deals/{deal['id']}/win", {"closed_at": "2027-03-01"})
    loaded = await world.deal(created_at="2026-07-01")

    assert won["closed_at"] == deal["created_at"]
    assert loaded["created_at"] == "2026-06-30T22:00:00Z"


async def test_a_reopened_deal_goes_on_where_it_ended(world: World) -> None:
    deal = await world.deal(stage="Proposal", amount=euros("10.00"))
    path = f"/v1/deals/{deal['id']}"
    await world.post(f"{path}/lose", {"reason": "budget"})
    world.now += days(3)

    again = await world.post(f"{path}/reopen")

    assert (again["status"], again["stage"], again["probability"]) == ("open", "Proposal", 0.5)
    assert (again["closed_at"], again["loss_reason"]) == (None, None)
    assert (await world.refusal("POST", f"{path}/reopen", {}))[:2] == (409, "deal_already_open")


async def test_a_probability_of_zero_is_a_value_and_survives_a_move(world: World) -> None:
    deal = await world.deal()
    path = f"/v1/deals/{deal['id']}"
    await world.send("PATCH", path, json={"probability": 0}, headers={"If-Match": '"1"'})

    moved = await world.post(f"{path}/stage", {"stage": "Negotiation"})

    assert (moved["probability"], moved["probability_manual"]) == (0.0, True)
    assert (moved["forecast_category"], moved["forecast_category_manual"]) == ("commit", False)
    assert (await world.events(deal["id"]))[-1]["data"]["probability"] == "0"


async def test_edits_of_different_fields_merge_and_of_the_same_field_conflict(world: World) -> None:
    deal = await world.deal(source="fair")
    path, seen = f"/v1/deals/{deal['id']}", {"If-Match": '"1"'}

    first = await world.send("PATCH", path, json={"source": "web"}, headers=seen)
    other = await world.send("PATCH", path, json={"name": "Acme 2"}, headers=seen)
    same = await world.send("PATCH", path, json={"source": "phone"}, headers=seen)

    assert (first.status_code, other.status_code, other.json()["source"]) == (200, 200, "web")
    assert (same.status_code, same.json()["code"]) == (412, "version_conflict")
    assert same.json()["conflict"] == {"source": {"base": "fair", "theirs": "web", "yours": "phone"}}


async def test_a_new_amount_is_valued_anew(world: World) -> None:
    deal = await world.deal(amount=euros("10.00"))

    answer = await world.send(
        "PATCH",
        f"/v1/deals/{deal['id']}",
        json={"amount": {"amount": "8.00", "currency": "USD"}},
        headers={"If-Match": '"1"'},
    )

    assert answer.json()["base_amount"] == euros("4.00")
    assert answer.headers["X-Event-Position"] == f"pipeline.deal/{deal['id']}/2"


async def test_a_change_needs_if_match(world: World) -> None:
    deal = await world.deal()

    for method, way, body in [("PATCH", "", {"name": "B"}), ("POST", "/stage", {"stage": "Proposal"})]:
        answer = await world.send(method, f"/v1/deals/{deal['id']}{way}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (428, "precondition_required")


async def test_an_edit_that_changes_nothing_tells_nothing(world: World) -> None:
    deal = await world.deal()

    answer = await world.send(
        "PATCH", f"/v1/deals/{deal['id']}", json={"name": "Acme"}, headers={"If-Match": '"1"'}
    )

    assert answer.json() == deal
    assert len(await world.events(deal["id"])) == 1


async def test_the_same_key_opens_one_deal(world: World) -> None:
    key = {"Idempotency-Key": "once"}

    first = await world.send("POST", "/v1/deals", json={"name": "Acme"}, headers=key)
    again = await world.send("POST", "/v1/deals", json={"name": "Acme"}, headers=key)

    assert (first.json(), again.headers["Idempotency-Replayed"]) == (again.json(), "true")
    assert len(await world.events()) == 1


async def test_deals_are_listed_filtered_sorted_and_paged(world: World) -> None:
    for number, stage in enumerate(["Proposal", "Proposal", "Negotiation", "Proposal"]):
        await world.deal(name=f"Deal {number}", stage=stage, amount=euros(f"{number}.00"))

    page = await world.get("/v1/deals", stage="Proposal", sort="-amount", limit=2, total="exact")
    rest = await world.get("/v1/deals", stage="Proposal", sort="-amount", limit=2, cursor=page["next_cursor"])
    found = await world.get("/v1/deals", q="deal 2", fields="id,name,stage")

    assert [item["name"] for item in page["items"] + rest["items"]] == ["Deal 3", "Deal 1", "Deal 0"]
    assert (page["total"], rest["next_cursor"]) == (3, None)
    assert [(item["name"], set(item)) for item in found["items"]] == [("Deal 2", {"id", "name", "stage"})]
    assert (await world.refusal("GET", "/v1/deals?colour=red"))[:2] == (400, "unknown_parameter")


async def test_a_listed_deal_is_the_deal(world: World) -> None:
    deal = await world.deal(stage="Proposal", amount=euros("7.10"), expected_close="2027-06-30")

    assert (await world.get("/v1/deals"))["items"] == [deal]


async def test_without_a_token_nothing_is_answered(world: World) -> None:
    answer = await world.client.get("/v1/deals")

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
