"""Rows of cells as bodies of the API, by the rules of their columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from services.leads.column_mapping import domain
from services.leads.column_mapping.domain import Shape, Unconvertible
from services.leads.column_mapping.schemas import ColumnRule
from services.leads.column_mapping.shapes import ATTRIBUTES, FULL_NAME
from services.leads.spreadsheet.domain import Cell

CURRENCY = ".currency"


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong with one cell, or with the row when `column` is None."""

    column: str | None
    value: Cell
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column that fills a field: where it stands, what it is called, and how it becomes a value."""

    position: int
    name: str
    target: str
    shape: Shape
    rule: ColumnRule


@dataclass(frozen=True, slots=True)
class Conversion:
    """How all rows of a file become bodies. `fixed`: fields that are the same in every row."""

    columns: Sequence[Column]
    fixed: Mapping[str, Any]
    zone: tzinfo
    decimal_comma: bool = False
    date_format: str | None = None
    country: str | None = None
    currency: str | None = None
    takes_country: bool = True
    by_target: Mapping[str, Column] = field(default_factory=dict)

    def body(self, cells: Sequence[Cell]) -> tuple[dict[str, Any], list[CellError]]:
        """What the row says, as it would be sent, and every cell that cannot be read."""
        body: dict[str, Any] = {}
        errors: list[CellError] = []
        for column in self.columns:
            cell = _looked_up(cells[column.position], column.rule)
            if cell is None:
                continue
            try:
                value = self._value(cell, column)
            except Unconvertible as error:
                errors.append(CellError(column.name, cells[column.position], error.code, error.detail))
                continue
            if column.target == FULL_NAME:
                body |= {"name": value} | domain.split_name(value)
            elif column.target.startswith(ATTRIBUTES):
                body.setdefault("attributes", {})[column.target.removeprefix(ATTRIBUTES)] = value
            else:
                body[column.target] = value
        errors += self._with_currencies(body, cells)
        return self._with_fixed(body), errors

    @property
    def pointers(self) -> dict[str, str]:
        """By name of a column the place in the body that it fills."""
        return {column.name: _pointer(_place(column.target)) for column in self.columns}

    def unread(self, cells: Sequence[Cell], errors: Sequence[CellError]) -> dict[str, Any]:
        """The cells that could not be read, at their places in a body, so that somebody can correct them."""
        wrong = {error.column for error in errors}
        found: dict[str, Any] = {}
        for column in self.columns:
            if column.name in wrong:
                place = _place(column.target)
                inside = found if len(place) == 1 else found.setdefault(place[0], {})
                inside[place[-1]] = cells[column.position]
        return found

    def column_of(self, pointer: str) -> Column | None:
        """The column behind an error at this pointer of the body."""
        parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
        if not parts:
            return None
        whole = f"{ATTRIBUTES}{parts[1]}" if parts[0] == "attributes" and len(parts) > 1 else parts[0]
        named = self.by_target.get(whole)
        if named is None and whole in ("name", "first_name", "last_name"):
            return self.by_target.get(FULL_NAME)
        return named

    def _with_currencies(self, body: dict[str, Any], cells: Sequence[Cell]) -> list[CellError]:
        """An amount's currency stands in the cell, in a column of its own, or holds for the file."""
        errors = []
        for column in self.columns:
            if column.shape != "money" or column.target not in body:
                continue
            own = body.pop(f"{column.target}{CURRENCY}", None)
            currency = own or body[column.target].get("currency") or self.currency
            if currency is None:
                detail = "The amount has no currency; give the option `currency`."
                errors.append(CellError(column.name, cells[column.position], "currency_required", detail))
            body[column.target]["currency"] = currency
        for name in [name for name in body if name.endswith(CURRENCY)]:
            del body[name]
        return errors

    def _with_fixed(self, body: dict[str, Any]) -> dict[str, Any]:
        for name, value in self.fixed.items():
            if name == "tags":
                body["tags"] = [*body.get("tags", ()), *value]
            elif name == "attributes":
                body["attributes"] = {**value, **body.get("attributes", {})}
            else:
                body.setdefault(name, value)
        if self.takes_country and self.country is not None:
            body.setdefault("country", self.country)
        return body

    def _value(self, cell: Cell, column: Column) -> Any:
        rule = column.rule
        comma = self.decimal_comma if rule.decimal_comma is None else rule.decimal_comma
        match column.shape:
            case "integer":
                value: Any = domain.integer(cell, decimal_comma=comma)
            case "money":
                value = domain.money(cell, decimal_comma=comma)
            case "instant":
                value = domain.instant(cell, self.zone, date_format=rule.date_format or self.date_format)
            case "boolean":
                value = domain.truth(cell)
            case "list":
                value = domain.items(cell)
            case "attribute":
                value = domain.attribute(cell, rule.type, decimal_comma=comma)
            case "text":
                value = str(cell)
        return value


def _place(target: str) -> tuple[str, ...]:
    """Where in the body a column's value stands."""
    if target == FULL_NAME:
        return ("name",)
    if target.startswith(ATTRIBUTES):
        return ("attributes", target.removeprefix(ATTRIBUTES))
    return (target.removesuffix(CURRENCY),)


def _pointer(place: Sequence[str]) -> str:
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in place)


def _without_apostrophe(text: str) -> str:
    """Spreadsheets and exports put one before what could be taken for a formula."""
    return text[1:] if text.startswith(("'=", "'+", "'-", "'@")) else text


def _looked_up(cell: Cell, rule: ColumnRule) -> Cell:
    """The cell after trimming, the table of values, case and default."""
    if isinstance(cell, str):
        cell = _without_apostrophe(cell.strip()) or None
    if cell is not None and rule.values is not None:
        text = str(cell)
        folded = {name.casefold(): value for name, value in rule.values.items()}
        cell = rule.values[text] if text in rule.values else folded.get(text.casefold(), cell)
    if isinstance(cell, str) and rule.case is not None:
        cell = cell.lower() if rule.case == "lower" else cell.upper()
    return rule.default if cell is None else cell
