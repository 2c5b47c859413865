"""Keyset cursors: a signed place in an order, and the SQL for "after that place".

Must never break: paging gives each row that stays in the list exactly once, whatever is inserted meanwhile,
with ties and nulls; a cursor made for another filter or sort is refused.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import ColumnElement, and_, false, literal, or_, tuple_

from shared.web.listing_fields import Field
from shared.web.listing_query import SortKey, refuse


class CursorSigner:
    """Makes and checks cursors with one secret per deployment."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeSerializer(
            secret, salt="cursor", signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"}
        )

    def sign(self, tie: str, values: Sequence[Any]) -> str:
        """A cursor for the row with these sort values."""
        return str(self._serializer.dumps([tie, *map(_plain, values)]))

    def read(self, cursor: str, tie: str, fields: Sequence[Field]) -> list[Any]:
        """The sort values. Raises Problem `invalid_cursor` (400)."""
        try:
            found = self._serializer.loads(cursor)
        except BadData:
            raise refuse(
                "cursor", "invalid_cursor", "this is not a cursor of ours", "invalid_cursor"
            ) from None
        if len(found) != len(fields) + 1 or found[0] != tie:
            detail = "the cursor was made for another filter or sort"
            raise refuse("cursor", "invalid_cursor", detail, "invalid_cursor")
        return [_value(field, raw) for field, raw in zip(fields, found[1:], strict=True)]


def tie(listing: str, raw: Sequence[tuple[str, str]], sort: Sequence[SortKey]) -> str:
    """What a cursor belongs to: the list, its filters in any order, and the sort."""
    parts = [listing, *sorted(f"{name}={value}" for name, value in raw)]
    parts += [f"{'-' if key.descending else '+'}{key.name}" for key in sort]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def order_by(sort: Sequence[SortKey], fields: Mapping[str, Field]) -> list[ColumnElement[Any]]:
    """NULLs come last in either direction; columns without NULLs use a plain index as it is."""
    ordered: list[ColumnElement[Any]] = []
    for key in sort:
        column = fields[key.name].column
        directed = column.desc() if key.descending else column.asc()
        ordered.append(directed.nulls_last() if fields[key.name].can_be_null else directed)
    return ordered


def after(
    sort: Sequence[SortKey], fields: Mapping[str, Field], values: Sequence[Any]
) -> list[ColumnElement[bool]]:
    """The rows behind the one with these sort values, as one condition, or two that exclude each other.

    One direction throughout is a row comparison, which an index starts at; when its first key may be null,
    the rows where it is null come after all others and are a condition of their own.
    """
    described = [fields[key.name] for key in sort]
    one_way = len({key.descending for key in sort}) == 1
    first, others = described[0], described[1:]
    if not one_way or any(field.can_be_null for field in others) or values[0] is None:
        return [_each_after(sort, described, values)]
    behind = _row_after(described, values, descending=sort[0].descending)
    return [behind, first.column.is_(None)] if first.can_be_null else [behind]


def _each_after(
    sort: Sequence[SortKey], described: Sequence[Field], values: Sequence[Any]
) -> ColumnElement[bool]:
    alternatives = []
    equal: list[ColumnElement[bool]] = []
    for key, field, value in zip(sort, described, values, strict=True):
        alternatives.append(and_(*equal, _beyond(field, value, descending=key.descending)))
        equal.append(_equal(field, value))
    return or_(*alternatives)


def _row_after(fields: Sequence[Field], values: Sequence[Any], *, descending: bool) -> ColumnElement[bool]:
    """`(a, b, id) < (x, y, z)`: an index on (a, b, id) starts right there."""
    left = tuple_(*(field.column for field in fields))
    right = tuple_(*(literal(value, field.column.type) for field, value in zip(fields, values, strict=True)))
    compared: ColumnElement[bool] = left < right if descending else left > right
    return compared


def _beyond(field: Field, value: Any, *, descending: bool) -> ColumnElement[bool]:
    if value is None:
        return false()
    bound = literal(value, field.column.type)
    further: ColumnElement[bool] = field.column < bound if descending else field.column > bound
    return or_(further, field.column.is_(None)) if field.can_be_null else further


def _equal(field: Field, value: Any) -> ColumnElement[bool]:
    if value is None:
        return field.column.is_(None)
    same: ColumnElement[bool] = field.column == literal(value, field.column.type)
    return same


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | Decimal) else value


def _value(field: Field, raw: Any) -> Any:
    return field.read(raw) if isinstance(raw, str) and field.kind not in ("text", "enum") else raw
