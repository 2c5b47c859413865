"""Files as people and programs write them are read as they were meant, or refused saying why."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from services.leads.spreadsheet.domain import Reading, Row, SpreadsheetError
from services.leads.spreadsheet.use_cases.open_spreadsheet import Spreadsheet, open_spreadsheet

UMLAUTS = "Vorname;Größe;Straße\nJörg;1,5;Königsallee 5\nÄnne;2;Überweg 3\n"


def opened(content: bytes | str, **reading: Any) -> Spreadsheet:
    data = content.encode() if isinstance(content, str) else content
    return open_spreadsheet(io.BytesIO(data), Reading(**reading))


def cells_of(content: bytes | str, **reading: Any) -> list[tuple[Any, ...]]:
    return [row.cells for row in opened(content, **reading).rows()]


def faults_of(content: bytes | str) -> dict[int, str]:
    return {row.number: row.fault.code for row in opened(content).rows() if row.fault is not None}


def workbook(fill: Callable[[Workbook], None]) -> bytes:
    book = Workbook()
    fill(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def rows_in(*rows: list[Any]) -> bytes:
    def fill(book: Workbook) -> None:
        for row in rows:
            book.active.append(row)

    return workbook(fill)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_umlauts_come_out_right_whatever_the_encoding(encoding: str) -> None:
    assert cells_of(UMLAUTS.encode(encoding))[1] == ("Änne", "2", "Überweg 3")


def test_letters_of_another_alphabet_are_found_too() -> None:
    text = "имя,город\n" + "Анна Иванова,Москва\nПётр Сидоров,Санкт-Петербург\n" * 20  # noqa: RUF001

    assert cells_of(text.encode("cp1251"))[0] == ("Анна Иванова", "Москва")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    lines = [["name", "amount", "note"], ["Lee, Ann", "1;5", "a|b"], ["Bob", "2", "c\td"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)

    assert opened(text).found.delimiter == delimiter
    assert cells_of(text)[0] == ("Lee, Ann", "1;5", "a|b")


def test_a_line_end_inside_quotes_is_part_of_the_cell() -> None:
    assert cells_of('a,b\n"x\ny",1\nz,2\n') == [("x\ny", "1"), ("z", "2")]


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    numbers = [row.number for row in opened("a,b\n\n1,2\n,\n3,4\n").rows()]

    assert numbers == [3, 5]


def test_a_ragged_row_is_a_fault_of_that_row_alone() -> None:
    assert faults_of("a,b\n1\n2,3\n4,5,6\n7,8,\n") == {2: "too_few_cells", 4: "too_many_cells"}


def test_a_nul_byte_is_a_fault_of_its_row() -> None:
    assert faults_of(b"a,b\n1,x\0y\n2,3\n") == {2: "nul_character"}


def test_a_quote_that_never_ends_does_not_swallow_a_large_file() -> None:
    rows = list(opened('a,b\n1,"2\n' + "3,4\n" * 300_000).rows())

    assert rows[0].fault is not None
    assert rows[-1].cells == ("3", "4")


def test_headers_that_repeat_or_lack_get_names_of_their_own() -> None:
    found = opened("name,name,,name\n1,2,3,4\n").found

    assert found.header == ("name", "name (2)", "column 3", "name (3)")
    assert len(found.problems) == 2


def test_a_header_further_down_is_taken_when_said() -> None:
    text = "Report of March\n\nname,city\nAnn,Ulm\n"

    assert opened(text, header_row=3).found.header == ("name", "city")
    assert cells_of(text, header_row=3) == [("Ann", "Ulm")]


def test_a_file_without_a_header_has_numbered_columns() -> None:
    assert opened("Ann,Ulm\nBob,Bonn\n", header_row=0).found.header == ("column 1", "column 2")
    assert len(cells_of("Ann,Ulm\nBob,Bonn\n", header_row=0)) == 2


def test_dates_and_numbers_of_a_workbook_keep_their_values() -> None:
    content = rows_in(
        ["name", "at", "day", "count", "share", "yes"],
        ["Ann", datetime(2027, 3, 1, 14, 30), date(2027, 3, 2), 12.0, 0.25, True],  # noqa: DTZ001 - as in a cell
    )

    assert cells_of(content) == [("Ann", "2027-03-01T14:30:00", "2027-03-02T00:00:00", 12, 0.25, True)]


def test_hidden_sheets_are_named_and_not_read() -> None:
    def fill(book: Workbook) -> None:
        book.active.title = "Secret"
        book.active.sheet_state = "hidden"
        shown = book.create_sheet("Leads")
        shown.append(["name"])
        shown.append(["Ann"])

    found = opened(workbook(fill)).found

    assert found.sheet == "Leads"
    assert [(sheet.name, sheet.hidden) for sheet in found.sheets] == [("Secret", True), ("Leads", False)]
    assert "Secret" in found.problems[0]


def test_a_formula_is_never_read_as_text() -> None:
    content = rows_in(["name", "sum"], ["Ann", "=1+1"])

    assert cells_of(content) == [("Ann", None)]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7 ...",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old workbook",
        b"PK\x03\x04 broken",
        b"\x89PNG\r\n",
    ],
)
def test_what_is_no_table_is_refused_as_such(content: bytes) -> None:
    with pytest.raises(SpreadsheetError) as refusal:
        opened(content)

    assert refusal.value.code == "file_unreadable"


def _repacked(part: str, content: bytes) -> bytes:
    """A workbook in which one part is something else."""
    file = io.BytesIO()
    source = zipfile.ZipFile(io.BytesIO(rows_in(["name"], ["Ann"])))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, content if name == part else source.read(name))
    return file.getvalue()


def test_a_workbook_that_unpacks_to_very_much_is_refused() -> None:
    bomb = _repacked("xl/worksheets/sheet1.xml", b" " * (64 * 1024 * 1024))

    with pytest.raises(SpreadsheetError, match="bomb"):
        opened(bomb)


def test_a_workbook_that_declares_entities_is_refused() -> None:
    laughs = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><w>&b;</w>'

    with pytest.raises(SpreadsheetError, match="DTDForbidden"):
        opened(_repacked("xl/worksheets/sheet1.xml", laughs))


def test_a_sheet_that_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(SpreadsheetError) as refusal:
        opened(rows_in(["name"]), sheet="Other")

    assert refusal.value.errors[0].pointer == "/options/sheet"


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_never_more(content: bytes) -> None:
    try:
        rows = list(opened(content).rows())
    except SpreadsheetError:
        return

    assert all(isinstance(row, Row) for row in rows)


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=10), st.sampled_from([",", ";", "\t", "|"]))
def test_what_the_csv_module_writes_is_read_back(pairs: list[tuple[str, str]], delimiter: str) -> None:
    import csv

    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([("a", "b"), *pairs])

    read = cells_of(file.getvalue(), delimiter=delimiter, encoding="utf-8")

    assert read == [pair for pair in pairs if any(cell.strip() for cell in pair)]
