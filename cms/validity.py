"""Periods for which something holds: from a first to a last day, each of which may be open."""

from datetime import date

from django.db.models import Q


def holds_on(day: date) -> Q:
    """What holds on a day, for models with ``valid_from`` and ``valid_until``; both days belong to the period."""
    return Q(Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_until__isnull=True) | Q(valid_until__gte=day))
