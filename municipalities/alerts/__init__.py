"""Alerts on public pages: in the page itself, and at a small address that is never kept in a cache.

The page shows what held when it was made. The script asks the address anew on every page, so that an alert is there at
once on pages that a browser or a proxy still keeps; without script it comes when the page is fetched anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, DateTimeField, Field, IntegerField, TextField
from django.template.loader import render_to_string
from django.utils import timezone

from municipalities.models import Alert, AlertLevel, MunicipalityKind, MunicipalityPage
from municipalities.models.alert import AlertQuerySet

# What :class:`ShownAlert` is made of, in the order of its fields, with the kind of each column: another query may take
# the columns in with its own.
COLUMNS: dict[str, type[Field]] = {
    "pk": IntegerField,
    "title": CharField,
    "level": CharField,
    "text": TextField,
    "link": CharField,
    "link_text": CharField,
    "changed_at": DateTimeField,
    "municipality_id": IntegerField,
    "municipality__kind": CharField,
    "municipality__title": CharField,
}


@dataclass(frozen=True)
class ShownAlert:
    """An alert as pages show it. ``place`` is empty for the whole portal."""

    pk: int
    title: str
    level: str
    text: str
    link: str
    link_text: str
    changed_at: datetime
    place_id: int | None
    place_kind: str | None
    place: str | None

    @property
    def key(self) -> str:
        """Names the alert as it is now: once changed, it is shown again to those who had closed it."""
        return f"{self.pk}-{self.changed_at:%Y%m%d%H%M%S%f}"

    @property
    def level_label(self) -> str:
        return str(AlertLevel(self.level).label)

    @property
    def is_urgent(self) -> bool:
        return self.level == AlertLevel.DANGER

    def is_for(self, place: MunicipalityPage | None) -> bool:
        """As :meth:`AlertQuerySet.at`, for alerts that are fetched already."""
        if self.place_id is None:
            return True
        if place is None:
            return self.place_kind == MunicipalityKind.DISTRICT
        return self.place_id in (place.pk, place.district_id)


def current() -> AlertQuerySet:
    """All alerts that are shown at present, wherever."""
    return Alert.objects.on(timezone.now())


def most_urgent_first(alerts: Iterable[ShownAlert]) -> list[ShownAlert]:
    order = {level: rank for rank, level in enumerate(reversed(AlertLevel.values))}
    return sorted(alerts, key=lambda alert: (order[alert.level], -alert.pk))


def render(alert: ShownAlert) -> str:
    return render_to_string("components/alert_banner/alert_banner.html", {"alert": alert})


def as_json(rows: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    """What the script is told: each alert with its key and the very markup that the page has."""
    alerts = most_urgent_first(ShownAlert(*row) for row in rows)
    return {"alerts": [{"key": alert.key, "urgent": alert.is_urgent, "html": render(alert)} for alert in alerts]}
