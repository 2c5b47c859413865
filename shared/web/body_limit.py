"""How many bytes a request body may have, refused by its declared length or while it is read.

Must never break: no more than the limit is ever held in memory, whatever the headers claim.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.types import Message, Receive, Scope

from shared.web.problem import Problem
from shared.web.settings import MEBIBYTE

_WORTH_DRAINING = 32 * MEBIBYTE
_STREAMED = b"application/x-ndjson"


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """Bytes for most paths, for those ending in `/batch`, and for single paths by name: exactly, or all below
    one that ends in `/`.

    An `application/x-ndjson` body of a `/batch` path is a stream without a limit, unless it carries an
    Idempotency-Key: then it must be held whole to be compared, and the batch limit holds.
    """

    usual: int = MEBIBYTE
    batch: int = 8 * MEBIBYTE
    by_path: Mapping[str, int] = field(default_factory=dict)

    def guard(self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive) -> Receive:
        """`receive`, counted where its length is not declared. Raises Problem `body_too_large`."""
        if scope["method"] in ("GET", "HEAD"):
            return receive
        limit = self._limit(scope["path"], headers)
        if limit is None:
            return receive
        declared = headers.get(b"content-length")
        if declared is None or b"transfer-encoding" in headers or not declared.isdigit():
            return _Counted(receive, limit)
        if int(declared) > limit:
            raise _too_large(limit, close=int(declared) > _WORTH_DRAINING)
        return receive

    def _limit(self, path: str, headers: Mapping[bytes, bytes]) -> int | None:
        if path in self.by_path:
            return self.by_path[path]
        for start, limit in self.by_path.items():
            if start.endswith("/") and path.startswith(start):
                return limit
        if not path.endswith("/batch"):
            return self.usual
        streamed = headers.get(b"content-type", b"").startswith(_STREAMED)
        return None if streamed and b"idempotency-key" not in headers else self.batch


class _Counted:
    """Receives until the limit is passed, then refuses."""

    __slots__ = ("_limit", "_receive", "_seen")

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._seen = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._seen += len(message.get("body", b""))
            if self._seen > self._limit:
                raise _too_large(self._limit, close=True)
        return message


def _too_large(limit: int, *, close: bool) -> Problem:
    """A small rest is drained by the server so that the answer arrives; a large one ends the connection."""
    return Problem(
        "body_too_large",
        f"The body is larger than {limit} bytes.",
        extra={"limit_bytes": limit},
        headers={"Connection": "close"} if close else None,
    )
