"""The one log line per request, written without the general processors: it is the hottest line there is.

Must never break: it holds the route's template and never a path, a query, a body or a header.
"""

from datetime import UTC, datetime

import orjson

from shared.observability import context
from shared.observability.logging import write_line


class AccessLog:
    """Writes lines with the members of all others, and the method, route, status and time of the request."""

    def __init__(self, service: str) -> None:
        self._service = service

    def write(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """One answered request."""
        line = orjson.dumps(
            {
                "event": "request",
                "method": method,
                "route": route,
                "status": status,
                "ms": round(seconds * 1000, 2),
                "actor": context.actor.get(),
                "service": self._service,
                "correlation_id": context.correlation_id.get(),
                "level": "info",
                "timestamp": datetime.now(UTC),
            },
            option=orjson.OPT_UTC_Z,
        )
        write_line(line)
