"""Place lookup: from what a person types (postcode, municipality, locality, typos included) to a municipality.

The answer is never a silent guess between two places: a postcode or name shared by several municipalities gives all
of them back.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from municipalities.folding import fold, fold_bare
from municipalities.models import Locality, MunicipalityPage, PostalCode

MAX_QUERY_LENGTH = 120
# Below this similarity (0 to 100) two names are different names rather than one name with a typo.
TYPO_CUTOFF = 80
_POSTCODE = re.compile(r"\b\d{5}\b")
_AGS = re.compile(r"^\d{8}$")
_KIND_WORDS = {"stadt", "gemeinde", "ortsteil", "stadtteil", "bei", "in"}


@dataclass(frozen=True)
class PlaceMatch:
    """Answer of a lookup: exactly one municipality, several to choose from, or none.

    ``guessed`` is true when the input was not found as typed but something similar was. ``locality_id`` names the
    locality when exactly one was typed.
    """

    query: str
    municipalities: list[MunicipalityPage] = field(default_factory=list)
    guessed: bool = False
    locality_id: int | None = None

    @property
    def municipality(self) -> MunicipalityPage | None:
        return self.municipalities[0] if len(self.municipalities) == 1 else None

    @property
    def is_ambiguous(self) -> bool:
        return len(self.municipalities) > 1

    @property
    def is_unknown(self) -> bool:
        return not self.municipalities


def find_place(query: str) -> PlaceMatch:
    """Look up a place.

    Takes a postcode, an AGS, a name or a mixture such as ``41812 Erkelenz``. Needs a fixed number of queries and never
    raises for anything a person can type.
    """
    query = " ".join("".join(c if c.isprintable() else " " for c in query[:MAX_QUERY_LENGTH]).split())
    folded = fold(query)
    if not folded:
        return PlaceMatch(query)
    directory = _Directory()
    if _AGS.match(folded) or (len(folded) == 5 and folded in directory.by_ags):
        return PlaceMatch(query, directory.pages(directory.by_ags.get(folded, ())))
    codes = _POSTCODE.findall(folded)
    words = " ".join(w for w in _POSTCODE.sub(" ", folded).split() if w not in _KIND_WORDS)
    by_code = set().union(*(directory.by_postcode.get(code, set()) for code in codes)) if codes else set()
    if not words:
        return PlaceMatch(query, directory.pages(by_code))
    by_name = directory.exact(words) or directory.exact(fold_bare(query))
    guessed = False
    if not by_name:
        by_name = directory.similar(words)
        guessed = bool(by_name)
    # Postcode and name together: what both agree on; if they contradict each other, the visitor chooses.
    pages = directory.pages(by_code & by_name or by_code | by_name)
    locality_id = directory.localities.get((words, pages[0].pk)) if len(pages) == 1 else None
    return PlaceMatch(query, pages, guessed=guessed, locality_id=locality_id)


class _Directory:
    """All names and postcodes of the live municipalities, read with three queries."""

    def __init__(self) -> None:
        municipalities = MunicipalityPage.objects.live().select_related("district").defer_streamfields()
        self.municipalities = {page.pk: page for page in municipalities.defer("boundary")}
        self.by_ags: dict[str, set[int]] = {page.ags: {pk} for pk, page in self.municipalities.items()}
        self.by_postcode: dict[str, set[int]] = {}
        for code, pk in PostalCode.objects.values_list("code", "municipality_id"):
            if pk in self.municipalities:
                self.by_postcode.setdefault(code, set()).add(pk)
        self.names: dict[str, set[int]] = {}
        own_names: dict[str, set[int]] = {}
        for pk, page in self.municipalities.items():
            for name in (page.title, page.official_name):
                self._add(own_names, name, pk)
        self.localities: dict[tuple[str, int], int] = {}
        for name, pk, locality_id in Locality.objects.values_list("name", "municipality_id", "pk"):
            if pk in self.municipalities:
                self._add(self.names, name, pk)
                self.localities |= {(key, pk): locality_id for key in (fold(name), fold_bare(name))}
        # Who types the name of a municipality means it, not a hamlet elsewhere with the same name.
        self.names.update(own_names)

    @staticmethod
    def _add(names: dict[str, set[int]], name: str, pk: int) -> None:
        for key in {fold(name), fold_bare(name)}:
            names.setdefault(key, set()).add(pk)

    def exact(self, folded: str) -> set[int]:
        return self.names.get(folded, set())

    def similar(self, folded: str) -> set[int]:
        """The municipalities of the most similar name; several when names are equally near."""
        if len(folded) < 3:
            return set()
        hits = process.extract(folded, self.names.keys(), scorer=fuzz.ratio, score_cutoff=TYPO_CUTOFF, limit=5)
        if not hits:
            return set()
        best = hits[0][1]
        return set().union(*(self.names[name] for name, score, _ in hits if score == best))

    def pages(self, pks: Iterable[int]) -> list[MunicipalityPage]:
        return sorted((self.municipalities[pk] for pk in pks), key=lambda page: fold_bare(page.title))
