"""A plain client of the public gateway API, for the commands that load, show and measure Dealstream."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import httpx

BATCH = 1_000
Json = dict[str, Any]


class GatewayRefused(RuntimeError):
    """The gateway answered a problem; `problem` is its body."""

    def __init__(self, method: str, path: str, status: int, problem: Json) -> None:
        reasons = "; ".join(f"{e['pointer']}: {e['detail']}" for e in problem.get("errors", []))
        detail = problem.get("detail", "")
        super().__init__(f"{method} {path}: {status} {problem.get('code', '?')}: {detail} {reasons}".strip())
        self.status = status
        self.problem = problem


class GatewayClient:
    """Signs in once, signs in again when the token ends, remembers where its writes stand in the stream."""

    def __init__(self, base_url: str, headers: Mapping[str, str] | None = None) -> None:
        self._http = httpx.Client(base_url=base_url, headers=dict(headers or {}), timeout=60)
        self._credentials: tuple[str, str] | None = None
        self.position: str | None = None

    @classmethod
    def signed_in(cls, base_url: str, email: str, password: str) -> Self:
        """A client acting as a member."""
        client = cls(base_url)
        client._credentials = (email, password)
        client._sign_in(email, password)
        return client

    @classmethod
    def for_partner(cls, base_url: str, api_key: str) -> Self:
        """A client acting as a partner system."""
        return cls(base_url, {"X-Api-Key": api_key})

    @property
    def authorization(self) -> str:
        """The `Authorization` header of a signed-in client."""
        return str(self._http.headers["Authorization"])

    def get(self, path: str, **params: Any) -> Json:
        """One resource or page."""
        return self.send("GET", path, params=params)

    def post(self, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Json:
        """Create, or change state."""
        return self.send("POST", path, json=body if body is not None else {}, headers=headers)

    def put(self, path: str, body: Any) -> Json:
        """Set."""
        return self.send("PUT", path, json=body)

    def every(self, path: str, **params: Any) -> Iterator[Json]:
        """All items of a list, page after page."""
        cursor: str | None = None
        while True:
            page = self.get(path, limit=200, **params, **({"cursor": cursor} if cursor else {}))
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def batches(self, path: str, items: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
        """Each item with what became of it, in order, sent in batches of 1,000."""
        for start in range(0, len(items), BATCH):
            chunk = items[start : start + BATCH]
            answer = self.post(path, {"items": chunk})
            for result in answer["items"]:
                yield chunk[result["index"]], result

    def send(self, method: str, path: str, **arguments: Any) -> Json:
        """One request. Waits out 429 and 503; raises GatewayRefused for any other problem."""
        signed_in_again = False
        while True:
            response = self._http.request(method, path, **arguments)
            if response.status_code == 401 and self._credentials and not signed_in_again:
                self._sign_in(*self._credentials)
                signed_in_again = True
            elif response.status_code in (429, 503) and "Retry-After" in response.headers:
                time.sleep(float(response.headers["Retry-After"]))
            else:
                break
        if response.is_error:
            raise GatewayRefused(method, path, response.status_code, _problem(response))
        self.position = response.headers.get("X-Event-Position", self.position)
        body: Json = response.json() if response.content else {}
        if "ETag" in response.headers:
            body.setdefault("etag", response.headers["ETag"])
        return body

    def _sign_in(self, email: str, password: str) -> None:
        form = {"grant_type": "password", "username": email, "password": password}
        response = self._http.post("/v1/auth/token", data=form)
        if response.is_error:
            raise GatewayRefused("POST", "/v1/auth/token", response.status_code, _problem(response))
        self._http.headers["Authorization"] = f"Bearer {response.json()['access_token']}"


def read_stack(state_dir: Path = Path(".local")) -> Json:
    """What `make up` wrote of the running stack. Exits with a clear line when nothing runs."""
    path = state_dir / "stack.json"
    if not path.exists():
        raise SystemExit(f"Nothing is running here: {path} does not exist. Start it with: make up")
    stack: Json = json.loads(path.read_text())
    return stack


def _problem(response: httpx.Response) -> Json:
    try:
        body: Json = response.json()
    except ValueError:
        return {"code": "not_json", "detail": response.text[:200]}
    return body
