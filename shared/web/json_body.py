"""JSON of answers that are not made by pydantic: instants end in Z, decimals are strings.

Must never break: an amount never passes through a float.
"""

from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel


def dumps(value: Any) -> bytes:
    """UTF-8 JSON. Beyond plain JSON: UUID, datetime, date, Enum, dataclass, Decimal, pydantic model, set."""
    return orjson.dumps(value, default=_encode, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)


def _encode(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, UUID):  # asyncpg's own subclass
        return str(value)
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, AbstractSet):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
