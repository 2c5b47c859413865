"""The feed: what the pull feed and the stream show of what happened, over a real server."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import uvicorn

from deploy.local.ports import free_port
from services.gateway.feed.projection import append
from services.gateway.feed.queries import prune
from shared.contracts.envelope import Envelope, EventContext, wrap
from shared.contracts.events.leads_lead import LeadAssigned, LeadChanged, LeadCreated
from shared.contracts.events.pipeline_deal import DealChanged, DealTeamLeft
from shared.contracts.events.pipeline_product import ProductCreated
from tests.gateway.integration.world import World, problem, running_world
from tests.support.waiting import HANG_SECONDS

NOW = datetime(2027, 3, 1, tzinfo=UTC)
CONTEXT = EventContext("/leads", "test")


@pytest.fixture
async def world(new_database: Callable[[], str]) -> AsyncIterator[World]:
    async with running_world(new_database()) as running:
        yield running


def a_lead(owner: str | None = None, *, id: UUID | None = None, sequence: int = 1, **fields: Any) -> Envelope:
    lead_id = id or uuid4()
    kind = {1: LeadCreated, 2: LeadAssigned}.get(sequence, LeadChanged)
    owner_id = UUID(owner) if owner else None
    fields |= {"lead_id": lead_id, "status": "new", "created_at": NOW, "owner_id": owner_id}
    event = kind(changed=("owner_id",), **fields)
    return wrap(event, subject=lead_id, sequence=sequence, time=NOW, context=CONTEXT)


def state_of(deal_id: UUID) -> dict[str, Any]:
    """A stranger's deal."""
    return {
        "deal_id": deal_id,
        "name": "Acme",
        "status": "open",
        "pipeline_id": uuid4(),
        "stage_id": uuid4(),
        "stage": "Talk",
        "stage_entered_at": NOW,
        "created_at": NOW,
        "forecast_category": "pipeline",
        "owner_id": uuid4(),
    }


def a_deal(deal_id: UUID, *, sequence: int, **fields: Any) -> Envelope:
    event = DealChanged(**state_of(deal_id), **fields)
    return wrap(event, subject=deal_id, sequence=sequence, time=NOW, context=CONTEXT)


async def happen(world: World, *envelopes: Envelope) -> None:
    async with world.database.transaction() as connection:
        await append(connection, envelopes)


async def pulled(client: httpx.AsyncClient, **params: Any) -> dict[str, Any]:
    answer = await client.get("/v1/events", params=params)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


