"""The pages every municipality gets when it is taken up. Apps above this one register theirs."""

from collections.abc import Callable
from dataclasses import dataclass

from wagtail.models import Page

from municipalities.models import MunicipalityPage


@dataclass(frozen=True)
class DefaultPage:
    """``make`` builds the page, unsaved; it is asked only where the municipality has no child with this slug.

    ``is_personal`` marks what a municipality says about itself alone, such as the imprint: no successor takes it over.
    """

    order: int
    slug: str
    make: Callable[[MunicipalityPage], Page]
    is_personal: bool = False


_pages: dict[str, DefaultPage] = {}


def register_default_page(page: DefaultPage) -> None:
    _pages[page.slug] = page


def default_pages() -> list[DefaultPage]:
    return sorted(_pages.values(), key=lambda page: page.order)
