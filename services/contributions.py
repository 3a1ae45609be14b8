"""What services add to a municipality's page and to the choice of a place."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from municipalities.models import MunicipalityPage
from municipalities.targets import NothingHere
from services.addresses import LOCAL_SERVICES_SLUG, OFFICES_SLUG
from services.languages import GERMAN, in_language
from services.models import (
    LocalServiceIndexPage,
    OfficeIndexPage,
    OfficePage,
    Responsibility,
    ServicePage,
)
from services.translations import languages_of

SHOWN_OFFICES = 6


def new_services_index(place: MunicipalityPage) -> LocalServiceIndexPage:
    return LocalServiceIndexPage(title="Leistungen", slug=LOCAL_SERVICES_SLUG)


def new_office_index(place: MunicipalityPage) -> OfficeIndexPage:
    return OfficeIndexPage(title="Zuständige Stellen", slug=OFFICES_SLUG)


def local_service_url(place: MunicipalityPage, slug: str, locality_id: int | None) -> str | NothingHere | None:
    """The address of a service at a place; exists whether or not the municipality wrote a page for it.

    It names the locality only where that makes a difference for the service. A language may follow the slug; it is
    left out where the shared text, which every place has, is not translated into it.
    """
    slug, _slash, language = slug.partition("/")
    service = ServicePage.objects.live().filter(slug=slug).first()
    if service is None:
        return None
    index = place.index_page(LocalServiceIndexPage)
    if index is None:
        return NothingHere(no_services_yet(place))
    is_there = any(found.code == language for found in languages_of(service))
    address = in_language(f"{index.url}{slug}/", language if is_there else GERMAN)
    return f"{address}{locality_endings(locality_id, timezone.localdate()).get(slug, '')}"


def locality_endings(locality_id: int | None, day: date) -> dict[str, str]:
    """What to append to the address of a service so that it names the locality, where that makes a difference."""
    if locality_id is None:
        return {}
    rows = Responsibility.objects.on_day(day).filter(locality=locality_id).order_by()
    return dict.fromkeys(rows.values_list("service__slug", flat=True), f"?ortsteil={locality_id}")


def no_services_yet(place: MunicipalityPage) -> str:
    if place.is_district:
        return _("The %(district)s has not entered any services here yet.") % {"district": place.title}
    return _("%(place)s has not entered any services here yet.") % {"place": place.title}


def local_services(place: MunicipalityPage) -> dict[str, Any]:
    """The way to all services, or that there are none yet."""
    index = place.index_page(LocalServiceIndexPage)
    if index is None:
        return {"place": place, "nothing_here": no_services_yet(place)}
    return {"index": index, "place": place}


def offices(place: MunicipalityPage) -> dict[str, Any]:
    index = place.index_page(OfficeIndexPage)
    if index is None:
        return {}
    found = list(OfficePage.objects.child_of(index).live().order_by("title")[: SHOWN_OFFICES + 1])
    if not found:
        return {}
    return {
        "offices": found[:SHOWN_OFFICES],
        "has_more": len(found) > SHOWN_OFFICES,
        "index": index,
        "place": place,
    }
