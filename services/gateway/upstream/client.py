"""One service behind the front: connections, time limits, breaker, retries, and the caller's identity.

Must never break: no call lasts longer than the caller waits; a request that may have taken effect is repeated
only when repeating is harmless.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from services.gateway.upstream.policy import CircuitBreaker, Outcome, Permit, RetryBudget, State
from shared.observability.metrics import upstream_request_seconds
from shared.web import deadline
from shared.web.problem import Problem

Body = bytes | AsyncIterator[bytes] | None
_HARMLESS = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
_CONNECT_SECONDS = 1.0
_LEAST_TELLING_SECONDS = 1.0
_PAUSE_SECONDS = (0.02, 0.08)
_GONE = (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, ConnectionError)


@dataclass(slots=True)
class Request:
    """What is sent. `target`: path and query as they were received, percent-encoded."""

    method: str
    target: str
    headers: CIMultiDict[str]
    body: Body = None
    streamed: bool = False

    @property
    def may_be_repeated(self) -> bool:
        """The same request twice has one effect, and its body can be sent again."""
        harmless = self.method in _HARMLESS or "Idempotency-Key" in self.headers
        return harmless and (self.body is None or isinstance(self.body, bytes))


class Upstream:
    """Calls one service. `session` is opened by the application; `seconds` is the longest a call may take."""

    def __init__(
        self,
        name: str,
        base_url: str,
        session: Callable[[], aiohttp.ClientSession],
        *,
        seconds: float,
        most_in_flight: int,
        breaker: CircuitBreaker | None = None,
        budget: RetryBudget | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.breaker = breaker or CircuitBreaker()
        self._base_url = base_url.rstrip("/")
        self._session = session
        self._seconds = seconds
        self._most_in_flight = most_in_flight
        self._budget = budget or RetryBudget()
        self._now = now
        self._in_flight = 0
        self._timings = {
            outcome: upstream_request_seconds.labels("gateway", name, outcome.value) for outcome in Outcome
        }

    @property
    def state(self) -> State:
        """The breaker's state now."""
        return self.breaker.state(self._now())

    async def send(self, request: Request) -> aiohttp.ClientResponse:
        """The answer, its body unread; release it. Raises Problem: `overloaded` or `upstream_unavailable`
        (503), `upstream_timeout` (504)."""
        if self._in_flight >= self._most_in_flight:
            raise Problem("overloaded", f"The service {self.name} has too much to do at once.")
        self._in_flight += 1
        self._budget.earn()
        try:
            return await self._send_or_repeat(request)
        finally:
            self._in_flight -= 1

    async def _send_or_repeat(self, request: Request) -> aiohttp.ClientResponse:
        try:
            return await self._once(request)
        except _GONE:
            if not (request.may_be_repeated and self._budget.spend()):
                raise self._unavailable() from None
        await asyncio.sleep(random.uniform(*_PAUSE_SECONDS))
        try:
            return await self._once(request)
        except _GONE:
            raise self._unavailable() from None

    async def _once(self, request: Request) -> aiohttp.ClientResponse:
        permit = self.breaker.admit(self._now())
        if permit is None:
            raise self._unavailable()
        seconds = deadline.remaining(self._seconds)
        began = self._now()
        outcome = Outcome.ABANDONED
        try:
            response = await self._call(request, seconds)
            outcome = _outcome_of(response.status, seconds)
            return response
        except TimeoutError:
            outcome = Outcome.UNREACHABLE if seconds >= _LEAST_TELLING_SECONDS else Outcome.ABANDONED
            raise Problem(
                "upstream_timeout", f"The service {self.name} did not answer within {seconds:.1f} s."
            ) from None
        except _GONE as error:
            outcome = Outcome.UNREACHABLE if _is_network(error) else Outcome.ABANDONED
            raise
        finally:
            self._settle(permit, outcome, began)

    async def _call(self, request: Request, seconds: float) -> aiohttp.ClientResponse:
        if seconds <= 0:
            raise TimeoutError
        request.headers["X-Deadline-Ms"] = str(int(seconds * 1000))
        if request.streamed:
            timeout = aiohttp.ClientTimeout(total=None, connect=_CONNECT_SECONDS, sock_read=seconds)
            request.headers.pop("X-Deadline-Ms")
        else:
            timeout = aiohttp.ClientTimeout(total=seconds, connect=min(_CONNECT_SECONDS, seconds))
        return await self._session().request(
            request.method,
            URL(self._base_url + request.target, encoded=True),
            headers=request.headers,
            data=request.body,
            allow_redirects=False,
            timeout=timeout,
        )

    def _settle(self, permit: Permit, outcome: Outcome, began: float) -> None:
        ended = self._now()
        self.breaker.settle(permit, outcome, ended)
        self._timings[outcome].observe(ended - began)

    def _unavailable(self) -> Problem:
        wait = max(1, round(self.breaker.retry_after(self._now()) + 0.5))
        return Problem(
            "upstream_unavailable",
            f"The service {self.name} cannot be reached right now.",
            headers={"Retry-After": str(wait)},
        )


def _outcome_of(status: int, seconds: float) -> Outcome:
    if status < 500:
        return Outcome.SUCCEEDED
    if status == 504 and seconds < _LEAST_TELLING_SECONDS:
        return Outcome.ABANDONED
    return Outcome.UNREACHABLE if status in (502, 503, 504) else Outcome.BROKEN


def _is_network(error: BaseException) -> bool:
    """False when our own sending of the body failed (the client went away, or sent too much)."""
    return error.__cause__ is None or isinstance(error.__cause__, OSError | aiohttp.ClientError)
