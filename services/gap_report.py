"""What citizens miss, for one person: of the own municipalities, with the places where the person can mend it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from wagtail.models import Page
from wagtail.permissions import policy_registry

from cms.models import PortalImage
from municipalities import permissions
from municipalities.editing.link_check import BrokenLink, broken_links
from municipalities.models import MunicipalityPage
from services import gaps
from services.models import Responsibility
from services.responsibility_policy import areas, decides_for_all, visible_responsibilities


@dataclass(frozen=True)
class Spot:
    """Something to mend. ``url`` is empty where the person may not do it."""

    label: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class ServiceSpots:
    """A service, and the places where something about its responsibility is to be mended."""

    service: Any
    spots: list[Spot]


@dataclass
class GapReport:
    missing: list[ServiceSpots] = field(default_factory=list)
    contested: list[ServiceSpots] = field(default_factory=list)
    unconfirmed: list[ServiceSpots] = field(default_factory=list)
    responsibilities: list[Spot] = field(default_factory=list)
    places: list[Spot] = field(default_factory=list)
    local_pages: list[Spot] = field(default_factory=list)
    offices: list[Spot] = field(default_factory=list)
    images: list[Spot] = field(default_factory=list)
    links: list[Spot] = field(default_factory=list)


def gap_report(user: Any, day: date) -> GapReport:
    """Gaps of all places for those who look after all, else of the person's own."""
    sees_all = decides_for_all(user)
    places = {place.pk for place in areas(user).only("pk")}
    own = permissions.own_pages(user)
    may_mend = _Mender(user)
    found = gaps.service_gaps(day, None if sees_all else places)
    report = GapReport(
        missing=[
            ServiceSpots(gap.service, [may_mend.responsibility(gap.service, place) for place in gap.missing])
            for gap in found
            if gap.missing
        ],
        contested=[_listed(gap.service, gap.contested) for gap in found if gap.contested],
        unconfirmed=[_listed(gap.service, gap.unconfirmed) for gap in found if gap.unconfirmed],
        responsibilities=[
            may_mend.row(row)
            for row in gaps.responsibilities_without_office(day).filter(
                pk__in=visible_responsibilities(user).values("pk")
            )
        ],
        images=[
            Spot(image.title, reverse("wagtailimages:edit", args=[image.pk])) for image in images_without_text(user)
        ],
    )
    lists: tuple[tuple[list[Spot], Any], ...] = (
        (report.places, gaps.places_without_services().filter(pk__in=places)),
        (report.local_pages, gaps.orphaned_local_pages()),
        (report.offices, gaps.offices_without_hours()),
    )
    for spots, pages in lists:
        scoped = list(pages if sees_all else pages.filter(pk__in=own.values("pk")))
        spots.extend(may_mend.pages(scoped))
    pages = Page.objects.live() if sees_all else own
    report.links.extend(may_mend.links(broken_links(pages)))
    return report


def images_without_text(user: Any) -> Iterable[PortalImage]:
    """Images that the person may change and that say nothing to those who do not see them."""
    policy = policy_registry.get_by_type(PortalImage)
    images = policy.instances_user_has_any_permission_for(user, {"change"})
    return images.filter(description="", is_decorative=False).order_by("title")


class _Mender:
    """Knows the addresses where a person may mend things."""

    def __init__(self, user: Any) -> None:
        self.own = permissions.own_pages(user)
        self.decides_for: set[int] | None = None
        if not decides_for_all(user):
            self.decides_for = set(permissions.municipalities_published_by(user).values_list("pk", flat=True))

    def _decides(self, area_id: int) -> bool:
        return self.decides_for is None or area_id in self.decides_for

    def _own(self, keys: Iterable[int]) -> set[int]:
        return set(self.own.filter(pk__in=set(keys)).values_list("pk", flat=True))

    def responsibility(self, service: Any, place: MunicipalityPage) -> Spot:
        address = reverse("wagtailsnippets_services_responsibility:add")
        query = urlencode({"service": service.pk, "area": place.pk})
        return Spot(place.title, f"{address}?{query}" if self._decides(place.pk) else "")

    def row(self, row: Responsibility) -> Spot:
        address = reverse("wagtailsnippets_services_responsibility:edit", args=[row.pk])
        return Spot(str(row), address if self._decides(row.area_id) else "")

    def pages(self, pages: Collection[Page]) -> Iterable[Spot]:
        own = self._own(page.pk for page in pages)
        return [Spot(page.title, _edit(page) if page.pk in own else "") for page in pages]

    def links(self, links: Collection[BrokenLink]) -> Iterable[Spot]:
        """A target that is a page of others is not named: it may be a draft."""
        own = self._own(page.pk for link in links for page in (link.page, link.target) if page is not None)
        return [
            Spot(
                link.page.title,
                _edit(link.page) if link.page.pk in own else "",
                link.target.title if link.target is not None and link.target.pk in own else "",
            )
            for link in links
        ]


def _edit(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def _listed(service: Any, places: Iterable[MunicipalityPage]) -> ServiceSpots:
    address = reverse("wagtailsnippets_services_responsibility:list")
    return ServiceSpots(
        service,
        [Spot(place.title, f"{address}?{urlencode({'service': service.pk, 'area': place.pk})}") for place in places],
    )
