"""Values of the organisation's own fields in SQL. Lists and indexes use the same expressions.

Must never break: a value that is not of its field's type is null here and breaks no list; keys are letters,
digits and underscores, so they are written into the text of a statement.
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Numeric, Text, TypeDecorator, literal_column
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from services.pipeline.deal_field.domain import DealField
from shared.web.listing import Field, Kind

_JSON_TYPES = {"number": "number", "integer": "number", "boolean": "boolean", "money": "object"}
_CASTS = {"number": "numeric", "integer": "numeric", "boolean": "boolean", "money": "numeric"}
_KINDS: dict[str, Kind] = {
    "number": "decimal",
    "integer": "decimal",
    "money": "decimal",
    "boolean": "bool",
    "date": "date",
    "enum": "enum",
    "multi_enum": "texts",
    "member": "uuid",
}


class _Written(TypeDecorator[Any]):
    """A day or an id as it is written in JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | UUID | str | None, _: object) -> str | None:
        """As text."""
        return None if value is None else str(value)


def sql_of(each: DealField) -> str:
    """The value of this field of a deal."""
    if each.type == "multi_enum":
        return f"(deal.custom -> '{each.key}')"
    if each.type not in _CASTS:
        return f"(deal.custom ->> '{each.key}')"
    place = f"{each.key},amount" if each.type == "money" else each.key
    of_type = f"jsonb_typeof(deal.custom -> '{each.key}') = '{_JSON_TYPES[each.type]}'"
    return f"(CASE WHEN {of_type} THEN (deal.custom #>> '{{{place}}}')::{_CASTS[each.type]} END)"


def listed(each: DealField) -> Field:
    """How deals are filtered and sorted by it."""
    kind = _KINDS.get(each.type, "text")
    return Field(
        _column(each),
        kind,
        sortable=kind != "texts",
        values=each.options if kind == "enum" else (),
        description=each.label,
    )


def _column(each: DealField) -> ColumnElement[Any]:
    types: dict[str, TypeEngine[Any]] = {
        "boolean": Boolean(),
        "multi_enum": JSONB(),
        "date": _Written(),
        "member": _Written(),
        **dict.fromkeys(("number", "integer", "money"), Numeric()),
    }
    return literal_column(sql_of(each), types.get(each.type, Text()))


def index_of(each: DealField) -> str:
    """What comes behind CREATE INDEX ... ON deal."""
    return f"USING gin ({sql_of(each)})" if each.type == "multi_enum" else f"({sql_of(each)}, id)"
