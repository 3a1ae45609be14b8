from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from services.admin import ResponsibilityViewSet, content_gaps_view
from services.text_editing.views import text_outcome

register_snippet(ResponsibilityViewSet)


@hooks.register("register_admin_urls")
def register_gap_urls():
    return [path("luecken/", content_gaps_view, name="content_gaps")]


@hooks.register("register_admin_urls")
def register_text_urls():
    return [path("leistungstexte/<int:page_pk>/", text_outcome, name="text_outcome")]


@hooks.register("register_reports_menu_item")
def register_gap_menu_item() -> MenuItem:
    return MenuItem(_("Gaps in the content"), reverse("content_gaps"), icon_name="warning", order=50)
