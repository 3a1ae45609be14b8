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

from cms.validity import holds
from municipalities.models import MunicipalityPage
from services.gaps import sent_elsewhere
from services.models import Evidence, LocalState, Responsibility, Role, ServicePage
from services.models.service import ExecutionLevel
from services.overlaps import clashes_among
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
    VARIES = "varies", _("differs from place to place")


_FIELDS = (
    *("service_id", "area_id", "locality_id", "role", "arrangement", "evidence", "valid_from", "valid_until"),
    *("prevails", "office__title", "office__live"),
)


@dataclass(frozen=True)
class Cell:
    """``rows`` are those to look at: what the worst problem is about, else all of the place itself or of its district.

    ``ends`` is the last day before somebody is missing first; ``localities`` counts parts of the place with entries of
    their own.
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
        whole = [row for row in own if row.locality_id is None]
        followed = [(row, self._last(row, (*own, *above))) for row in (*answering, *in_parts)]
        ending = [(row, last) for row, last in followed if last is not None]
        culprits: dict[Problem, Sequence[Responsibility]] = {
            Problem.CONTESTED: [row for row in (*chosen, *in_parts) if row.evidence == Evidence.CONTESTED],
            Problem.OVERLAP: [row for pair in clashes_among(own) for row in pair],
            # Where others follow for a while, the own entry is the one to prolong.
            Problem.EXPIRING: [last if last.area_id == row.area_id else row for row, last in ending],
            Problem.UNCONFIRMED: [row for row in (*answering, *in_parts) if row.evidence == Evidence.UNCONFIRMED],
        }
        found = {problem for problem, rows in culprits.items() if rows}
        # Where all is contested nobody is named to citizens, which is the same gap.
        if not answering and absence is None and (in_parts or Problem.CONTESTED not in found):
            found.add(Problem.GAP)
            culprits[Problem.GAP] = whole or chosen
        problems = tuple(problem for problem in Problem if problem in found)
        return Cell(
            place,
            offices=_names(answering),
            problems=problems,
            absence=absence,
            rows=tuple(dict.fromkeys(culprits[problems[0]] if problems else own or chosen)),
            is_of_district=bool(answering) and all(row.area_id != place.pk for row in answering),
            ends=min((last.valid_until for _row, last in ending if last.valid_until), default=None),
            localities=len({row.locality_id for row in in_parts}),
        )

    def _absence(self, service: ServicePage, place: MunicipalityPage, *, has_rows: bool) -> Absence | None:
        stated = self.absences.get((service.pk, place.pk))
        if stated or has_rows or not place.is_district:
            return Absence(stated) if stated else None
        if service.level == ExecutionLevel.MUNICIPALITY:
            return Absence.ELSEWHERE
        is_asked = service.level in LEVELS_OF_MUNICIPALITIES or (service.pk, place.pk) in self.asked_below
        return Absence.VARIES if is_asked else None

    def _last(self, row: Responsibility, candidates: Iterable[Responsibility]) -> Responsibility | None:
        """The last of the entries that follow each other in this role, if nobody answers any more soon."""
        while row.valid_until is not None and row.valid_until <= self.day + timedelta(days=DAYS_AHEAD):
            day = row.valid_until + timedelta(days=1)
            following = [
                one
                for one in candidates
                if one.role == row.role
                and one.locality_id in (None, row.locality_id)
                and holds(one, day)
                and _answers(one)
            ]
            if not following:
                return row
            row = max(following, key=lambda one: one.valid_until or date.max)
        return None


def _answers(row: Responsibility) -> bool:
    return row.office is not None and row.office.live


def _names(rows: Sequence[Responsibility]) -> tuple[str, ...]:
    """Offices, with what they do where they do different things."""
    several = len({row.role for row in rows}) > 1
    names = []
    for row in sorted(rows, key=lambda row: list(Role).index(Role(row.role))):
        title = row.office.title if row.office else ""
        names.append(f"{title} {row.get_role_display()}" if several else title)
    return tuple(dict.fromkeys(names))
