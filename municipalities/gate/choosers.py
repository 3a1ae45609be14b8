"""Choosers of pages: what of others is not public has no title there."""

from typing import Any

from wagtail.admin.views.chooser import BrowseView
from wagtail.admin.widgets import AdminPageChooser
from wagtail.admin.widgets.chooser import BaseChooser
from wagtail.models import Page

from municipalities import permissions
from municipalities.gate.viewer import shown_title


def keep_choosers_to_what_is_seen() -> None:
    """Wagtail offers no other way to change the views and fields of its own chooser than to set their methods.

    Without this, a chosen page shows its newest title even after others have withdrawn it, and a chooser for one type
    of page opens at the lowest page above all of that type: where there is only one, that is a draft of others.
    """
    list_children = BrowseView.get_object_list

    def list_from_where_one_may_look(view: Any) -> Any:
        if not permissions.may_see(view.request.user, view.parent_page):
            view.parent_page = Page.get_first_root_node().specific
        return list_children(view)

    BrowseView.get_object_list = list_from_where_one_may_look
    AdminPageChooser.get_display_title = lambda chooser, page: shown_title(page)


def survive_wrong_keys() -> None:
    """A form that comes back with errors shows what was sent; what is no key at all is nothing chosen."""
    find = BaseChooser.get_instance

    def find_or_nothing(chooser: Any, value: Any) -> Any:
        try:
            return find(chooser, value)
        except (TypeError, ValueError):
            return None

    BaseChooser.get_instance = find_or_nothing
