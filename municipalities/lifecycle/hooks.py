"""What leaving, merging and rights add to the editors' interface."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page

from municipalities import permissions
from municipalities.lifecycle.urls import urlpatterns
from municipalities.rights_view import RightsView


class _PortalAdminsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return permissions.is_portal_admin(request.user)


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern]:
    return [*urlpatterns, path("rechte/<int:page_id>/", RightsView.as_view(), name="page_rights")]


@hooks.register("register_admin_menu_item")
def register_municipalities_menu_item() -> MenuItem:
    return _PortalAdminsMenuItem(_("Municipalities"), reverse("municipality_list"), icon_name="globe", order=260)


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("portal.leave", _("Leave the portal"), _("Left the portal"))
    actions.register_action("portal.merge", _("Merge into a successor"), _("Merged into its successor"))
    actions.register_action("portal.cancel_change", _("Cancel a planned change"), _("Planned change cancelled"))


@hooks.register("register_page_header_buttons")
def offer_rights(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    if page.depth > 1 and permissions.may_work_on(user, page):
        yield Button(
            _("What may I do here?"), url=reverse("page_rights", args=(page.pk,)), icon_name="key", priority=75
        )
