"""The editors' interface leads nobody to handbooks that know nothing of the portal."""

from django.test import Client
from django.urls import reverse


def test_the_help_menu_keeps_the_short_cuts_only(editor: Client) -> None:
    page = editor.get(reverse("wagtailadmin_home")).content.decode()
    assert "keyboard-shortcuts-dialog" in page
    assert "wagtail.org" not in page
