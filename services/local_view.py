"""The page of a service for one place: merged text, responsible office, reason."""

from typing import Any
from urllib.parse import urljoin

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from cms.caching import PUBLIC_MAX_AGE
from cms.models import BasePage
from municipalities.places import locality_in
from municipalities.tenancy import municipality_of
from services.languages import GERMAN
from services.merge import MergedService, merge
from services.models.in_languages import language_context
from services.models.local_service import LocalServicePage
from services.models.service import ServicePage
from services.resolver import Resolution, resolve
from services.sources import sources_of_local_service


def render_local_service(
    request: HttpRequest,
    *,
    page: BasePage,
    service: ServicePage | None,
    local: LocalServicePage | None,
    language: str = GERMAN,
) -> HttpResponse:
    """Answer for a service at a place.

    ``page`` is what the address led to: the local page, or the index of the municipality's services where nothing
    was written locally. Raises ``Http404`` for a language in which nothing is written.
    """
    context: dict[str, Any]
    if local is not None:
        context = local.get_context(request, language=language)
    else:
        # Not the index's own context, which lists all services.
        context = BasePage.get_context(page, request) | local_service_context(request, page, service, None, language)
    response = render(request, LocalServicePage.template, context)
    return page.allow_caching(request, response, _cache_seconds(context["resolution"]))


def local_service_context(
    request: HttpRequest,
    page: BasePage,
    service: ServicePage | None,
    local: LocalServicePage | None,
    language: str = GERMAN,
) -> dict[str, Any]:
    place = municipality_of(page)
    today = timezone.localdate()
    locality = locality_in(place, request.GET.get("ortsteil", "")) if place is not None else None
    merged = merge(service, local, language)
    below = f"{service.slug}/" if local is None and service is not None else ""
    languages = language_context(
        merged.written_in,
        language,
        url=f"{page.url or ''}{below}",
        full_url=f"{page.full_url or ''}{below}",
        query=f"?ortsteil={locality.pk}" if locality else "",
    )
    # An office stays responsible although the reference was withdrawn.
    task = service if service is not None or local is None else local.reference
    resolution = None
    if task is not None and place is not None:
        resolution = resolve(task, place, today, locality.pk if locality else None)
        if service is None and resolution.is_asked_of_municipalities:
            # They have no page for it that a visitor could be led to.
            resolution = None
    is_offered = local is None or local.is_offered
    context: dict[str, Any] = {
        "place": place,
        "remembers_place": place is not None and not place.is_district,
        "reference": service,
        "local": local,
        "service": merged,
        "resolution": resolution,
        "locality": locality,
        "is_offered": is_offered,
        # Where nobody can apply, nobody reads where to.
        "several_roles": is_offered and resolution is not None and len(resolution.offices) > 1,
        "leads_on": local is not None and bool(local.other_service or local.alternative),
        "meta_description": _meta_description(merged, service, local),
        "fact_sources": sources_of_local_service(merged, local, resolution),
        "target": service.target_in(language) if service is not None else None,
        **languages,
    }
    if place is not None and service is not None and page.full_url:
        context["short_url"] = urljoin(page.full_url, reverse("short_address", args=[place.pk, service.pk]))
    if local is None and service is not None:
        # The page of the address is the list of services; what is shown, and counted as viewed, is the service.
        context["viewed"] = service
        context["breadcrumbs"] = [*page.breadcrumbs(), (page.title, page.url or "")]
    if resolution is not None and resolution.is_asked_of_municipalities and place is not None:
        context["members"] = place.members_on(today)
    return context


def _meta_description(merged: MergedService, service: ServicePage | None, local: LocalServicePage | None) -> str:
    """In another language what the page begins with; what editors wrote for search engines is German."""
    if service is None or merged.language != GERMAN:
        return strip_tags(merged.summary)
    if local is not None and not local.is_offered:
        return local.search_description or local.state_reason
    return (local.search_description if local else "") or service.meta_description


def _cache_seconds(resolution: Resolution | None) -> int:
    """As long as "open now" holds for every office shown."""
    now = timezone.localtime()
    offices = resolution.offices if resolution else []
    return min([PUBLIC_MAX_AGE, *(found.office.opening_times.cache_seconds(now) for found in offices)])
