"""What taking up, leaving and merging add to the editors' interface."""

from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from municipalities import permissions
from municipalities.lifecycle.urls import urlpatterns


class _PortalAdminsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return permissions.is_portal_admin(request.user)


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern]:
    return urlpatterns


@hooks.register("register_admin_menu_item")
def register_municipalities_menu_item() -> MenuItem:
    return _PortalAdminsMenuItem(_("Municipalities"), reverse("municipality_list"), icon_name="globe", order=260)
