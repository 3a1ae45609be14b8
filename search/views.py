"""The result page."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.caching import kept_by_proxies
from cms.search_documents import SearchKind
from municipalities.models import MunicipalityPage
from municipalities.places import chosen_locality_id, find_place
from search.analysis import MAX_QUERY_LENGTH
from search.query import search

PAGE_SIZE = 10


@require_safe
@kept_by_proxies
def results(request: HttpRequest) -> HttpResponse:
    """Search by ``q`` (words), ``ort`` (place as typed), ``art`` (kind) and ``seite`` (page).

    ``ortsteil`` keeps the locality that was typed while the visitor chose between places.
    """
    query = " ".join("".join(c if c.isprintable() else " " for c in request.GET.get("q", "")).split())
    typed_place = request.GET.get("ort", "")
    kind = request.GET.get("art", "")
    kind = kind if kind in set(SearchKind) else ""
    match = find_place(typed_place) if typed_place.strip() else None
    place = match.municipality if match else None
    if match and not query and place is not None and not match.guessed:
        return redirect(place.url or "/")
    locality_id = chosen_locality_id(match, request.GET.get("ortsteil", "")) if match else None
    found = search(query, place=place, locality_id=locality_id, kind=kind, day=timezone.localdate())
    page = Paginator(found.results, PAGE_SIZE).get_page(request.GET.get("seite"))
    context = {
        "query": query[:MAX_QUERY_LENGTH],
        "query_was_cut": len(query) > MAX_QUERY_LENGTH,
        "typed_place": match.query if match else "",
        "match": match,
        "place": place,
        "choices": [(town, match.localities.get(town.pk)) for town in match.municipalities] if match else [],
        "kept_locality": locality_id if match and match.locality_id is None else None,
        "kind": kind,
        "found": found,
        "results": page,
        "municipalities": MunicipalityPage.objects.live().on_day(timezone.localdate()).listing().alphabetical(),
        "breadcrumbs": [(_("Start page"), "/")],
        "page_title": _("Search the portal"),
    }
    return render(request, "search/results.html", context)
