"""Who sits in front of the editors' interface, for what Wagtail shows without being told the person."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import Page

from municipalities import permissions

_viewer: ContextVar[Any] = ContextVar("viewer", default=None)


@contextmanager
def nobody_yet() -> Iterator[None]:
    """Around each request, so that the next one on the same thread does not inherit the person."""
    token = _viewer.set(None)
    try:
        yield
    finally:
        _viewer.reset(token)


def seen_by(user: Any) -> None:
    _viewer.set(user)


def public_title(page: Page) -> str:
    """The title of a page for everybody: nothing of what is written while it is not published."""
    return page.title if page.live else _("(page that is not published)")


def shown_title(page: Page) -> str:
    """The title of a page that something own refers to; not where others have withdrawn it and go on writing."""
    viewer = _viewer.get()
    if page.live or viewer is None:
        return page.title
    if permissions.may_work_on(viewer, page):
        return str(page.get_admin_display_title())
    return public_title(page)
