"""The request our routes read: strict UTF-8 JSON, and no character PostgreSQL cannot store.

Must never break: NaN, lone surrogates and NUL characters are refused here, before they reach a database.
"""

from collections.abc import Iterator
from typing import Any

import orjson
from fastapi import Request
from fastapi.exceptions import RequestValidationError

_ESCAPED_NUL = b"\\u0000"


class ServiceRequest(Request):
    """Starlette's request with a JSON reader that refuses what cannot be stored.

    Items of a `/batch` body are looked at one by one later, by `batch.check_items`.
    """

    async def json(self) -> Any:
        """The body. Raises json.JSONDecodeError, or RequestValidationError for a NUL character."""
        if not hasattr(self, "_json"):
            raw = await self.body()
            self._json = orjson.loads(raw)
            if _ESCAPED_NUL in raw and not self.scope["path"].endswith("/batch"):
                _refuse(self._json)
        return self._json


def refuse_nul(value: Any) -> None:
    """Raises RequestValidationError pointing at texts that hold a NUL character."""
    if _ESCAPED_NUL in orjson.dumps(value):
        _refuse(value)


def _refuse(value: Any) -> None:
    message = "Text must not hold the NUL character."
    found = [
        {"type": "nul_character", "loc": ("body", *at), "msg": message} for at in _holding_nul(value, ())
    ]
    if found:
        raise RequestValidationError(found)


def _holding_nul(value: Any, at: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, str):
        if "\0" in value:
            yield at
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _holding_nul(item, (*at, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            if "\0" in key:
                yield at
            yield from _holding_nul(item, (*at, key))
