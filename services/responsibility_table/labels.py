"""The names that a person may read, of everything that entries refer to, in two queries for all of them."""

from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.models.page import ancestor_paths
from municipalities import permissions
from municipalities.models import MunicipalityPage
from services.models.responsibility import Responsibility

_NAMED = (
    *("service__title", "service__slug", "service__live", "area__title", "area__ags", "area__live", "area__path"),
    *("office__title", "office__live", "office__path", "locality__name", "locality__municipality"),
)


class Labels:
    """As ``municipalities.gate.viewer.shown_title``, for many pages."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self._words: dict[tuple[str, str], str] = {}

    @staticmethod
    def load(rows: QuerySet[Responsibility]) -> QuerySet[Responsibility]:
        """With what is named here, and nothing of the texts of pages."""
        own = [field.attname for field in Responsibility._meta.concrete_fields]
        return rows.select_related("service", "area", "office", "locality").only(*own, *_NAMED)

    @cached_property
    def _own_drafts(self) -> dict[int, str]:
        rows = Responsibility.objects.order_by()
        named = Q(pk__in=rows.values("service")) | Q(pk__in=rows.values("office")) | Q(pk__in=rows.values("area"))
        pages = permissions.own_pages(self.user).filter(named, live=False)
        return {pk: draft_title or title for pk, draft_title, title in pages.values_list("pk", "draft_title", "title")}

    @cached_property
    def _places(self) -> dict[str, MunicipalityPage]:
        return {place.path: place for place in MunicipalityPage.objects.only("path", "title", "live", "ags")}

    def choice(self, row: Responsibility, name: str) -> str:
        """The word for the value of a field with choices. Asking the row each time takes most of the time."""
        key = name, getattr(row, name)
        if key not in self._words:
            self._words[key] = str(getattr(row, f"get_{name}_display")())
        return self._words[key]

    def shows(self, page: Page) -> bool:
        return page.live or page.pk in self._own_drafts

    def page(self, page: Page) -> str:
        if page.live:
            return page.title
        return self._own_drafts.get(page.pk) or _("(page that is not published)")

    def municipality_of(self, office: Page) -> MunicipalityPage | None:
        return next((self._places[path] for path in ancestor_paths(office)[::-1] if path in self._places), None)

    def place_of(self, office: Page) -> str:
        """The municipality whose office it is, where the office itself may be known."""
        place = self.municipality_of(office)
        return self.page(place) if place and self.shows(office) else ""
