"""Entries as CSV or XLSX."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from services.models.responsibility import Responsibility
from services.responsibility_table.cells import guarded
from services.responsibility_table.columns import COLUMNS, DAYS, cells_of, heading
from services.responsibility_table.labels import Labels

_WIDE, _NARROW = 40, 16
_WIDE_COLUMNS = {"service", "service_title", "office_title", "reason", "source", "note", "legal_basis"}
# Spreadsheet programs know no days before the year 1900, and not all of them that year.
_FIRST_DAY = date(1901, 1, 1)


def write_csv(rows: Iterable[Responsibility], user: Any) -> Iterator[bytes]:
    """In parts, as the response sends them. With the mark and the semicolons that German Excel expects."""
    labels = Labels(user)
    yield b"\xef\xbb\xbf" + _line(heading(name) for name in COLUMNS)
    for row in rows:
        cells = cells_of(row, labels)
        yield _line(cells[name] for name in COLUMNS)


def _line(texts: Iterable[str]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerow([guarded(text) for text in texts])
    return buffer.getvalue().encode()


def write_xlsx(rows: Iterable[Responsibility], user: Any, file: IO[bytes]) -> None:
    """Every cell is text, so that keys keep their zeros; days are days, so that they sort."""
    labels = Labels(user)
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Zuständigkeiten")
    sheet.freeze_panes = "B2"
    for number, name in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDE if name in _WIDE_COLUMNS else _NARROW
    sheet.append([_text(sheet, heading(name), font=Font(bold=True)) for name in COLUMNS])
    for row in rows:
        cells = cells_of(row, labels)
        sheet.append([_cell(sheet, row, name, cells[name]) for name in COLUMNS])
    workbook.save(file)


def _cell(sheet: Any, row: Responsibility, name: str, text: str) -> WriteOnlyCell:
    day = getattr(row, name) if name in DAYS else None
    if day is None or day < _FIRST_DAY:
        return _text(sheet, text)
    cell = WriteOnlyCell(sheet, day)
    cell.number_format = "DD.MM.YYYY"
    return cell


def _text(sheet: Any, text: str, font: Font | None = None) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, guarded(text))
    # Whatever it looks like: neither a formula nor a number.
    cell.data_type = "s"
    cell.number_format = "@"
    if font:
        cell.font = font
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
