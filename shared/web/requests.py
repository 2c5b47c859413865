"""The request our routes read: strict UTF-8 JSON, and no character PostgreSQL cannot store.

Must never break: NaN, lone surrogates and NUL characters are refused here, before they reach a database.
"""

from collections.abc import Iterator
from typing import Any

import orjson
from fastapi import Request

from shared.contracts.errors import FieldError
from shared.web import strict_json
from shared.web.problem import Problem
from shared.web.validation import pointer

_ESCAPED_NUL = b"\\u0000"


class ServiceRequest(Request):
    """Starlette's request with a JSON reader that refuses what cannot be stored.

    Items of a `/batch` body are looked at one by one later, by `batch.check_items`.
    """

    async def json(self) -> Any:
        """The body. Raises json.JSONDecodeError, or Problem: `malformed_json` for a key given twice,
        `validation_failed` for a NUL character."""
        if not hasattr(self, "_json"):
            raw = await self.body()
            try:
                self._json = strict_json.loads(raw)
            except strict_json.RepeatedKey as error:
                raise repeated(error) from None
            if _ESCAPED_NUL in raw and not self.scope["path"].endswith("/batch"):
                errors = nul_errors(self._json)
                if errors:
                    raise Problem("validation_failed", "Text must not hold the NUL character.", errors)
        return self._json


def repeated(error: strict_json.RepeatedKey) -> Problem:
    """The refusal of a body in which a key is given twice."""
    found = FieldError("", "repeated_key", str(error))
    return Problem("malformed_json", str(error), (found,))


def nul_errors(value: Any) -> tuple[FieldError, ...]:
    """One error per text in a decoded JSON value that holds a NUL character."""
    if _ESCAPED_NUL not in orjson.dumps(value):
        return ()
    message = "Text must not hold the NUL character."
    return tuple(FieldError(pointer(at), "nul_character", message) for at in _holding_nul(value, ()))


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
