"""A gateway on its own database, with an organisation and people, for integration tests."""

import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI

from services.gateway.app import create_app
from services.gateway.bootstrap import bootstrap
from shared.persistence.database import Database
from tests.gateway.settings import gateway_settings

Json = dict[str, Any]
ADMIN = ("admin@example.com", "correct horse battery")
PASSWORD = "a long enough password"


@dataclass
class World:
    """The application, and clients that act as somebody."""

    app: FastAPI
    database: Database
    stack: AsyncExitStack
    tokens: dict[str, str] = field(default_factory=dict)
    people: dict[str, Json] = field(default_factory=dict)

    def client(
        self, headers: Mapping[str, str] | None = None, address: str = "127.0.0.1"
    ) -> httpx.AsyncClient:
        """A client of the application in this process."""
        transport = httpx.ASGITransport(self.app, client=(address, 4711), raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://front", headers=headers)

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """No time passes for the requests inside."""
        now = self.app.state.clock()
        clock, self.app.state.clock = self.app.state.clock, lambda: now
        try:
            yield
        finally:
            self.app.state.clock = clock

    async def sign_in(self, email: str, password: str, address: str = "127.0.0.1") -> httpx.Response:
        form = {"grant_type": "password", "username": email, "password": password}
        return await self.client(address=address).post("/v1/auth/token", data=form)

    async def as_admin(self) -> httpx.AsyncClient:
        return await self.signed_in(*ADMIN)

    async def signed_in(self, email: str, password: str = PASSWORD) -> httpx.AsyncClient:
        """A client with a token of this member; one sign-in per member and world."""
        if email not in self.tokens:
            answer = await self.sign_in(email, password)
            assert answer.status_code == 200, answer.text
            self.tokens[email] = answer.json()["access_token"]
        return self.client({"Authorization": f"Bearer {self.tokens[email]}"})

    async def as_role(self, role: str, team_id: str | None = None) -> httpx.AsyncClient:
        """A client acting as a member of this role, made on first use."""
        if role == "admin":
            return await self.as_admin()
        if role not in self.people:
            self.people[role] = await self.add_member(role, role, team_id=team_id)
        return await self.signed_in(self.people[role]["email"])

    async def add_member(self, name: str, role: str, *, team_id: str | None = None) -> Json:
        body = {
            "name": name,
            "email": f"{name}@example.com",
            "role": role,
            "team_id": team_id,
            "password": PASSWORD,
        }
        answer = await (await self.as_admin()).post("/v1/members", json=body)
        assert answer.status_code == 201, answer.text
        made: Json = answer.json()
        return made

    async def add_team(self, name: str, **fields: Any) -> Json:
        answer = await (await self.as_admin()).post("/v1/teams", json={"name": name, **fields})
        assert answer.status_code == 201, answer.text
        made: Json = answer.json()
        return made

    async def add_partner(self, name: str) -> tuple[Json, Json]:
        """A partner and a key of it."""
        admin = await self.as_admin()
        partner = (await admin.post("/v1/partners", json={"name": name})).json()
        key = await admin.post(f"/v1/partners/{partner['id']}/keys", json={"name": "first"})
        assert key.status_code == 201, key.text
        return partner, key.json()


@asynccontextmanager
async def running_world(
    database_url: str,
    contracts: Mapping[str, Any] | None = None,
    clock: Callable[[], float] = time.monotonic,
    **settings: Any,
) -> AsyncIterator[World]:
    """A founded organisation behind a running application."""
    app = create_app(gateway_settings(database_url, **settings), contracts or {}, clock)
    database: Database = app.state.database
    await bootstrap(
        database,
        organisation="Example",
        base_currency="EUR",
        time_zone="Europe/Amsterdam",
        admin_name="Ada",
        admin_email=ADMIN[0],
        admin_password=ADMIN[1],
    )
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(app.router.lifespan_context(app))
        yield World(app, database, stack)


def problem(answer: httpx.Response, status: int, code: str) -> Json:
    """The problem body of an answer that must have this status and code."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body: Json = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body
    return body
