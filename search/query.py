"""A search, from what the visitor typed to what the result page shows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from cms.search_documents import SearchKind
from municipalities.folding import fold
from municipalities.models import MunicipalityPage
from search.analysis import query_terms
from search.engines import get_engine
from search.models import HIT_LABELS, KIND_LABELS, SearchEntry
from services.contributions import locality_endings
from services.models import LocalServiceIndexPage

# More hits than anyone pages through; what lies beyond is not counted.
MAX_HITS = 300


@dataclass(frozen=True)
class Result:
    """One hit. ``is_local``: it is a service, and ``url`` leads straight to it at the visitor's place."""

    entry: SearchEntry
    url: str
    is_local: bool
    score: float

    @property
    def kind_label(self) -> str:
        return str(HIT_LABELS[SearchKind(self.entry.kind)])


@dataclass(frozen=True)
class Facet:
    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class SearchResults:
    query: str
    terms: list[str]
    results: list[Result] = field(default_factory=list)
    facets: list[Facet] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.results)


def search(
    query: str, *, place: MunicipalityPage | None, locality_id: int | None = None, kind: str = "", day: date
) -> SearchResults:
    """Find entries; with a place, those of that place, of its district and those valid everywhere.

    One hit for each group: where a local version for the place exists, it stands for the shared one. A locality of the
    place goes along in the address of services for which it makes a difference.
    """
    terms = query_terms(query)
    if not terms:
        return SearchResults(query, terms)
    engine = get_engine()
    # Restricted before the limit: what other places have must not crowd out what this one has.
    among = SearchEntry.objects.findable(day).near(place, day)
    hits = engine.search(terms, among=among, match_all=True, limit=MAX_HITS)
    if not hits and len(terms) > 1:
        hits = engine.search(terms, among=among, match_all=False, limit=MAX_HITS)
    scores = {hit.entry_id: hit.score for hit in hits}
    entries = (
        SearchEntry.objects.filter(pk__in=scores)
        .defer("text")
        .select_related("municipality")
        .defer("municipality__boundary", "municipality__sources")
    )
    grouped = _one_per_group(entries, scores, terms, place, locality_endings(locality_id, day))
    counts = Counter(result.entry.kind for result in grouped)
    facets = [
        Facet(value.value, str(label), counts[value.value], value.value == kind)
        for value, label in KIND_LABELS.items()
        if counts[value.value]
    ]
    if kind:
        grouped = [result for result in grouped if result.entry.kind == kind]
    return SearchResults(query, terms, grouped, facets)


def _one_per_group(
    entries: Iterable[SearchEntry],
    scores: dict[int, float],
    terms: Sequence[str],
    place: MunicipalityPage | None,
    endings: Mapping[str, str],
) -> list[Result]:
    best: dict[str, SearchEntry] = {}
    score: dict[str, float] = {}
    for entry in entries:
        known = best.get(entry.group)
        if known is None or _nearness(entry, place) < _nearness(known, place):
            best[entry.group] = entry
        score[entry.group] = max(score.get(entry.group, float("-inf")), scores[entry.pk])
    base = _local_base(place)
    results = [
        Result(
            entry,
            _url(entry, place, base, endings),
            base is not None and entry.kind == SearchKind.SERVICE,
            score[group],
        )
        for group, entry in best.items()
    ]
    # Same score: services first, then by title, so that equal queries give equal lists.
    results.sort(
        key=lambda r: (
            _word_rank(r.entry, terms),
            -r.score,
            r.entry.kind != SearchKind.SERVICE,
            r.entry.title,
            r.entry.pk,
        )
    )
    return results


def _word_rank(entry: SearchEntry, terms: Sequence[str]) -> int:
    """Whole words before mere beginnings of words ("Perso" is no "Personal").

    First a title that says exactly what was asked, then titles that hold every word, then everyday words that do.
    """
    title = fold(entry.title).split()
    if title == list(terms):
        return 0
    if set(terms) <= set(title):
        return 1
    return 2 if set(terms) <= {*title, *fold(entry.synonyms).split()} else 3


def _nearness(entry: SearchEntry, place: MunicipalityPage | None) -> int:
    """Order of preference within a group: the place itself, what holds everywhere, anything else that counts there."""
    if entry.municipality_id is None:
        return 1
    return 0 if place is not None and entry.municipality_id == place.pk else 2


def _local_base(place: MunicipalityPage | None) -> str | None:
    if place is None:
        return None
    index = place.index_page(LocalServiceIndexPage)
    return index.url if index else None


def _url(entry: SearchEntry, place: MunicipalityPage | None, base: str | None, endings: Mapping[str, str]) -> str:
    if base is not None and place is not None:
        if entry.kind == SearchKind.SERVICE and entry.slug:
            return f"{base}{entry.slug}/{endings.get(entry.slug, '')}"
        if entry.kind == SearchKind.LIFE_EVENT and not place.is_district:
            return f"{entry.url}{place.slug}/"
    return entry.url