@asynccontextmanager
async def serving(world: World) -> AsyncIterator[str]:
    """The world's application on a real port."""
    port = free_port()
    config = uvicorn.Config(
        world.app, port=port, log_config=None, lifespan="off", timeout_graceful_shutdown=5
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


class Listener:
    """One open stream."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.aiter_lines()
        self.last_id: str | None = None

    async def next(self) -> dict[str, Any]:
        """The next event with data."""
        name, data = "", ""
        async with asyncio.timeout(HANG_SECONDS):
            async for line in self._lines:
                key, _, value = line.partition(": ")
                if key == "id":
                    self.last_id = value
                elif key == "event":
                    name = value
                elif key == "data":
                    data = value
                elif not line and data:
                    return {"event": name, **json.loads(data)}
        raise EOFError

    async def settled(self) -> None:
        """Until the stream has told where it stands."""
        async with asyncio.timeout(HANG_SECONDS):
            async for line in self._lines:
                if line.startswith("id: "):
                    self.last_id = line.removeprefix("id: ")
                elif not line:
                    return


@asynccontextmanager
async def listening(
    url: str, token: str = "", path: str = "/v1/stream", **headers: str
) -> AsyncIterator[Listener]:
    sent = headers | ({"Authorization": f"Bearer {token}"} if token else {})
    async with (
        httpx.AsyncClient(base_url=url, timeout=HANG_SECONDS) as client,
        client.stream("GET", path, headers=sent) as response,
    ):
        assert response.status_code == 200, await response.aread()
        assert response.headers["content-type"].startswith("text/event-stream")
        listener = Listener(response)
        await listener.settled()
        yield listener


async def test_a_rep_pulls_own_records_and_goes_on_where_it_stopped(world: World) -> None:
    rep = await world.as_role("rep")
    me = world.people["rep"]["id"]
    await happen(world, a_lead(me), a_lead(str(uuid4())), a_lead(None), a_lead(me))

    first = await pulled(rep, after=0, topics="leads", limit=1)
    second = await pulled(rep, after=first["next"], topics="leads")
    third = await pulled(rep, after=second["next"], topics="leads")

    assert (len(first["items"]), first["more"]) == (1, True)
    assert (len(second["items"]), second["more"]) == (1, False)
    assert third == {"items": [], "next": second["next"], "more": False}
    shown = first["items"][0]
    assert (shown["topic"], shown["type"], shown["tombstone"]) == ("leads", "leads.lead.created", False)
    assert shown["data"]["owner_id"] == me


async def test_an_assigned_record_leaves_one_feed_and_enters_the_other(world: World) -> None:
    rep = await world.as_role("rep")
    other = await world.add_member("other", "rep")
    other_client = await world.signed_in(other["email"])
    lead_id = uuid4()
    await happen(world, a_lead(world.people["rep"]["id"], id=lead_id))
    await happen(world, a_lead(other["id"], id=lead_id, sequence=2))
    await happen(world, a_lead(other["id"], id=lead_id, sequence=3))

    lost = (await pulled(rep, topics="leads"))["items"]
    gained = (await pulled(other_client, topics="leads"))["items"]

    assert [(e["sequence"], e["tombstone"]) for e in lost] == [(1, False), (2, True)]
    assert [(e["sequence"], e["tombstone"]) for e in gained] == [(2, False), (3, False)]


async def test_a_deal_is_in_the_feed_of_who_is_on_its_team(world: World) -> None:
    rep = await world.as_role("rep")
    me, deal_id = UUID(world.people["rep"]["id"]), uuid4()
    await happen(
        world,
        a_deal(deal_id, sequence=1),
        a_deal(deal_id, sequence=2, team_ids=(me,)),
        wrap(
            DealTeamLeft(**state_of(deal_id), member_id=me),
            subject=deal_id,
            sequence=3,
            time=NOW,
            context=CONTEXT,
        ),
        a_deal(deal_id, sequence=4),
    )

    items = (await pulled(rep, topics="deals"))["items"]

    assert [(each["sequence"], each["tombstone"]) for each in items] == [(2, False), (3, True)]


async def test_a_manager_pulls_the_subtree_and_a_director_everything(world: World) -> None:
    top = await world.add_team("Top")
    below = await world.add_team("Below", parent_id=top["id"])
    rep = await world.add_member("below", "rep", team_id=below["id"])
    manager = await world.as_role("manager", team_id=top["id"])
    director = await world.as_role("director")
    await happen(world, a_lead(rep["id"]), a_lead(str(uuid4())), a_lead(None))

    assert len((await pulled(manager, topics="leads"))["items"]) == 2
    assert len((await pulled(director, topics="leads"))["items"]) == 3


async def test_a_partner_pulls_its_own_leads_only(world: World) -> None:
    partner, key = await world.add_partner("Feed")
    client = world.client({"X-Api-Key": key["api_key"]})
    own = UUID(partner["id"])
    product = ProductCreated(product_id=uuid4(), name="x", created_at=NOW)
    await happen(
        world,
        a_lead(None, partner_id=own, external_id="mine"),
        a_lead(None, partner_id=uuid4(), external_id="theirs"),
        wrap(product, subject=product.product_id, sequence=1, time=NOW, context=CONTEXT),
    )

    items = (await pulled(client))["items"]

    assert [item["data"]["external_id"] for item in items] == ["mine"]
    assert "owner_id" not in items[0]["data"]
    problem(await client.get("/v1/events?topics=deals"), 403, "forbidden")


async def test_ops_have_no_feed_and_an_unknown_topic_is_refused(world: World) -> None:
    problem(await (await world.as_role("ops")).get("/v1/events"), 403, "forbidden")
    refused = await (await world.as_role("rep")).get("/v1/events?topics=leads,dragons")
    assert problem(refused, 400, "invalid_parameter")["errors"][0]["pointer"] == "/query/topics"


async def test_a_position_that_is_no_longer_kept_is_410(world: World) -> None:
    director = await world.as_role("director")
    await happen(world, a_lead(), a_lead())
    async with world.database.transaction() as connection:
        await connection.exec_driver_sql("UPDATE feed SET recorded_at = now() - interval '40 days'")
    await prune(world.database, datetime.now(UTC), 30)
    await happen(world, a_lead())

    problem(await director.get("/v1/events?after=1"), 410, "position_expired")
    assert len((await pulled(director))["items"]) == 1


async def test_positions_are_committed_in_order_even_when_writers_overlap(world: World) -> None:
    director = await world.as_role("director")

    async def write(number: int) -> None:
        for _ in range(10):
            await happen(world, a_lead())

    seen: list[int] = []
    after = 0
    writers = asyncio.gather(*(write(number) for number in range(4)))
    while len(seen) < 40:
        page = await pulled(director, after=after)
        seen += [item["position"] for item in page["items"]]
        after = page["next"]
    await writers

    assert seen == sorted(seen)
    assert len(set(seen)) == 40


async def test_a_stream_tells_live_and_resumes_without_a_gap(world: World) -> None:
    rep = await world.as_role("rep")
    me = world.people["rep"]["id"]
    token = rep.headers["authorization"].removeprefix("Bearer ")
    async with serving(world) as url:
        async with listening(url, token, "/v1/stream?topics=leads") as listener:
            await happen(world, a_lead(me, source="first"), a_lead(str(uuid4()), source="not mine"))
            first = await listener.next()
            last_id = listener.last_id or ""
        await happen(world, a_lead(me, source="missed"), a_lead(str(uuid4())))
        path = "/v1/stream?topics=leads"
        async with listening(url, token, path, **{"Last-Event-ID": last_id}) as listener:
            missed = await listener.next()
            await happen(world, a_lead(me, source="live again"))
            live = await listener.next()

    told = [(event["event"], event["data"]["source"]) for event in (first, missed, live)]
    assert told == [
        ("leads.lead.created", "first"),
        ("leads.lead.created", "missed"),
        ("leads.lead.created", "live again"),
    ]


async def test_nothing_is_lost_or_told_twice_while_clients_come_and_go(world: World) -> None:
    director = await world.as_role("director")
    token = director.headers["authorization"].removeprefix("Bearer ")
    sources: list[str] = []
    async with serving(world) as url:
        last_id = "0"

        async def write() -> None:
            for number in range(60):
                await happen(world, a_lead(source=str(number)))
                await asyncio.sleep(0.005)

        writing = asyncio.create_task(write())
        while len(sources) < 60:
            headers = {"Last-Event-ID": last_id}
            async with listening(url, token, "/v1/stream?topics=leads", **headers) as listener:
                wanted = min(7, 60 - len(sources))
                sources += [(await listener.next())["data"]["source"] for _ in range(wanted)]
                last_id = listener.last_id or last_id
        await writing

    assert sources == [str(number) for number in range(60)]


async def test_a_ticket_opens_one_stream(world: World) -> None:
    rep = await world.as_role("rep")
    made = await rep.post("/v1/stream/tickets")
    ticket = made.json()["ticket"]
    async with serving(world) as url:
        async with listening(url, path=f"/v1/stream?topics=leads&ticket={ticket}") as listener:
            await happen(world, a_lead(world.people["rep"]["id"]))
            assert (await listener.next())["event"] == "leads.lead.created"
        again = await world.client().get(f"/v1/stream?ticket={ticket}")

    assert made.headers["cache-control"] == "no-store"
    problem(again, 401, "token_invalid")


async def test_a_stream_needs_credentials_and_a_readable_position(world: World) -> None:
    rep = await world.as_role("rep")

    problem(await world.client().get("/v1/stream"), 401, "unauthenticated")
    wrong = await rep.get("/v1/stream", headers={"Last-Event-ID": "abc"})
    problem(wrong, 400, "invalid_parameter")
    problem(await (await world.as_role("ops")).get("/v1/stream"), 403, "forbidden")


async def test_streams_end_when_the_process_drains(world: World) -> None:
    director = await world.as_role("director")
    token = director.headers["authorization"].removeprefix("Bearer ")
    async with serving(world) as url, listening(url, token) as listener:
        world.app.state.health.draining.set()

        with pytest.raises(EOFError):
            await listener.next()
