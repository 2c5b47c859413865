"""A file as a spreadsheet, by what its first bytes say it is."""

from typing import IO

from services.leads.spreadsheet.csv_file import CsvFile
from services.leads.spreadsheet.domain import Reading, unreadable
from services.leads.spreadsheet.xlsx_file import XlsxFile

Spreadsheet = CsvFile | XlsxFile
_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b")


def open_spreadsheet(file: IO[bytes], reading: Reading) -> Spreadsheet:
    """The file's rows. Blocks while it looks at the beginning; raises SpreadsheetError.

    Refuses `file_unreadable`, `import_too_large`, and options that do not fit.
    """
    file.seek(0)
    start = file.read(4)
    if not start:
        raise unreadable("The file is empty.")
    if start == _ZIP:
        return XlsxFile(file, reading)
    if start == _OLD_OFFICE:
        raise unreadable(
            "This is an old or a locked workbook; save it as XLSX without a password, or as CSV."
        )
    if start.startswith(_OTHERS):
        raise unreadable("This is neither CSV nor XLSX.")
    return CsvFile(file, reading)
