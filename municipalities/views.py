"""The place lookup: from what a visitor typed to the address of the place."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
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
        "choices": [(place, local_target(place, slug)) for place in match.municipalities],
        "all_places": [
            (place, local_target(place, slug))
            for place in MunicipalityPage.objects.live().local().order_by("title").only("pk", "title", "slug", "url_path")
        ],
        "service_slug": quote(slug[:100]),
        "breadcrumbs": [(_("Home"), "/")],
        "page_title": _("Choose your place"),
    }
    return render(request, "municipalities/find_place.html", context)
