"""The register of alerts, kept by those who publish for the municipality."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList

from municipalities import permissions
from municipalities.models import Alert, MunicipalityPage
from municipalities.registers import OwnerFilter, TenantModelAdmin


class AlertAdmin(TenantModelAdmin):
    model = Alert
    base_url_path = "hinweise"
    menu_icon = "warning"
    menu_order = 260
    without_owner = _("whole portal")
    list_display = ("title", "level", "shown_for", "state", "shown_from", "shown_until")
    list_per_page = 50
    search_fields = ("title", "text")

    edit_handler = ObjectList(
        [
            FieldPanel("municipality", widget=forms.Select),
            FieldPanel("level", widget=forms.RadioSelect),
            FieldPanel("title"),
            FieldPanel("text", widget=forms.Textarea(attrs={"rows": 3})),
            MultiFieldPanel([FieldPanel("link"), FieldPanel("link_text")], heading=_("Further information")),
            FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_until")], heading=_("Period")),
        ]
    )

    def owners(self, user: Any) -> QuerySet[MunicipalityPage]:
        places = permissions.municipalities_published_by(user).on_day(timezone.localdate())
        return places.defer_streamfields().order_by("title")

    def get_list_filter(self, request: HttpRequest) -> tuple[Any, ...]:
        several = self.owners(request.user)[:2].count() > 1
        return ("level", OwnerFilter) if several else ("level",)

    @staticmethod
    def _moment(value: Any) -> str:
        return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT") if value else ""

    def shown_for(self, alert: Alert) -> str:
        return str(alert.municipality) if alert.municipality else str(self.without_owner)

    shown_for.short_description = _("shown for")  # type: ignore[attr-defined]
    shown_for.admin_order_field = "municipality__title"  # type: ignore[attr-defined]

    def state(self, alert: Alert) -> str:
        return alert.state

    state.short_description = _("state")  # type: ignore[attr-defined]

    def shown_from(self, alert: Alert) -> str:
        return self._moment(alert.valid_from)

    shown_from.short_description = _("shown from")  # type: ignore[attr-defined]
    shown_from.admin_order_field = "valid_from"  # type: ignore[attr-defined]

    def shown_until(self, alert: Alert) -> str:
        return self._moment(alert.valid_until)

    shown_until.short_description = _("shown until")  # type: ignore[attr-defined]
    shown_until.admin_order_field = "valid_until"  # type: ignore[attr-defined]
