"""What happens with a new lead that looks like something we have is decided by its source."""

from typing import Any

import pytest

from tests.leads.integration.world import PARTNER, Json, World, pushed

POLICIES = "/v1/duplicate-policies"


async def policy(world: World, action: str, source: str = "Fair", **more: Any) -> Json:
    return await world.post(POLICIES, {"source": source, "action": action, **more})


async def pairs(world: World, **filters: Any) -> list[Json]:
    items: list[Json] = (await world.get("/v1/duplicates", **filters))["items"]
    return items


async def shown(world: World, lead: Json) -> Json:
    return await world.get(f"/v1/leads/{lead['id']}")


async def test_a_policy_is_kept_for_a_source_and_one_for_all_others(world: World) -> None:
    made = await policy(world, "merge", min_score=80, pairs=["lead-lead"])

    edited = await world.patch(f"{POLICIES}/{made['id']}", {"action": "block"}, made["version"])
    taken = await world.refusal("POST", POLICIES, {"source": "FAIR", "action": "allow"})
    kept = (await world.get(POLICIES))["items"]

    assert (edited["action"], edited["min_score"], edited["pairs"]) == ("block", 80, ["lead-lead"])
    assert taken[:2] == (409, "name_taken")
    assert [(each["source"], each["action"], each["min_score"]) for each in kept] == [
        (None, "flag", 0), ("Fair", "block", 80),
    ]  # fmt: skip


async def test_the_policy_of_all_others_can_be_changed_but_not_put_away(world: World) -> None:
    (general,) = (await world.get(POLICIES))["items"]

    refusal = await world.refusal("DELETE", f"{POLICIES}/{general['id']}")
    await world.patch(f"{POLICIES}/{general['id']}", {"action": "allow"}, general["version"])
    await world.lead(email="ann@acme.example")
    await world.lead(email="ann@acme.example")
    await world.work_off()

    assert refusal[:2] == (409, "state_conflict")
    assert await pairs(world) == []


async def test_a_source_whose_policy_is_put_away_goes_by_the_one_of_all_others(world: World) -> None:
    made = await policy(world, "allow")
    await world.lead(email="ann@acme.example", source="fair")
    await world.send("DELETE", f"{POLICIES}/{made['id']}", headers={"If-Match": "*"})

    await world.lead(email="ann@acme.example", source="fair")
    await world.work_off()

    assert len(await pairs(world)) == 1
    again = await policy(world, "block")
    assert again["id"] != made["id"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"source": "fair"}, "/action"),
        ({"source": "fair", "action": "eat"}, "/action"),
        ({"source": " ", "action": "flag"}, "/source"),
        ({"source": "fair", "action": "flag", "min_score": 101}, "/min_score"),
        ({"source": "fair", "action": "flag", "pairs": []}, "/pairs"),
        ({"source": "fair", "action": "flag", "pairs": ["contact-contact"]}, "/pairs/0"),
    ],
)
async def test_a_senseless_policy_is_refused(world: World, body: Json, pointer: str) -> None:
    status, code, errors = await world.refusal("POST", POLICIES, body)

    assert (status, code) == (422, "validation_failed")
    assert pointer in [each for each, _ in errors]


async def test_what_is_allowed_is_not_looked_for_now_or_when_it_changes(world: World) -> None:
    await policy(world, "allow")
    await world.lead(email="ann@acme.example")
    lead = await world.lead(email="ann@acme.example", source="fair")
    await world.work_off()
    lead = await shown(world, lead)
    await world.patch(f"/v1/leads/{lead['id']}", {"phone": "+4930123456"}, lead["version"])
    await world.work_off()

    assert await pairs(world) == []
    assert (await shown(world, lead))["duplicate_of"] is None


async def test_a_push_of_a_source_that_is_allowed_is_no_duplicate(world: World) -> None:
    await policy(world, "allow")
    await world.lead(email="ann@acme.example")

    one = await world.push(pushed("1", email="ann@acme.example", source="fair"))
    many = await world.push_all(
        pushed("2", email="ann@acme.example", source="FAIR"),
        pushed("3", email="ann@acme.example", source="fair"),
    )

    assert [one["status"], *(each["status"] for each in many)] == ["created"] * 3


async def test_only_the_pairs_of_the_policy_are_looked_at(world: World) -> None:
    await policy(world, "flag", pairs=["lead-contact"])
    await world.lead(email="ann@acme.example")
    contact = await world.post("/v1/contacts", {"name": "Ann Lee", "email": "ann@acme.example"})
    lead = await world.lead(email="ann@acme.example", source="fair")

    await world.work_off()

    about = [(pair["a_id"], pair["b_id"]) for pair in await pairs(world) if pair["a_id"] == lead["id"]]
    assert about == [(lead["id"], contact["id"])]
    assert (await shown(world, lead))["duplicate_of"] is None


async def test_a_lead_of_a_merging_source_becomes_part_of_the_older_one(world: World) -> None:
    await policy(world, "merge")
    older = await world.lead(name="Ann Lee", email="ann@acme.example", city="Berlin", tags=["a"])
    await world.work_off()
    newer = await world.lead(
        first_name="Anna", last_name="Lee", name=None, email="ann@acme.example", phone="+4930123456",
        country="DE", city="Bonn", postal_code="53111", tags=["b"], source="fair",
    )  # fmt: skip

    await world.work_off()

    after = await shown(world, older)
    assert (await shown(world, newer))["merged_into"] == older["id"]
    assert (after["name"], after["phone"], after["tags"]) == ("Anna Lee", "+4930123456", ["a", "b"])
    assert (after["city"], after["country"]) == ("Berlin", None)
    (merge,) = (await world.get("/v1/merges"))["items"]
    assert (merge["automatic"], merge["winner_id"], merge["note"]) == (True, older["id"], "Same e-mail")
    (pair,) = await pairs(world)
    assert (pair["status"], pair["merge_id"]) == ("merged", merge["id"])


