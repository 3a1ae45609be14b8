"""What every public page shows around its content: the portal's name, main navigation and footer pages."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils.functional import cached_property
from wagtail.models import Page

# The home page lies at depth 2; only its children can stand in the navigation or in the footer.
DEPTH_BELOW_HOME = 3


@dataclass(frozen=True)
class NavigationItem:
    """``current`` is what ``aria-current`` takes: "page" on the page itself, "true" below it, else empty."""

    title: str
    url: str
    current: str


class Portal:
    """Asks the database once, and only when a template shows navigation or footer (the editors' interface does not)."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.name: str = settings.WAGTAIL_SITE_NAME
        self.is_demo: bool = settings.PORTAL_DEMO

    @cached_property
    def _pages(self) -> list[Any]:
        return list(
            Page.objects.live()
            .filter(Q(show_in_menus=True) | Q(standardpage__show_in_footer=True), depth=DEPTH_BELOW_HOME)
            .annotate(in_footer=F("standardpage__show_in_footer"))
            .order_by("path")
            .only("pk", "title", "url_path", "show_in_menus", "depth", "path", "locale_id", "content_type_id")
        )

    def _item(self, page: Page) -> NavigationItem:
        url = page.url or ""
        current = "page" if url == self._path else "true" if url and self._path.startswith(url) else ""
        return NavigationItem(page.title, url, current)

    @cached_property
    def menu(self) -> list[NavigationItem]:
        return [self._item(page) for page in self._pages if page.show_in_menus]

    @cached_property
    def footer(self) -> list[NavigationItem]:
        return [self._item(page) for page in self._pages if page.in_footer]


def portal(request: HttpRequest) -> dict[str, Portal]:
    return {"portal": Portal(request.path)}
