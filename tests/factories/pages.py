"""What all page factories share."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import factory
from wagtail.signal_handlers import disable_reference_index_auto_update
from wagtail_factories import PageFactory

from cooperations.models import CooperationIndexPage
from home.models import HomePage, LifeEventIndexPage
from services.models import ServiceCataloguePage


@contextmanager
def without_editors_indexes() -> Iterator[None]:
    """Create many pages in half the time: without the indexes that only the editors' interface reads."""
    with (
        disable_reference_index_auto_update(),
        mock.patch("modelsearch.index.get_search_backends_with_name", return_value=[]),
    ):
        yield


FIXED_PAGES = {
    "home": HomePage,
    "catalogue": ServiceCataloguePage,
    "life_events": LifeEventIndexPage,
    "cooperations": CooperationIndexPage,
}


class PortalPageFactory(PageFactory):
    """A live page under its proper parent.

    The database may already hold demonstration content, so titles and slugs are numbered. ``published=True`` goes the
    way of editors (revision and signals); without it the page is merely stored, which is faster.
    """

    class Meta:
        abstract = True
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda number: f"seite-{number}")

    @factory.post_generation
    def published(self: Any, create: bool, extracted: bool, **kwargs: Any) -> None:
        if create and extracted:
            self.save_revision().publish()


def fixed_page(name: str) -> factory.LazyFunction:
    """One of the portal's fixed pages, named as in ``home.installation.Portal``."""
    return factory.LazyFunction(lambda: FIXED_PAGES[name].objects.get())
