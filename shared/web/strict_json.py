"""JSON in which no key is given twice: of two values one would be lost without a word.

Must never break: whatever is read here has every member that was sent.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

import orjson

_COLON = b'":'
_UNUSUAL = re.compile(rb'\\":|[ \t\r\n]:')
"""With one of these in a text, counting `":` does not count the keys."""


class RepeatedKey(ValueError):
    """An object has this key twice."""

    def __init__(self, key: str) -> None:
        super().__init__(f"The key {key[:80]!r} is given twice in one object.")
        self.key = key


def loads(raw: bytes) -> Any:
    """The value. Raises json.JSONDecodeError, or RepeatedKey.

    Counting the keys of text and value costs a hundredth of a request; only where that does not answer the
    question the text is read again, slowly.
    """
    value = orjson.loads(raw)
    if raw.count(_COLON) != _keys(value) or _UNUSUAL.search(raw):
        json.loads(raw, object_pairs_hook=_refuse_repeated)
    return value


def _keys(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    count = len(inner) if isinstance(value, dict) else 0
    for item in inner:
        if isinstance(item, dict | list):
            count += _keys(item)
    return count


def _refuse_repeated(pairs: Iterable[tuple[str, Any]]) -> None:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise RepeatedKey(key)
        seen.add(key)
