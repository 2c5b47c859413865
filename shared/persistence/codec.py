"""JSON for jsonb parameters and columns.

Must never break: a Decimal travels as a string, so no amount ever passes through a float.
"""

from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel


def dumps(value: Any) -> str:
    """JSON text. Beyond plain JSON: UUID, datetime, date, Enum, Decimal (a string), pydantic models."""
    return orjson.dumps(value, default=_encode, option=orjson.OPT_NON_STR_KEYS).decode()


def loads(text: str | bytes) -> Any:
    """The value of a JSON text."""
    return orjson.loads(text)


def _encode(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, UUID):  # the driver's own subclass, which orjson does not take for one
        return str(value)
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
