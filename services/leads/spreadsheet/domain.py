"""What a file of rows is, and what is said about one that cannot be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from shared.contracts.errors import DomainError, FieldError

Cell = str | int | float | bool | None
Format = Literal["csv", "xlsx"]
MOST_BYTES = 50 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 500
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class SpreadsheetError(DomainError):
    """The file cannot be taken as it is."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `number`: as a spreadsheet shows it, from 1. `fault`: why its cells cannot be trusted."""

    number: int
    cells: tuple[Cell, ...]
    fault: FieldError | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook."""

    name: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Found:
    """How the file is written: guessed, or as the options said. `header_row` 0 is none."""

    format: Format
    header_row: int
    header: tuple[str, ...]
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    sheets: tuple[Sheet, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What the uploader says about the file; what is None is found out."""

    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    header_row: int | None = None


def too_large(what: str, limit: int) -> SpreadsheetError:
    """The refusal of a file with too much of something."""
    return SpreadsheetError("import_too_large", f"Up to {limit:,} {what} are taken; split the file.")


def unreadable(why: str) -> SpreadsheetError:
    """The refusal of a file that is none."""
    return SpreadsheetError("file_unreadable", why, [FieldError("/file", "file_unreadable", why)])


def wrong_option(name: str, why: str) -> SpreadsheetError:
    """The refusal of an option that does not fit the file."""
    return SpreadsheetError("validation_failed", why, [FieldError(f"/options/{name}", "wrong_value", why)])


def clean(text: str) -> str:
    """The text without what cannot be stored: NUL and lone surrogates are replaced visibly."""
    if text.isascii() and "\0" not in text:
        return text
    return "".join(_REPLACEMENT if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)


def is_empty(cells: Sequence[Cell]) -> bool:
    """Whether there is nothing in any cell."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)


def named_columns(cells: Sequence[Cell], width: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A name for each column, each different, and what is odd about the header."""
    names: list[str] = []
    odd: list[str] = []
    for position in range(width):
        text = str(cells[position]).strip() if position < len(cells) and cells[position] is not None else ""
        name = " ".join(text.split())[:200]
        if not name:
            names.append(f"column {position + 1}")
        elif name in names:
            again = 2 + sum(other.startswith(f"{name} (") for other in names)
            names.append(f"{name} ({again})")
            odd.append(f"The header names {name!r} more than once; the later one is called {names[-1]!r}.")
        else:
            names.append(name)
    return tuple(names), tuple(odd)


def row_of(number: int, cells: Sequence[Cell], width: int) -> Row:
    """The row with as many cells as the header has, or with the fault that it has not."""
    kept = tuple(clean(cell) if isinstance(cell, str) else cell for cell in cells)
    fault = _fault(cells, kept, width)
    return Row(number, (*kept, *(None,) * (width - len(kept))) if fault is None else kept, fault)


def _fault(cells: Sequence[Cell], kept: Sequence[Cell], width: int) -> FieldError | None:
    if any(cell != mine for cell, mine in zip(cells, kept, strict=True)):
        return FieldError("", "nul_character", "A cell holds a character that cannot be stored.")
    if len(cells) < width:
        return FieldError("", "too_few_cells", f"The row has {len(cells)} cells, the header {width}.")
    if len(cells) > width and not is_empty(cells[width:]):
        return FieldError("", "too_many_cells", f"The row has {len(cells)} cells, the header {width}.")
    return None


def json_cell(value: Any) -> Cell:
    """A cell's value as JSON can hold it: dates and times in ISO form."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
