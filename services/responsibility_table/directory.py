"""What a person may name in a table: services, areas, localities and offices, found by key or by name.

Read once for the whole file; the number of queries does not depend on it. A key and a name that are both given must
mean the same thing: whoever changed one and not the other is asked, and not guessed at.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.keys import key_of
from municipalities import permissions
from municipalities.bin import without_bin
from municipalities.models import Locality, MunicipalityPage
from services.models import OfficePage, ServicePage
from services.responsibility_policy import areas, areas_decided_by
from services.responsibility_table.cells import normal
from services.responsibility_table.labels import Labels

_LEIKA = re.compile(r"[0-9]{14}")


class NotFoundError(Exception):
    """A cell names nothing, or several things; the text says which, ``column`` where."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


def _same(one: str, other: str) -> bool:
    return normal(one).casefold() == normal(other).casefold()


class Directory:
    def __init__(self, user: Any) -> None:
        self.labels = Labels(user)
        fields = ("title", "slug", "path", "depth", "live", "draft_title")
        services = _open_to(user, ServicePage.objects.only("leika_key", *fields))
        self._services: defaultdict[str, list[ServicePage]] = defaultdict(list)
        self._services_by_title: defaultdict[str, list[ServicePage]] = defaultdict(list)
        for service in services:
            self._services[service.slug].append(service)
            if service.leika_key:
                self._services[service.leika_key].append(service)
            self._services_by_title[self._title(service)].append(service)
        offices = _open_to(user, OfficePage.objects.only(*fields))
        self._offices = {office.pk: office for office in offices}
        self._offices_by_title: defaultdict[str, list[OfficePage]] = defaultdict(list)
        for office in self._offices.values():
            self._offices_by_title[self._title(office)].append(office)
        own = areas(user).only("ags", "kind", *fields)
        self._areas = {area.ags: area for area in own}
        self._areas_by_title: defaultdict[str, list[MunicipalityPage]] = defaultdict(list)
        for area in self._areas.values():
            self._areas_by_title[self._title(area)].append(area)
        self._decided = set(areas_decided_by(user).values_list("pk", flat=True))
        self._localities: defaultdict[tuple[int, str], list[Locality]] = defaultdict(list)
        for locality in Locality.objects.filter(municipality__in=[area.pk for area in self._areas.values()]):
            self._localities[locality.municipality_id, normal(locality.name).casefold()].append(locality)

    def _title(self, page: Page) -> str:
        return normal(self.labels.page(page)).casefold()

    def decides_for(self, area_id: int) -> bool:
        return area_id in self._decided

    def service(self, key: str, title: str) -> ServicePage:
        if not key and not title:
            raise NotFoundError("service", _("Please say which service."))
        if not key:
            found = self._services_by_title[title.casefold()]
            return _one(found, "service_title", title)
        found = self._services[key.lower()]
        if not found and _LEIKA.fullmatch(key):
            raise NotFoundError("service", _("No published service has the LeiKa key %(key)s.") % {"key": key})
        service = _one(found, "service", key)
        if title and not _same(title, self.labels.page(service)):
            raise _contradiction("service_title", title, key, self.labels.page(service))
        return service

    def area(self, ags: str, title: str) -> MunicipalityPage:
        if not ags and not title:
            raise NotFoundError("area", _("Please say for which municipality."))
        if not ags:
            return _one(self._areas_by_title[title.casefold()], "area_title", title)
        # Spreadsheet programs take zeros away at the beginning of what looks like a number.
        padded = f"0{ags}" if re.fullmatch(r"[0-9]{4}|[0-9]{7}", ags) else ags
        area = self._areas.get(padded)
        if area is None:
            raise NotFoundError(
                "area",
                _("You can only say who is responsible in your own municipality, not in %(place)s.")
                % {"place": title or ags},
            )
        if title and not _same(title, self.labels.page(area)):
            raise _contradiction("area_title", title, ags, self.labels.page(area))
        return area

    def locality(self, name: str, area: MunicipalityPage) -> Locality | None:
        if not name:
            return None
        return _one(self._localities[area.pk, name.casefold()], "locality", name)

    def office(self, key: str, title: str, place: str, area: MunicipalityPage | None) -> OfficePage:
        """Where a name alone does not tell, the office in the area is meant."""
        if not key and not title:
            raise NotFoundError("office", _("Please say which office."))
        if not key:
            found = self._offices_by_title[title.casefold()]
            if place:
                found = [office for office in found if _same(place, self.labels.place_of(office))]
            elif len(found) > 1 and area is not None:
                found = [office for office in found if office.path.startswith(area.path)]
            return _one(found, "office_title", title)
        office = self._offices.get(key_of(key) or 0)
        if office is None:
            raise NotFoundError(
                "office", _("There is no office with the number %(key)s, or it is not published.") % {"key": key}
            )
        if title and not _same(title, self.labels.page(office)):
            raise _contradiction("office_title", title, key, self.labels.page(office))
        if place and not _same(place, self.labels.place_of(office)):
            raise _contradiction("office_place", place, key, self.labels.place_of(office))
        return office


def _open_to(user: Any, pages: Any) -> Iterable[Any]:
    return without_bin(permissions.visible_pages(user, pages))


def _one(found: list[Any], column: str, text: str) -> Any:
    if not found:
        raise NotFoundError(column, _("Nothing of this name is known here: %(name)s.") % {"name": _short(text)})
    if len(found) > 1:
        raise NotFoundError(column, _("There are several of this name: %(name)s.") % {"name": _short(text)})
    return found[0]


def _contradiction(column: str, text: str, key: str, right: str) -> NotFoundError:
    reason = _("%(key)s is “%(right)s” and not “%(name)s”. Please correct one of them, or leave one of them empty.")
    return NotFoundError(column, reason % {"key": key, "right": right, "name": _short(text)})


def _short(text: str) -> str:
    return f"{text[:80]}…" if len(text) > 80 else text
