"""`kill -9` of workers and the broker while 2,000 leads are pushed: none is lost, none is doubled."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer

from shared.contracts.catalogue import decode
from tests.support.front import PATIENT, Front, Json
from tests.support.product import Stack
from tests.support.waiting import eventually

LEADS = 2_000
PUSHERS = 16
# Only against waiting for ever.
LONG_SECONDS = 300.0
CONVERTED_EVERY = 10
VICTIMS = ("leads-worker", "pipeline-worker", "kafka", "leads-worker", "pipeline-worker")


@dataclass(slots=True)
class Push:
    """What the partner was told, and who was killed meanwhile."""

    run: str = field(default_factory=lambda: f"chaos-{time.time_ns()}")
    answers: dict[str, list[str]] = field(default_factory=dict)
    repeated: int = 0
    killed: list[str] = field(default_factory=list)
    converted: list[str] = field(default_factory=list)

    @property
    def acknowledged(self) -> int:
        """Leads of which the partner has heard at least once that they are ours."""
        return len(self.answers)


@pytest.fixture(scope="module")
async def push(doomed: Stack, front: Front) -> Push:
    """2,000 leads pushed singly, every tenth converted at once, while processes are killed."""
    done = Push()
    numbers = iter(range(LEADS))
    async with callers(front) as (partner, director), asyncio.TaskGroup() as group:
        for _ in range(PUSHERS):
            group.create_task(push_leads(partner, director, done, numbers))
        group.create_task(kill_one_after_another(doomed, done))
    return done


async def test_every_lead_was_acknowledged_and_is_there_once(push: Push, front: Front) -> None:
    assert push.acknowledged == LEADS
    assert push.killed == list(VICTIMS)

    leads = every(front, "/v1/leads", campaign=push.run, fields="id,external_id")

    assert Counter(lead["external_id"] for lead in leads) == Counter(dict.fromkeys(push.answers, 1))


async def test_pushing_everything_again_makes_nothing_new(push: Push, front: Front) -> None:
    items = [a_lead(push, reference) for reference in list(push.answers)[:1000]]

    answer = front.as_partner().post("/v1/partner/leads/batch", json={"items": items})

    assert Counter(result["status"] for result in answer.json()["items"]) == {"unchanged": 1000}


async def test_the_topic_holds_every_lead_and_no_fact_twice_under_two_ids(
    push: Push, doomed: Stack, front: Front
) -> None:
    eventually(lambda: received(front, push) == LEADS, within=LONG_SECONDS)
    created: dict[str, set[str]] = {}
    for envelope in await everything_in(doomed, "leads.lead"):
        if envelope.type == "leads.lead.created" and envelope.data["campaign"] == push.run:
            created.setdefault(str(envelope.subject), set()).add(str(envelope.id))

    assert len(created) == LEADS
    assert all(len(ids) == 1 for ids in created.values())


async def test_forecast_counts_every_lead_once(push: Push, doomed: Stack, front: Front) -> None:
    await doomed.settled()

    assert received(front, push) == LEADS


async def test_every_conversion_opened_exactly_one_deal(push: Push, front: Front) -> None:
    assert len(push.converted) == LEADS // CONVERTED_EVERY

    def deals() -> Counter[str]:
        return Counter(
            deal["lead_id"]
            for deal in every(front, "/v1/deals", fields="id,lead_id")
            if deal["lead_id"] in set(push.converted)
        )

    eventually(lambda: len(deals()) == len(push.converted), within=LONG_SECONDS)
    assert set(deals().values()) == {1}


async def test_the_killed_were_started_again(push: Push, doomed: Stack) -> None:
    restarts = {name: doomed.processes[name]["restarts"] for name in set(push.killed)}

    assert all(count >= push.killed.count(name) for name, count in restarts.items()), restarts


async def push_leads(
    partner: httpx.AsyncClient, director: httpx.AsyncClient, done: Push, numbers: Any
) -> None:
    for number in numbers:
        reference = f"{done.run}-{number}"
        receipt = await until_told(partner, done, "/v1/partner/leads", a_lead(done, reference))
        done.answers.setdefault(reference, []).append(receipt["status"])
        if number % CONVERTED_EVERY == 0:
            path = f"/v1/leads/{receipt['id']}"
            await until_told(director, done, f"{path}/qualify", {})
            await until_told(director, done, f"{path}/convert", {"deal": {"name": reference}})
            done.converted.append(str(receipt["id"]))


async def until_told(client: httpx.AsyncClient, done: Push, path: str, body: Json) -> Json:
    """Repeats with the same key until there is an answer, as the partners' page says."""
    headers = {"Idempotency-Key": f"{path}-{body.get('external_id', '')}", "If-Match": "*"}
    while True:
        try:
            answer = await client.post(path, json=body, headers=headers)
        except httpx.TransportError:
            done.repeated += 1
            continue
        if answer.status_code in (409, 429, 503, 504) and "Retry-After" in answer.headers:
            done.repeated += 1
            await asyncio.sleep(float(answer.headers["Retry-After"]))
            continue
        assert answer.status_code in (200, 201), answer.text
        told: Json = answer.json()
        return told


