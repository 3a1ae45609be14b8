"""The page of a service for one place: merged text, responsible office, reason."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cms.models import BasePage
from cms.models.page import PUBLIC_MAX_AGE
from municipalities.models import MunicipalityPage
from municipalities.tenancy import municipality_of
from services.merge import merge
from services.models.local_service import LocalServicePage, LocalState
from services.models.service import ServicePage
from services.resolver import Resolution, resolve


def render_local_service(
    request: HttpRequest, *, page: BasePage, service: ServicePage | None, local: LocalServicePage | None
) -> HttpResponse:
    """Answer for a service at a place.

    ``page`` is what the address led to: the local page, or the index of the municipality's services where nothing
    was written locally.
    """
    context: dict[str, Any]
    if local is not None:
        context = local.get_context(request)
    else:
        context = BasePage.get_context(page, request) | local_service_context(page, service, None)
    response = render(request, LocalServicePage.template, context)
    return page.allow_caching(request, response, _cache_seconds(context["resolution"]))


def local_service_context(
    page: BasePage, service: ServicePage | None, local: LocalServicePage | None
) -> dict[str, Any]:
    place = municipality_of(page)
    today = timezone.localdate()
    resolution = resolve(service, place, today) if service is not None and place is not None else None
    context = {
        "page": page,
        "place": place,
        "reference": service,
        "local": local,
        "service": merge(service, local),
        "resolution": resolution,
        "is_offered": local is None or local.state not in (LocalState.NOT_OFFERED, LocalState.COVERED_BY),
        "local_url": page.url if local is not None else f"{page.url}{service.slug}/" if service else page.url,
        "meta_description": service.meta_description if service else "",
    }
    if local is None and service is not None:
        context["breadcrumbs"] = [*page.breadcrumbs(), (page.title, page.url or "")]
        context["canonical_url"] = f"{page.full_url}{service.slug}/"
    if resolution is not None and resolution.is_asked_of_municipalities and place is not None:
        context["members"] = MunicipalityPage.objects.live().filter(district=place).listing().alphabetical()
    return context


def _cache_seconds(resolution: Resolution | None) -> int:
    """As long as "open now" holds for every office shown."""
    now = timezone.localtime()
    offices = resolution.offices if resolution else []
    return min([PUBLIC_MAX_AGE, *(found.office.opening_times.cache_seconds(now) for found in offices)])
