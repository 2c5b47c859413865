"""The same submission, all at once and over whichever door: one lead, and every sender is told the same."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from itertools import count

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.leads.integration.importing import rows_of, uploaded
from tests.leads.integration.test_inquiries import a_mail
from tests.leads.integration.test_web_forms import a_form, hidden, page, received
from tests.leads.integration.world import REP, Json, World, partner, pushed

Send = Callable[[], Awaitable[str]]
_A_WHILE = timedelta(seconds=10)
_numbers = count()


async def a_push(world: World, number: int) -> Send:
    by = partner(f"sender {number}")

    async def send() -> str:
        return str((await world.push(pushed("1", company="Acme"), by))["id"])

    return send


async def a_batch(world: World, number: int) -> Send:
    by = partner(f"sender {number}")

    async def send() -> str:
        return str((await world.push_all(pushed("1", company="Acme"), by=by))[0]["id"])

    return send


async def a_stream(world: World, number: int) -> Send:
    by = partner(f"sender {number}")
    options = {
        "content": orjson.dumps(pushed("1", company="Acme")),
        "headers": {"Content-Type": "application/x-ndjson"},
    }

    async def send() -> str:
        answer = await world.send("POST", "/v1/partner/leads/batch", by, **options)
        return str(orjson.loads(answer.content)["id"])

    return send


async def an_entry(world: World, number: int) -> Send:
    """With its Idempotency-Key; one that is still running is sent again, as its problem says."""
    body = {"name": f"Person {number}"}

    async def send() -> str:
        while True:
            headers = {"Idempotency-Key": f"key-{number}"}
            answer = await world.send("POST", "/v1/leads", REP, json=body, headers=headers)
            if answer.status_code == 201:
                return str(answer.json()["id"])
            assert answer.json()["code"] == "idempotency_in_progress", answer.text

    return send


async def a_submission(world: World, number: int) -> Send:
    form = await a_form(world, name=f"Form {number}")
    shown = hidden((await page(world, form)).text)
    world.now += _A_WHILE
    said = {**shown, "name": "Ann Lee", "email": f"ann{number}@example.com"}

    async def send() -> str:
        return str((await received(world, form, said))["receipt_id"])

    return send


async def an_inquiry(world: World, number: int) -> Send:
    async def send() -> str:
        mail = a_mail(number, **{"from": f"ann{number}@example.org"})
        return str((await world.post("/v1/inquiries", mail))["lead_id"])

    return send


async def a_file(world: World, number: int) -> Send:
    content = f"ID,Name\n1,Person {number}\n"
    options = {"source_system": f"system {number}"}

    async def send() -> str:
        job: Json = await uploaded(world, content, dry_run=False, options=options)
        await world.work_off()
        while not (rows := await rows_of(world, job)) or rows[0]["record_id"] is None:
            await world.work_off()
        return str(rows[0]["record_id"])

    return send


DOORS = (a_push, a_batch, a_stream, an_entry, a_submission, an_inquiry, a_file)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.lists(st.tuples(st.sampled_from(DOORS), st.integers(1, 5)), min_size=1, max_size=5))
async def test_each_submission_is_one_lead_and_all_senders_are_told_the_same(
    world: World, sent: Sequence[tuple[Callable[[World, int], Awaitable[Send]], int]]
) -> None:
    before = await world.count("lead")
    senders = [(await door(world, next(_numbers)), times) for door, times in sent]

    told = await asyncio.gather(*(asyncio.gather(*(send() for _ in range(times))) for send, times in senders))

    assert [len({*ids}) for ids in told] == [1] * len(sent)
    assert await world.count("lead") == before + len(sent)
