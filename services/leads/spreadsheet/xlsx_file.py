"""Workbooks: one sheet's rows, formulas by their values, guarded against files made to exhaust the reader."""

import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import IO, Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from services.leads.spreadsheet.domain import (
    MOST_COLUMNS,
    MOST_ROWS,
    Found,
    Reading,
    Row,
    Sheet,
    is_empty,
    json_cell,
    named_columns,
    row_of,
    too_large,
    unreadable,
    wrong_option,
)

_MOST_UNPACKED = 512 * 1024 * 1024
_MOST_PARTS = 2_000
_STEEPEST = 300
_WORTH_LOOKING = 1024 * 1024


class XlsxFile:
    """A workbook's sheet: the one named, else the first that is not hidden."""

    def __init__(self, file: IO[bytes], reading: Reading) -> None:
        guard(file)
        from openpyxl import load_workbook  # with numpy, 17 MB: only where a workbook is read

        try:
            self._book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except Exception as error:  # noqa: BLE001 - whatever openpyxl stumbles over, the file is at fault
            raise unreadable(f"The workbook cannot be read ({type(error).__name__}).") from None
        sheets = tuple(Sheet(s.title, s.sheet_state != "visible") for s in self._book.worksheets)
        shown = [sheet.name for sheet in sheets if not sheet.hidden] or [sheet.name for sheet in sheets]
        if not shown:
            raise unreadable("The workbook has no sheet.")
        name = reading.sheet or shown[0]
        if name not in {sheet.name for sheet in sheets}:
            raise wrong_option("sheet", f"There is no sheet {name!r}; there are {', '.join(shown)[:500]}.")
        self._sheet = self._book[name]
        self.found = self._look(reading.header_row, name, sheets)

    def rows(self) -> Iterator[Row]:
        """Every row below the header that is not empty."""
        width = len(self.found.header)
        for number, cells in self._records():
            if number > self.found.header_row and not is_empty(cells):
                yield row_of(number, cells, width)

    def count(self) -> int | None:
        """How many rows the sheet says it has, None when it does not. Refuses more than may be."""
        last: int | None = self._sheet.max_row
        if last is not None and last > MOST_ROWS + self.found.header_row:
            raise too_large("rows", MOST_ROWS)
        return None if last is None else max(last - self.found.header_row, 0)

    def _look(self, header_row: int | None, name: str, sheets: tuple[Sheet, ...]) -> Found:
        rows = self._records()
        if header_row is None:
            found = next(((n, cells) for n, cells in rows if not is_empty(cells)), (1, []))
        else:
            found = next(((n, cells) for n, cells in rows if n == max(header_row, 1)), (0, []))
            if not found[0] and header_row > 1:
                raise wrong_option("header_row", f"There is no row {header_row}.")
        number = found[0] if header_row is None else header_row
        header = _without_empty_end(found[1])
        if len(header) > MOST_COLUMNS:
            raise too_large("columns", MOST_COLUMNS)
        names, odd = named_columns(header if number else [], len(header))
        hidden = [sheet.name for sheet in sheets if sheet.hidden]
        if hidden:
            odd = (*odd, f"Hidden sheets are not read unless named: {', '.join(hidden)[:500]}.")
        return Found("xlsx", number, names, sheet=name, sheets=sheets, problems=odd)

    def _records(self) -> Iterator[tuple[int, list[Any]]]:
        for number, cells in enumerate(self._sheet.iter_rows(values_only=True), 1):
            yield number, [json_cell(cell) for cell in islice(cells, MOST_COLUMNS + 1)]


def guard(file: IO[bytes]) -> None:
    """Refuses what is no workbook, unpacks to too much, or declares entities."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
                raise too_large("bytes unpacked", _MOST_UNPACKED)
            for part in parts:
                if part.file_size > max(_WORTH_LOOKING, part.compress_size * _STEEPEST):
                    raise unreadable("A part of the workbook is packed like a bomb.")
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as content:
                        next(iter(iterparse(content, events=("start",), forbid_dtd=True)), None)
    except (zipfile.BadZipFile, DefusedXmlException, SyntaxError, NotImplementedError, RuntimeError) as error:
        raise unreadable(f"The workbook cannot be read ({type(error).__name__}).") from None
    file.seek(0)


def _without_empty_end(cells: list[Any]) -> list[Any]:
    kept = list(cells)
    while kept and is_empty(kept[-1:]):
        kept.pop()
    return kept
