"""Text files of separated values: encoding and delimiter found out, rows numbered as records."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import IO

from charset_normalizer import from_bytes

from services.leads.spreadsheet.domain import (
    MOST_COLUMNS,
    MOST_ROWS,
    Found,
    Reading,
    Row,
    is_empty,
    named_columns,
    row_of,
    too_large,
    wrong_option,
)
from shared.contracts.errors import FieldError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_BYTES = 256 * 1024
_SAMPLE_ROWS = 50
_LONGEST_FIELD = 1024 * 1024
_WESTERN_MARKS = bytes.fromhex("80 82 84 85 91 92 93 94 95 96 97 a0 a3 a7 a9 ab ae b0 b4 b7 bb")
_WESTERN_LETTERS = "äöüÄÖÜßàáâãåæçèéêëìíîïñòóôõøœùúûýÿÀÁÂÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕØŒÙÚÛÝŸ"
_WESTERN = frozenset(_WESTERN_LETTERS + _WESTERN_MARKS.decode("cp1252"))
_LONGEST_WESTERN_RUN = 4


class CsvFile:
    """A file of separated values. The file stays the caller's to close."""

    def __init__(self, file: IO[bytes], reading: Reading) -> None:
        self._file = file
        encoding = reading.encoding or _encoding_of(file)
        try:
            codecs.lookup(encoding)
        except LookupError:
            raise wrong_option("encoding", f"There is no encoding {encoding!r}.") from None
        self._encoding = encoding
        self._delimiter = reading.delimiter or self._likely_delimiter()
        self.found = self._look(reading.header_row)

    def rows(self) -> Iterator[Row]:
        """Every row below the header that is not empty."""
        width = len(self.found.header)
        for number, cells in self._records():
            if number <= self.found.header_row:
                continue
            if isinstance(cells, FieldError):
                yield Row(number, (), cells)
            elif not is_empty(cells):
                yield row_of(number, cells, width)

    def count(self) -> int:
        """How many rows there are. Refuses more than may be."""
        counted = sum(1 for _ in islice(self.rows(), MOST_ROWS + 1))
        if counted > MOST_ROWS:
            raise too_large("rows", MOST_ROWS)
        return counted

    def _look(self, header_row: int | None) -> Found:
        first = next((n for n, cells in self._records() if cells and not _failed(cells)), 1)
        header_row = first if header_row is None else header_row
        cells = next((cells for n, cells in self._records() if n == max(header_row, 1)), [])
        header = [] if isinstance(cells, FieldError) else cells
        if not header and header_row > 1:
            raise wrong_option("header_row", f"There is no row {header_row}.")
        if len(header) > MOST_COLUMNS:
            raise too_large("columns", MOST_COLUMNS)
        names, odd = named_columns(header if header_row else [], len(header))
        return Found(
            format="csv",
            header_row=header_row,
            header=names,
            encoding=self._encoding,
            delimiter=self._delimiter,
            problems=odd,
        )

    def _records(self) -> Iterator[tuple[int, list[str] | FieldError]]:
        """Every record with its number; one that cannot be told apart from the next is a fault."""
        text = self._text()
        csv.field_size_limit(_LONGEST_FIELD)
        reader = csv.reader(text, delimiter=self._delimiter)
        number = 0
        try:
            while True:
                number += 1
                try:
                    record = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield number, FieldError("", "row_unreadable", f"The row cannot be read: {error}.")
                    continue
                yield number, record
        finally:
            text.detach()

    def _text(self) -> io.TextIOWrapper:
        self._file.seek(0)
        return io.TextIOWrapper(self._file, encoding=self._encoding, errors="replace", newline="")

    def _likely_delimiter(self) -> str:
        """The one by which most of the first records have the same number of cells, the more the better."""
        text = self._text()
        sample = text.read(_SAMPLE_BYTES)
        text.detach()
        return max(_DELIMITERS, key=lambda delimiter: _regularity(sample, delimiter))


def _failed(cells: list[str] | FieldError) -> bool:
    return isinstance(cells, FieldError) or is_empty(cells)


def _regularity(sample: str, delimiter: str) -> float:
    csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        widths = Counter(len(cells) for cells in islice(reader, _SAMPLE_ROWS) if cells)
    except csv.Error:
        return 0
    if not widths:
        return 0
    width, often = widths.most_common(1)[0]
    return 0 if width == 1 else often / widths.total() + min(width, 100) / 1000


def _encoding_of(file: IO[bytes]) -> str:
    """By its mark, else UTF-8 if it is, else what its bytes look like; Western European when in doubt."""
    file.seek(0)
    start = file.read(4)
    for mark, name in _BOMS:
        if start.startswith(mark):
            return name
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block := file.read(_SAMPLE_BYTES):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        file.seek(0)
        return _legacy_encoding(file.read(_SAMPLE_BYTES))
    return "utf-8"


def _legacy_encoding(sample: bytes) -> str:
    """Western European when single letters of it stand among plain ones, else what the library finds."""
    beyond = "".join(c if ord(c) > 127 else " " for c in sample.decode("cp1252", errors="replace")).split()
    if all(len(run) < _LONGEST_WESTERN_RUN and _WESTERN.issuperset(run) for run in beyond):
        return "cp1252"
    best = from_bytes(sample).best()
    return "cp1252" if best is None else best.encoding
