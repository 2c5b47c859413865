"""Pages of other origins: those that are named may call, others may not."""

from collections.abc import Callable

from tests.gateway.integration.world import running_world

APP = "https://app.example.com"


async def test_only_named_origins_may_call_and_read_what_they_need(new_database: Callable[[], str]) -> None:
    async with running_world(new_database(), cors_origins=(APP,)) as world:
        asked = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "if-match"}
        client = world.client()
        allowed = await client.options("/v1/members/1", headers=asked | {"Origin": APP})
        refused = await client.options("/v1/members/1", headers=asked | {"Origin": "https://evil.example"})
        answer = await (await world.as_admin()).get("/v1/organisation", headers={"Origin": APP})

    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, APP)
    assert "access-control-allow-origin" not in refused.headers
    assert "ETag" in answer.headers["access-control-expose-headers"]


async def test_without_the_setting_no_other_origin_may_call(new_database: Callable[[], str]) -> None:
    async with running_world(new_database()) as world:
        answer = await (await world.as_admin()).get("/v1/organisation", headers={"Origin": APP})

    assert "access-control-allow-origin" not in answer.headers
