"""The place lookup: from what a visitor typed to the address of the place."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.caching import kept_by_proxies
from municipalities.models import MunicipalityPage
from municipalities.places import MAX_QUERY_LENGTH, chosen_locality_id, find_place
from municipalities.targets import NothingHere, Target, wanted_target


@require_safe
@kept_by_proxies
def find(request: HttpRequest) -> HttpResponse:
    """Look up ``ort``; go on to the place, or to what the visitor wants there (such as a service, by ``leistung``).

    One municipality: a redirect, so that the place stands in the address. Several, or a guess: the visitor chooses.
    None: a clear message and the list of all places. The same where the place has nothing to say about what is wanted.
    """
    wanted = wanted_target(request.GET)
    match = find_place(request.GET.get("ort", ""))
    nothing_here = None
    if match.municipality is not None and not match.guessed:
        target = wanted.at(match.municipality, chosen_locality_id(match, request.GET.get("ortsteil", "")))
        if not isinstance(target, NothingHere):
            return redirect(target)
        nothing_here = target.message
    context = {
        "match": match,
        "max_length": MAX_QUERY_LENGTH,
        "nothing_here": nothing_here,
        "choices": [
            (place, _choice_address(place, wanted, match.localities.get(place.pk))) for place in match.municipalities
        ],
        "all_places": [
            (place, _choice_address(place, wanted))
            for place in MunicipalityPage.objects.live().local().on_day(timezone.localdate()).listing().alphabetical()
        ],
        "target": wanted,
        "breadcrumbs": [(_("Start page"), "/")],
        "page_title": _("Choose your place"),
    }
    return render(request, "municipalities/find_place.html", context)


def _choice_address(place: MunicipalityPage, wanted: Target, locality_id: int | None = None) -> str:
    """Where choosing a place leads; with something wanted by way of this view, so that listing asks nothing more."""
    if not wanted:
        return place.url or "/"
    query = {wanted.kind: wanted.slug, "ort": place.title}
    if locality_id is not None:
        query["ortsteil"] = str(locality_id)
    return f"{reverse('find_place')}?{urlencode(query)}"
