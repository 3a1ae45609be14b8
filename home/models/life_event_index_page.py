"""The list of life events."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from cms.models import BasePage
from home.models.life_event_page import LifeEventPage


class LifeEventIndexPage(BasePage):
    intro = models.TextField(_("introduction"), blank=True, max_length=500)

    page_description = _("All life events and business events.")
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.LifeEventPage"]
    max_count = 1
    is_reviewed = False
    template = "home/life_event_index_page.html"

    content_panels = [*BasePage.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("life events")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        events = LifeEventPage.objects.child_of(self).live().with_services().order_by("path")
        context["life_events"] = [event for event in events if event.is_for_citizens]
        context["business_events"] = [event for event in events if not event.is_for_citizens]
        return context
