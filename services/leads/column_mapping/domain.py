"""Texts of cells as values: numbers, amounts, instants and lists as people write them."""

import re
from datetime import datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from services.leads.spreadsheet.domain import Cell

Shape = Literal["text", "integer", "money", "instant", "list", "boolean", "attribute"]
_BLANKS = re.compile(r"[\s'\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{RIGHT SINGLE QUOTATION MARK}]")
_GROUPS = {",": re.compile(r"[+-]?\d{1,3}(,\d{3})+\Z"), ".": re.compile(r"[+-]?\d{1,3}(\.\d{3})+\Z")}
_CURRENCY = re.compile(r"\b[A-Z]{3}\b|[€$£¥]")
_SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
_PLAIN_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,10})?\Z")
_DATES = ("%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%Y/%m/%d", "%Y/%m/%d %H:%M:%S")
_SEPARATED = re.compile(r"[;,|\n]")
_TRUE = frozenset(("true", "yes", "ja", "wahr", "1", "x", "y", "j"))
_FALSE = frozenset(("false", "no", "nein", "falsch", "0", "n"))


class Unconvertible(ValueError):
    """The text is no such value. `code` is stable; `detail` is for the person with the file."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def number(text: str, *, decimal_comma: bool) -> Decimal:
    """`1.234,50` or `1,234.50`. A single separator that cannot stand for thousands is the decimal one."""
    plain = _BLANKS.sub("", text)
    point, group = (",", ".") if decimal_comma else (".", ",")
    if point in plain or _GROUPS[group].match(plain):
        plain = plain.replace(group, "").replace(point, ".")
    elif plain.count(group) == 1:
        plain = plain.replace(group, ".")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise Unconvertible("not_a_number", "This is not a number.") from None
    if not value.is_finite():
        raise Unconvertible("not_a_number", "This is not a number.")
    return value


def integer(cell: Cell, *, decimal_comma: bool) -> int:
    """A whole number."""
    value = number(str(cell), decimal_comma=decimal_comma)
    if value != value.to_integral_value():
        raise Unconvertible("not_a_whole_number", "This is not a whole number.")
    return int(value)


def money(cell: Cell, *, decimal_comma: bool) -> dict[str, str]:
    """An amount, and its currency when that stands in the cell (`EUR`, `€`)."""
    text = str(cell)
    named = _CURRENCY.search(text)
    if named is None:
        return {"amount": format(number(text, decimal_comma=decimal_comma), "f")}
    amount = number(text.replace(named[0], "", 1), decimal_comma=decimal_comma)
    return {"amount": format(amount, "f"), "currency": _SYMBOLS.get(named[0], named[0])}


def instant(cell: Cell, zone: tzinfo, *, date_format: str | None) -> str:
    """A moment in ISO form. What names no offset is read in the organisation's time zone."""
    if not isinstance(cell, str):
        raise Unconvertible("not_a_date", "This is a number, not a date.")
    found = _moment(cell.strip(), date_format)
    return (found if found.tzinfo is not None else found.replace(tzinfo=zone)).isoformat()


def _moment(text: str, date_format: str | None) -> datetime:
    formats = (date_format,) if date_format else _DATES
    for each in formats:
        try:
            return datetime.strptime(text, each)  # noqa: DTZ007 - the caller adds the zone
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        how = f"as {date_format}" if date_format else "; give the option `date_format`, such as %m/%d/%Y"
        raise Unconvertible("not_a_date", f"This cannot be read as a date{how}.") from None


def items(cell: Cell) -> list[str]:
    """The texts between commas, semicolons, bars or line ends."""
    return [part.strip() for part in _SEPARATED.split(str(cell)) if part.strip()]


def attribute(cell: Cell, kind: Literal["text", "number", "boolean"] | None, *, decimal_comma: bool) -> Any:
    """A free-form fact. Without a kind, a plainly written number is a number and all else is text."""
    if kind == "text":
        return str(cell)
    if kind == "boolean":
        return truth(cell)
    if kind is None and (not isinstance(cell, str) or not _PLAIN_NUMBER.match(cell)):
        return cell
    value = number(str(cell), decimal_comma=decimal_comma and kind is not None)
    return int(value) if value == value.to_integral_value() else float(value)


def truth(cell: Cell) -> bool:
    """Yes or no, in English or German."""
    if isinstance(cell, bool):
        return cell
    text = str(cell).strip().casefold()
    if text not in _TRUE | _FALSE:
        raise Unconvertible("not_a_truth_value", "Yes or no is expected, true or false, 1 or 0.")
    return text in _TRUE


def split_name(text: str) -> dict[str, str]:
    """`Ann van Lee` and `van Lee, Ann` as first and last name; a single word is a last name."""
    text = " ".join(text.split())
    if "," in text:
        last, first = (part.strip() for part in text.split(",", 1))
    else:
        first, _, last = text.partition(" ")
        if not last:
            first, last = "", first
    return {name: part for name, part in (("first_name", first), ("last_name", last)) if part}
