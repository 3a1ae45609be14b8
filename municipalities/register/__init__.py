"""The official register of German municipalities and districts: what is known of a key before anybody types anything.

Sources and licences of the files stand in ``data/SOURCES.md``.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.utils.text import slugify

from municipalities.folding import fold, fold_bare
from municipalities.models import MunicipalityKind

EDITION = date(2025, 8, 31)
SOURCE = "Statistisches Bundesamt (Destatis), Gemeindeverzeichnis GV100AD, 31.08.2025"
POSTCODE_SOURCE = "Postleitzahlen: OpenStreetMap-Mitwirkende (ODbL 1.0), über suche-postleitzahl.org"

_DATA = Path(__file__).parent.parent / "data"
# What the register adds to a name: ", Stadt", " (Forstgutsbez.)".
_ADDITION = re.compile(r"\s*[,(].*")
_MARKET, _FREE_AREAS = "60", {"65", "66"}
_TOWNS = {"61", "62", "63", "67"}
# Types of districts that are towns of their own and stand among the municipalities.
_TOWN_DISTRICTS = {"41", "42"}
_DISTRICT_WORDS = {"43": "Kreis", "44": "Landkreis"}


class UnknownKeyError(ValueError):
    """The key is not in the register."""


@dataclass(frozen=True)
class RegisterEntry:
    """A municipality or district as the register has it. ``district_key`` is empty for districts and for towns that
    belong to none."""

    ags: str
    ars: str
    title: str
    official_name: str
    kind: MunicipalityKind
    district_key: str
    district_name: str
    population: int | None
    area_ha: int | None
    postcodes: tuple[str, ...]

    @property
    def slug(self) -> str:
        return slug_of(self.title)


def slug_of(name: str) -> str:
    return slugify(fold(name))


def entry(ags: str) -> RegisterEntry:
    """Raises :class:`UnknownKeyError` for a key (eight digits, five for a district) that the register does not have."""
    row = _municipalities().get(ags)
    if row is not None:
        return _municipality(row)
    district = _districts().get(ags)
    if district is not None and district["type"] not in _TOWN_DISTRICTS:
        return _district(district)
    raise UnknownKeyError(ags)


def search(query: str, limit: int = 20) -> list[RegisterEntry]:
    """Municipalities and districts by key or name, the most fitting first; more than ``limit`` are cut off."""
    words = fold(query)
    if not words:
        return []
    bare = fold_bare(query)
    found: list[tuple[int, str, str]] = []
    for name, bare_name, key in _folded_names():
        if key == words:
            return [entry(key)]
        rank = _rank(words, name) if words == bare else min(_rank(words, name), _rank(bare, bare_name))
        if words.isdigit() and key.startswith(words):
            rank = 1
        if rank < _NO_MATCH:
            found.append((rank, name, key))
    return [entry(key) for _rank_, _name, key in sorted(found)[:limit]]


_NO_MATCH = 4


def _rank(words: str, name: str) -> int:
    """0 for the whole name, then its beginning, the beginning of a word, and anywhere."""
    if name == words:
        return 0
    if name.startswith(words):
        return 1
    return 2 if f" {words}" in name else 3 if words in name else _NO_MATCH


@cache
def _folded_names() -> list[tuple[str, str, str]]:
    """Folded in both ways, with the key; what the register adds to a name is left out."""
    names = [(_ADDITION.sub("", row["name"]), key) for key, row in _municipalities().items()]
    names += [(row["name"], key) for key, row in _districts().items() if row["type"] not in _TOWN_DISTRICTS]
    return [(fold(name), fold_bare(name), key) for name, key in names]


def names() -> Iterator[str]:
    """The name of every municipality, as the register writes it."""
    return (row["name"] for row in _municipalities().values())


def postcodes(ags: str) -> tuple[str, ...]:
    return _postcodes().get(ags, ())


def former_name(ags: str) -> str:
    """The name of a municipality that had this key and is gone; empty for keys of which nothing is known."""
    return _former().get(ags, "")


def _municipality(row: dict[str, str]) -> RegisterEntry:
    title = _ADDITION.sub("", row["name"])
    is_town = row["type"] in _TOWNS
    word = "Stadt" if is_town else "Markt" if row["type"] == _MARKET else "Gemeinde"
    codes = postcodes(row["ags"]) or tuple(filter(None, [row["postcode"]]))
    # A town that is a district of its own has the district's name as its own.
    belongs = row["district_name"] != row["name"]
    return RegisterEntry(
        ags=row["ags"],
        ars=row["ars"],
        title=title,
        official_name=title if row["type"] in _FREE_AREAS else f"{word} {title}",
        kind=MunicipalityKind.TOWN if is_town else MunicipalityKind.MUNICIPALITY,
        district_key=row["ags"][:5] if belongs else "",
        district_name=row["district_name"] if belongs else "",
        population=int(row["population"]) if row["population"] else None,
        area_ha=int(row["area_ha"]) if row["area_ha"] else None,
        postcodes=codes,
    )


def _district(row: dict[str, str]) -> RegisterEntry:
    word = _DISTRICT_WORDS.get(row["type"], "")
    # "Rhein-Kreis Neuss" and "Städteregion Aachen" say themselves what they are.
    says_it = "kreis" in row["name"].lower() or "region" in row["name"].lower() or "verband" in row["name"].lower()
    title = row["name"] if says_it or not word else f"{word} {row['name']}"
    return RegisterEntry(
        ags=row["key"],
        ars=row["key"].ljust(12, "0"),
        title=title,
        official_name=title,
        kind=MunicipalityKind.DISTRICT,
        district_key="",
        district_name="",
        population=None,
        area_ha=None,
        postcodes=(),
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


@cache
def _municipalities() -> dict[str, dict[str, str]]:
    return {row["ags"]: row for row in _rows("gemeinden_de.csv")}


@cache
def _districts() -> dict[str, dict[str, str]]:
    return {row["key"]: row for row in _rows("kreise_de.csv")}


@cache
def _former() -> dict[str, str]:
    return {row["ags"]: row["name"] for row in _rows("former_de.csv")}


@cache
def _postcodes() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for row in _rows("postcodes_de.csv"):
        found.setdefault(row["ags"], []).append(row["postcode"])
    return {ags: tuple(codes) for ags, codes in found.items()}
