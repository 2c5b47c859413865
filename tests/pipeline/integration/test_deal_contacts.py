"""Whom a deal is talked about with: the part each contact plays, and the one who is first."""

from uuid import UUID

from shared.contracts.event import Event
from shared.contracts.events.leads_contact import ContactMerged, ContactUnmerged
from tests.pipeline.integration.world import ANY, FIRST, NOW, OTHER_REP, REP, Json, World, days, named, told

ADA, BEN, CAT = (named(name) for name in ("Ada", "Ben", "Cat"))


async def added(
    world: World, deal: Json, contact: UUID, role: str = "user", *, primary: bool = False
) -> Json:
    body = {"contact_id": str(contact), "role": role, "primary": primary}
    return await world.post(f"/v1/deals/{deal['id']}/contacts", body, REP)


async def people(world: World, deal: Json) -> list[tuple[str, str | None, bool]]:
    items = (await world.get(f"/v1/deals/{deal['id']}/contacts", REP))["items"]
    return [(each["contact_id"], each["role"], each["primary"]) for each in items]


async def merge(world: World, contact: UUID, into: UUID, *, undone: bool = False) -> None:
    fields = {"contact_id": contact, "created_at": NOW, "merge_id": named(f"{contact} into {into}")}
    event: Event = ContactMerged(**fields, merged_into=into)
    if undone:
        event = ContactUnmerged(**fields, unmerged_from=into)
    await world.consume(told(event, contact, sequence=3 if undone else 2))


async def test_contacts_play_parts_and_one_of_them_is_the_primary_one(world: World) -> None:
    deal = await world.deal(REP)
    path = f"/v1/deals/{deal['id']}"
    body = {"contact_id": str(ADA), "role": "champion", "note": "Wants it by May"}

    made = await world.send("POST", f"{path}/contacts", REP, json=body)
    world.now += days(1)
    await added(world, deal, BEN, "decision_maker", primary=True)
    one = f"{path}/contacts/{ADA}"
    edited = await world.send("PATCH", one, REP, json={"role": "influencer", "primary": True}, headers=FIRST)
    late = await world.send("PATCH", one, REP, json={"role": "blocker"}, headers=FIRST)

    assert (made.status_code, made.headers["Location"], made.headers["ETag"]) == (201, one, '"1"')
    assert (edited.json()["version"], edited.json()["primary"], late.status_code) == (2, True, 412)
    assert await world.get(one, REP) == edited.json()
    assert (await world.get(path, REP))["contact_id"] == str(ADA)
    assert await people(world, deal) == [
        (str(ADA), "influencer", True),
        (str(BEN), "decision_maker", False),
    ]
    events = await world.events(deal["id"])
    assert [each["type"].rsplit(".", 1)[1] for each in events] == [
        *("opened", "contact_added", "contact_added", "contact_changed")
    ]
    assert [each["data"]["changed"] for each in events[1:]] == [[], ["contact_id"], ["contact_id"]]
    assert "May" not in str(events)


async def test_the_contact_of_the_deal_is_listed_and_can_be_described(world: World) -> None:
    deal = await world.deal(REP, contact_id=str(ADA))
    one = f"/v1/deals/{deal['id']}/contacts/{ADA}"

    seen = await world.send("GET", one, REP)
    described = await world.send(
        "PATCH", one, REP, json={"role": "buyer"}, headers={"If-Match": seen.headers["ETag"]}
    )

    assert (seen.json()["role"], seen.json()["primary"], seen.headers["ETag"]) == (None, True, '"0"')
    assert (described.json()["role"], described.headers["ETag"]) == ("buyer", '"1"')
    assert await people(world, deal) == [(str(ADA), "buyer", True)]
    assert (await world.get(f"/v1/deals/{deal['id']}/contacts", REP, role="buyer", total="exact"))[
        "total"
    ] == 1


async def test_a_contact_goes_and_may_come_again(world: World) -> None:
    deal = await world.deal(REP)
    await added(world, deal, ADA, primary=True)
    path = f"/v1/deals/{deal['id']}/contacts"
    body = {"contact_id": str(ADA)}

    twice = await world.refusal("POST", path, body, REP)
    gone = await world.send("DELETE", f"{path}/{ADA}", REP, headers=ANY)

    assert twice[:2] == (409, "already_on_deal")
    assert gone.status_code == 204
    assert (await world.get(f"/v1/deals/{deal['id']}", REP))["contact_id"] is None
    assert (await world.refusal("GET", f"{path}/{ADA}", by=REP))[:2] == (404, "deal_contact_not_found")
    assert (await world.refusal("DELETE", f"{path}/{ADA}", by=REP))[:2] == (404, "deal_contact_not_found")
    await added(world, deal, ADA)
    assert await people(world, deal) == [(str(ADA), "user", False)]


async def test_who_is_neither_contact_nor_primary_is_not_described(world: World) -> None:
    deal = await world.deal(REP)
    path = f"/v1/deals/{deal['id']}/contacts/{ADA}"

    assert (await world.refusal("PATCH", path, {"role": "user"}, REP))[:2] == (404, "deal_contact_not_found")
    assert (await world.refusal("GET", path, by=OTHER_REP))[:2] == (404, "deal_not_found")


async def test_places_go_with_a_merged_contact_and_come_back_with_it(world: World) -> None:
    deal = await world.deal(REP)
    await added(world, deal, ADA, "champion", primary=True)

    await merge(world, ADA, BEN)
    await merge(world, ADA, BEN)
    after = await people(world, deal)
    await merge(world, ADA, BEN, undone=True)

    assert after == [(str(BEN), "champion", True)]
    assert await people(world, deal) == [(str(ADA), "champion", True)]


async def test_two_contacts_of_a_deal_that_become_one_are_on_it_once(world: World) -> None:
    deal = await world.deal(REP)
    await added(world, deal, ADA, "champion")
    await added(world, deal, BEN, "buyer")

    await merge(world, ADA, BEN)
    after = await people(world, deal)
    await merge(world, ADA, BEN, undone=True)

    assert after == [(str(BEN), "buyer", False)]
    assert sorted(await people(world, deal)) == sorted(
        [(str(ADA), "champion", False), (str(BEN), "buyer", False)]
    )


async def test_a_contact_that_was_merged_before_is_the_one_it_became(world: World) -> None:
    deal = await world.deal(REP)
    await merge(world, ADA, BEN)
    await merge(world, BEN, CAT)

    made = await added(world, deal, ADA, "user")
    await merge(world, BEN, CAT, undone=True)
    between = await people(world, deal)
    await merge(world, ADA, BEN, undone=True)

    assert made["contact_id"] == str(CAT)
    assert between == [(str(BEN), "user", False)]
    assert await people(world, deal) == [(str(ADA), "user", False)]
