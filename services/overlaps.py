"""Entries that contradict each other: for the same task, area, role and time another office, or the same one twice.

Two entries clash when both name an office, are for the same service, area, locality and role, their periods have a day
in common, and

- it is the same office, or
- the role is to decide or to receive applications, and not both say that the office is run jointly. Several offices
  may advise; who shares a task on purpose says so in both entries.

A contested entry says itself that it is not settled, and one without an office is a gap: neither clashes. An entry
that prevails makes others rest instead of contradicting them, and clashes only with its like.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q

from municipalities.models import Locality, MunicipalityPage
from services.models.responsibility import Arrangement, Evidence, Responsibility, Role

if TYPE_CHECKING:
    from services.models import ServicePage


@dataclass(frozen=True)
class Overlap:
    """Entries of one service, area, locality and role each of which clashes with another of them.

    ``first_day`` is the first day of the question on which two of them hold at once.
    """

    service: "ServicePage"
    area: MunicipalityPage
    locality: Locality | None
    role: Role
    rows: tuple[Responsibility, ...]
    first_day: date


def overlaps(day_from: date, rows: Iterable[Responsibility] | None = None) -> list[Overlap]:
    """All overlaps from a day on, by service and area. One query, or none where the rows are given."""
    if rows is None:
        rows = (
            Responsibility.objects.from_day(day_from)
            .filter(office__isnull=False)
            .exclude(evidence=Evidence.CONTESTED)
            .select_related("service", "area", "office", "locality")
            .order_by("service__title", "area__title", "role", "pk")
        )
    groups: dict[tuple[object, ...], list[Responsibility]] = {}
    for row in rows:
        if row.valid_until is None or row.valid_until >= day_from:
            groups.setdefault(_key(row), []).append(row)
    found = []
    for group in groups.values():
        days: list[date] = []
        clashing = set()
        for index, one in enumerate(group):
            for other in group[index + 1 :]:
                if clash(one, other):
                    clashing |= {one.pk, other.pk}
                    days.append(max(day_from, one.valid_from or day_from, other.valid_from or day_from))
        if days:
            first = group[0]
            chosen = tuple(row for row in group if row.pk in clashing)
            found.append(Overlap(first.service, first.area, first.locality, Role(first.role), chosen, min(days)))
    return found


def clashes_of(row: Responsibility) -> list[Responsibility]:
    """Stored entries that clash with one that is about to be stored. One query."""
    others = Responsibility.objects.filter(
        service=row.service_id, area=row.area_id, locality=row.locality_id, role=row.role, prevails=row.prevails
    ).exclude(pk=row.pk)
    if row.valid_from is not None:
        others = others.from_day(row.valid_from)
    if row.valid_until is not None:
        others = others.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=row.valid_until))
    return [other for other in others.select_related("service", "area", "office").order_by("pk") if clash(row, other)]


def clash(one: Responsibility, other: Responsibility) -> bool:
    if _key(one) != _key(other) or one.office_id is None or other.office_id is None:
        return False
    if Evidence.CONTESTED in (one.evidence, other.evidence) or not share_a_day(one, other):
        return False
    if one.office_id == other.office_id:
        return True
    return one.role != Role.ADVISES and {one.arrangement, other.arrangement} != {Arrangement.SHARED}


def share_a_day(one: Responsibility, other: Responsibility) -> bool:
    """Whether two periods have a day in common; an open end reaches for ever."""
    return (one.valid_from or date.min) <= (other.valid_until or date.max) and (other.valid_from or date.min) <= (
        one.valid_until or date.max
    )


def _key(row: Responsibility) -> tuple[object, ...]:
    return row.service_id, row.area_id, row.locality_id, row.role, row.prevails
