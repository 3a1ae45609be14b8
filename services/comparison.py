"""Costs, deadlines and documents of one service in all municipalities, side by side.

Everything is shown as the municipality's own page says it; nothing is computed. Two queries besides the service.
"""

from dataclasses import dataclass, field
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.models import BasePage
from municipalities.models import MunicipalityPage
from services.addresses import COMPARISON_SLUG, LOCAL_SERVICES_SLUG
from services.merge import Fact, facts, online_facts
from services.models import LocalServicePage, LocalState, ServicePage
from services.models.service import places_and_districts_with_services


@dataclass(frozen=True)
class ComparedPlace:
    """What holds in one municipality. ``local`` is its own page, where it wrote one."""

    place: MunicipalityPage
    url: str
    local: LocalServicePage | None
    costs: list[Fact] = field(default_factory=list)
    deadlines: list[Fact] = field(default_factory=list)
    documents: list[Fact] = field(default_factory=list)
    online: list[Fact] = field(default_factory=list)
    processing_time: str = ""
    processing_time_is_local: bool = False

    @property
    def is_offered(self) -> bool:
        return self.local is None or self.local.is_offered

    @property
    def state(self) -> str:
        return str((LocalState(self.local.state) if self.local else LocalState.OFFERED).label)


def compare(service: ServicePage, day: date) -> list[ComparedPlace]:
    """All towns and municipalities in German order, and after them each district that wrote a page of its own."""
    local_pages = {
        page.path[: -2 * page.steplen]: page for page in LocalServicePage.objects.live().filter(reference=service)
    }
    places = places_and_districts_with_services(day).listing().alphabetical()
    shown = [place for place in places if not place.is_district or place.path in local_pages]
    shown.sort(key=lambda place: place.is_district)
    return [_compared(service, place, local_pages.get(place.path)) for place in shown]


def _compared(service: ServicePage, place: MunicipalityPage, local: LocalServicePage | None) -> ComparedPlace:
    url = f"{place.url}{LOCAL_SERVICES_SLUG}/{service.slug}/"
    if local is not None and not local.is_offered:
        return ComparedPlace(place, url, local)
    own_time = local.processing_time if local else ""
    return ComparedPlace(
        place,
        url,
        local,
        costs=facts(service, local, "costs"),
        deadlines=facts(service, local, "deadlines"),
        documents=facts(service, local, "documents"),
        online=online_facts(service, local),
        processing_time=own_time or service.processing_time,
        processing_time_is_local=bool(own_time),
    )


def render_comparison(request: HttpRequest, service: ServicePage) -> HttpResponse:
    """The public page, below the address of the service."""
    context = BasePage.get_context(service, request)
    context |= {
        "page_title": _("Comparison of all places"),
        "rows": compare(service, timezone.localdate()),
        "breadcrumbs": [*service.breadcrumbs(), (service.title, service.url or "")],
        "canonical_url": f"{service.full_url}{COMPARISON_SLUG}/",
    }
    return service.allow_caching(request, render(request, "services/comparison_page.html", context))
