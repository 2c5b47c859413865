"""Which web pages of other origins may call the front, and what their scripts may read of an answer."""

from collections.abc import Sequence

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import Receive, Scope, Send

_SENT = ("Authorization", "X-Api-Key", "Content-Type", "If-Match", "Idempotency-Key", "X-Wait-For")
_READ = ("ETag", "Location", "X-Event-Position", "Idempotency-Replayed", "Retry-After", "X-Correlation-Id")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class _CrossOrigin(CORSMiddleware):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/v1/public/"):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def cross_origin(origins: Sequence[str]) -> Middleware:
    """Tokens travel in headers, so cookies are never allowed. What visitors call says its origins itself."""
    return Middleware(
        _CrossOrigin,
        allow_origins=list(origins),
        allow_methods=_METHODS,
        allow_headers=[*_SENT, "X-Correlation-Id", "X-Deadline-Ms", "Last-Event-ID"],
        expose_headers=[*_READ, "RateLimit", "RateLimit-Policy"],
        max_age=3600,
    )
