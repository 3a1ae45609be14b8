"""Pages that can be read in several languages: the German one at the page's address, each other one below it."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from wagtail.url_routing import RouteResult

from cms.models import BasePage
from services.languages import GERMAN, Language, in_language, languages


class PageInLanguages(BasePage):
    """Abstract. ``serve`` and ``get_context`` take a ``language`` and answer 404 for one that nothing is written in."""

    class Meta:
        abstract = True

    def written_in(self) -> list[Language]:
        """The languages of the page, German first."""
        raise NotImplementedError

    def route_remaining(self, request: HttpRequest, path_components: Sequence[str]) -> RouteResult:
        if (
            self.live
            and len(path_components) == 1
            and path_components[0] in languages()
            and path_components[0] != GERMAN
        ):
            return RouteResult(self, kwargs={"language": path_components[0]})
        return super().route_remaining(request, path_components)

    def is_previewable(self) -> bool:
        # Lists of pages ask this; in which languages needs the database.
        return True

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return [("" if language.is_german else language.code, language.name) for language in self.written_in()]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        request.is_preview = True  # type: ignore[attr-defined]
        return self.serve(request, language=mode_name or GERMAN)


def language_context(
    written_in: Sequence[Language], language: str, *, url: str, full_url: str, query: str = ""
) -> dict[str, Any]:
    """What templates need for the switch between languages, and search engines for finding them.

    ``url`` and ``full_url`` are those of the German page. Raises ``Http404`` for a language without a text.
    """
    current = next((found for found in written_in if found.code == language), None)
    if current is None:
        raise Http404
    several = len(written_in) > 1
    return {
        "language": current,
        "language_links": [(found, in_language(url, found.code) + query) for found in written_in] if several else [],
        "alternates": [(found.code, in_language(full_url, found.code)) for found in written_in] if several else [],
        "canonical_url": in_language(full_url, language),
        "german_url": url + query,
    }
