"""The offices of one municipality."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import Panel

from cms.models import BasePage
from municipalities.tenancy import municipality_of
from services.models.office import OfficePage


class OfficeIndexPage(BasePage):
    page_description = _("All offices of a municipality.")
    parent_page_types = ["municipalities.MunicipalityPage"]
    subpage_types = ["services.OfficePage"]
    max_count_per_parent = 1
    is_fixed = True
    # Never withdrawn, hence without a day on which it ends.
    settings_panels: list[Panel] = []
    is_reviewed = False
    template = "services/office_index_page.html"

    class Meta:
        verbose_name = _("offices of a municipality")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["place"] = municipality_of(self)
        context["offices"] = OfficePage.objects.child_of(self).live().order_by("title")
        return context
