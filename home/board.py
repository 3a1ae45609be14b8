"""The board: numbers of each municipality side by side, for those who help municipalities along. Numbers only."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.models import Page, WorkflowState, get_default_page_content_type

from cms.models import PortalImage
from home.start_page import COUNTED_WEEKS
from municipalities import permissions
from municipalities.admin_views import AdminPageMixin
from municipalities.editing.link_check import broken_links
from municipalities.models import MunicipalityPage, PageReview, PageViews, Tenant
from services import gaps
from services.freshness import scores

# Columns in the order in which they stand on the board.
COLUMNS = {
    "drafts": _("Drafts"),
    "approvals": _("Waiting for approval"),
    "reviews": _("Due for review"),
    "services": _("Services without office"),
    "offices": _("Offices without hours"),
    "images": _("Images without text"),
    "links": _("Broken links"),
    "views": _("Views in four weeks"),
}
# Beside the numbers, and not added up.
SCORE = _("Freshness")


@dataclass
class BoardRow:
    place: MunicipalityPage
    url: str
    counts: dict[str, int] = field(default_factory=dict)
    # From 0 to 100; ``None`` where there is nothing to look after.
    # As it is shown, with one digit where it is no whole number.
    score: str | None = None

    @property
    def cells(self) -> list[int]:
        return [self.counts.get(name, 0) for name in COLUMNS]


def board(user: Any, day: date) -> list[BoardRow]:
    """One row for each municipality that the person oversees; the queries are the same for few and for many."""
    overseen = permissions.municipalities_overseen_by(user).live().on_day(day).defer_streamfields()
    places = sorted(overseen.alphabetical(), key=lambda place: not place.is_district)
    own = set(permissions.own_pages(user).filter(pk__in=[place.pk for place in places]).values_list("pk", flat=True))
    freshness = scores(places, day)
    counters = {name: count(places, day) for name, count in _COUNTERS.items()}
    return [
        BoardRow(
            place,
            reverse("wagtailadmin_explore", args=[place.pk]) if place.pk in own else "",
            {name: counter[place.pk] for name, counter in counters.items()},
            freshness[place.pk],
        )
        for place in places
    ]


def _by_place(places: list[MunicipalityPage], weighted_paths: Iterable[tuple[str, int]]) -> Counter[int]:
    """Sums for each place, of things that know their path in the tree."""
    keys = {place.path: place.pk for place in places}
    lengths = {len(path) for path in keys}
    counter: Counter[int] = Counter()
    for path, weight in weighted_paths:
        for length in lengths:
            if path[:length] in keys:
                counter[keys[path[:length]]] += weight
    return counter


def _drafts(places: list[MunicipalityPage], day: date) -> Counter[int]:
    pages = Page.objects.filter(Q(live=False) | Q(has_unpublished_changes=True)).exclude(expired=True)
    return _by_place(places, ((path, 1) for path in pages.values_list("path", flat=True)))


def _approvals(places: list[MunicipalityPage], day: date) -> Counter[int]:
    states = WorkflowState.objects.filter(
        status=WorkflowState.STATUS_IN_PROGRESS, base_content_type=get_default_page_content_type()
    )
    keys = [int(key) for key in states.values_list("object_id", flat=True)]
    return _by_place(places, ((path, 1) for path in Page.objects.filter(pk__in=keys).values_list("path", flat=True)))


def _reviews(places: list[MunicipalityPage], day: date) -> Counter[int]:
    paths = PageReview.objects.due(day).values_list("page__path", flat=True)
    return _by_place(places, ((path, 1) for path in paths))


def _services(places: list[MunicipalityPage], day: date) -> Counter[int]:
    found = gaps.service_gaps(day, {place.pk for place in places})
    return Counter(place.pk for gap in found for place in gap.missing)


def _offices(places: list[MunicipalityPage], day: date) -> Counter[int]:
    return _by_place(places, ((path, 1) for path in gaps.offices_without_hours().values_list("path", flat=True)))


def _images(places: list[MunicipalityPage], day: date) -> Counter[int]:
    images = PortalImage.objects.filter(description="", is_decorative=False)
    paths = list(images.values_list("collection__path", flat=True))
    tenants = Tenant.objects.filter(municipality__in=[place.pk for place in places])
    return Counter(
        {
            pk: sum(path.startswith(start) for path in paths)
            for pk, start in tenants.values_list("municipality_id", "collection__path")
        }
    )


def _links(places: list[MunicipalityPage], day: date) -> Counter[int]:
    return _by_place(places, ((link.page.path, 1) for link in broken_links(Page.objects.all())))


def _views(places: list[MunicipalityPage], day: date) -> Counter[int]:
    rows = PageViews.objects.last_weeks(COUNTED_WEEKS, day).values("page__path").annotate(total=Sum("count"))
    return _by_place(places, ((row["page__path"], row["total"]) for row in rows.order_by()))


_COUNTERS: dict[str, Callable[[list[MunicipalityPage], date], Counter[int]]] = {
    "drafts": _drafts,
    "approvals": _approvals,
    "reviews": _reviews,
    "services": _services,
    "offices": _offices,
    "images": _images,
    "links": _links,
    "views": _views,
}


class BoardView(AdminPageMixin, TemplateView):
    page_title = _("Municipalities at a glance")
    header_icon = "list-ul"
    template_name = "home/admin/board.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = board(self.request.user, timezone.localdate())
        totals = [sum(cells) for cells in zip(*(row.cells for row in rows), strict=True)]
        return super().get_context_data(rows=rows, columns=[*COLUMNS.values(), SCORE], totals=totals, **kwargs)
