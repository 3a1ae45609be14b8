"""The daily run: carries out what was noted for a day that has come."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from django.utils import timezone

from municipalities.lifecycle.changes import Change, ChangeError
from municipalities.lifecycle.export import export_to
from municipalities.lifecycle.leaving import leave
from municipalities.lifecycle.merging import merge
from municipalities.models import MunicipalityPage


def due_on(day: date) -> list[MunicipalityPage]:
    """Municipalities whose last day is over and whose editors are still there, the earliest first."""
    return list(
        MunicipalityPage.objects.filter(valid_until__lt=day, tenant__isnull=False)
        .select_related("successor")
        .order_by("valid_until", "ags")
    )


def apply_due(folder: Path | None = None, *, dry_run: bool = False) -> Iterator[tuple[MunicipalityPage, Change | str]]:
    """Carry out each change by itself: one that fails, told by its reason, does not hold up the others.

    With a folder, what a leaving municipality has is written there before.
    """
    for place in due_on(timezone.localdate()):
        if place.valid_until is None:
            continue
        first_day = place.valid_until + timedelta(days=1)
        try:
            if place.successor is not None:
                yield place, merge(place.ags, place.successor.ags, first_day, dry_run=dry_run)
                continue
            if folder is not None and not dry_run:
                export_to(folder / f"{place.ags}-{first_day:%Y-%m-%d}.zip", place)
            yield place, leave(place.ags, first_day, dry_run=dry_run)
        except (ChangeError, OSError) as error:
            yield place, str(error)
