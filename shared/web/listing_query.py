"""Reads a list's query string into filters, order and page size, by the conventions of the API.

Must never break: what is not understood is refused with its name; nothing is ignored.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, any_, func, literal, not_
from sqlalchemy.dialects.postgresql import JSONB

from shared.contracts.errors import FieldError
from shared.web.listing_fields import Field
from shared.web.problem import Problem

PAGING = ("sort", "limit", "cursor", "fields", "total", "q")
DEFAULT_LIMIT = 50
MOST = 200
_OPERATOR = re.compile(r"([a-z_]{1,12}):(.*)\Z", re.DOTALL)
_COMPARISONS = {"gt": "__gt__", "gte": "__ge__", "lt": "__lt__", "lte": "__le__"}


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of the order."""

    name: str
    descending: bool


@dataclass(slots=True)
class ListQuery:
    """A query string, read. `filters` keep their raw text too: the cursor is tied to it."""

    conditions: list[ColumnElement[bool]] = field(default_factory=list)
    raw: list[tuple[str, str]] = field(default_factory=list)
    sort: tuple[SortKey, ...] = ()
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None
    fields: tuple[str, ...] | None = None
    total: bool = False
    q: str | None = None


def refuse(name: str, code: str, detail: str, problem: str = "invalid_parameter") -> Problem:
    """The 400 that names the parameter."""
    return Problem(problem, f"{name}: {detail}", (FieldError(f"/query/{name}", code, detail),))


def condition(name: str, described: Field, text: str) -> ColumnElement[bool]:
    """`gte:5` on a field as SQL. Raises Problem `unknown_operator` or `invalid_parameter`."""
    found = _OPERATOR.match(text)
    operator, value = (found.group(1), found.group(2)) if found else ("eq", text)
    if operator not in described.operators:
        allowed = ", ".join(described.operators)
        detail = (
            f"no operator {operator!r}; there are {allowed}. Write eq: before a value that holds a colon."
        )
        raise refuse(name, "unknown_operator", detail, "unknown_operator")
    if operator == "is":
        return _null_check(name, described, value)
    try:
        return _comparison(described, operator, value)
    except ValueError as error:
        raise refuse(name, "wrong_format", f"expected {error}") from None


def _null_check(name: str, described: Field, value: str) -> ColumnElement[bool]:
    if value not in ("null", "notnull"):
        raise refuse(name, "unknown_value", "expected is:null or is:notnull")
    if described.kind == "texts" and not isinstance(described.column.type, JSONB):
        filled = func.coalesce(func.cardinality(described.column), 0) > 0
        return filled if value == "notnull" else not_(filled)
    return described.column.is_(None) if value == "null" else described.column.is_not(None)


def _comparison(described: Field, operator: str, text: str) -> ColumnElement[bool]:
    column = described.column
    if described.kind == "texts":
        return _holding(described, operator, text)
    if operator == "in":
        return _one_of(described, text)
    if operator == "like":
        return contains(column, str(described.read(text)))
    value = described.read(text)
    if operator == "eq":
        return column == literal(value, described.compared_as)
    if operator == "ne":
        return column.is_distinct_from(literal(value, described.compared_as))
    compared: ColumnElement[bool] = getattr(column, _COMPARISONS[operator])(
        literal(value, described.compared_as)
    )
    return compared


def _holding(described: Field, operator: str, text: str) -> ColumnElement[bool]:
    """Whether a list of texts has this one, or for `in` one of these."""
    values = _values(described, text) if operator == "in" else [described.read(text)]
    shares = "?|" if isinstance(described.column.type, JSONB) else "&&"
    having: ColumnElement[bool] = described.column.op(shares)(literal(values, ARRAY(Text)))
    return having.is_not(True) if operator == "ne" else having


def _values(described: Field, text: str) -> list[Any]:
    values = [described.read(part) for part in text.split(",") if part]
    if not 1 <= len(values) <= MOST:
        raise ValueError(f"1 to {MOST} values separated by commas")
    return values


def _one_of(described: Field, text: str) -> ColumnElement[bool]:
    """One array parameter, so that the statement is the same for any number of values."""
    values = _values(described, text)
    column = described.column
    found: ColumnElement[bool] = column == any_(literal(values, ARRAY(described.compared_as)))
    return found


def contains(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Case-insensitive "contains", `%`, `_` and backslash taken as they are."""
    escaped = re.sub(r"([%_\\])", r"\\\1", text)
    return column.ilike(f"%{escaped}%", escape="\\")


def any_contains(columns: Sequence[ColumnElement[Any]], text: str) -> ColumnElement[bool]:
    """At least one of the columns contains the text; none of them being null does not matter."""
    first, *others = [contains(column, text) for column in columns]
    for other in others:
        first = first | other
    return first if others else not_(not_(first))


def read_query(
    pairs: Iterable[tuple[str, str]],
    *,
    fields: Mapping[str, Field],
    default_sort: tuple[SortKey, ...],
    item_fields: Sequence[str],
    text: Sequence[ColumnElement[Any]],
) -> ListQuery:
    """Read the pairs of a query string. Names that are neither a field nor paging are the route's own."""
    query = ListQuery(sort=default_sort)
    seen: set[str] = set()
    for name, value in pairs:
        if name in PAGING:
            if name in seen:
                raise refuse(name, "repeated", "given more than once")
            seen.add(name)
            _read_paging(query, name, value, fields=fields, item_fields=item_fields, text=text)
        elif name in fields and fields[name].filterable:
            query.conditions.append(condition(name, fields[name], value))
            query.raw.append((name, value))
    return query


def _read_paging(
    query: ListQuery,
    name: str,
    value: str,
    *,
    fields: Mapping[str, Field],
    item_fields: Sequence[str],
    text: Sequence[ColumnElement[Any]],
) -> None:
    match name:
        case "sort":
            query.sort = read_sort(value, fields)
        case "limit":
            query.limit = _read_limit(value)
        case "cursor":
            query.cursor = value
        case "fields":
            query.fields = _read_fields(value, item_fields)
        case "total":
            if value != "exact":
                raise refuse("total", "unknown_value", "expected exact")
            query.total = True
        case _:
            if not 1 <= len(value) <= 200 or not text:
                raise refuse("q", "wrong_format", "expected 1 to 200 characters")
            query.q = value
            query.conditions.append(any_contains(text, value))
            query.raw.append((name, value))


def read_sort(value: str, fields: Mapping[str, Field]) -> tuple[SortKey, ...]:
    """`-score,created_at` as keys. Raises Problem `invalid_parameter` naming what can be sorted by."""
    keys = tuple(SortKey(part.removeprefix("-"), part.startswith("-")) for part in value.split(","))
    names = [key.name for key in keys]
    unknown = [name for name in names if name not in fields or not fields[name].sortable]
    if unknown or len(set(names)) != len(names):
        known = ", ".join(name for name, described in fields.items() if described.sortable)
        raise refuse("sort", "unknown_value", f"expected each once, of {known}")
    return keys


def _read_limit(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 4 and 1 <= int(value) <= MOST):
        raise refuse("limit", "out_of_range", f"expected 1 to {MOST}")
    return int(value)


def _read_fields(value: str, known: Sequence[str]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(value.split(",")))
    unknown = [name for name in names if name not in known]
    if unknown:
        raise refuse("fields", "unknown_value", f"expected some of {', '.join(known)}")
    return names
