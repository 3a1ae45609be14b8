from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.snippets.models import register_snippet

from services.admin import ResponsibilityViewSet, content_gaps_view
from services.publication import PUBLICATION_REFUSED
from services.reports import comparison_view, freshness_view

register_snippet(ResponsibilityViewSet)


@hooks.register("register_admin_urls")
def register_gap_urls():
    return [
        path("luecken/", content_gaps_view, name="content_gaps"),
        path("vergleich/", comparison_view, name="service_comparison"),
        path("aktualitaet/", freshness_view, name="freshness"),
    ]


@hooks.register("register_reports_menu_item")
def register_gap_menu_item() -> MenuItem:
    return MenuItem(_("Gaps in the content"), reverse("content_gaps"), icon_name="warning", order=50)


@hooks.register("register_reports_menu_item")
def register_comparison_menu_item() -> MenuItem:
    return MenuItem(_("Comparison of a service"), reverse("service_comparison"), icon_name="list-ul", order=60)


@hooks.register("register_reports_menu_item")
def register_freshness_menu_item() -> MenuItem:
    return MenuItem(_("Freshness"), reverse("freshness"), icon_name="calendar-check", order=55)


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    @actions.register_action(PUBLICATION_REFUSED)
    class RefusedFormatter(LogFormatter):
        label = _("Refuse a planned publication")

        def format_message(self, log_entry: Any) -> str:
            reasons = " ".join(log_entry.data.get("reasons", ()))
            return gettext("Not published as planned. %(reasons)s") % {"reasons": reasons}
