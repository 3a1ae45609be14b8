"""What belongs to a municipality besides its pages: alerts, and what lies in the bin."""

from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from municipalities.lifecycle.changes import Change
from municipalities.models import Alert, BinnedPage, MunicipalityPage


def end_alerts(change: Change) -> None:
    now = timezone.now()
    shown = Alert.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=now), municipality=change.place.pk)
    change.note(_("Alerts ended"), shown.update(valid_until=now))


def alerts_of(place: MunicipalityPage) -> list[dict[str, Any]]:
    fields = ("level", "title", "text", "link", "link_text", "valid_from", "valid_until")
    return list(Alert.objects.filter(municipality=place.pk).order_by("pk").values(*fields))


def take_over_alerts(change: Change) -> None:
    alerts = Alert.objects.filter(municipality=change.place.pk)
    change.note(_("Alerts taken over"), alerts.update(municipality=change.into.pk))


def take_over_bin(change: Change, counterparts: dict[int, int]) -> None:
    """What comes back from the bin comes back to the successor, where its page stands for the one it was under."""
    binned = list(BinnedPage.objects.filter(anchor=change.place.pk))
    for row in binned:
        row.anchor_id = change.into.pk
        row.above = [counterparts.get(pk, pk) for pk in row.above]
    BinnedPage.objects.bulk_update(binned, ["anchor", "above"])
    change.note(_("Pages in the bin taken over"), len(binned))
