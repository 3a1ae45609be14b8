"""What happens to responsibilities and short addresses when a municipality leaves or is merged."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from municipalities.lifecycle.changes import Change
from municipalities.models import MunicipalityPage
from services.models import Responsibility, ServicePage


def end_responsibilities(change: Change) -> None:
    """They hold until the last day; what was to begin after that never comes into force."""
    to_come, holding = _rows(change)
    count = len(holding) + len(to_come)
    Responsibility.objects.filter(pk__in=[row.pk for row in to_come]).delete()
    Responsibility.objects.filter(pk__in=[row.pk for row in holding]).update(valid_until=change.last_day)
    change.note(_("Responsibilities ended"), count)


def take_over_responsibilities(change: Change) -> None:
    """The heir takes over those for services that it has none for; all others end the day before.

    What follows from an agreement is passed on by who keeps that.
    """
    heir = change.into
    still = Q(valid_until__isnull=True) | Q(valid_until__gte=change.first_day)
    has = set(Responsibility.objects.filter(still, area=heir.pk, prevails=False).values_list("service_id", flat=True))
    to_come, holding = _rows(change)
    note = _("Taken over from %(place)s on %(day)s.") % {
        "place": change.place.title,
        "day": change.first_day.strftime("%d.%m.%Y"),
    }
    taken = ended = 0
    for row in [*to_come, *holding]:
        if row in holding:
            Responsibility.objects.filter(pk=row.pk).update(valid_until=change.last_day)
            row.pk, row.valid_from = None, change.first_day
        if row.service_id in has:
            ended += 1
            if row.pk is not None:
                row.delete()
            continue
        taken += 1
        row.area_id = heir.pk
        row.note = "\n".join(filter(None, [row.note, note]))
        row._state.adding = row.pk is None
        row.save()
    change.note(_("Responsibilities taken over"), taken)
    change.note(_("Responsibilities ended"), ended)


def _rows(change: Change) -> tuple[list[Responsibility], list[Responsibility]]:
    """Entries of the municipality that would begin on the day or later, and those that hold past it."""
    rows = Responsibility.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=change.first_day), area=change.place.pk, prevails=False
    )
    to_come = [row for row in rows if row.valid_from and row.valid_from >= change.first_day]
    return to_come, [row for row in rows if row not in to_come]


def export_responsibilities(place: MunicipalityPage) -> list[dict[str, Any]]:
    rows = Responsibility.objects.filter(area=place.pk).select_related("service", "office", "locality").order_by("pk")
    plain = ("role", "arrangement", "evidence", "task", "legal_basis", "reason", "source", "as_of", "note")
    return [
        {
            "service": row.service.slug,
            "office": row.office.title if row.office else None,
            "office_id": row.office_id,
            "locality": row.locality.name if row.locality else None,
            "valid_from": row.valid_from,
            "valid_until": row.valid_until,
            **{name: getattr(row, name) for name in plain},
        }
        for row in rows
    ]


def short_addresses(place: MunicipalityPage, heir: MunicipalityPage | None) -> Iterator[tuple[str, str]]:
    """Printed addresses of every service at the place, each with the one at its heir."""
    for service in ServicePage.objects.live().values_list("pk", flat=True):
        old = reverse("short_address", args=(place.pk, service))
        yield old, reverse("short_address", args=(heir.pk, service)) if heir else ""
