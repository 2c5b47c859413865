"""A list's parameters for the OpenAPI document.

Must never break: every parameter the list reads is named here; ServiceRoute refuses the others.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.web.listing_fields import Field
from shared.web.listing_query import DEFAULT_LIMIT, MOST

_EXAMPLES = {
    "uuid": "018f4e6e-0000-7000-8000-000000000001",
    "int": "gte:5",
    "decimal": "lt:1000.00",
    "float": "gte:0.5",
    "bool": "true",
    "datetime": "gte:2027-03-01T00:00:00Z",
    "date": "lt:2027-04-01",
    "text": "like:acme",
    "texts": "in:acme,globex",
}


def parameters(
    fields: Mapping[str, Field], item_fields: Sequence[str], *, text: bool
) -> list[dict[str, Any]]:
    """Filters first, then sort, limit, cursor, fields, total and, where there is text to search, q."""
    sortable = [name for name, field in fields.items() if field.sortable]
    listed = [_filter(name, field) for name, field in fields.items() if field.filterable]
    if sortable:
        listed.append(_query("sort", f"Up to all of {', '.join(sortable)}; `-` before a name: descending."))
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT}
    listed += [
        _query("limit", "Items in the page.", limit),
        _query("cursor", "`next_cursor` of the page before, with the same filter and sort."),
        _query("fields", f"Only these members of each item: {', '.join(item_fields)}."),
        _query("total", "Count all matching items too.", {"type": "string", "enum": ["exact"]}),
    ]
    if text:
        words = {"type": "string", "minLength": 1, "maxLength": 200}
        listed.append(_query("q", "Text to search for, in any letter case.", words))
    return listed


def _filter(name: str, field: Field) -> dict[str, Any]:
    operators = ", ".join(f"`{operator}:`" for operator in field.operators)
    values = f" Values: {', '.join(field.values)}." if field.values else ""
    described = f"{field.description} Filter ({field.kind}); operators {operators}; may be repeated.{values}"
    schema = {"type": "array", "items": {"type": "string"}, "maxItems": 10}
    example = field.values[0] if field.values else _EXAMPLES.get(field.kind, "")
    return {**_query(name, described.strip(), schema), "explode": True, "example": [example]}


def _query(name: str, description: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema or {"type": "string"},
    }
