"""How the form and the list of responsibilities show what rests because of an agreement."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import Panel
from wagtail.admin.ui.tables import Column

from cms.validity import holds_on
from services.grounds import Ground, ground_of, with_grounds
from services.models import Responsibility
from services.overlaps import share_a_day
from services.responsibility_words import period_in_words


def with_rest(rows: QuerySet[Responsibility], day: date) -> QuerySet[Responsibility]:
    """Each row knows whether it rests on the day (``rests``), without a query of its own."""
    prevailing = Responsibility.objects.filter(holds_on(day), prevails=True)
    same = prevailing.filter(service=OuterRef("service"), area=OuterRef("area"), role=OuterRef("role"))
    return rows.annotate(rests=Q(prevails=False) & Exists(same))


class PeriodColumn(Column):
    """When the entry holds, and whether it does today."""

    def __init__(self) -> None:
        super().__init__("period", label=gettext_lazy("Valid"), sort_key="valid_from")

    def get_value(self, instance: Responsibility) -> str:
        today = timezone.localdate()
        period = period_in_words(instance.valid_from, instance.valid_until)
        if instance.valid_until is not None and instance.valid_until < today:
            return _("%(period)s (over)") % {"period": period}
        if instance.prevails:
            return _("%(period)s (by agreement)") % {"period": period}
        if getattr(instance, "rests", False):
            return _("%(period)s (rests: an agreement holds)") % {"period": period}
        return period


def resting(row: Responsibility, user: Any = None) -> list[tuple[str, Ground | None]]:
    """Periods in which an entry rests, from today on, each with the ground."""
    if row.pk is None or row.prevails:
        return []
    others = with_grounds(Responsibility.objects.from_day(timezone.localdate())).filter(
        prevails=True, service=row.service_id, area=row.area_id, role=row.role
    )
    return [
        (period_in_words(one.valid_from, one.valid_until), ground_of(one, user))
        for one in others.order_by("valid_from", "pk")
        if share_a_day(row, one)
    ]


class RestPanel(Panel):
    """Says in the form that the entry rests, and why."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "services/admin/rest_panel.html"

        def is_shown(self) -> bool:
            self.periods = resting(self.instance, self.request.user if self.request else None)
            return bool(self.periods)
