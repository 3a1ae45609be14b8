"""Editors' views of responsibilities and gaps in the content."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from django_filters import ModelChoiceFilter
from wagtail.admin.auth import PermissionPolicyChecker
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.permissions import page_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet

from services.entry_views import ResponsibilityCopyView, ResponsibilityCreateView, ResponsibilityEditView
from services.forms import ResponsibilityForm
from services.gap_report import gap_report
from services.kept_elsewhere import PeriodColumn, RestPanel, with_rest
from services.models import Responsibility, ServicePage
from services.responsibility_policy import areas, visible_responsibilities
from services.responsibility_table.columns import COLUMNS
from services.responsibility_table.views import ResponsibilityIndexView


class ResponsibilityFilterSet(WagtailFilterSet):
    """Offers the person's own municipalities and what is published of the catalogue."""

    area = ModelChoiceFilter(label=_("area"), queryset=lambda request: areas(request.user))
    service = ModelChoiceFilter(
        label=_("service"), queryset=lambda request: ServicePage.objects.live().listing().order_by("title")
    )

    class Meta:
        model = Responsibility
        fields = ["area", "evidence", "role", "arrangement", "service"]


class ResponsibilityViewSet(SnippetViewSet):
    model = Responsibility
    index_view_class = ResponsibilityIndexView
    add_view_class = ResponsibilityCreateView
    copy_view_class = ResponsibilityCopyView
    edit_view_class = ResponsibilityEditView
    edit_handler = ObjectList([RestPanel(), *Responsibility.panels], base_form_class=ResponsibilityForm)
    icon = "key"
    menu_label = _("Responsibilities")
    menu_name = "responsibilities"
    menu_order = 250
    add_to_admin_menu = True
    list_display = [
        "service_shown",
        "area",
        "office_shown",
        Column("get_role_display", label=_("Role")),
        PeriodColumn(),
        Column("get_evidence_display", label=_("Evidence")),
    ]
    filterset_class = ResponsibilityFilterSet
    list_per_page = 50
    list_export = COLUMNS
    search_fields = ["service__title", "office__title", "area__title", "task"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Responsibility]:
        rows = visible_responsibilities(request.user).select_related("service", "area", "office")
        return with_rest(rows, timezone.localdate())


class ContentGapsView(WagtailAdminTemplateMixin, TemplateView):
    """What is missing: services without office, contested entries, orphaned pages, offices without hours."""

    page_title = _("Gaps in the content")
    header_icon = "warning"
    template_name = "services/admin/content_gaps.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report = gap_report(self.request.user, timezone.localdate())
        return super().get_context_data(report=report, **kwargs)


content_gaps_view = PermissionPolicyChecker(page_permission_policy).require_any("add", "change", "publish")(
    ContentGapsView.as_view()
)
