"""What the score of freshness looks at: of each municipality how many things there are, and which are to be mended.

Each check takes a fixed number of queries, for one municipality and for four hundred.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.validity import holds
from municipalities.editing.link_check import broken_links
from municipalities.models import MunicipalityPage, PageReview
from services.coverage import detours
from services.inheritance.standing import References
from services.legal_hints import unanswered, with_own_content
from services.models import LegalChange, LocalServicePage, LocalTextModule, OfficePage, Responsibility
from services.models.hours import OpeningHours

# An entry that ends within this time wants to be looked at now.
AHEAD = timedelta(days=30)


@dataclass(frozen=True)
class ToMend:
    """A page or a responsibility, and what is the matter with it."""

    title: str
    why: str = ""
    page_id: int | None = None
    responsibility_id: int | None = None


@dataclass
class Found:
    total: int = 0
    to_mend: list[ToMend] = field(default_factory=list)


class Places:
    """The municipalities in question; knows whose a page is by its path in the tree."""

    def __init__(self, places: Collection[MunicipalityPage]) -> None:
        self.keys = {place.pk for place in places}
        self.districts = {place.pk: place.district_id for place in places}
        self._by_path = {place.path: place.pk for place in places}
        self._lengths = {len(path) for path in self._by_path}

    def at(self, path: str) -> int | None:
        found = (self._by_path.get(path[:length]) for length in self._lengths)
        return next((key for key in found if key is not None), None)

    def collect(self, things: Iterable[tuple[str, ToMend | None]]) -> dict[int, Found]:
        """Things by path, each with what is to be mended about it."""
        collected: dict[int, Found] = defaultdict(Found)
        for path, to_mend in things:
            key = self.at(path)
            if key is not None:
                collected[key].total += 1
                if to_mend is not None:
                    collected[key].to_mend.append(to_mend)
        return collected


def reviews(places: Places, day: date) -> dict[int, Found]:
    rows = PageReview.objects.filter(page__live=True).order_by("due", "page__title")
    return places.collect(
        (path, ToMend(title, _("due on %(day)s") % {"day": f"{due:%d.%m.%Y}"}, key) if due <= day else None)
        for key, path, title, due in rows.values_list("page_id", "page__path", "page__title", "due")
    )


def references(places: Places, day: date) -> dict[int, Found]:
    """Pages with own texts; to be mended where the reference says something else than when these were written."""
    parts = LocalTextModule.objects.filter(page__live=True, page__reference__live=True).select_related("page")
    own = list(parts.only("code", "language", "based_on", "page__path", "page__title", "page__reference"))
    known = References.of({part.page.reference_id for part in own}, own)
    open_pages = {part.page_id for part in own if known.is_open(part.page_id, part.page.reference_id, part)}
    pages = {part.page_id: part.page for part in own}
    why = _("the reference text has changed")
    return places.collect(
        (page.path, ToMend(page.title, why, key) if key in open_pages else None)
        for key, page in sorted(pages.items(), key=lambda item: item[1].title)
    )


def laws(places: Places, day: date) -> dict[int, Found]:
    """Pages with something of their own about a service whose law has changed; nobody else had anything to look at."""
    concerned = LegalChange.objects.filter(changed_on__lte=day, service__live=True).values("service")
    pages = list(with_own_content(LocalServicePage.objects.live().filter(reference__in=concerned)).defer_streamfields())
    waiting = {page.pk: ", ".join(map(str, changes)) for page, changes in unanswered(pages, day)}
    return places.collect(
        (page.path, ToMend(page.title, waiting[page.pk], page.pk) if page.pk in waiting else None)
        for page in sorted(pages, key=lambda page: page.title)
    )


def responsibilities(places: Places, day: date) -> dict[int, Found]:
    """The municipality's own entries; to be mended where one ends, or has ended, and nobody comes after it."""
    areas = places.keys | {key for key in places.districts.values() if key}
    rows = list(
        Responsibility.objects.filter(area__in=areas, service__live=True)
        .order_by("service__title", "pk")
        .select_related("service")
        .only("service__title", "area_id", "locality_id", "role", "valid_from", "valid_until")
    )
    later = day + AHEAD
    lasting = {(row.service_id, row.area_id) for row in rows if holds(row, later) and row.locality_id is None}
    lasting_parts = {_subject(row) for row in rows if holds(row, later)}
    elsewhere = {
        (service, places.at(path)) for service, path in detours().values_list("reference_id", "path").order_by()
    }
    last: dict[Any, Responsibility] = {}
    for row in rows:
        if row.area_id in places.keys:
            known = last.get(_subject(row))
            if known is None or (known.valid_until or date.max) < (row.valid_until or date.max):
                last[_subject(row)] = row
    collected: dict[int, Found] = defaultdict(Found)
    for subject, row in last.items():
        found = collected[row.area_id]
        found.total += 1
        covered = {(row.service_id, row.area_id), (row.service_id, places.districts.get(row.area_id))} & lasting
        if subject in lasting_parts or covered or (row.service_id, row.area_id) in elsewhere:
            continue
        if row.valid_until is not None and row.valid_until < later:
            found.to_mend.append(ToMend(row.service.title, _ending(row.valid_until, day), responsibility_id=row.pk))
    return collected


def _subject(row: Responsibility) -> tuple[Any, ...]:
    return row.service_id, row.area_id, row.locality_id, row.role


def _ending(last_day: date, day: date) -> str:
    sentence = _("ended on %(day)s") if last_day < day else _("ends on %(day)s")
    return sentence % {"day": f"{last_day:%d.%m.%Y}"}


def offices(places: Places, day: date) -> dict[int, Found]:
    has_hours = Exists(OpeningHours.objects.filter(office=OuterRef("pk"))) | Q(reached_through__isnull=False)
    rows = OfficePage.objects.live().annotate(is_known=has_hours).order_by("title")
    return places.collect(
        (path, None if is_known else ToMend(title, page_id=key))
        for key, path, title, is_known in rows.values_list("pk", "path", "title", "is_known")
    )


def links(places: Places, day: date) -> dict[int, Found]:
    pages = Page.objects.live().filter(depth__gt=1)
    broken = {link.page.pk for link in broken_links(pages)}

    def things() -> Iterator[tuple[str, ToMend | None]]:
        for key, path, title in pages.order_by("title").values_list("pk", "path", "title"):
            yield path, ToMend(title, page_id=key) if key in broken else None

    return places.collect(things())
