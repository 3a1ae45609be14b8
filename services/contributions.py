"""What services add to a municipality's page and to the choice of a place."""

from typing import Any

from municipalities.models import MunicipalityPage
from services.models import LocalServiceIndexPage, LocalServicePage, OfficeIndexPage, OfficePage, ServicePage

SHOWN_OFFICES = 6
SHOWN_SERVICES = 12


def local_service_url(place: MunicipalityPage, slug: str) -> str | None:
    """The address of a service at a place; exists whether or not the municipality wrote a page for it."""
    index = place.index_page(LocalServiceIndexPage)
    if index is None or not ServicePage.objects.live().filter(slug=slug).exists():
        return None
    return f"{index.url}{slug}/"


def local_services(place: MunicipalityPage) -> dict[str, Any]:
    """The index of services and those the municipality wrote something own about."""
    index = place.index_page(LocalServiceIndexPage)
    if index is None:
        return {}
    own = LocalServicePage.objects.child_of(index).live().order_by("title").only("pk", "title", "url_path")
    return {"index": index, "own": own[:SHOWN_SERVICES], "place": place}


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
