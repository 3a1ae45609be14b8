"""Service × municipality: who is responsible where, and what is to be mended, for one person.

Answers as ``services.resolver`` does on a day, and looks ahead besides. The number of queries is fixed: it depends
neither on the number of services nor on that of municipalities.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from municipalities.models import MunicipalityPage
from services.gaps import sent_elsewhere
from services.models import Evidence, LocalState, Responsibility, Role, ServicePage
from services.overlaps import clash
from services.resolver import LEVELS_OF_MUNICIPALITIES, most_specific
from services.responsibility_policy import areas

# How long before its end an entry without a successor is shown.
DAYS_AHEAD = 90


class Problem(TextChoices):
    """What is to be mended, the worst first."""

    GAP = "gap", _("no office")
    CONTESTED = "contested", _("contested")
    OVERLAP = "overlap", _("several at once")
    EXPIRING = "expiring", _("about to end")
    UNCONFIRMED = "unconfirmed", _("not confirmed")


class Absence(TextChoices):
    """Why nobody needs to be recorded; the first two are what local pages say themselves."""

    NOT_OFFERED = LocalState.NOT_OFFERED.value, _("not offered here")
    COVERED = LocalState.COVERED_BY.value, _("covered by another service")
    ELSEWHERE = "elsewhere", _("a matter of the towns and municipalities")


_FIELDS = (
    *("service_id", "area_id", "locality_id", "role", "arrangement", "evidence", "valid_from", "valid_until"),
    *("prevails", "office__title", "office__live"),
)


@dataclass(frozen=True)
class Cell:
    """``rows`` are those to look at: of the place itself if there are any, else of its district.

    ``ends`` is the last day of what expires first; ``localities`` counts parts of the place with entries of their own.
    """

    place: MunicipalityPage
    offices: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    absence: Absence | None = None
    rows: tuple[Responsibility, ...] = ()
    is_of_district: bool = False
    ends: date | None = None
    localities: int = 0


@dataclass(frozen=True)
class Line:
    service: ServicePage
    cells: list[Cell]

    @property
    def has_problems(self) -> bool:
        return any(cell.problems for cell in self.cells)


def places_of(user: Any, day: date) -> list[MunicipalityPage]:
    """The columns: municipalities whose responsibilities the person sees, districts first."""
    found = MunicipalityPage.objects.live().on_day(day).filter(pk__in=areas(user).values("pk"))
    return sorted(found.listing().alphabetical(), key=lambda place: not place.is_district)


def services_named(text: str) -> QuerySet[ServicePage]:
    """The rows: published services, those that have the text in their name or among their everyday words."""
    named = Q(title__icontains=text) | Q(title_citizen__icontains=text) | Q(synonyms__icontains=text)
    services = ServicePage.objects.live().only("title", "slug", "level", "content_type_id")
    return services.filter(named).order_by("title", "pk")


def lines(services: Iterable[ServicePage], places: Sequence[MunicipalityPage], day: date) -> list[Line]:
    """Four queries in all."""
    services = list(services)
    facts = _Facts([service.pk for service in services], places, day)
    return [Line(service, [facts.cell(service, place) for place in places]) for service in services]


@dataclass
class _Facts:
    """What the database says of some services in some places, from a day on."""

    services: Collection[int]
    places: Sequence[MunicipalityPage]
    day: date
    rows: dict[tuple[int, int], list[Responsibility]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        keys = {place.pk for place in self.places} | {place.district_id for place in self.places if place.district_id}
        entries = Responsibility.objects.filter(service__in=self.services, area__in=keys)
        reaching = entries.from_day(self.day)
        for row in reaching.select_related("office").only(*_FIELDS).order_by("office__title", "pk"):
            self.rows[row.service_id, row.area_id].append(row)
        self.holding = set(entries.on_day(self.day).values_list("pk", flat=True))
        districts = {place.pk for place in self.places if place.is_district}
        of_members = Responsibility.objects.on_day(self.day).filter(area__district__in=districts, area__live=True)
        pairs = of_members.filter(service__in=self.services).order_by().values_list("service", "area__district")
        self.asked_below = set(pairs.distinct())
        self.absences = sent_elsewhere(self.places)

    def cell(self, service: ServicePage, place: MunicipalityPage) -> Cell:
        own = self.rows.get((service.pk, place.pk), [])
        above = self.rows.get((service.pk, place.district_id or 0), [])
        here = [row for row in (*own, *above) if row.pk in self.holding]
        chosen = most_specific([row for row in here if row.locality_id is None], place)
        answering = [row for row in chosen if _answers(row)]
        in_parts = [row for row in own if row.locality_id and row.pk in self.holding]
        absence = None if answering else self._absence(service, place, has_rows=bool(chosen))
        ending = [row for row in (*answering, *in_parts) if self._expires(row, (*own, *above))]
        found = {
            Problem.GAP: not answering and absence is None,
            Problem.CONTESTED: any(row.evidence == Evidence.CONTESTED for row in (*chosen, *in_parts)),
            Problem.OVERLAP: _clashes(own),
            Problem.EXPIRING: bool(ending),
            Problem.UNCONFIRMED: any(row.evidence == Evidence.UNCONFIRMED for row in (*answering, *in_parts)),
        }
        if found[Problem.CONTESTED] and not in_parts:
            # Nobody is named to citizens then, which is the same gap.
            found[Problem.GAP] = False
        rows = own or chosen
        return Cell(
            place,
            offices=_names(answering),
            problems=tuple(problem for problem in Problem if found[problem]),
            absence=absence,
            rows=tuple(rows),
            is_of_district=bool(answering) and all(row.area_id != place.pk for row in answering),
            ends=min((row.valid_until for row in ending if row.valid_until), default=None),
            localities=len({row.locality_id for row in in_parts}),
        )

    def _absence(self, service: ServicePage, place: MunicipalityPage, *, has_rows: bool) -> Absence | None:
        stated = self.absences.get((service.pk, place.pk))
        if stated or has_rows or not place.is_district:
            return Absence(stated) if stated else None
        is_asked = service.level in LEVELS_OF_MUNICIPALITIES or (service.pk, place.pk) in self.asked_below
        return Absence.ELSEWHERE if is_asked else None

    def _expires(self, row: Responsibility, candidates: Iterable[Responsibility]) -> bool:
        """Whether nobody answers in this role on the day after the entry's last one, which comes soon."""
        if row.valid_until is None or row.valid_until > self.day + timedelta(days=DAYS_AHEAD):
            return False
        following = row.valid_until + timedelta(days=1)
        return not any(
            one.role == row.role and one.locality_id in (None, row.locality_id) and _holds(one, following)
            for one in candidates
            if _answers(one)
        )


def _answers(row: Responsibility) -> bool:
    return row.office is not None and row.office.live


def _holds(row: Responsibility, day: date) -> bool:
    return (row.valid_from is None or row.valid_from <= day) and (row.valid_until is None or row.valid_until >= day)


def _clashes(rows: Sequence[Responsibility]) -> bool:
    return any(clash(row, other) for number, row in enumerate(rows) for other in rows[number + 1 :])


def _names(rows: Sequence[Responsibility]) -> tuple[str, ...]:
    """Offices, with what they do where they do different things."""
    several = len({row.role for row in rows}) > 1
    names = []
    for row in sorted(rows, key=lambda row: list(Role).index(Role(row.role))):
        title = row.office.title if row.office else ""
        names.append(f"{title} {row.get_role_display()}" if several else title)
    return tuple(dict.fromkeys(names))
