"""What follows from an agreement: entries that prevail while it holds, and nothing afterwards.

The entries that it replaces are not touched. They rest on the days on which one of the agreement holds (see
``Responsibility.prevails``), so they come back by themselves, with everything that was changed in them meanwhile, and
nothing has to run at midnight.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.validity import holds
from cooperations.models import Agreement, AgreementArea, AgreementResponsibility, AgreementTask
from municipalities.models import MunicipalityPage
from services.entries import add_entries, change_entries, delete_entries
from services.grounds import with_grounds
from services.models import Evidence, OfficePage, Responsibility, Role, ServicePage
from services.overlaps import share_a_day
from services.resolver import most_specific
from services.responsibility_words import period_in_words

# Service, area and role.
Key = tuple[int, int, str]
# What is written into the entries.
_FIELDS = ("office_id", "arrangement", "evidence", "legal_basis", "source", "valid_from", "valid_until", "prevails")


def wanted(
    agreement: Agreement, tasks: Iterable[AgreementTask], areas: Iterable[AgreementArea]
) -> dict[Key, Responsibility]:
    """The entries that an agreement with these tasks and areas asks for, not stored. Nothing is read."""
    tasks, found = list(tasks), {}
    for area in areas:
        first = max(filter(None, [agreement.effective_from, area.since]))
        last = min(filter(None, [agreement.effective_until, area.until]), default=None)
        if last is not None and last < first:
            continue
        for task in tasks:
            for role in agreement.roles:
                found[task.service_id, area.municipality_id, role.value] = Responsibility(
                    service=task.service,
                    area=area.municipality,
                    office_id=task.office_id,
                    role=role.value,
                    arrangement=agreement.kind,
                    evidence=Evidence.CONFIRMED,
                    legal_basis=agreement.legal_basis,
                    source=agreement.source[:600],
                    valid_from=first,
                    valid_until=last,
                    prevails=True,
                )
    return found


def existing(agreement: Agreement) -> dict[Key, Responsibility]:
    if agreement.pk is None:
        return {}
    rows = Responsibility.objects.filter(pk__in=agreement.links.values("responsibility"))
    return {(row.service_id, row.area_id, row.role): row for row in rows.select_related("service", "area", "office")}


def bring_about(agreement: Agreement, user: Any = None) -> None:
    """Make the entries what the stored agreement asks for. Entries that stay keep their key. All or nothing."""
    with transaction.atomic():
        tasks = agreement.tasks.select_related("service")
        want = wanted(agreement, tasks, agreement.areas.select_related("municipality"))
        have = existing(agreement)
        new = [row for key, row in want.items() if key not in have]
        changed = []
        for key, old in have.items():
            if key in want and _state(old) != _state(want[key]):
                for name in _FIELDS:
                    setattr(old, name, getattr(want[key], name))
                changed.append(old)
        add_entries(new, user)
        AgreementResponsibility.objects.bulk_create(
            AgreementResponsibility(agreement=agreement, responsibility=row) for row in new
        )
        change_entries(changed, _FIELDS, user)
        delete_entries([row for key, row in have.items() if key not in want], user)


def end_entries(sender: Any, instance: Agreement, **kwargs: Any) -> None:
    """Before an agreement is deleted: with it goes what follows from it."""
    delete_entries(list(existing(instance).values()), None)


def conflicts(agreement: Agreement, want: dict[Key, Responsibility]) -> list[Responsibility]:
    """Entries of other agreements for the same service, area and role in the same period. One query."""
    if not want:
        return []
    own = agreement.links.values("responsibility") if agreement.pk else []
    others = Responsibility.objects.filter(
        prevails=True, service__in={key[0] for key in want}, area__in={key[1] for key in want}
    )
    return [
        row
        for row in with_grounds(others.exclude(pk__in=own)).select_related("service", "area")
        if (mine := want.get((row.service_id, row.area_id, row.role))) is not None and share_a_day(mine, row)
    ]


class What(models.TextChoices):
    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    ENDS = "ends", _("is taken away")


@dataclass(frozen=True)
class Line:
    """One entry that a change of the agreement makes, changes or takes away. ``otherwise`` is who does it without."""

    what: What
    service: str
    area: str
    role: str
    office: str
    period: str
    was: str
    otherwise: str


def preview(agreement: Agreement, want: dict[Key, Responsibility], today: date | None = None) -> list[Line]:
    """What storing the agreement would change, by service and municipality. A fixed number of queries."""
    today = today or timezone.localdate()
    have = existing(agreement)
    keys = [key for key in {**have, **want} if key not in have or key not in want or _differ(have[key], want[key])]
    services = ServicePage.objects.only("title", "content_type_id").in_bulk({key[0] for key in keys})
    places = MunicipalityPage.objects.listing().select_related("district").in_bulk({key[1] for key in keys})
    offices = OfficePage.objects.in_bulk({row.office_id for row in want.values() if row.office_id})
    others = _ordinary(services, places.values())
    lines = []
    for key in keys:
        old, new = have.get(key), want.get(key)
        row = new or old
        if row is None or key[0] not in services or key[1] not in places:
            continue
        place = places[key[1]]
        day = max(today, row.valid_from or today)
        if new is not None and new.office_id:
            new.office = offices.get(new.office_id)
        lines.append(
            Line(
                what=What.NEW if old is None else What.ENDS if new is None else What.CHANGED,
                service=services[key[0]].title,
                area=place.title,
                role=str(Role(key[2]).label),
                office=row.office_shown() or "–",
                period=period_in_words(row.valid_from, row.valid_until),
                was=_was(old, new) if old is not None and new is not None else "",
                otherwise=_otherwise(others.get(key[0], []), place, key[2], day),
            )
        )
    return sorted(lines, key=lambda line: (line.service, line.area, line.role))


def digest(what: Iterable[Any]) -> str:
    """Tells whether what is stored is what was shown."""
    return hashlib.sha256(repr(list(what)).encode()).hexdigest()


def state_of(key: int) -> str:
    """Digest of a stored agreement with all its lines."""
    lines = (
        model._default_manager.filter(agreement=key).order_by("pk").values_list()
        for model in (AgreementTask, AgreementArea)
    )
    return digest([*Agreement.objects.filter(pk=key).values_list(), *chain(*lines)])


def _state(row: Responsibility) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in _FIELDS)


def _differ(old: Responsibility, new: Responsibility) -> bool:
    """Whether citizens would notice; a corrected place of publication needs no preview."""
    names = ("office_id", "arrangement", "valid_from", "valid_until")
    return any(getattr(old, name) != getattr(new, name) for name in names)


def _was(old: Responsibility, new: Responsibility) -> str:
    parts = []
    if old.office_id != new.office_id:
        parts.append(old.office_shown() or "–")
    if old.arrangement != new.arrangement:
        parts.append(old.get_arrangement_display())
    if (old.valid_from, old.valid_until) != (new.valid_from, new.valid_until):
        parts.append(period_in_words(old.valid_from, old.valid_until))
    return ", ".join(parts)


def _ordinary(services: Iterable[int], places: Iterable[MunicipalityPage]) -> dict[int, list[Responsibility]]:
    """Entries that follow from no agreement, of the places and their districts."""
    areas = {key for place in places for key in (place.pk, place.district_id) if key}
    rows = Responsibility.objects.filter(service__in=list(services), area__in=areas, prevails=False, locality=None)
    found: dict[int, list[Responsibility]] = {}
    for row in rows.select_related("office").order_by("office__title", "pk"):
        found.setdefault(row.service_id, []).append(row)
    return found


def _otherwise(rows: Iterable[Responsibility], place: MunicipalityPage, role: str, day: date) -> str:
    here = [
        row for row in rows if row.role == role and row.area_id in (place.pk, place.district_id) and holds(row, day)
    ]
    return ", ".join(row.office_shown() or "–" for row in most_specific(here, place))
