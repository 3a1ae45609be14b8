"""Whose page is it? The one place that answers: the nearest municipality above, or at, the page in the tree."""

from collections.abc import Iterable

from wagtail.models import Page

from cms.models.page import ancestor_paths
from municipalities.models import MunicipalityPage, MunicipalityQuerySet

# The largest part of the rows; only the map draws them.
OUTLINES = ("boundary", "district__boundary")
_REMEMBERED = "_municipality_at_path"


def municipality_of(page: Page) -> MunicipalityPage | None:
    """The tenant a page belongs to; ``None`` for what all share (catalogue, life events, portal pages)."""
    if isinstance(page, MunicipalityPage):
        return page
    path, place = page.__dict__.get(_REMEMBERED, ("", None))
    if path and path == page.path:
        return place
    for above in reversed(page.__dict__.get("pages_above", ())):
        # The router has mostly read it with the page; on a host of its own, the municipality is where it starts.
        if found := above if isinstance(above, MunicipalityPage) else above._state.fields_cache.get("municipalitypage"):
            return found
    paths = ancestor_paths(page)
    return _places().filter(path__in=paths).order_by("-depth").first()


def remember_municipalities(pages: Iterable[Page]) -> None:
    """Answer :func:`municipality_of` for many pages with one query, for as long as they stay where they are."""
    pages = list(pages)
    above = {page.pk: ancestor_paths(page)[::-1] for page in pages}
    places = {
        place.path: place for place in _places().filter(path__in={path for paths in above.values() for path in paths})
    }
    for page in pages:
        place = next((places[path] for path in above[page.pk] if path in places), None)
        page.__dict__[_REMEMBERED] = (page.path, place)


def _places() -> MunicipalityQuerySet:
    return MunicipalityPage.objects.select_related("district").defer(*OUTLINES)
