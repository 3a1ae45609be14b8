"""Whose page is it? The one place that answers: the nearest municipality above, or at, the page in the tree."""

from wagtail.models import Page

from cms.models.page import ancestor_paths
from municipalities.models import MunicipalityPage


def municipality_of(page: Page) -> MunicipalityPage | None:
    """The tenant a page belongs to; ``None`` for what all share (catalogue, life events, portal pages)."""
    if isinstance(page, MunicipalityPage):
        return page
    paths = ancestor_paths(page)
    return MunicipalityPage.objects.filter(path__in=paths).select_related("district").order_by("-depth").first()
