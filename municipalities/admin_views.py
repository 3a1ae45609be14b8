"""What the municipality's own views in the editors' interface have in common."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.generic import ListView
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin


class AdminPageMixin(WagtailAdminTemplateMixin):
    """A page of the editors' interface with its title in the path at the top."""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.get_header_title()}]


class AdminListView(AdminPageMixin, ListView):
    """A list, fifty lines to a page."""

    paginate_by = 50
    page_kwarg = "p"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        context["elided_page_range"] = page.paginator.get_elided_page_range(page.number)
        return context


def go_on(request: HttpRequest, otherwise: str, *args: Any) -> HttpResponse:
    """To where the person came from, if the form says so."""
    return redirect(get_valid_next_url_from_request(request) or otherwise, *args)
