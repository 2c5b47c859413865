"""Which web pages of other origins may call the front, and what their scripts may read of an answer."""

from collections.abc import Sequence

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

_SENT = ("Authorization", "X-Api-Key", "Content-Type", "If-Match", "Idempotency-Key", "X-Wait-For")
_READ = ("ETag", "Location", "X-Event-Position", "Idempotency-Replayed", "Retry-After", "X-Correlation-Id")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def cross_origin(origins: Sequence[str]) -> Middleware:
    """Tokens travel in headers, so cookies are never allowed."""
    return Middleware(
        CORSMiddleware,
        allow_origins=list(origins),
        allow_methods=_METHODS,
        allow_headers=[*_SENT, "X-Correlation-Id", "X-Deadline-Ms", "Last-Event-ID"],
        expose_headers=[*_READ, "RateLimit", "RateLimit-Policy"],
        max_age=3600,
    )
