"""Entries that contradict each other: for the same task, area, role and time another office, or the same one twice.

Two entries clash when both name an office, are for the same service, area, locality and role, their periods have a day
in common, and

- it is the same office, or
- the role is to decide or to receive applications, and not both say that the office is run jointly. Several offices
  may advise; who shares a task on purpose says so in both entries.

A contested entry says itself that it is not settled, and one without an office is a gap: neither clashes. An entry
that prevails makes others rest instead of contradicting them, and clashes only with its like.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from django.db.models import Q

from services.models.responsibility import Arrangement, Evidence, Responsibility, Role


def can_clash(before: Responsibility | None, after: Responsibility) -> bool:
    """Whether storing an entry can bring about a contradiction that was not there; ``before`` is what is stored of it.

    What clashes already can be mended in steps: each entry by itself may end earlier, begin later, become one of an
    office that is run jointly or contested, lose its office, or change in what nothing clashes about.
    """
    if before is None or _key(before) != _key(after) or after.office_id not in (None, before.office_id):
        return True
    is_longer = _first(after) < _first(before) or _last(after) > _last(before)
    shares_no_more = before.arrangement == Arrangement.SHARED != after.arrangement
    is_settled_now = before.evidence == Evidence.CONTESTED != after.evidence
    return is_longer or shares_no_more or is_settled_now


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


def clashes_among(
    rows: Iterable[Responsibility], asked: Collection[int] | None = None
) -> Iterator[tuple[Responsibility, Responsibility]]:
    """Each of the entries that are asked about (by ``id``; all if none are named) with one that it clashes with.

    Not every pair is looked at, so that hundreds of entries that follow each other take no longer than they should.
    """
    running: list[Responsibility] = []
    unsettled: list[Responsibility] = []
    for entry in sorted(rows, key=_first):
        running = [other for other in running if _last(other) >= _first(entry)]
        clashing = [other for other in unsettled if clash(other, entry)]
        yield from ((other, entry) for other in clashing)
        if asked is None or id(entry) in asked:
            found = next((other for other in running if clash(entry, other)), None)
            unsettled.append(entry)
            if found is not None:
                clashing.append(entry)
                yield entry, found
        settled = set(map(id, clashing))
        running.append(entry)
        unsettled = [one for one in unsettled if id(one) not in settled and _last(one) >= _first(entry)]


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
    return _first(one) <= _last(other) and _first(other) <= _last(one)


def _first(row: Responsibility) -> date:
    return row.valid_from or date.min


def _last(row: Responsibility) -> date:
    return row.valid_until or date.max


def _key(row: Responsibility) -> tuple[object, ...]:
    return row.service_id, row.area_id, row.locality_id, row.role, row.prevails
