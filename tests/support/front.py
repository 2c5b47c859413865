"""A caller of the gateway in tests: a member or a partner, seeing raw answers."""

from collections.abc import Generator
from typing import Any

import httpx

from tests.support.waiting import HANG_SECONDS

Json = dict[str, Any]
PATIENT = httpx.Timeout(HANG_SECONDS)


class Member(httpx.Auth):
    """A member, by password; signs in again when the access token has run out, however long tests take."""

    def __init__(self, url: str, email: str, password: str) -> None:
        self._url = url
        self._form = {"grant_type": "password", "username": email, "password": password}
        self._sign_in()

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = self._authorization
        answer = yield request
        if answer.status_code == 401:
            self._sign_in()
            request.headers["Authorization"] = self._authorization
            yield request

    def _sign_in(self) -> None:
        answer = httpx.post(f"{self._url}/v1/auth/token", data=self._form, timeout=PATIENT)
        answer.raise_for_status()
        self._authorization = f"Bearer {answer.json()['access_token']}"


class Front:
    """`front.as_role("rep")` and `front.as_partner()` are httpx clients with the caller's credentials."""

    def __init__(self, stack: Json) -> None:
        self.stack = stack
        self._clients: dict[str, httpx.Client] = {}

    def as_nobody(self) -> httpx.Client:
        """A caller without credentials."""
        return self._client("nobody", {})

    def as_partner(self) -> httpx.Client:
        """The demo partner, by API key."""
        return self._client("partner", {"X-Api-Key": self.stack["partner"]["api_key"]})

    def as_role(self, role: str) -> httpx.Client:
        """The demo organisation's member of this role, by password."""
        if role not in self._clients:
            who = self.stack["users"][role]
            member = Member(self.stack["gateway_url"], who["email"], who["password"])
            self._client(role, {}, member)
        return self._clients[role]

    def close(self) -> None:
        """Closes every connection."""
        for client in self._clients.values():
            client.close()

    def _client(self, name: str, headers: dict[str, str], auth: httpx.Auth | None = None) -> httpx.Client:
        if name not in self._clients:
            self._clients[name] = httpx.Client(
                base_url=self.stack["gateway_url"], headers=headers, auth=auth, timeout=PATIENT
            )
        return self._clients[name]


def problem(answer: httpx.Response, status: int, code: str) -> Json:
    """The problem body of an answer that must have this status and code."""
    assert answer.headers["Content-Type"].startswith("application/problem+json"), answer.text
    body: Json = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body
    assert {"type", "title", "status", "detail", "trace_id"} <= body.keys()
    return body
