"""What stands in a cell: the same text whether it is written or read, from CSV or from XLSX.

Text that begins as a formula would be carried out by a spreadsheet program when somebody opens the file (OWASP: CSV
injection). It is written with an apostrophe before it, which is taken away again when it is read.
"""

import re
from datetime import date, datetime

# What spreadsheet programs take for the beginning of a formula, in full width too.
_FORMULA = frozenset("=+-@＝＋－＠")
# XML knows none of these, so that no XLSX can hold them; as text they mean nothing.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_GERMAN_DAY = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
# As much as a cell holds in spreadsheet programs, with room for the apostrophe.
MOST_CHARACTERS = 32_000


def normal(text: str) -> str:
    """Line breaks as one character, nothing unprintable, no blanks around it, no more than a cell holds."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub("", unified).strip()[:MOST_CHARACTERS].rstrip()


def _is_marked(text: str) -> bool:
    """Whether :func:`unguarded` would take an apostrophe away."""
    return len(text) > 1 and text[0] == "'" and (text[1] in _FORMULA or text[1] == "'")


def guarded(text: str) -> str:
    """The text as it is written into a file."""
    return f"'{text}" if text[:1] in _FORMULA or _is_marked(text) else text


def unguarded(text: str) -> str:
    """The text as it was before :func:`guarded`; other texts stay as they are."""
    return text[1:] if _is_marked(text) else text


def day_text(day: date | None) -> str:
    return f"{day.day:02}.{day.month:02}.{day.year:04}" if day else ""


def day_of(text: str) -> date | None:
    """The day that a cell names (31.12.2026 or 2026-12-31), ``None`` for an empty one.

    Raises ``ValueError`` for everything else.
    """
    if not text:
        return None
    if found := _ISO_DAY.fullmatch(text):
        year, month, day = found.groups()
    elif found := _GERMAN_DAY.fullmatch(text):
        day, month, year = found.groups()
    else:
        raise ValueError(text)
    return date(int(year), int(month), int(day))


def text_of(value: object) -> str:
    """What a cell of a workbook says, as a person would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, datetime):
        # A day without a time of day is how spreadsheet programs keep days.
        return day_text(value) if value.time() == datetime.min.time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return day_text(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    # Of a formula over several cells there is an object with the text in it.
    return str(getattr(value, "text", value))
