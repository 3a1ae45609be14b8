"""Publishing pages: creating them the way editors do, and refusing what citizens must not read."""

from collections.abc import Iterable
from typing import TypeVar

from django.core.exceptions import ValidationError
from wagtail.models import Page

PageType = TypeVar("PageType", bound=Page)


def publish_child(parent: Page, page: PageType) -> PageType:
    """Create the page below its parent; returns it as the database has it then."""
    parent.add_child(instance=page)
    # As editors do it: the history of the page leads back to this version.
    page.save_revision(log_action=True).publish()
    page.refresh_from_db()
    return page


class PublicationRefusedError(ValidationError):
    """A page says something that must not go public; the messages say what, and where.

    Forms ask before they save. Wherever else something is published (approval, many pages at once, a plan) this ends
    it: nothing is changed, and ``cms.middleware.RefusedPublicationMiddleware`` tells the person.
    """

    def __init__(self, page: Page, messages: Iterable[str]) -> None:
        super().__init__(list(messages))
        self.page = page
