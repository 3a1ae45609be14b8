"""Folding of German names, so that "Hueckelhoven", "huckelhoven" and "HÜCKELHOVEN" meet."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Protocol, TypeVar

_DIGRAPHS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_SEPARATORS = re.compile(r"[^0-9a-z]+")


class _HasTitle(Protocol):
    title: str


Titled = TypeVar("Titled", bound=_HasTitle)


def fold(text: str) -> str:
    """Lower case, umlauts as two letters, other accents dropped, everything but letters and digits as one blank."""
    return _plain(unicodedata.normalize("NFC", text).lower().translate(_DIGRAPHS))


def fold_bare(text: str) -> str:
    """As :func:`fold`, but umlauts as their bare letter: how people type who know no other way ("huckelhoven")."""
    return _plain(unicodedata.normalize("NFC", text).lower().replace("ß", "ss"))


def in_german_order(things: Iterable[Titled]) -> list[Titled]:
    """By title, umlauts with their bare letter, whatever the database's collation is."""
    return sorted(things, key=lambda thing: fold_bare(thing.title))


def _plain(lowered: str) -> str:
    without_accents = "".join(
        letter for letter in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(letter)
    )
    return _SEPARATORS.sub(" ", without_accents).strip()
