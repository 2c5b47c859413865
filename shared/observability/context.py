"""Who and what the current request, message or timer belongs to. Set at the edges, read anywhere below.

Must never break: a value set for one request is never seen by another (context variables, not globals).
"""

import re
from contextvars import ContextVar

from shared.contracts.ids import new_id

correlation_id: ContextVar[str] = ContextVar("correlation_id", default="-")
actor: ContextVar[str | None] = ContextVar("actor", default=None)
traceparent: ContextVar[str | None] = ContextVar("traceparent", default=None)

_CORRELATION_ID = re.compile(r"[A-Za-z0-9._:\-]{1,128}\Z")
_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}\Z")


def accepted_correlation_id(offered: str | None) -> str:
    """The caller's id when it is 1 to 128 of `A-Za-z0-9._:-`, else a new one: it is logged and sent on."""
    if offered is not None and _CORRELATION_ID.match(offered):
        return offered
    return str(new_id())


def accepted_traceparent(offered: str | None) -> str | None:
    """The caller's W3C trace context when it is well formed, else None."""
    return offered if offered is not None and _TRACEPARENT.match(offered) else None
