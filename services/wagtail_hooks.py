from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

# The imported modules without a name of their own register addresses, menu entries and buttons of their subject.
import services.inheritance.log_actions
import services.inheritance.views.hooks  # noqa: F401
from services.admin import ResponsibilityViewSet, content_gaps_view

register_snippet(ResponsibilityViewSet)


@hooks.register("register_admin_urls")
def register_gap_urls():
    return [path("luecken/", content_gaps_view, name="content_gaps")]


@hooks.register("register_reports_menu_item")
def register_gap_menu_item() -> MenuItem:
    return MenuItem(_("Gaps in the content"), reverse("content_gaps"), icon_name="warning", order=50)
