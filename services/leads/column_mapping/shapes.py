"""Which shape of value each field of a body takes, read from its JSON Schema."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from services.leads.column_mapping.domain import Shape

ATTRIBUTES = "attributes."
FULL_NAME = "full_name"
_DECIDED_ELSEWHERE = ("source_system", "attributes")


@lru_cache(maxsize=16)
def shapes_of(model: type[BaseModel]) -> Mapping[str, Shape]:
    """Every field a column may fill, besides attributes; `<money>.currency` is a field of its own."""
    schema = model.model_json_schema()
    shapes: dict[str, Shape] = {}
    for name, described in schema["properties"].items():
        if name in _DECIDED_ELSEWHERE:
            continue
        shapes[name] = _shape(described)
        if shapes[name] == "money":
            shapes[f"{name}.currency"] = "text"
    if {"first_name", "last_name"} <= shapes.keys():
        shapes[FULL_NAME] = "text"
    return shapes


def has_attributes(model: type[BaseModel]) -> bool:
    """Whether the kind takes free-form facts."""
    return "attributes" in model.model_fields


def _shape(described: Mapping[str, Any]) -> Shape:
    for part in (described, *described.get("anyOf", ())):
        if part.get("$ref", "").endswith("/Money"):
            return "money"
        if part.get("format") == "date-time":
            return "instant"
        if part.get("type") == "array":
            return "list"
        if part.get("type") == "integer":
            return "integer"
    return "text"
