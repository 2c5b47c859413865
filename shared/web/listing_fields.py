"""What a list can be filtered and sorted by: a field, its kind, and how the kind is read from a query.

Must never break: a value that is not of the field's kind is refused with its name, never guessed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Integer, Numeric, SmallInteger
from sqlalchemy.types import TypeEngine

Kind = Literal["uuid", "int", "decimal", "float", "bool", "datetime", "date", "text", "enum", "texts"]
_MOST_DIGITS = 40
ORDERED: frozenset[Kind] = frozenset({"int", "decimal", "float", "datetime", "date", "text"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a list.

    `column`: a table column or any expression. `nullable` is taken from the column; an expression that can
    never be null says `nullable=False`: then a page's start is found by index. `values`: of an enum. The kind
    `texts` is a `text[]`, or a JSON list that is null when empty, asked whether it holds a text: never sorted
    by, `is:null` when it is empty.
    """

    column: ColumnElement[Any]
    kind: Kind
    sortable: bool = False
    filterable: bool = True
    values: Sequence[str] = ()
    nullable: bool | None = None
    description: str = ""

    @property
    def can_be_null(self) -> bool:
        """Whether NULLs must be expected."""
        if self.nullable is not None:
            return self.nullable
        return bool(getattr(self.column, "nullable", True))

    @property
    def operators(self) -> tuple[str, ...]:
        """The operators this field takes."""
        order = ("gt", "gte", "lt", "lte") if self.kind in ORDERED else ()
        text = ("like",) if self.kind == "text" else ()
        return ("eq", "ne", "in", *order, *text, "is")

    def read(self, text: str) -> Any:
        """The value a query text stands for. Raises ValueError with what is expected."""
        if self.kind == "enum":
            if text not in self.values:
                raise ValueError(f"one of {', '.join(self.values)}")
            return text
        value = _READERS[self.kind](text)
        if self.kind == "int":
            _refuse_overflow(value, self.column)
        return value

    @property
    def compared_as(self) -> TypeEngine[Any]:
        """The SQL type of the value: a column's precision neither rounds it nor makes it overflow."""
        return Numeric() if self.kind == "decimal" else self.column.type


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ValueError("a UUID") from None


def _int(text: str) -> int:
    if len(text) > 20 or not text.removeprefix("-").isascii() or not text.removeprefix("-").isdigit():
        raise ValueError("a whole number")
    return int(text)


def _refuse_overflow(value: int, column: ColumnElement[Any]) -> None:
    kind = column.type
    small = isinstance(kind, Integer) and not isinstance(kind, BigInteger)
    bits = 15 if isinstance(kind, SmallInteger) else 31 if small else 63
    if not -(2**bits) <= value < 2**bits:
        raise ValueError(f"a whole number of at most {bits + 1} bits")


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError("a number such as 12.50") from None
    if len(text) > 40 or not value.is_finite() or abs(value.adjusted()) > _MOST_DIGITS:
        raise ValueError("a number such as 12.50")
    return value


def _float(text: str) -> float:
    return float(_decimal(text))


def _bool(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("true or false")
    return text == "true"


def _datetime(text: str) -> datetime:
    """An unescaped `+` of an offset arrives as a blank and is taken back."""
    try:
        instant = datetime.fromisoformat(text.strip().replace(" ", "+"))
    except ValueError:
        raise ValueError("an instant such as 2027-03-01T12:00:00Z") from None
    if instant.tzinfo is None:
        raise ValueError("an instant with a time zone, such as 2027-03-01T12:00:00Z")
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise ValueError("an instant between the years 1 and 9999") from None


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("a date such as 2027-03-01") from None


def _text(text: str) -> str:
    if len(text) > 500:
        raise ValueError("at most 500 characters")
    return text


_READERS: dict[str, Callable[[str], Any]] = {
    "uuid": _uuid,
    "int": _int,
    "decimal": _decimal,
    "float": _float,
    "bool": _bool,
    "datetime": _datetime,
    "date": _date,
    "text": _text,
    "texts": _text,
}