async def kill_one_after_another(stack: Stack, done: Push) -> None:
    """One victim after each sixth of the leads, so that all die while leads are coming in; none again before
    it was started again."""
    for number, victim in enumerate(VICTIMS, start=1):
        while done.acknowledged < LEADS * number // (len(VICTIMS) + 1):
            await asyncio.sleep(0.01)
        while not is_there_again(stack, victim, kills=done.killed.count(victim)):
            await asyncio.sleep(0.05)
        stack.kill(victim)
        done.killed.append(victim)


def is_there_again(stack: Stack, name: str, *, kills: int) -> bool:
    process = stack.processes[name]
    return process["restarts"] >= kills and process["pid"] is not None


class callers:  # noqa: N801 - reads as a verb phrase where it is used
    """Two asynchronous clients with the credentials of the partner and the director."""

    def __init__(self, front: Front) -> None:
        options = {"base_url": front.stack["gateway_url"], "timeout": PATIENT}
        self._clients = tuple(
            httpx.AsyncClient(headers=one.headers, auth=one.auth, **options)
            for one in (front.as_partner(), front.as_role("director"))
        )

    async def __aenter__(self) -> tuple[httpx.AsyncClient, ...]:
        return self._clients

    async def __aexit__(self, *_: object) -> None:
        for client in self._clients:
            await client.aclose()


def a_lead(push: Push, reference: str) -> Json:
    return {
        "external_id": reference,
        "name": "Ada Buyer",
        "company": f"Buyers {reference}",
        "email": f"{reference}@example.com",
        "campaign": push.run,
        "source": "partner",
    }


def received(front: Front, push: Push) -> int:
    """How many leads of this push forecast has counted."""
    funnel = front.as_role("director").get(
        "/v1/lead-funnel", params={"period": "year", "group_by": "campaign"}
    )
    groups = {group["campaign"]: group["received"] for group in funnel.json()["groups"]}
    return int(groups.get(push.run, 0))


def every(front: Front, path: str, **params: str) -> list[Json]:
    """All items of a list."""
    items: list[Json] = []
    cursor: dict[str, str] = {}
    while True:
        page = front.as_role("director").get(path, params={"limit": "200", **params, **cursor}).json()
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        cursor = {"cursor": page["next_cursor"]}


async def everything_in(stack: Stack, topic: str) -> list[Any]:
    """Every envelope of a topic, from its beginning to its present end."""
    servers = stack.description["kafka_bootstrap_servers"]
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=servers, auto_offset_reset="earliest")
    await consumer.start()
    try:
        found = []
        ends = await consumer.end_offsets(consumer.assignment())
        while any([await consumer.position(one) < end for one, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found += [decode(record.value)[0] for record in records]
        return found
    finally:
        await consumer.stop()