async def test_why_it_was_merged_stands_in_its_history_and_the_event_names_both(world: World) -> None:
    await policy(world, "merge")
    older = await world.lead(email="ann@acme.example")
    newer = await world.lead(email="ann@acme.example", source="fair")

    await world.work_off()

    steps = (await world.get(f"/v1/leads/{newer['id']}/history"))["items"]
    (step,) = [each for each in steps if each["what"] == "merged"]
    assert step["by"] == "system"
    assert (step["details"]["score"], step["details"]["rule"]) == (100, "Same e-mail")
    (told,) = [each for each in await world.events(newer["id"]) if each["type"] == "leads.lead.merged"]
    assert (told["data"]["lead_id"], told["data"]["merged_into"]) == (newer["id"], older["id"])


async def test_what_is_merged_is_not_given_to_anybody_before(world: World) -> None:
    await policy(world, "merge")
    older = await world.lead(email="ann@acme.example")
    await world.work_off()
    newer = await world.lead(email="ann@acme.example", source="fair")

    await world.work_off()

    kinds = [each["type"] for each in await world.events(newer["id"])]
    assert "leads.lead.assigned" not in kinds
    assert (await shown(world, older))["owner_id"] is not None


async def test_several_of_one_person_at_once_all_become_part_of_the_oldest(world: World) -> None:
    await policy(world, "merge")
    await world.load(
        "leads", *[{"name": f"Ann {n}", "email": "ann@acme.example", "source": "fair"} for n in range(5)]
    )

    await world.work_off()

    (left,) = (await world.get("/v1/leads"))["items"]
    assert (await world.get("/v1/leads", merged_into=left["id"], total="exact"))["total"] == 4
    assert left["owner_id"] is not None


@pytest.mark.parametrize("how", ["disqualified", "archived", "converted"])
async def test_nothing_is_merged_into_what_has_ended(world: World, how: str) -> None:
    await policy(world, "merge")
    older = await world.lead(email="ann@acme.example", company="Acme")
    await world.work_off()
    if how == "archived":
        await world.send("DELETE", f"/v1/leads/{older['id']}", headers={"If-Match": "*"})
    elif how == "disqualified":
        await world.post(f"/v1/leads/{older['id']}/disqualify", {"reason": "no budget"})
    else:
        await world.post(f"/v1/leads/{older['id']}/qualify")
        await world.post(f"/v1/leads/{older['id']}/convert")

    newer = await world.lead(email="ann@acme.example", source="fair")
    await world.work_off()

    after = await shown(world, newer)
    assert after["merged_into"] is None
    assert after["owner_id"] is not None
    assert await world.count("merge") == 0
    if how != "archived":
        assert {pair["status"] for pair in await pairs(world)} == {"open"}


async def test_a_weaker_match_than_the_policy_asks_for_is_only_flagged(world: World) -> None:
    await policy(world, "merge", min_score=99)
    await world.lead(name="Jon Smith", company="Acme")
    newer = await world.lead(name="John Smith", company="Acme Ltd", source="fair")

    await world.work_off()

    (pair,) = await pairs(world)
    assert pair["status"] == "open"
    assert pair["score"] < 99
    assert (await shown(world, newer))["merged_into"] is None


async def test_a_contact_is_never_merged_with_only_flagged(world: World) -> None:
    await policy(world, "merge")
    await world.post("/v1/contacts", {"name": "Ann Lee", "email": "ann@acme.example"})
    lead = await world.lead(email="ann@acme.example", source="fair")

    await world.work_off()

    (pair,) = await pairs(world)
    assert (pair["kind"], pair["status"]) == ("lead-contact", "open")
    assert (await shown(world, lead))["merged_into"] is None


async def test_taken_apart_again_it_stays_a_lead_of_its_own_and_is_given_to_somebody(world: World) -> None:
    await policy(world, "merge")
    await world.lead(email="ann@acme.example")
    newer = await world.lead(email="ann@acme.example", source="fair")
    await world.work_off()
    (merge,) = (await world.get("/v1/merges"))["items"]

    await world.post(f"/v1/merges/{merge['id']}/undo")
    await world.work_off()

    after = await shown(world, newer)
    assert after["merged_into"] is None
    assert after["owner_id"] is not None
    (pair,) = await pairs(world)
    assert pair["status"] == "open"


async def test_a_partner_is_told_that_its_lead_was_merged(world: World) -> None:
    await policy(world, "merge")
    older = await world.lead(email="ann@acme.example")
    receipt = await world.push(pushed("1", email="ann@acme.example", source="fair"))
    await world.work_off()

    followed = await world.get("/v1/partner/leads/1", PARTNER)
    told = await world.get(f"/v1/partner/receipts/{receipt['receipt_id']}", PARTNER)

    assert followed["id"] == receipt["id"]
    assert "merged" in [each["what"] for each in followed["timeline"]]
    assert (told["id"], told["merged_into"], followed["merged_into"]) == (
        receipt["id"],
        older["id"],
        older["id"],
    )
