"""The short address of a service at a place, for leaflets and for reading out on the telephone."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from cms.caching import kept_by_proxies
from municipalities.models import MunicipalityPage
from services.models import LocalServiceIndexPage, ServicePage


@require_safe
@kept_by_proxies
def short_address(request: HttpRequest, place: int, service: int) -> HttpResponse:
    """Lead on to the local address; the keys stay when a page is renamed, so a printed address goes on working."""
    municipality = get_object_or_404(MunicipalityPage.objects.live().defer_streamfields(), id=place)
    found = get_object_or_404(ServicePage.objects.live().only("pk", "slug"), id=service)
    index = municipality.index_page(LocalServiceIndexPage)
    if index is None:
        raise Http404
    return redirect(f"{index.get_url(request)}{found.slug}/")
