"""Which office is responsible? The one answer every page, command and export uses.

service × municipality × day → offices, how each is reached, why, or an honest "nobody is recorded".
The number of queries is fixed: it depends neither on the number of municipalities nor on that of offices.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.models.page import ancestor_paths
from municipalities.models import MunicipalityPage
from services.grounds import Ground, ground_of, with_grounds
from services.models.hours import OpeningHours, remember_hours
from services.models.office import OfficePage
from services.models.responsibility import BY_AGREEMENT, Arrangement, Evidence, Responsibility, Role
from services.models.service import LISTING_FIELDS, ExecutionLevel, ServicePage

# Services of these levels are run by the municipalities, or by some of them.
LEVELS_OF_MUNICIPALITIES = {ExecutionLevel.MUNICIPALITY, ExecutionLevel.MIXED}
_ROLE_ORDER = {Role.RECEIVES: 0, Role.DECIDES: 1, Role.ADVISES: 2}


class Via(models.TextChoices):
    """How an office is reached from the place."""

    OWN = "own", gettext_lazy("own office")
    DISTRICT = "district", gettext_lazy("office of the district")
    AGREEMENT = "agreement", gettext_lazy("by agreement")
    SHARED = "shared", gettext_lazy("joint office")


@dataclass(frozen=True)
class ResponsibleOffice:
    """One office with the reason why it is this one. ``owner`` is the municipality whose office it is, ``ground`` the
    agreement that the entry follows from.

    Of an unconfirmed row neither reason nor law nor source is given: all of it would read as a fact.
    """

    office: OfficePage
    owner: MunicipalityPage | None
    via: Via
    role: Role
    reason: str
    legal_basis: str
    is_confirmed: bool
    source: str
    as_of: str
    ground: Ground | None = None

    def says_the_same_as(self, other: "ResponsibleOffice") -> bool:
        """Whether the two differ in role and source alone."""
        return self == replace(other, role=self.role, source=self.source, as_of=self.as_of)


@dataclass(frozen=True)
class Resolution:
    """Offices in the order in which a citizen needs them; ``gap`` says in plain words why there is none."""

    service: ServicePage
    municipality: MunicipalityPage
    day: date
    offices: list[ResponsibleOffice] = field(default_factory=list)
    gap: str | None = None
    is_contested: bool = False
    is_asked_of_municipalities: bool = False

    @property
    def cards(self) -> list[tuple[ResponsibleOffice, list[Role]]]:
        """Offices as citizens read of them: who has several roles for the same reason stands there once, with all."""
        found: list[tuple[ResponsibleOffice, list[Role]]] = []
        for one in self.offices:
            alike = (roles for shown, roles in found if shown.says_the_same_as(one))
            if roles := next(alike, None):
                roles.append(one.role)
            else:
                found.append((one, [one.role]))
        return found


def resolve(
    service: ServicePage, municipality: MunicipalityPage, day: date, locality_id: int | None = None
) -> Resolution:
    """Find the responsible offices.

    ``municipality`` should come with its ``district`` loaded. Without a locality only rows for the whole municipality
    count.
    """
    rows = (
        with_grounds(Responsibility.objects.filter(service=service).for_place(municipality).on_day(day))
        .annotate(has_hours_elsewhere=Exists(OpeningHours.objects.filter(office=OuterRef("office__reached_through"))))
        .select_related("office__reached_through")
    )
    here = [row for row in rows if row.locality_id in (None, locality_id)]
    return _resolution(service, municipality, day, here)


def _resolution(
    service: ServicePage, municipality: MunicipalityPage, day: date, rows: Sequence[Responsibility]
) -> Resolution:
    chosen = most_specific(rows, municipality)
    if any(row.evidence == Evidence.CONTESTED for row in chosen):
        place = municipality.name_in_sentence
        gap = _("It has not been settled which office is responsible for %(place)s.") % {"place": place}
        return Resolution(service, municipality, day, gap=gap, is_contested=True)
    # Only now: a row whose office is gone still says that the district's row does not hold here.
    reachable = [(row, row.office) for row in chosen if row.office and row.office.live]
    if not reachable:
        return _gap(service, municipality, day, has_rows=bool(chosen))
    reached = [office for _row, office in reachable]
    owners = _owners(reached, municipality)
    remember_hours(reached)
    several = {role for role, count in Counter(row.role for row, _office in reachable).items() if count > 1}
    offices = [
        _responsible(row, office, municipality, owners, is_one_of_several=row.role in several)
        for row, office in reachable
    ]
    offices.sort(key=lambda found: (_ROLE_ORDER[found.role], found.office.title))
    return Resolution(service, municipality, day, offices=offices)


def most_specific(rows: Iterable[Responsibility], municipality: MunicipalityPage) -> list[Responsibility]:
    """For each role the rows of the smallest area: locality before municipality before district."""

    def rank(row: Responsibility) -> int:
        return 2 if row.locality_id else 1 if row.area_id == municipality.pk else 0

    best: dict[str, list[Responsibility]] = {}
    for row in rows:
        known = best.get(row.role)
        if known is None or rank(row) > rank(known[0]):
            best[row.role] = [row]
        elif rank(row) == rank(known[0]):
            known.append(row)
    return [row for group in best.values() for row in group]


def offices_for_others(municipality: MunicipalityPage, day: date) -> "QuerySet[OfficePage, dict[str, Any]]":
    """Keys of offices with recorded tasks of which none is for this place: here somebody else has each of them.

    An office of which nothing is recorded is none of these, and what is contested here may be the district's.
    Meant as a subquery: a list can leave them out without a query of its own.
    """
    rows = Responsibility.objects.on_day(day).filter(office__isnull=False)
    own = Responsibility.objects.on_day(day).exclude(evidence=Evidence.CONTESTED)
    own = own.filter(area=municipality.pk, locality=None, service=OuterRef("service"), role=OuterRef("role"))
    here = rows.for_place(municipality).exclude(Exists(own), area=municipality.district_id)
    offices = OfficePage.objects.filter(pk__in=rows.values("office")).exclude(pk__in=here.values("office"))
    return offices.order_by().values("pk")


def _gap(service: ServicePage, municipality: MunicipalityPage, day: date, *, has_rows: bool) -> Resolution:
    """Nobody to name. A district that has no row of its own may not be the one to ask."""
    if municipality.is_district and not has_rows and _depends_on_place(service, municipality, day):
        if service.level == ExecutionLevel.MUNICIPALITY:
            gap = _("Your town or municipality takes care of this, not the district. Please choose your place.")
        else:
            gap = _("Who is responsible depends on your place. Please choose your place.")
        return Resolution(service, municipality, day, gap=gap, is_asked_of_municipalities=True)
    gap = _("No responsible office is recorded for %(place)s yet.") % {"place": municipality.name_in_sentence}
    return Resolution(service, municipality, day, gap=gap)


def _depends_on_place(service: ServicePage, district: MunicipalityPage, day: date) -> bool:
    if service.level in LEVELS_OF_MUNICIPALITIES:
        return True
    members = Responsibility.objects.filter(service=service, area__district=district, area__live=True)
    return members.on_day(day).exists()


def _owners(offices: list[OfficePage], municipality: MunicipalityPage) -> dict[int, MunicipalityPage]:
    """The municipality of each office; also stored on the office for its address.

    Most offices belong to the place or its district, both known already; one query finds all others.
    """
    known = [page for page in (municipality, municipality.district) if page is not None]
    owners = {office.pk: page for office in offices for page in known if office.path.startswith(page.path)}
    others = [office for office in offices if office.pk not in owners]
    if others:
        paths = {path for office in others for path in ancestor_paths(office)}
        for page in MunicipalityPage.objects.filter(path__in=paths):
            owners |= {office.pk: page for office in others if office.path.startswith(page.path)}
    for office in offices:
        if office.pk in owners:
            office.__dict__["municipality"] = owners[office.pk]
    return owners


def _responsible(
    row: Responsibility,
    office: OfficePage,
    municipality: MunicipalityPage,
    owners: dict[int, MunicipalityPage],
    *,
    is_one_of_several: bool,
) -> ResponsibleOffice:
    office.__dict__["has_hours_elsewhere"] = getattr(row, "has_hours_elsewhere", False)
    owner = owners.get(office.pk)
    via = _via(row, municipality, owner)
    is_confirmed = row.evidence == Evidence.CONFIRMED
    # What a district handed over was never the municipality's own.
    giver = municipality.district if row.area_id == municipality.district_id else municipality
    if row.reason:
        reason = row.reason
    elif via == Via.AGREEMENT and giver is not None and owner is not None:
        reason = _reason_of_agreement(Arrangement(row.arrangement), giver, owner, municipality)
    elif via == Via.SHARED and is_one_of_several:
        reason = _("Several offices do this together.")
    else:
        reason = _default_reason(via, municipality, owner)
    return ResponsibleOffice(
        office=office,
        owner=owner,
        via=via,
        role=Role(row.role),
        reason=reason if is_confirmed else _("We assume this. We still lack a source."),
        legal_basis=row.legal_basis if is_confirmed else "",
        is_confirmed=is_confirmed,
        source=row.source if is_confirmed else "",
        as_of=row.as_of if is_confirmed else "",
        ground=ground_of(row) if is_confirmed else None,
    )


def _via(row: Responsibility, municipality: MunicipalityPage, owner: MunicipalityPage | None) -> Via:
    if row.arrangement == Arrangement.SHARED:
        return Via.SHARED
    if row.arrangement in BY_AGREEMENT:
        return Via.AGREEMENT
    if owner is not None and owner.pk == municipality.pk:
        return Via.OWN
    if owner is not None and owner.pk == municipality.district_id:
        return Via.DISTRICT
    return Via.SHARED


def _reason_of_agreement(
    arrangement: Arrangement, giver: MunicipalityPage, owner: MunicipalityPage, municipality: MunicipalityPage
) -> str:
    """Whoever delegates is no longer responsible; whoever gives a mandate still is."""
    names = {"giver": giver.name_as_subject, "owner": owner.name_in_sentence}
    if arrangement == Arrangement.DELEGATION:
        return capfirst(_("%(giver)s has handed this task over to %(owner)s by an agreement.") % names)
    if arrangement == Arrangement.MANDATE:
        names["owner"] = owner.name_as_subject
        return capfirst(_("%(owner)s does this on behalf of %(giver)s, which remains responsible.") % names)
    return _default_reason(Via.AGREEMENT, municipality, owner)


def _default_reason(via: Via, municipality: MunicipalityPage, owner: MunicipalityPage | None) -> str:
    if via == Via.OWN and municipality.is_district:
        return _("The %(district)s does this itself.") % {"district": municipality.title}
    official_name = municipality.official_name or municipality.title
    names = {
        "place": municipality.name_in_sentence if municipality.is_district else official_name,
        "owner": (owner.official_name or owner.title) if owner else "",
    }
    match via:
        case Via.OWN:
            return _("%(place)s does this itself.") % names
        case Via.DISTRICT:
            return _("The %(owner)s does this for %(place)s.") % names
        case Via.AGREEMENT:
            return _("The municipalities have agreed that %(owner)s does this for %(place)s.") % names
        case _:
            return _("Several authorities run this office together.")


@dataclass(frozen=True)
class OfficeServices:
    """Services of an office by title, each in one list alone; ``sources`` are source and date of the confirmed ones."""

    confirmed: list[ServicePage] = field(default_factory=list)
    unconfirmed: list[ServicePage] = field(default_factory=list)
    sources: list[tuple[str, str]] = field(default_factory=list)


def services_of_office(office: OfficePage, day: date) -> OfficeServices:
    """Services in which an office has a part on a day, contested ones left out."""
    rows = (
        Responsibility.objects.filter(office=office, service__live=True)
        .on_day(day)
        .exclude(evidence=Evidence.CONTESTED)
        .select_related("service")
        .only("evidence", "source", "as_of", *(f"service__{name}" for name in LISTING_FIELDS))
        .order_by("service__title", "pk")
    )
    services = {row.service_id: row.service for row in rows}
    confirmed = [row for row in rows if row.evidence == Evidence.CONFIRMED]
    known = {row.service_id for row in confirmed}
    return OfficeServices(
        confirmed=[service for pk, service in services.items() if pk in known],
        unconfirmed=[service for pk, service in services.items() if pk not in known],
        sources=[(row.source, row.as_of) for row in confirmed],
    )
