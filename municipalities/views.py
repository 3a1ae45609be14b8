"""The place lookup: from what a visitor typed to the address of the place."""

from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from municipalities.models import MunicipalityPage
from municipalities.places import find_place
from municipalities.targets import local_target


@require_safe
@cache_control(public=True, max_age=60)
def find(request: HttpRequest) -> HttpResponse:
    """Look up ``ort``; go on to the place, or to the service named by ``leistung`` there.

    One municipality: a redirect, so that the place stands in the address. Several: the visitor chooses. None: a clear
    message and the list of all places.
    """
    slug = request.GET.get("leistung", "")
    match = find_place(request.GET.get("ort", ""))
    if match.municipality is not None:
        return redirect(local_target(match.municipality, slug))
    context = {
        "match": match,
        "choices": [(place, _choice_address(place, slug)) for place in match.municipalities],
        "all_places": [
            (place, _choice_address(place, slug))
            for place in MunicipalityPage.objects.live().local().listing().alphabetical()
        ],
        "service_slug": quote(slug[:100]),
        "breadcrumbs": [(_("Start page"), "/")],
        "page_title": _("Choose your place"),
    }
    return render(request, "municipalities/find_place.html", context)


def _choice_address(place: MunicipalityPage, slug: str) -> str:
    """Where choosing a place leads; with a service by way of this view, so that listing places asks nothing more."""
    if not slug:
        return place.url or "/"
    return f"{reverse('find_place')}?{urlencode({'leistung': slug[:100], 'ort': place.title})}"
