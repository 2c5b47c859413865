"""A manager steps into a running deal, with the reason; its owner is told and sells within the limits."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pipeline.intervention.domain import least_after
from shared.contracts.money import Money
from tests.pipeline.integration.world import (
    ANY,
    DIRECTOR,
    FIRST,
    MANAGER,
    OTHER_REP,
    REP,
    Json,
    World,
    euros,
    named,
)


@given(
    st.decimals("0", "99999999999999.9999", places=4, allow_nan=False),
    st.decimals("0", "100", places=4, allow_nan=False),
)
def test_no_more_than_the_largest_discount_is_given(amount: Decimal, discount: Decimal) -> None:
    least = least_after(discount, Money(amount=amount, currency="EUR")).amount

    assert 0 <= least - amount * (100 - discount) / 100 < Decimal("0.01")


async def test_a_manager_changes_limits_and_priority_and_says_why(world: World) -> None:
    deal = await world.deal(REP, amount=euros("1000"))
    path = f"/v1/deals/{deal['id']}"
    body = {"reason": "End of quarter", "priority": "urgent", "largest_discount": "12.5"}

    made = await world.send("POST", f"{path}/interventions", MANAGER, json=body, headers=FIRST)

    assert (made.status_code, made.headers["ETag"]) == (201, '"2"'), made.text
    assert made.json()["changes"] == {
        "priority": {"from": "normal", "to": "urgent"},
        "least_amount": {"from": None, "to": euros("875.00")},
    }
    assert (made.json()["reason"], made.json()["intervened_by"]) == ("End of quarter", MANAGER.sub)
    now = await world.get(path, REP)
    assert now == made.json()["deal"]
    assert (now["priority"], now["least_amount"], now["most_amount"]) == ("urgent", euros("875.00"), None)
    assert [each["id"] for each in (await world.get("/v1/deals", REP, priority="urgent"))["items"]] == [
        deal["id"]
    ]
    [listed] = (await world.get(f"{path}/interventions", REP))["items"]
    assert await world.get(made.headers["Location"], REP) == listed
    event = (await world.events(deal["id"]))[-1]
    assert (event["type"], event["actor"]) == ("pipeline.deal.intervened", MANAGER.sub)
    assert sorted(event["data"]["changed"]) == ["least_amount", "priority"]
    assert "quarter" not in str(event)
    change = (await world.get(f"{path}/history", REP))["changes"][-1]
    assert (change["by"], change["fields"]["priority"]) == (
        MANAGER.sub,
        {"from": "normal", "to": "urgent"},
    )


async def test_a_rep_sells_within_the_limits_and_a_manager_beyond_them(world: World) -> None:
    item = {"name": "Acme", "source_system": "crm", "external_id": "7"}
    deal = await world.deal(REP, amount=euros("1000"), **item)
    path = f"/v1/deals/{deal['id']}"
    body = {"reason": "Price war", "least_amount": euros("900"), "most_amount": euros("1100")}
    await world.post(f"{path}/interventions", body, MANAGER)
    seen = {"If-Match": '"2"'}
    outside = (422, "outside_limits", [("/amount", "outside_limits")])

    for amount in (euros("899.99"), euros("1100.01"), {"amount": "1000", "currency": "USD"}, None):
        assert await world.refusal("PATCH", path, {"amount": amount}, REP, **seen) == outside
    move = {"stage": "Proposal", "fields": {"amount": euros("1")}}
    assert await world.refusal("POST", f"{path}/stage", move, REP) == outside
    assert await world.refusal("POST", f"{path}/win", {"amount": euros("1")}, REP) == outside
    batch = await world.post("/v1/deals/batch", {"items": [{**item, "amount": euros("1")}]}, REP)
    assert batch["items"][0]["problem"]["code"] == "outside_limits"

    within = await world.send("PATCH", path, REP, json={"amount": euros("900")}, headers=seen)
    assert within.status_code == 200, within.text
    assert (await world.post(f"{path}/win", {"amount": euros("500")}, MANAGER))["status"] == "won"


async def test_limits_are_lifted_by_null(world: World) -> None:
    deal = await world.deal(REP, amount=euros("1000"))
    path = f"/v1/deals/{deal['id']}"
    limits = {"reason": "No", "least_amount": euros("900"), "most_amount": euros("1100")}
    await world.post(f"{path}/interventions", limits, MANAGER)

    lifted = await world.post(
        f"{path}/interventions", {"reason": "Yes", "least_amount": None, "most_amount": None}, MANAGER
    )
    edited = await world.send("PATCH", path, REP, json={"amount": euros("1")}, headers={"If-Match": '"3"'})

    assert (lifted["deal"]["least_amount"], lifted["deal"]["most_amount"]) == (None, None)
    assert edited.status_code == 200


async def test_another_owner_by_intervention(world: World) -> None:
    deal = await world.deal(REP)
    path = f"/v1/deals/{deal['id']}"
    body = {"reason": "On holiday", "owner_id": OTHER_REP.sub}

    made = await world.post(f"{path}/interventions", body, DIRECTOR)

    assert made["deal"]["owner_id"] == OTHER_REP.sub
    assert (await world.refusal("GET", path, by=REP))[0] == 404
    assert (await world.get(path, OTHER_REP))["id"] == deal["id"]


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"reason": "x"}, (422, "validation_failed")),
        ({"priority": "high"}, (422, "validation_failed")),
        ({"reason": "x", "priority": None}, (422, "validation_failed")),
        ({"reason": "x", "priority": "normal"}, (409, "state_conflict")),
        ({"reason": "x", "largest_discount": "5"}, (422, "validation_failed")),
        ({"reason": "x", "owner_id": str(named("nobody"))}, (422, "reference_unknown")),
        (
            {"reason": "x", "least_amount": euros("2"), "most_amount": euros("1")},
            (422, "validation_failed"),
        ),
        (
            {"reason": "x", "least_amount": euros("1"), "most_amount": {"amount": "2", "currency": "USD"}},
            (422, "validation_failed"),
        ),
    ],
)
async def test_an_intervention_that_makes_no_sense_is_refused(
    world: World, body: Json, refused: tuple[int, str]
) -> None:
    deal = await world.deal(REP)

    answer = await world.refusal("POST", f"/v1/deals/{deal['id']}/interventions", body, MANAGER)

    assert answer[:2] == refused


async def test_only_who_answers_for_the_owner_intervenes_in_a_running_deal(world: World) -> None:
    deal, theirs = await world.deal(REP), await world.deal(OTHER_REP)
    body = {"reason": "x", "priority": "high"}
    on_team = {"member_id": MANAGER.sub, "access": "edit"}

    async def tried(path: str) -> tuple[int, str]:
        return (await world.refusal("POST", f"{path}/interventions", body, MANAGER))[:2]

    stranger = await tried(f"/v1/deals/{theirs['id']}")
    await world.post(f"/v1/deals/{theirs['id']}/team", on_team, OTHER_REP)
    member = await tried(f"/v1/deals/{theirs['id']}")
    await world.post(f"/v1/deals/{deal['id']}/lose", {"reason": "price"}, REP)
    closed = await tried(f"/v1/deals/{deal['id']}")

    assert (stranger, member) == ((404, "deal_not_found"), (403, "forbidden"))
    assert closed == (409, "deal_not_open")


async def test_an_intervention_in_what_changed_meanwhile_is_a_conflict(world: World) -> None:
    deal = await world.deal(REP)
    path = f"/v1/deals/{deal['id']}/interventions"
    await world.send("POST", path, MANAGER, json={"reason": "x", "priority": "high"}, headers=ANY)

    late = await world.send("POST", path, DIRECTOR, json={"reason": "y", "priority": "low"}, headers=FIRST)

    assert (late.status_code, late.json()["conflict"]["priority"]["theirs"]) == (412, "high")
