"""The document and the pages that anybody may see, and the door that stays shut for everybody else."""

import re

import pytest

from services.gateway.app import create_app
from services.gateway.role.domain import PERMISSIONS, ROLES
from tests.gateway.integration.world import World, problem
from tests.gateway.settings import gateway_settings

APP = create_app(gateway_settings("postgresql://nobody@127.0.0.1:9/nothing"))
OWN = [
    (method.upper(), path, described["x-permission"])
    for path, item in APP.openapi()["paths"].items()
    for method, described in item.items()
    if "x-permission" in described
]
FORWARDED = [
    (op.method, op.path_format, op.permission)
    for op in APP.state.forwarding_table.operations
    if not op.is_public
]


def _concrete(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "01920000-0000-7000-8000-000000000000", path)


async def test_the_document_is_openapi_3_1_and_names_how_to_sign_in(world: World) -> None:
    document = (await world.client().get("/openapi.json")).json()

    assert document["openapi"] == "3.1.0"
    assert set(document["components"]["securitySchemes"]) == {"bearer", "token", "api_key"}
    assert "/v1/me" in document["paths"]
    assert document["paths"]["/v1/me"]["get"]["security"]
    assert "security" not in document["paths"]["/v1/auth/token"]["post"]


async def test_the_docs_need_no_other_server(world: World) -> None:
    client = world.client()
    page = await client.get("/docs")
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)

    assert loaded
    assert not re.findall(r"https?://", page.text)
    for path in loaded:
        assert (await client.get(path)).status_code == 200
    problem(await client.get("/docs/passwd"), 404, "not_found")


async def test_the_root_leads_to_the_docs(world: World) -> None:
    answer = await world.client().get("/")

    assert (answer.status_code, answer.headers["location"]) == (307, "/docs")


@pytest.mark.parametrize(("method", "path", "permission"), OWN + FORWARDED)
async def test_every_operation_is_shut_without_credentials(
    world: World, method: str, path: str, permission: str
) -> None:
    answer = await world.client().request(method, _concrete(path))

    problem(answer, 401, "unauthenticated")


@pytest.mark.parametrize("role", [role for role in ROLES if role != "partner"])
async def test_every_own_operation_is_shut_for_roles_without_its_permission(world: World, role: str) -> None:
    client = await world.as_role(role)
    shut = [(method, path) for method, path, permission in OWN if permission not in PERMISSIONS[role]]

    answers = {
        (method, path): await client.request(method, _concrete(path), json={}) for method, path in shut
    }

    assert {where for where, answer in answers.items() if answer.status_code != 403} == set()


@pytest.mark.parametrize("path", ["/healthz", "/livez", "/readyz", "/metrics"])
async def test_operations_pages_need_no_credentials(world: World, path: str) -> None:
    assert (await world.client().get(path)).status_code == 200


async def test_metrics_show_circuits_and_name_nobody(world: World) -> None:
    made = await world.add_member("marker-metrics", "rep")
    await (await world.as_admin()).get(f"/v1/members/{made['id']}")

    text = (await world.client().get("/metrics")).text

    assert 'upstream_circuit_state{service="gateway",upstream="leads"} 0.0' in text
    assert "marker" not in text
    assert made["id"] not in text


async def test_neither_logs_nor_problems_show_secrets_or_people(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    secret, person = "marker-secret-password", "marker-person@example.com"
    client = world.client({"Authorization": "Bearer marker-token", "X-Api-Key": "dsk_marker"})
    answers = [
        await world.sign_in(person, secret),
        await client.get("/v1/me?token=marker-query"),
        await world.client().post("/v1/auth/accept-invitation", json={"token": "x", "password": secret}),
        await (await world.as_admin()).post("/v1/members", json={"email": person, "password": secret}),
    ]

    shown = capfd.readouterr().out + "".join(answer.text for answer in answers)

    assert '"event":"request"' in shown
    assert "marker" not in shown
