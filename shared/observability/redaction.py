"""Keeps secrets and personal data out of log lines, whoever writes them.

Must never break: a key that names a secret or a person's data is never printed with its value.
"""

import re
from collections.abc import Mapping, MutableMapping
from functools import lru_cache
from typing import Any

REDACTED = "[redacted]"
_EXACT = frozenset(
    {
        "address", "api_key", "authorization", "body", "cookie", "email", "first_name", "full_name", "key",
        "last_name", "mobile", "parameters", "params", "password", "payload", "phone", "set-cookie", "token",
        "username",
    }
)  # fmt: skip
_PART = re.compile(
    r"passw|secret|token|authoriz|api[-_]?key|email|e_mail|phone|private|credential", re.IGNORECASE
)
_IN_TEXT = re.compile(
    r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+|\beyJ[\w\-]+\.[\w\-]+\.[\w\-]+"
)


def redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog processor: values of telling keys, and e-mail addresses and JWTs inside any text."""
    for key, value in event.items():
        event[key] = _clean(key, value)
    return event


@lru_cache(maxsize=2048)
def _telling(key: str) -> bool:
    return key.lower() in _EXACT or _PART.search(key) is not None


def _clean(key: str, value: Any) -> Any:
    if _telling(key):
        return REDACTED
    if isinstance(value, str):
        return redacted_text(value)
    if isinstance(value, Mapping):
        return {inner: _clean(str(inner), item) for inner, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean("", item) for item in value]
    return value


def redacted_text(text: str) -> str:
    """`text` without e-mail addresses and tokens."""
    return _IN_TEXT.sub(REDACTED, text) if "@" in text or "eyJ" in text else text
