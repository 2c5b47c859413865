"""A caller of the gateway in tests: a member or a partner, seeing raw answers."""

import time
from collections.abc import Callable
from typing import Any

import httpx

Json = dict[str, Any]


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
            form = {"grant_type": "password", "username": who["email"], "password": who["password"]}
            answer = self.as_nobody().post("/v1/auth/token", data=form)
            answer.raise_for_status()
            self._client(role, {"Authorization": f"Bearer {answer.json()['access_token']}"})
        return self._clients[role]

    def close(self) -> None:
        """Closes every connection."""
        for client in self._clients.values():
            client.close()

    def _client(self, name: str, headers: dict[str, str]) -> httpx.Client:
        if name not in self._clients:
            self._clients[name] = httpx.Client(
                base_url=self.stack["gateway_url"], headers=headers, timeout=30
            )
        return self._clients[name]


def eventually(look: Callable[[], Any], *, within: float = 15) -> Any:
    """What `look` answers once it is true; fails with its last answer after `within` seconds."""
    deadline = time.monotonic() + within
    while not (seen := look()):
        assert time.monotonic() < deadline, f"not seen within {within} s; last: {seen!r}"
        time.sleep(0.02)
    return seen


def problem(answer: httpx.Response, status: int, code: str) -> Json:
    """The problem body of an answer that must have this status and code."""
    assert answer.headers["Content-Type"].startswith("application/problem+json"), answer.text
    body: Json = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body
    assert {"type", "title", "status", "detail", "trace_id"} <= body.keys()
    return body
