"""What every public page shows around its content: the portal's name, navigation, footer pages and alerts."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import BooleanField, CharField, F, Field, IntegerField, Q, QuerySet, Value
from django.http import HttpRequest
from django.utils.functional import cached_property
from wagtail.models import Page

from municipalities import alerts
from municipalities.look.own_host import portal_root, tree_address
from municipalities.models import Alert

# The home page lies at depth 2; only its children can stand in the navigation or in the footer of all pages, and only
# those of a municipality in the footer of its pages.
DEPTH_BELOW_HOME, DEPTH_BELOW_PLACE = 3, 4

_PAGE_COLUMNS: dict[str, type[Field]] = {
    "pk": IntegerField,
    "title": CharField,
    "url_path": CharField,
    "path": CharField,
    "show_in_menus": BooleanField,
    "in_footer": BooleanField,
}


@dataclass(frozen=True)
class NavigationItem:
    """``current`` is what ``aria-current`` takes: "page" on the page itself, "true" below it, else empty."""

    title: str
    url: str
    current: str


@dataclass(frozen=True)
class _PageRow:
    pk: int
    title: str
    url_path: str
    path: str
    show_in_menus: bool
    in_footer: bool | None

    @property
    def depth(self) -> int:
        return len(self.path) // Page.steplen

    @property
    def slug(self) -> str:
        return self.url_path.rstrip("/").rpartition("/")[2]


class Portal:
    """Asks the database once, and only when a template shows any of it (the editors' interface does not)."""

    def __init__(self, path: str, root: str = "", place: str = "") -> None:
        # At a municipality's own host, no page of the portal is the current one.
        self._path = "" if root else path
        self._place_path, self._place = path, place
        self.home_url = f"{root}/"
        self.name: str = settings.WAGTAIL_SITE_NAME
        self.is_demo: bool = settings.PORTAL_DEMO

    @cached_property
    def _found(self) -> tuple[list[_PageRow], list[alerts.ShownAlert]]:
        """Pages and alerts have nothing in common but the one query that fetches both."""
        rows = list(_pages_beside_no_alert(self._place).union(_alerts_beside_no_page(), all=True))
        width = len(_PAGE_COLUMNS)
        pages = [_PageRow(*row[:width]) for row in rows if row[0] is not None]
        shown = [alerts.ShownAlert(*row[width:]) for row in rows if row[0] is None]
        return sorted(pages, key=lambda page: page.path), alerts.most_urgent_first(shown)

    @cached_property
    def menu(self) -> list[NavigationItem]:
        return [_item(page, self._path) for page in self._at(DEPTH_BELOW_HOME) if page.show_in_menus]

    @cached_property
    def footer(self) -> list[NavigationItem]:
        return [_item(page, self._path) for page in self._at(DEPTH_BELOW_HOME) if page.in_footer]

    @cached_property
    def place_footer(self) -> list[NavigationItem]:
        """As :attr:`footer`, for the pages of a municipality: its own imprint and the like come first, and take the
        place of the portal's pages with the same name in the address."""
        own = self._at(DEPTH_BELOW_PLACE)
        replaced = {page.slug for page in own}
        others = [page for page in self._at(DEPTH_BELOW_HOME) if page.in_footer and page.slug not in replaced]
        return [*(_item(page, self._place_path) for page in own), *(_item(page, self._path) for page in others)]

    def _at(self, depth: int) -> list[_PageRow]:
        return [page for page in self._found[0] if page.depth == depth]

    @property
    def alerts(self) -> list[alerts.ShownAlert]:
        """All that hold at present; the filter ``for_place`` chooses."""
        return self._found[1]


def _item(row: _PageRow, here: str) -> NavigationItem:
    url = Page(pk=row.pk, title=row.title, url_path=row.url_path).url or ""
    # With several sites, Wagtail's addresses have a host.
    path = urlsplit(url).path
    current = "page" if path == here else "true" if path and here.startswith(path) else ""
    return NavigationItem(row.title, url, current)


def _pages_beside_no_alert(place: str) -> QuerySet[Page, tuple[Any, ...]]:
    of_portal = Q(depth=DEPTH_BELOW_HOME) & (Q(show_in_menus=True) | Q(standardpage__show_in_footer=True))
    of_place = Q(depth=DEPTH_BELOW_PLACE, url_path__startswith=place, standardpage__show_in_footer=True)
    return (
        Page.objects.live()
        .filter(of_portal | of_place if place else of_portal)
        .annotate(in_footer=F("standardpage__show_in_footer"), **_nothing("alert", alerts.COLUMNS))
        .order_by()
        .values_list(*_PAGE_COLUMNS, *_nothing("alert", alerts.COLUMNS))
    )


def _alerts_beside_no_page() -> QuerySet[Alert, tuple[Any, ...]]:
    return (
        alerts.current()
        .order_by()
        .annotate(**_nothing("page", _PAGE_COLUMNS))
        .values_list(*_nothing("page", _PAGE_COLUMNS), *alerts.COLUMNS)
    )


def _nothing(prefix: str, columns: dict[str, type[Field]]) -> dict[str, Value]:
    """Empty columns of the same kinds, so that both halves of the query fit."""
    return {f"{prefix}_{number}": Value(None, kind()) for number, kind in enumerate(columns.values())}


def portal(request: HttpRequest) -> dict[str, Portal]:
    return {"portal": Portal(request.path, portal_root(request), tree_address(request))}
