"""Files that are no table of responsibilities, or mean harm: refused with a reason, never an error of the server."""

import csv
import io
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from services.responsibility_table import reading
from services.responsibility_table.columns import COLUMNS, heading, headings
from services.responsibility_table.reading import MOST_ROWS, TableError, TableRow, read_table

SHEET = "xl/worksheets/sheet1.xml"


def titles() -> list[str]:
    return [heading(name) for name in COLUMNS]


def csv_of(*lines: list[str], delimiter: str = ";") -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter).writerows(lines)
    return buffer.getvalue().encode()


def xlsx_of(*lines: list[object]) -> bytes:
    workbook = Workbook()
    for line in lines:
        workbook.active.append(line)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes] | bytes) -> bytes:
    """The archive with another part, or with one changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry.filename, old.read(entry))
        new.writestr(name, change(old.read(name)) if callable(change) else change)
    return buffer.getvalue()


def read(content: bytes, name: str = "tabelle.csv") -> list[TableRow]:
    return read_table(SimpleUploadedFile(name, content))


def refused(content: bytes, name: str = "tabelle.csv") -> list[str]:
    with pytest.raises(TableError) as caught:
        read(content, name)
    assert all(caught.value.messages)
    return caught.value.messages


def row_of(text: str = "x") -> list[str]:
    return ["", *[text] * (len(COLUMNS) - 1)]


GOOD_CSV, GOOD_XLSX = csv_of(titles(), row_of()), xlsx_of(titles(), row_of())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tabelle.csv", b""),
        ("tabelle.xlsx", b""),
        ("tabelle.csv", b"\xef\xbb\xbf"),
        ("tabelle.csv", b"\r\n;;;\r\n \r\n"),
        ("tabelle", GOOD_CSV),
        ("tabelle.txt", GOOD_CSV),
        ("tabelle.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("tabelle.xlsm", GOOD_XLSX),
        ("tabelle.csv", GOOD_XLSX),
        ("tabelle.xlsx", GOOD_CSV),
        ("tabelle.xlsx", GOOD_XLSX[:-400]),
        ("tabelle.xlsx", b"PK\x03\x04" + bytes(2000)),
        ("tabelle.csv", bytes(range(256)) * 20),
        ("tabelle.csv", "Leistung;Kommune".encode("utf-16")),
        # What no encoding of a spreadsheet program can be.
        ("tabelle.csv", GOOD_CSV + b"\x81\x8d"),
        ("tabelle.csv", b"<html><script>alert(1)</script>"),
        ("tabelle.csv", GOOD_CSV + b'"' + b"x" * 200_000),
        ("tabelle.csv", csv_of(titles())),
        ("tabelle.csv", csv_of(["Name", "Ort"], ["a", "b"])),
        ("tabelle.csv", csv_of(titles(), [*row_of(), "", "mehr"])),
        ("tabelle.xlsx", with_part(GOOD_XLSX, "xl/vbaProject.bin", b"macro")),
        ("tabelle.xlsx", with_part(GOOD_XLSX, SHEET, b"<worksheet")),
        ("tabelle.xlsx", with_part(GOOD_XLSX, SHEET, b"")),
        ("tabelle.xlsx", with_part(GOOD_XLSX, "[Content_Types].xml", b"<Types/>")),
        ("tabelle.xlsx", with_part(GOOD_XLSX, "xl/workbook.xml", b"<workbook/>")),
        ("tabelle.xlsx", xlsx_of()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_is_refused_with_a_reason(name: str, content: bytes) -> None:
    refused(content, name)


def test_missing_unknown_and_double_columns_are_named_at_once() -> None:
    wrong = [*titles()[1:], "Postleitzahl", titles()[3], ""]
    (missing, unknown, twice) = refused(csv_of(wrong, row_of()))
    assert titles()[0] in missing
    assert "Postleitzahl" in unknown
    assert titles()[3] in twice


def test_no_heading_means_two_columns() -> None:
    assert len(headings()) >= len(COLUMNS)
    assert set(headings().values()) == set(COLUMNS)


@pytest.mark.parametrize("name", ["tabelle.csv", "tabelle.xlsx"])
def test_formulas_are_text(name: str) -> None:
    for text in ("=1+1", "+49 2431", "-5", "@SUM(A1)", '=HYPERLINK("http://x")', "=cmd|' /C calc'!A0"):
        content = csv_of(titles(), row_of(text)) if name.endswith("csv") else xlsx_of(titles(), row_of(text))
        (row,) = read(content, name)
        assert row.cells["note"] == text


def test_cells_of_a_workbook_are_what_a_person_would_type() -> None:
    values = [7, 7.0, 7.5, True, None, datetime(2026, 12, 31), datetime(2026, 12, 31, 12, 30), timedelta(hours=1)]
    line = [*values, *[""] * (len(COLUMNS) - len(values))]
    (row,) = read(xlsx_of(titles(), line), "t.xlsx")
    assert list(row.cells.values())[:7] == ["7", "7", "7.5", "ja", "", "31.12.2026", "2026-12-31 12:30:00"]


def test_rows_have_the_numbers_that_people_see() -> None:
    lines = [[], titles(), row_of(), [], row_of("zwei\nZeilen"), row_of("ä")]
    for content, name in ((csv_of(*lines), "t.csv"), (xlsx_of(*lines), "t.xlsx")):
        assert [row.number for row in read(content, name)] == [3, 5, 6]


def test_too_many_rows() -> None:
    lines = [titles(), *([row_of()] * MOST_ROWS)]
    assert len(read(csv_of(*lines))) == MOST_ROWS
    assert str(MOST_ROWS) in refused(csv_of(*lines, [], row_of()))[0]


def test_too_large_a_file() -> None:
    refused(GOOD_CSV + b"x" * reading.MOST_BYTES)


def test_a_workbook_that_unpacks_to_more_than_anybody_wrote_is_not_unpacked() -> None:
    bomb = with_part(GOOD_XLSX, SHEET, lambda text: text + b" " * (200 * 1024 * 1024))
    assert len(bomb) < 1024 * 1024
    started = time.monotonic()
    refused(bomb, "t.xlsx")
    assert time.monotonic() - started < 5


def test_entities_are_not_unfolded() -> None:
    lines = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 50) for n in range(1, 20))
    prologue = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">' + lines + b"]>"
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    sheet += b'<c r="A1" t="inlineStr"><is><t>&e19;</t></is></c></row></sheetData></worksheet>'
    refused(with_part(GOOD_XLSX, SHEET, prologue + sheet), "t.xlsx")


@pytest.mark.parametrize("cell", ["XFD1048576", "A99999999", "ZZZZZZZ9", "A0", "1A", ""])
def test_cells_far_outside_take_neither_time_nor_memory(cell: str) -> None:
    row = "".join(letter for letter in cell if letter.isdigit())
    more = f'<row r="{row}"><c r="{cell}"><v>1</v></c></row></sheetData>'.encode()
    content = with_part(GOOD_XLSX, SHEET, lambda text: text.replace(b"</sheetData>", more))
    started = time.monotonic()
    try:
        rows = read(content, "t.xlsx")
    except TableError:
        rows = []
    assert len(rows) <= 2
    assert time.monotonic() - started < 10


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for name, data in (("t.csv", content), ("t.csv", GOOD_CSV + content), ("t.xlsx", GOOD_XLSX[:200] + content)):
        with suppress(TableError):
            read(data, name)


@given(st.integers(min_value=0, max_value=len(GOOD_XLSX) - 1), st.binary(min_size=1, max_size=8))
def test_a_workbook_with_a_damaged_spot_is_read_or_refused(start: int, damage: bytes) -> None:
    data = GOOD_XLSX[:start] + damage + GOOD_XLSX[start + len(damage) :]
    with suppress(TableError):
        read(data, "t.xlsx")


@pytest.mark.django_db
def test_the_form_says_what_is_wrong_with_the_file(editor: Client) -> None:
    address = reverse("responsibility_import")
    for data in ({}, {"table": ""}, {"table": "text"}, {"table": SimpleUploadedFile("bild.png", b"\x89PNG")}):
        response = editor.post(address, data)
        assert response.status_code == 200
        assert response.context["form"].errors["table"]
    response = editor.post(address, {"table": SimpleUploadedFile("leer.csv", b"")})
    assert response.context["form"].errors["table"]
