"""The catalogue: all reference descriptions, from A to Z."""

from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField

from cms.blocks import PLAIN_RICH_TEXT_FEATURES
from cms.models import BasePage
from municipalities.folding import fold_bare, in_german_order
from services.models.service import ServicePage


class ServiceCataloguePage(BasePage):
    intro = RichTextField(_("introduction"), blank=True, features=PLAIN_RICH_TEXT_FEATURES)

    page_description = _("All shared descriptions of services.")
    parent_page_types = ["home.HomePage"]
    subpage_types = ["services.ServicePage"]
    max_count = 1
    is_reviewed = False
    template = "services/catalogue_page.html"

    content_panels = [*BasePage.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("service catalogue")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        services = ServicePage.objects.child_of(self).live().listing()
        context["letters"] = by_initial(services)
        return context


def by_initial(pages: Any) -> list[tuple[str, list[Any]]]:
    """Pages grouped by first letter, umlauts with their bare letter, in German alphabetical order."""
    by_letter = groupby(in_german_order(pages), key=lambda page: fold_bare(page.title)[:1].upper())
    return [(letter, list(group)) for letter, group in by_letter]
