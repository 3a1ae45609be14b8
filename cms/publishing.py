"""Creating pages the way editors do: with a revision, published."""

from typing import TypeVar

from wagtail.models import Page

PageType = TypeVar("PageType", bound=Page)


def publish_child(parent: Page, page: PageType) -> PageType:
    """Create the page below its parent; returns it as the database has it then."""
    parent.add_child(instance=page)
    page.save_revision().publish()
    page.refresh_from_db()
    return page
