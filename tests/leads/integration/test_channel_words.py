"""A lead's channel is named by its key, in whatever words it was said and by whatever door it came."""

import pytest

from tests.leads.integration.importing import imported, rows_of
from tests.leads.integration.world import ANY, DIRECTOR, MANAGER, Json, World, pushed


async def a_fair(world: World) -> Json:
    body = {"key": "fair", "name": "Trade  Fair", "aliases": ["Messe", "Expo 2027"]}
    return await world.post("/v1/channels", body)


async def refusing(world: World, unknown: str = "refuse") -> Json:
    answer = await world.send("PUT", "/v1/channel-settings", json={"unknown": unknown}, headers=ANY)
    assert answer.status_code == 200, answer.text
    settings: Json = answer.json()
    return settings


async def channel_of(world: World, lead_id: str) -> str:
    channel: str = (await world.get(f"/v1/leads/{lead_id}"))["channel"]
    return channel


@pytest.mark.parametrize("said", ["fair", "FAIR", " trade fair ", "messe", "expo  2027"])
async def test_every_door_understands_every_word(world: World, said: str) -> None:
    await a_fair(world)

    made = await world.lead(channel=said)
    (loaded,) = await world.load("leads", {"name": "Ann", "channel": said})
    receipt = await world.push(pushed("a-1", channel=said))
    job = await imported(world, f"Name,Channel\nAnn,{said}\n", mapping={"Name": "name", "Channel": "channel"})
    (row,) = await rows_of(world, job)
    edited = await world.patch(f"/v1/leads/{(await world.lead())['id']}", {"channel": said}, 1)

    assert made["channel"] == edited["channel"] == "fair"
    ids = (loaded["id"], receipt["id"], row["record_id"])
    assert [await channel_of(world, lead_id) for lead_id in ids] == ["fair"] * 3


async def test_loading_the_same_words_again_changes_nothing(world: World) -> None:
    await a_fair(world)
    item = {"name": "Ann", "channel": "Messe", "source_system": "crm", "external_id": "1"}

    results = [*await world.load("leads", item), *await world.load("leads", item)]
    pushes = [await world.push(pushed("a-1", channel="Messe")) for _ in range(2)]

    assert [result["status"] for result in results] == ["created", "unchanged"]
    assert [each["status"] for each in pushes] == ["created", "unchanged"]


async def test_an_unknown_channel_is_kept_unless_it_is_to_be_refused(world: World) -> None:
    kept = await world.lead(channel="Pigeon Post")
    settings = await refusing(world)

    refused = await world.refusal("POST", "/v1/leads", {"name": "Ann", "channel": "Pigeon Post"})
    (rejected, taken) = await world.load(
        "leads", {"name": "Ann", "channel": "pigeon"}, {"name": "Bob", "channel": "Email"}
    )
    receipt = await world.push(pushed("a-1", channel="pigeon"))
    job = await imported(world, "Name,Channel\nAnn,pigeon\n", mapping={"Name": "name", "Channel": "channel"})

    assert (kept["channel"], settings) == ("Pigeon Post", {"version": 1, "unknown": "refuse"})
    assert refused == (422, "validation_failed", [("/channel", "channel_unknown")])
    assert (rejected["status"], taken["status"], receipt["status"]) == ("rejected", "created", "quarantined")
    assert await channel_of(world, taken["id"]) == "email"
    assert job["counts"]["rejected"] == 1
    assert (await refusing(world, "keep"))["version"] == 2
    assert (await world.lead(channel="pigeon"))["channel"] == "pigeon"


async def test_what_nobody_can_be_told_is_taken_in(world: World) -> None:
    await refusing(world)
    mail = {"kind": "social", "network": "x", "email": "ann@example.com", "at": "2027-03-01T08:00:00Z"}

    result = await world.post("/v1/inquiries", mail)

    assert result["status"] == "created"


async def test_an_alias_is_one_channels_alone_and_can_be_given_up(world: World) -> None:
    fair = await a_fair(world)
    taken = await world.refusal("POST", "/v1/channels", {"key": "show", "name": "Show", "aliases": ["messe"]})

    changed = await world.patch(f"/v1/channels/{fair['id']}", {"aliases": ["Expo"]}, 1)
    other = await world.post("/v1/channels", {"key": "show", "name": "Show", "aliases": ["messe"]})

    assert taken == (422, "validation_failed", [("/aliases/0", "taken")])
    assert (changed["aliases"], other["aliases"]) == (["Expo"], ["messe"])
    assert (await world.lead(channel="Messe"))["channel"] == "show"


async def test_settings_need_their_version(world: World) -> None:
    first = await world.get("/v1/channel-settings", MANAGER)
    await refusing(world)
    stale = await world.send(
        "PUT", "/v1/channel-settings", DIRECTOR, json={"unknown": "keep"}, headers={"If-Match": '"7"'}
    )

    assert first == {"version": 0, "unknown": "keep"}
    assert stale.status_code == 412
    assert (await world.refusal("PUT", "/v1/channel-settings", {"unknown": "guess"}))[0] == 422
