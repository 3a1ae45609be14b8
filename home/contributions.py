"""What the portal's own pages add to a municipality's page."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from home.models import LifeEventPage, NewsIndexPage, NewsPage
from municipalities.models import MunicipalityPage
from municipalities.targets import NothingHere
from services.contributions import no_services_yet
from services.models import LocalServiceIndexPage

SHOWN_NEWS = 3


def life_event_url(place: MunicipalityPage, slug: str, locality_id: int | None) -> str | NothingHere | None:
    """The address of a life event at a place; ``None`` where there is no such event."""
    event = LifeEventPage.objects.live().with_services().filter(slug=slug).only("pk", "url_path", "locale_id").first()
    if event is None:
        return None
    if place.index_page(LocalServiceIndexPage) is None:
        return NothingHere(no_services_yet(place))
    return event.address_at(place)


def life_event_addresses(place: MunicipalityPage, heir: MunicipalityPage | None) -> Iterator[tuple[str, str]]:
    """Addresses of life events at a place, each with the one at its heir."""
    for event in LifeEventPage.objects.live().only("pk", "url_path", "locale_id"):
        _site, _root, path = event.get_url_parts() or (None, None, None)
        if path:
            yield f"{path}{place.slug}/", f"{path}{heir.slug}/" if heir else ""


def life_events(place: MunicipalityPage) -> dict[str, Any]:
    """Life events of citizens, each leading on to the services of this place."""
    if place.is_district or place.index_page(LocalServiceIndexPage) is None:
        return {}
    events = LifeEventPage.objects.live().with_services().order_by("path").only("pk", "title", "url_path", "code")
    links = [(event.title, event.address_at(place)) for event in events if event.is_for_citizens]
    return {"links": links, "place": place} if links else {}


def latest_news(place: MunicipalityPage) -> dict[str, Any]:
    index = place.index_page(NewsIndexPage)
    if index is None:
        return {}
    news = list(NewsPage.objects.child_of(index).live().on_day(timezone.localdate()).order_by("-date")[:SHOWN_NEWS])
    return {"news": news, "index": index, "place": place} if news else {}
