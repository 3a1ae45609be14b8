"""Whether a document is what its name says.

A name that says PDF over something else is how people are made to open what they should not. What a document contains
is the business of the program that opens it; here it only has to be of its kind, whole, and nothing besides.
"""

import zipfile
from collections.abc import Callable
from typing import IO

# A document that unpacks to more than this is none that anybody wrote.
MOST_UNPACKED = 300 * 1024 * 1024
MOST_PARTS = 10_000
# Between the end of a PDF and the end of its file, some programs leave a few line breaks.
_PDF_TAIL = 2048
_SAMPLE = 64 * 1024
# What a text never begins with: other kinds of files, and what a browser would take for a page.
_NOT_TEXT = (b"%pdf", b"pk\x03\x04", b"mz", b"\x7felf", b"gif8", b"\x89png", b"\xff\xd8\xff", b"{\\rtf")
_MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<?xml", b"<iframe", b"<img")

Check = Callable[[IO[bytes]], bool]


def is_what_it_says(content: IO[bytes], extension: str) -> bool:
    """Whether the content is of the kind that the extension (small letters, no dot) stands for.

    Extensions that nobody described here are refused: the list of those allowed stands in the settings.
    """
    check = _CHECKS.get(extension)
    content.seek(0)
    try:
        return check is not None and check(content)
    # Archives can be broken in more ways than the library has names for, and parts of them encrypted.
    except Exception:
        return False
    finally:
        content.seek(0)


def _is_pdf(content: IO[bytes]) -> bool:
    if not content.read(8).startswith(b"%PDF-"):
        return False
    size = content.seek(0, 2)
    content.seek(max(0, size - _PDF_TAIL))
    _, end, rest = content.read().rpartition(b"%%EOF")
    return bool(end) and not rest.strip(b"\r\n\t \x00\x1a")


def _is_text(content: IO[bytes]) -> bool:
    sample = content.read(_SAMPLE)
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        # Spreadsheet programs write UTF-16 with such a mark.
        return True
    start = sample.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return b"\x00" not in sample and not start.startswith((*_NOT_TEXT, *_MARKUP))


def _office(wanted: str) -> Check:
    """Microsoft's formats: a ZIP archive with a list of contents and the part that makes the kind."""

    def check(content: IO[bytes]) -> bool:
        names = _parts(content)
        return {"[Content_Types].xml", wanted} <= names and not any(name.endswith("vbaProject.bin") for name in names)

    return check


def _open_document(media_type: str) -> Check:
    """OpenDocument: a ZIP archive whose part "mimetype" says the kind."""

    def check(content: IO[bytes]) -> bool:
        if not {"mimetype", "content.xml"} <= _parts(content):
            return False
        with zipfile.ZipFile(content) as archive, archive.open("mimetype") as part:
            return part.read(200).decode("ascii", "replace").strip() == media_type

    return check


def _parts(content: IO[bytes]) -> set[str]:
    """Names of what is in an archive that begins with the file; empty for what is no such archive."""
    if content.read(4) != b"PK\x03\x04":
        return set()
    content.seek(0)
    with zipfile.ZipFile(content) as archive:
        entries = archive.infolist()
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        return set()
    return {entry.filename for entry in entries}


_CHECKS: dict[str, Check] = {
    "csv": _is_text,
    "txt": _is_text,
    "pdf": _is_pdf,
    "docx": _office("word/document.xml"),
    "xlsx": _office("xl/workbook.xml"),
    "odt": _open_document("application/vnd.oasis.opendocument.text"),
    "ods": _open_document("application/vnd.oasis.opendocument.spreadsheet"),
}
