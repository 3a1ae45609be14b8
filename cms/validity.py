"""Periods for which something holds: from a first to a last day, each of which may be open."""

from datetime import date
from typing import Protocol

from django.db.models import Q


class Limited(Protocol):
    valid_from: date | None
    valid_until: date | None


def holds_on(day: date) -> Q:
    """What holds on a day, for models with ``valid_from`` and ``valid_until``; both days belong to the period."""
    return Q(Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_until__isnull=True) | Q(valid_until__gte=day))


def holds(row: Limited, day: date) -> bool:
    """As :func:`holds_on`, of something that was read already."""
    return (row.valid_from is None or row.valid_from <= day) and (row.valid_until is None or row.valid_until >= day)
