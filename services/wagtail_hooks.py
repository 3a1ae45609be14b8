from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.permissions import policy_registry
from wagtail.snippets.models import register_snippet

# The imported modules without a name of their own register addresses, menu entries and buttons of their subject.
import services.inheritance.log_actions
import services.inheritance.views.hooks  # noqa: F401
from services.admin import ResponsibilityViewSet, content_gaps_view
from services.matrix_view import MatrixView
from services.models import Responsibility
from services.publication import PUBLICATION_REFUSED
from services.reports import comparison_view, freshness_view
from services.responsibility_table.views import ImportView
from services.text_editing.views import text_outcome
from services.tier_views import TierChangeView

register_snippet(ResponsibilityViewSet)


@hooks.register("register_admin_urls")
def register_gap_urls():
    return [
        path("luecken/", content_gaps_view, name="content_gaps"),
        path("zustaendigkeit-wechselt/", TierChangeView.as_view(), name="tier_change"),
        path("zustaendigkeiten/ueberblick/", MatrixView.as_view(), name="responsibility_matrix"),
        path("zustaendigkeiten/einlesen/", ImportView.as_view(), name="responsibility_import"),
        path("vergleich/", comparison_view, name="service_comparison"),
        path("aktualitaet/", freshness_view, name="freshness"),
    ]


@hooks.register("before_delete_snippet")
def keep_what_follows_from_agreements(request: HttpRequest, instances: Iterable[Any]) -> HttpResponse | None:
    """One by one or many at once: even portal administrators change the agreement instead."""
    if not any(isinstance(row, Responsibility) and row.prevails for row in instances):
        return None
    messages.error(request, gettext("This entry follows from an agreement and is changed there."))
    return redirect("wagtailsnippets_services_responsibility:list")


@hooks.register("register_admin_urls")
def register_text_urls():
    return [path("leistungstexte/<int:page_pk>/", text_outcome, name="text_outcome")]


@hooks.register("register_reports_menu_item")
def register_gap_menu_item() -> MenuItem:
    return MenuItem(_("Gaps in the content"), reverse("content_gaps"), icon_name="warning", order=50)


class MatrixMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        policy: Any = policy_registry.get_by_type(Responsibility)
        return policy.user_has_permission(request.user, "view")


@hooks.register("register_reports_menu_item")
def register_matrix_menu_item() -> Any:
    return MatrixMenuItem(
        _("Responsibilities at a glance"), reverse("responsibility_matrix"), icon_name="table", order=45
    )


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
