"""Alerts for the place that a page is about."""

from collections.abc import Iterable

from django import template

from municipalities.alerts import ShownAlert
from municipalities.models import MunicipalityPage

register = template.Library()


@register.filter
def for_place(alerts: Iterable[ShownAlert], place: MunicipalityPage | str | None) -> list[ShownAlert]:
    """Alerts to show on a page about the place; on a page without one, those that concern everybody."""
    found = place if isinstance(place, MunicipalityPage) else None
    return [alert for alert in alerts if alert.is_for(found)]
