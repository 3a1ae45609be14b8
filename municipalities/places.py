"""Place lookup: from what a person types (postcode, municipality, locality, typos included) to a municipality.

The answer is never a silent guess: a postcode or name shared by several municipalities gives all of them back, what
merely resembles a name is called a guess, and the name of a municipality elsewhere in Germany is no typo.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import Q
from django.utils import timezone
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from cms.keys import key_of
from municipalities.folding import fold, fold_bare
from municipalities.germany import municipality_names
from municipalities.models import Locality, MunicipalityPage, PostalCode

MAX_QUERY_LENGTH = 120
# Below this similarity (0 to 100) two names are different names rather than one name with a typo.
TYPO_CUTOFF = 80
# In names as short as this, more than one changed letter makes another name.
SHORT_NAME = 6
_POSTCODE = re.compile(r"\b\d{5}\b")
_AGS = re.compile(r"^\d{8}$")
_KIND_WORDS = {"stadt", "gemeinde", "ortsteil", "stadtteil", "bei", "in"}


@dataclass(frozen=True)
class PlaceMatch:
    """Answer of a lookup: exactly one municipality, several to choose from, or none.

    ``guessed`` is true when the input was not found as typed but something similar was: ask before going on.
    ``was_cut`` is true when only the beginning of a very long input was read; what it led to is then a guess.
    ``is_foreign`` is true for the name of a German municipality outside the portal. ``localities`` gives the locality
    that was typed, if it was one, for each municipality.
    """

    query: str
    municipalities: list[MunicipalityPage] = field(default_factory=list)
    guessed: bool = False
    is_foreign: bool = False
    localities: dict[int, int] = field(default_factory=dict)
    was_cut: bool = False

    @property
    def locality_id(self) -> int | None:
        """The locality when one was typed exactly and only one municipality has it."""
        return self.localities.get(self.municipality.pk) if self.municipality else None

    @property
    def municipality(self) -> MunicipalityPage | None:
        return self.municipalities[0] if len(self.municipalities) == 1 else None

    @property
    def is_ambiguous(self) -> bool:
        return len(self.municipalities) > 1

    @property
    def is_unknown(self) -> bool:
        return not self.municipalities


def find_place(query: str, day: date | None = None) -> PlaceMatch:
    """Look up a place as it is on a day (today).

    Takes a postcode, an AGS, a name or a mixture such as ``41812 Erkelenz``. Needs a fixed number of queries and never
    raises for anything a person can type.
    """
    query = " ".join("".join(c if c.isprintable() else " " for c in query).split())
    day = day or timezone.localdate()
    if len(query) <= MAX_QUERY_LENGTH:
        return _find(query, day)
    match = _find(query[:MAX_QUERY_LENGTH], day)
    return replace(match, was_cut=True, guessed=bool(match.municipalities))


def _find(query: str, day: date) -> PlaceMatch:
    folded = fold(query)
    if not folded:
        return PlaceMatch(query)
    directory = _Directory(day)
    if _AGS.match(folded) or (len(folded) == 5 and folded in directory.by_ags):
        return PlaceMatch(query, directory.pages(directory.by_ags.get(folded, ())))
    codes = _POSTCODE.findall(folded)
    words = " ".join(w for w in _POSTCODE.sub(" ", folded).split() if w not in _KIND_WORDS)
    by_code = set().union(*(directory.by_postcode.get(code, set()) for code in codes)) if codes else set()
    if not words:
        return PlaceMatch(query, directory.pages(by_code))
    by_name = directory.exact(words) or directory.exact(fold_bare(query))
    is_foreign = not by_name and words in municipality_names()
    guessed = is_foreign and bool(by_code)
    if not by_name and not is_foreign:
        by_name = directory.similar(words)
        # The postcode confirms what the name was meant to be.
        guessed = bool(by_name) and not by_code & by_name
    # Postcode and name together: what both agree on; if they contradict each other, the visitor chooses.
    pages = directory.pages(by_code & by_name or by_code | by_name)
    localities = {page.pk: pk for page in pages if (pk := directory.locality(words, page.pk))}
    return PlaceMatch(query, pages, guessed=guessed, is_foreign=is_foreign, localities=localities)


def locality_in(place: MunicipalityPage, text: str) -> Locality | None:
    """The locality of an address such as ``?ortsteil=12``; what is none, or lies elsewhere, is ignored."""
    key = key_of(text)
    return Locality.objects.filter(pk=key, municipality=place).first() if key else None


def chosen_locality_id(match: PlaceMatch, text: str) -> int | None:
    """The locality that was typed, or else the one that an address kept while the visitor chose between places."""
    if match.locality_id is not None or match.municipality is None:
        return match.locality_id
    locality = locality_in(match.municipality, text)
    return locality.pk if locality else None


class _Directory:
    """All names and postcodes of the live municipalities on a day, read with three queries.

    What a municipality that no longer exists was called leads to its successor.
    """

    def __init__(self, day: date) -> None:
        # Of those that were merged the page is withdrawn; their names still lead on.
        merged = Q(successor__isnull=False, valid_until__lt=timezone.localdate())
        known = MunicipalityPage.objects.filter(Q(live=True) | merged).select_related("district")
        everyone = {page.pk: page for page in known.defer_streamfields().defer("boundary")}
        self.municipalities = {pk: page for pk, page in everyone.items() if page.exists_on(day)}
        heirs = {pk: heir for pk in everyone if (heir := self._heir(pk, everyone, day)) is not None}
        self.by_ags: dict[str, set[int]] = {everyone[pk].ags: {heir} for pk, heir in heirs.items()}
        self.by_postcode: dict[str, set[int]] = {}
        for code, pk in PostalCode.objects.values_list("code", "municipality_id"):
            if pk in heirs:
                self.by_postcode.setdefault(code, set()).add(heirs[pk])
        self.names: dict[str, set[int]] = {}
        own_names: dict[str, set[int]] = {}
        for pk, heir in heirs.items():
            for name in (everyone[pk].title, everyone[pk].official_name):
                self._add(own_names if pk == heir else self.names, name, heir)
        self._localities: dict[tuple[str, int], set[int]] = {}
        for name, pk, locality_id in Locality.objects.values_list("name", "municipality_id", "pk"):
            if pk in heirs:
                self._add(self.names, name, heirs[pk])
            if pk in self.municipalities:
                for key in {fold(name), fold_bare(name)} - own_names.keys():
                    self._localities.setdefault((key, pk), set()).add(locality_id)
        # Who types the name of a municipality means it, not a hamlet elsewhere with the same name.
        self.names.update(own_names)

    @staticmethod
    def _heir(pk: int, everyone: dict[int, MunicipalityPage], day: date) -> int | None:
        """The municipality itself while it exists, then its successor; successors can end too."""
        seen: set[int] = set()
        found: int | None = pk
        while found in everyone and found not in seen:
            if everyone[found].exists_on(day):
                return found
            seen.add(found)
            found = everyone[found].successor_id if everyone[found].has_ended_by(day) else None
        return None

    @staticmethod
    def _add(names: dict[str, set[int]], name: str, pk: int) -> None:
        for key in {fold(name), fold_bare(name)}:
            names.setdefault(key, set()).add(pk)

    def exact(self, folded: str) -> set[int]:
        return self.names.get(folded, set())

    def locality(self, folded: str, pk: int) -> int | None:
        """The locality of a municipality that has exactly this name."""
        found = self._localities.get((folded, pk), set())
        return next(iter(found)) if len(found) == 1 else None

    def similar(self, folded: str) -> set[int]:
        """The municipalities of the most similar name; several when names are equally near."""
        if len(folded) < 3:
            return set()
        near = process.extract(folded, self.names.keys(), scorer=fuzz.ratio, score_cutoff=TYPO_CUTOFF, limit=None)
        hits = [
            (name, score, index)
            for name, score, index in near
            if min(len(name), len(folded)) > SHORT_NAME or OSA.distance(name, folded) <= 1
        ]
        if not hits:
            return set()
        best = hits[0][1]
        return set().union(*(self.names[name] for name, score, _ in hits if score == best))

    def pages(self, pks: Iterable[int]) -> list[MunicipalityPage]:
        return sorted((self.municipalities[pk] for pk in pks), key=lambda page: fold_bare(page.title))
