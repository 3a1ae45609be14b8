"""The start page of the editors' interface and the board."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.ui.components import Component

from home.board import BoardView
from home.start_page import arrange
from municipalities import permissions


@hooks.register("construct_homepage_panels")
def show_what_waits(request: HttpRequest, panels: list[Component]) -> None:
    arrange(request.user, panels)


@hooks.register("construct_homepage_summary_items", order=1000)
def hide_numbers_of_the_whole_portal(request: HttpRequest, items: list[SummaryItem]) -> None:
    items.clear()


@hooks.register("register_admin_urls")
def register_board() -> list[URLPattern]:
    return [path("uebersicht/", BoardView.as_view(), name="board")]


class BoardMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return permissions.municipalities_overseen_by(user).exists()


@hooks.register("register_reports_menu_item")
def register_board_menu_item() -> Any:
    return BoardMenuItem(_("Municipalities at a glance"), reverse("board"), icon_name="list-ul", order=40)
