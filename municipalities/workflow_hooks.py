"""Menu entries, addresses and buttons of review dates, bin and the municipality's settings."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page

from cms.models import User
from municipalities import permissions
from municipalities.bin import LOG_BINNED, LOG_RESTORED, without_bin
from municipalities.bin_views import BinView, RestoreView
from municipalities.place_settings import LOG_SETTINGS, PlaceSettingsListView, PlaceSettingsView, places_to_set_up
from municipalities.removal_views import BULK_ACTIONS
from municipalities.review import LOG_CONFIRMED, LOG_DATE_CHOSEN, is_reviewed
from municipalities.review_views import ConfirmView, ReviewDateView, ReviewListView


@hooks.register("register_admin_urls")
def register_workflow_urls() -> list[URLPattern]:
    return [
        path("pruefung/", ReviewListView.as_view(), name="page_reviews"),
        path("pruefung/<int:page_id>/", ReviewDateView.as_view(), name="page_review"),
        path("pruefung/<int:page_id>/stimmt/", ConfirmView.as_view(), name="page_review_confirm"),
        path("papierkorb/", BinView.as_view(), name="bin"),
        path("papierkorb/<int:binned_id>/zurueck/", RestoreView.as_view(), name="bin_restore"),
        path("kommune/", PlaceSettingsListView.as_view(), name="municipality_settings_list"),
        path("kommune/<int:page_id>/", PlaceSettingsView.as_view(), name="municipality_settings"),
    ]


@hooks.register("register_admin_menu_item")
def register_review_menu_item() -> MenuItem:
    return MenuItem(_("Due for review"), reverse("page_reviews"), icon_name="calendar-check", order=150)


@hooks.register("register_admin_menu_item")
def register_bin_menu_item() -> MenuItem:
    return MenuItem(_("Bin"), reverse("bin"), icon_name="bin", order=9000)


class _SettingsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return places_to_set_up(request.user).exists()


@hooks.register("register_settings_menu_item")
def register_place_settings_menu_item() -> MenuItem:
    return _SettingsMenuItem(
        _("Settings of the municipality"), reverse("municipality_settings_list"), icon_name="cogs", order=50
    )


@hooks.register("register_page_header_buttons")
def register_review_buttons(page: Page, user: User, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    if page.pk is None or not is_reviewed(page) or not permissions.may_confirm(user, page):
        return
    if page.live:
        # A button that posts; the page behind the next one has the same for those without JavaScript.
        attrs = {
            "data-controller": "w-action",
            "data-action": "w-action#post",
            "data-w-action-url-value": reverse("page_review_confirm", args=[page.pk])
            + (f"?next={next_url}" if next_url else ""),
        }
        yield Button(_("Still correct"), icon_name="check", attrs=attrs, priority=66)
    yield Button(_("Review date"), url=reverse("page_review", args=[page.pk]), icon_name="calendar-check", priority=67)


# After Wagtail's own, whose place they take.
for _action in BULK_ACTIONS:
    hooks.register("register_bulk_action", _action, order=1)


@hooks.register("construct_explorer_page_queryset")
def leave_out_the_bin(parent: Page, pages: Any, request: HttpRequest) -> QuerySet[Page]:
    return without_bin(pages)


@hooks.register("register_log_actions")
def register_workflow_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(LOG_BINNED, _("Into the bin"), _("Put into the bin"))
    actions.register_action(LOG_RESTORED, _("Bring back from the bin"), _("Brought back from the bin"))
    actions.register_action(LOG_CONFIRMED, _("Confirm"), _("Confirmed as still correct"))
    actions.register_action(LOG_DATE_CHOSEN, _("Choose review date"), _("Review date chosen"))
    actions.register_action(LOG_SETTINGS, _("Change settings"), _("Settings of the municipality changed"))
