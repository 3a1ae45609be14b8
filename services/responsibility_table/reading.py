"""A file that somebody hands in, as rows of text. Nothing in it is carried out, and nothing of it is trusted.

What is no table, or one of other columns, raises :class:`TableError`, which names everything that is wrong.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Any
from zipfile import ZipFile

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from cms.office_files import is_what_it_says
from municipalities.folding import fold
from services.responsibility_table.cells import normal, text_of, unguarded
from services.responsibility_table.columns import COLUMNS, heading, headings

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 5_000
# As wide as a table can be that a person made by hand; a row of a workbook may name cells far beyond.
_MOST_COLUMNS = 100
_BLANK = (None,) * _MOST_COLUMNS
_MOST_LINES = 1_048_576
# What a workbook of 10 MB unpacks to when somebody wrote it and not a program that means harm.
_MOST_UNPACKED = 40 * 1024 * 1024


class TableError(ValidationError):
    """The file is no such table. ``messages`` says why, in the person's language."""


@dataclass(frozen=True)
class TableRow:
    """One row with its number in the file, as spreadsheet programs show it; ``cells`` by the names of the columns."""

    number: int
    cells: dict[str, str]

    def packed(self) -> list[Any]:
        return [self.number, *(self.cells[name] for name in COLUMNS)]

    @classmethod
    def unpacked(cls, packed: list[Any]) -> "TableRow":
        number, *cells = packed
        return cls(number, dict(zip(COLUMNS, cells, strict=True)))


def read_table(file: UploadedFile) -> list[TableRow]:
    """Rows in which anything stands, at most :data:`MOST_ROWS`."""
    extension = PurePath(file.name or "").suffix[1:].lower()
    if extension not in ("csv", "xlsx"):
        raise TableError(_("Only CSV and XLSX can be read in. Please save the table in one of these formats."))
    if not file.size:
        raise TableError(_("The file is empty."))
    if file.size > MOST_BYTES:
        sizes = {"size": filesizeformat(file.size), "most": filesizeformat(MOST_BYTES)}
        raise TableError(_("The file has %(size)s; at most %(most)s are possible.") % sizes)
    if not is_what_it_says(file, extension):
        raise TableError(
            _("The file is damaged, has macros or a password, or is no %(kind)s. Please save it as %(kind)s again.")
            % {"kind": extension.upper()}
        )
    file.seek(0)
    lines = _csv_lines(file.read()) if extension == "csv" else _xlsx_lines(file)
    return _rows(lines)


def _rows(lines: Iterable[list[str]]) -> list[TableRow]:
    numbered = enumerate(lines, start=1)
    # Blank lines above the headings are taken as such.
    columns: list[str] = []
    for _number, line in numbered:
        if any(line):
            columns = _columns(line)
            break
    else:
        raise TableError(_("The file is empty."))
    rows: list[TableRow] = []
    for number, line in numbered:
        if not any(line):
            continue
        if any(line[len(columns) :]):
            raise TableError(_("Row %(row)s has more cells than there are headings.") % {"row": number})
        if len(rows) == MOST_ROWS:
            raise TableError(
                _("The table has more than %(most)s rows. Please divide it into several files.") % {"most": MOST_ROWS}
            )
        padded = line + [""] * (len(columns) - len(line))
        rows.append(TableRow(number, dict(zip(columns, padded, strict=False))))
    if not rows:
        raise TableError(_("Below the headings, the table has no rows."))
    return rows


def _columns(line: list[str]) -> list[str]:
    """Names of the columns in the order in which they stand in the file; all of them, each once."""
    while line and not line[-1]:
        line = line[:-1]
    names = [headings().get(fold(text), "") for text in line]
    problems = []
    unknown = [text or _("(no heading)") for text, name in zip(line, names, strict=True) if not name]
    missing = [heading(name) for name in COLUMNS if name not in names]
    twice = [heading(name) for name in COLUMNS if names.count(name) > 1]
    if len(unknown) == len(names):
        raise TableError(
            _("The first row has none of the headings. Please begin with a table that was downloaded here.")
        )
    if missing:
        problems.append(_("These columns are missing: %(names)s") % {"names": ", ".join(missing)})
    if unknown:
        shortened = ", ".join(f"{text[:60]}…" if len(text) > 60 else text for text in unknown[:_MOST_COLUMNS])
        problems.append(_("These columns are not known: %(names)s") % {"names": shortened})
    if twice:
        problems.append(_("These columns are there more than once: %(names)s") % {"names": ", ".join(twice)})
    if problems:
        raise TableError(problems)
    return names


def _cell(text: str) -> str:
    return unguarded(normal(text))


def _csv_lines(content: bytes) -> Iterator[list[str]]:
    if b"\x00" in content:
        raise TableError(_("The file is no CSV in UTF-8 or Windows-1252. Please save it as “CSV UTF-8”."))
    text = _decoded(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        for line in reader:
            yield [_cell(cell) for cell in line]
    except csv.Error as error:
        raise TableError(
            _("Line %(line)s of the file cannot be read; perhaps a quotation mark is missing before it.")
            % {"line": reader.line_num}
        ) from error


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableError(_("The file is no CSV in UTF-8 or Windows-1252. Please save it as “CSV UTF-8”."))


def _delimiter(text: str) -> str:
    """The one with which the first line has the most known headings."""
    first = text.lstrip().split("\n", 1)[0]

    def known(delimiter: str) -> int:
        return sum(fold(cell.strip('" \r')) in headings() for cell in first.split(delimiter))

    return max(";,\t", key=known)


def _xlsx_lines(file: IO[bytes]) -> Iterator[list[str]]:
    """Of the first sheet. Whatever else the library stumbles over, the file is damaged."""
    unreadable = _("The file is damaged, or it is too large when unpacked. Please save it as XLSX or CSV again.")
    with ZipFile(file) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _MOST_UNPACKED:
            raise TableError(unreadable)
    file.seek(0)
    try:
        workbook = load_workbook(file, read_only=True, keep_links=False)
        sheet = workbook.worksheets[0]
        # What a sheet says of its size is not to be trusted.
        sheet.reset_dimensions()
        for number, line in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS, values_only=True), start=1):
            if number > _MOST_LINES:
                raise TableError(unreadable)
            yield [] if line == _BLANK else [_cell(text_of(value)) for value in line]
    except TableError:
        raise
    # Workbooks can be broken in more ways than the library has names for.
    except Exception as error:
        raise TableError(unreadable) from error
