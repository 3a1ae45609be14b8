"""Gaps in the content, found in a fixed number of queries, for editors and for the documentation."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Page

from municipalities.models import MunicipalityPage
from services.coverage import detours
from services.models import (
    Evidence,
    LocalServiceIndexPage,
    LocalServicePage,
    LocalState,
    OfficePage,
    Responsibility,
    ServicePage,
)
from services.resolver import LEVELS_OF_MUNICIPALITIES, most_specific


@dataclass(frozen=True)
class ServiceGap:
    """A service and the municipalities for which no office is recorded, or for which it is contested.

    A district stands there only where its page names nobody and does not send people to their municipality either.
    """

    service: ServicePage
    missing: list[MunicipalityPage]
    contested: list[MunicipalityPage]
    unconfirmed: list[MunicipalityPage]


def service_gaps(day: date, keys: Collection[int] | None = None) -> list[ServiceGap]:
    """Gaps of all services on a day, by title, over the municipalities and districts with these keys, or over all.

    Who sends people elsewhere with a service, and says so, has no gap there. Five queries in all.
    """
    every_place = MunicipalityPage.objects.live().on_day(day).defer_streamfields().alphabetical()
    district_of = {place.pk: place.district_id for place in every_place}
    wanted = [place for place in every_place if keys is None or place.pk in keys]
    places = [place for place in wanted if not place.is_district]
    districts = [place for place in wanted if place.is_district]
    rows: dict[tuple[int, int], list[Responsibility]] = {}
    # Pairs of a service and a district of which a municipality has an entry, even if for a locality only.
    depends_on_place: set[tuple[int, int | None]] = set()
    responsibilities = Responsibility.objects.on_day(day)
    with_office = set(responsibilities.filter(office__live=True).values_list("pk", flat=True))
    for row in responsibilities.only("service_id", "area_id", "role", "evidence", "locality_id"):
        depends_on_place.add((row.service_id, district_of.get(row.area_id)))
        if row.locality_id is None:
            rows.setdefault((row.service_id, row.area_id), []).append(row)
    elsewhere = sent_elsewhere(every_place)
    gaps = []
    for service in ServicePage.objects.live().only("title", "level", "content_type_id").order_by("title"):
        missing, contested, unconfirmed = [], [], []
        for place in places:
            if (service.pk, place.pk) in elsewhere:
                continue
            here = rows.get((service.pk, place.pk), []) + rows.get((service.pk, place.district_id or 0), [])
            chosen = most_specific(here, place)
            answering = [row for row in chosen if row.pk in with_office]
            if any(row.evidence == Evidence.CONTESTED for row in chosen):
                contested.append(place)
            elif not answering:
                missing.append(place)
            elif any(row.evidence == Evidence.UNCONFIRMED for row in answering):
                unconfirmed.append(place)
        for district in districts:
            if (service.pk, district.pk) in elsewhere:
                continue
            here = rows.get((service.pk, district.pk), [])
            asks_municipalities = service.level in LEVELS_OF_MUNICIPALITIES or (
                (service.pk, district.pk) in depends_on_place
            )
            if any(row.evidence == Evidence.CONTESTED for row in here):
                contested.append(district)
            elif not any(row.pk in with_office for row in here) and (here or not asks_municipalities):
                missing.append(district)
        if missing or contested or unconfirmed:
            gaps.append(ServiceGap(service, missing, contested, unconfirmed))
    return gaps


def sent_elsewhere(places: Iterable[MunicipalityPage]) -> dict[tuple[int, int], LocalState]:
    """Pairs of a service and a place that does not offer it, or covers it with another one, with which of both."""
    by_path = {place.path: place.pk for place in places}
    found = {}
    for service, path, state in detours().values_list("reference", "path", "state"):
        place = by_path.get(path[: -2 * Page.steplen])
        if place is not None:
            found[service, place] = LocalState(state)
    return found


def names(places: Iterable[MunicipalityPage], total: int) -> str:
    """Places in one phrase; "all" when it is every town and municipality. Districts come last, by name."""
    places = list(places)
    local = [place.title for place in places if not place.is_district]
    districts = [place.title for place in places if place.is_district]
    return ", ".join([*([_("all")] if local and len(local) == total else local), *districts])


def places_without_services() -> QuerySet[MunicipalityPage]:
    """Live municipalities under which no index of services is published."""
    indexes = LocalServiceIndexPage.objects.live().filter(path__startswith=OuterRef("path"))
    return MunicipalityPage.objects.live().filter(~Exists(indexes)).order_by("title")


def orphaned_local_pages() -> QuerySet[LocalServicePage]:
    """Local pages whose reference text was deleted or unpublished: they go on answering with what is left."""
    return (
        LocalServicePage.objects.live().filter(Q(reference__isnull=True) | Q(reference__live=False)).order_by("title")
    )


def offices_without_hours() -> QuerySet[OfficePage]:
    """Offices with neither opening hours of their own nor an office they are reached through."""
    return OfficePage.objects.live().filter(opening_hours__isnull=True, reached_through__isnull=True).order_by("title")


def responsibilities_without_office(day: date) -> QuerySet[Responsibility]:
    """Entries whose office was deleted or unpublished; what is over by the day is history."""
    return (
        Responsibility.objects.from_day(day)
        .filter(Q(office__isnull=True) | Q(office__live=False))
        .select_related("service", "area")
    )
