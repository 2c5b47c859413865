"""The request our routes read: strict UTF-8 JSON, and no character PostgreSQL cannot store.

Must never break: NaN, lone surrogates and NUL characters are refused here, before they reach a database.
"""

from typing import Any

import orjson
from fastapi import Request
from fastapi.exceptions import RequestValidationError

_ESCAPED_NUL = b"\\u0000"


class ServiceRequest(Request):
    """Starlette's request with a JSON reader that refuses what cannot be stored."""

    async def json(self) -> Any:
        """The body. Raises json.JSONDecodeError, or RequestValidationError for a NUL character."""
        if not hasattr(self, "_json"):
            raw = await self.body()
            self._json = orjson.loads(raw)
            if _ESCAPED_NUL in raw:
                _refuse_nul(self._json)
        return self._json


def _refuse_nul(value: Any) -> None:
    found = list(_with_nul(value, ()))
    if found:
        raise RequestValidationError(
            [
                {"type": "nul_character", "loc": ("body", *loc), "msg": "Text must not hold NUL."}
                for loc in found
            ]
        )


def _with_nul(value: Any, loc: tuple[str | int, ...]) -> Any:
    if isinstance(value, str):
        if "\0" in value:
            yield loc
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _with_nul(item, (*loc, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            if "\0" in key:
                yield loc
            yield from _with_nul(item, (*loc, key))
