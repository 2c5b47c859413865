"""What passes the front to the services and back, and what happens when they are slow or gone."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from deploy.local.ports import free_port
from services.gateway.upstream.policy import BreakerRules
from tests.gateway.clock import Clock
from tests.gateway.integration.stand_in import LEADS, StandIn, black_hole, served
from tests.gateway.integration.world import World, problem, running_world
from tests.support.waiting import HANG_SECONDS

MIB = 1024 * 1024


@pytest.fixture(scope="module")
async def leads() -> AsyncIterator[StandIn]:
    async with served(StandIn()) as running:
        yield running


@pytest.fixture(scope="module")
async def world(new_database: Callable[[], str], leads: StandIn) -> AsyncIterator[World]:
    contracts = {"leads": LEADS}
    async with running_world(new_database(), contracts, leads_url=leads.url) as running:
        yield running


async def test_a_request_reaches_the_service_with_the_callers_identity(world: World, leads: StandIn) -> None:
    rep = await world.as_role("rep")

    answer = await rep.get("/v1/leads/a%20b?q=x%26y", headers={"X-Correlation-Id": "corr-1"})

    caller = answer.json()["caller"]
    assert (caller["sub"], caller["role"], caller["scope"]) == (world.people["rep"]["id"], "rep", "own")
    seen = leads.requests[-1]
    assert seen["target"] == "/v1/leads/a%20b?q=x%26y"
    assert seen["headers"]["x-correlation-id"] == "corr-1"
    assert 0 < int(seen["headers"]["x-deadline-ms"]) <= 10_000


@pytest.mark.parametrize(
    "reference", ["a%2Fb", "%2E%2E", "%2E", "100%25", "a%2F%2E%2E%2Fb", "%252F", "batch"]
)
async def test_a_partners_reference_passes_whatever_characters_it_has(
    world: World, leads: StandIn, reference: str
) -> None:
    _, key = await world.add_partner(f"Partner {reference}")

    answer = await world.client({"X-Api-Key": key["api_key"]}).get(f"/v1/partner/leads/{reference}")

    assert answer.status_code == 200
    assert leads.requests[-1]["target"] == f"/v1/partner/leads/{reference}?"


async def test_a_visitor_reaches_what_is_public_as_nobody(world: World, leads: StandIn) -> None:
    headers = {"X-Dealstream-Identity": "forged", "Cookie": "a=b", "Origin": "https://a.example"}

    answer = await world.client(headers).post("/v1/public/forms/k", data={"email": "a@b.example"})

    caller = answer.json()["caller"]
    assert (caller["kind"], caller["role"], caller["scope"]) == ("service", "visitor", "none")
    passed = leads.requests[-1]["headers"]
    assert passed["origin"] == "https://a.example" and "cookie" not in passed
    assert answer.headers["ratelimit-policy"] == '"visitor";q=120;w=60'
    assert "x-dealstream-inside" not in answer.headers
    problem(await world.client().delete("/v1/public/forms/k"), 405, "method_not_allowed")
    too_much = await world.client().post("/v1/public/forms/k", content=b"x" * (64 * 1024 + 1))
    problem(too_much, 413, "body_too_large")


async def test_credentials_and_forged_identities_do_not_reach_the_service(
    world: World, leads: StandIn
) -> None:
    rep = await world.as_role("rep")
    forged = {
        "X-Dealstream-Identity": "forged",
        "X-Dealstream-Role": "admin",
        "Cookie": "a=b",
        "Forwarded": "for=1.2.3.4",
        "Connection": "x-dealstream-role",
    }

    answer = await rep.get("/v1/leads", headers=forged)

    assert answer.json()["caller"]["role"] == "rep"
    passed = set(leads.requests[-1]["headers"])
    assert not passed & {"authorization", "cookie", "x-dealstream-role", "forwarded", "x-api-key"}


async def test_what_the_caller_needs_passes_in_both_directions(world: World, leads: StandIn) -> None:
    rep = await world.as_role("rep")
    sent = {"Idempotency-Key": "k-1", "If-Match": '"3"', "X-Wait-For": "leads.lead/x/1"}

    answer = await rep.post("/v1/leads", json={"name": "x"}, headers=sent)

    assert answer.status_code == 201
    for name, value in sent.items():
        assert leads.requests[-1]["headers"][name.lower()] == value
    assert answer.headers["etag"] == '"7"'
    assert answer.headers["location"] == "/v1/leads/7"
    assert answer.headers["x-event-position"] == "leads.lead/x/1"
    assert "x-dealstream-inside" not in answer.headers
    assert len(answer.headers.get_list("x-correlation-id")) == 1


async def test_every_answer_tells_the_rate_limit(world: World) -> None:
    rep = await world.as_role("rep")
    nobody = world.client()

    answers = [
        await rep.get("/v1/leads"),
        await rep.get("/v1/nothing"),
        await rep.get("/v1/me"),
        await rep.post("/v1/leads", content=b"x" * (2 * MIB)),
        await nobody.get("/v1/leads"),
        await nobody.get("/openapi.json"),
        await nobody.post("/v1/auth/token", data={}),
    ]

    assert all("ratelimit-policy" in answer.headers for answer in answers)
    assert answers[0].headers["ratelimit-policy"] == '"member";q=6000;w=60'
    assert answers[4].headers["ratelimit-policy"] == '"anonymous";q=600;w=60'


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/unknown", 404, "not_found"),
        ("GET", "/v1/leads/", 404, "not_found"),
        ("GET", "/v1/leads/1/2/3", 404, "not_found"),
        ("GET", "/v1/internal/secrets", 404, "not_found"),
        ("GET", "/v1/LEADS", 404, "not_found"),
        ("DELETE", "/v1/leads/1", 405, "method_not_allowed"),
        ("PATCH", "/v1/me", 405, "method_not_allowed"),
    ],
)
async def test_what_is_not_published_is_not_there(
    *, world: World, leads: StandIn, method: str, path: str, status: int, code: str
) -> None:
    seen = len(leads.requests)

    problem(await (await world.as_role("rep")).request(method, path), status, code)

    assert len(leads.requests) == seen


async def test_the_permission_of_the_very_operation_decides(world: World, leads: StandIn) -> None:
    analyst, rep, ops = [await world.as_role(role) for role in ("analyst", "rep", "ops")]
    _, key = await world.add_partner("Forwarded")
    partner = world.client({"X-Api-Key": key["api_key"]})
    seen = len(leads.requests)

    problem(await analyst.post("/v1/leads", json={}), 403, "forbidden")
    problem(await rep.post("/v1/leads/1/assign", json={}), 403, "forbidden")
    problem(await ops.get("/v1/leads"), 403, "forbidden")
    problem(await partner.get("/v1/leads"), 403, "forbidden")

    assert len(leads.requests) == seen
    assert (await partner.post("/v1/partner/leads", json={})).status_code == 201
    assert leads.requests[-1]["headers"]["content-type"] == "application/json"


async def test_without_credentials_nothing_is_reached(world: World, leads: StandIn) -> None:
    seen = len(leads.requests)

    for headers in ({}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer"}):
        answer = await world.client(headers).get("/v1/leads")
        problem(answer, 401, "unauthenticated")
        assert answer.headers["www-authenticate"] == "Bearer"
    problem(await world.client({"Authorization": "Bearer a.b.c"}).get("/v1/leads"), 401, "token_invalid")

    assert len(leads.requests) == seen


async def test_two_mebibytes_are_refused_whether_their_length_is_told_or_not(world: World) -> None:
    rep = await world.as_role("rep")

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(32):
            yield b"x" * (MIB // 16)

    told = await rep.post("/v1/leads", content=b"x" * (2 * MIB))
    untold = await rep.post("/v1/leads", content=chunks())

    assert problem(told, 413, "body_too_large")["limit_bytes"] == MIB
    problem(untold, 413, "body_too_large")


async def test_a_large_batch_and_an_endless_stream_of_lines_pass(world: World, leads: StandIn) -> None:
    rep = await world.as_role("rep")

    async def lines() -> AsyncIterator[bytes]:
        for _ in range(160):
            yield b"x" * (MIB // 16)

    batch = await rep.post(
        "/v1/leads/batch", content=b"x" * (4 * MIB), headers={"Content-Type": "application/json"}
    )
    stream = await rep.post(
        "/v1/leads/batch", content=lines(), headers={"Content-Type": "application/x-ndjson"}
    )

    assert batch.json()["bytes"] == 4 * MIB
    assert stream.json()["bytes"] == 10 * MIB


async def test_a_long_answer_is_passed_on_whole(world: World) -> None:
    answer = await (await world.as_role("rep")).get("/v1/leads/long")

    assert len(answer.content) == 32 * 65536


async def test_a_refusal_of_the_service_is_passed_on_as_it_is(world: World, leads: StandIn) -> None:
    leads.fail = 409
    try:
        answer = await (await world.as_role("rep")).get("/v1/leads")
    finally:
        leads.fail = None

    assert (answer.status_code, answer.json()["code"]) == (409, "broken")


async def test_a_dead_service_is_503_with_retry_after_and_comes_back_by_itself(
    new_database: Callable[[], str],
) -> None:
    port = free_port()
    contracts = {"leads": LEADS}
    url, clock, ten_minutes = f"http://127.0.0.1:{port}", Clock(), 600_000
    async with running_world(
        new_database(), contracts, clock, leads_url=url, upstream_timeout_ms=ten_minutes
    ) as world:
        rep = await world.as_role("rep")
        for _ in range(20):
            answer = await asyncio.wait_for(rep.get("/v1/leads"), HANG_SECONDS)
            problem(answer, 503, "upstream_unavailable")
            assert int(answer.headers["retry-after"]) >= 1
        async with served(StandIn(), port):
            clock.now += BreakerRules().longest_open_seconds
            assert (await rep.get("/v1/leads")).status_code == 200


async def test_a_failing_service_is_left_alone_after_five_answers(
    new_database: Callable[[], str],
) -> None:
    stand_in = StandIn(fail=503)
    async with (
        served(stand_in),
        running_world(new_database(), {"leads": LEADS}, Clock(), leads_url=stand_in.url) as world,
    ):
        rep = await world.as_role("rep")
        for _ in range(40):
            assert (await rep.get("/v1/leads")).status_code == 503

    assert len(stand_in.requests) == BreakerRules().consecutive


async def test_a_service_that_never_answers_is_504_after_the_time_it_has(
    new_database: Callable[[], str],
) -> None:
    async with (
        black_hole() as url,
        running_world(new_database(), {"leads": LEADS}, leads_url=url, upstream_timeout_ms=300) as world,
    ):
        answer = await asyncio.wait_for((await world.as_role("rep")).get("/v1/leads"), HANG_SECONDS)

    assert "did not answer within 0.3 s" in problem(answer, 504, "upstream_timeout")["detail"]


async def test_no_caller_waits_longer_than_the_deadline_it_named(new_database: Callable[[], str]) -> None:
    ten_minutes = 600_000
    async with (
        black_hole() as url,
        running_world(
            new_database(), {"leads": LEADS}, leads_url=url, upstream_timeout_ms=ten_minutes
        ) as world,
    ):
        asking = (await world.as_role("rep")).get("/v1/leads", headers={"X-Deadline-Ms": "200"})
        answer = await asyncio.wait_for(asking, HANG_SECONDS)

    assert answer.status_code == 504


async def test_short_deadlines_of_a_caller_do_not_close_the_door_for_others(
    new_database: Callable[[], str],
) -> None:
    opened = asyncio.Event()
    stand_in = StandIn(before=lambda _: opened.wait())
    async with (
        served(stand_in),
        running_world(new_database(), {"leads": LEADS}, leads_url=stand_in.url) as world,
    ):
        rep = await world.as_role("rep")
        for _ in range(10):
            assert (await rep.get("/v1/leads", headers={"X-Deadline-Ms": "20"})).status_code == 504

        opened.set()
        assert (await rep.get("/v1/leads")).status_code == 200


async def test_too_many_requests_are_429_with_retry_after(new_database: Callable[[], str]) -> None:
    limits = {"member": "5/60"}
    async with running_world(new_database(), clock=Clock(), rate_limits=limits) as world:
        admin = await world.as_admin()
        answers = [await admin.get("/v1/me") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    problem(answers[-1], 429, "rate_limited")
    assert answers[-1].headers["retry-after"] == "12"
    assert [answer.headers["ratelimit"].split(";")[1] for answer in answers] == [
        "r=4",
        "r=3",
        "r=2",
        "r=1",
        "r=0",
        "r=0",
    ]
