"""The portal's front door: what do you want, and where do you live?"""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from cms.models import BasePage
from home.models.life_event_page import LifeEventPage
from home.models.news_page import NewsPage
from municipalities.district_map import district_map
from municipalities.models import MunicipalityPage

NEWS_COUNT = 3


class HomePage(BasePage):
    headline = models.CharField(_("headline"), max_length=120, blank=True)
    intro = models.TextField(_("introduction"), blank=True, max_length=500)

    page_description = _("The start page of the portal.")
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "services.ServiceCataloguePage",
        "home.LifeEventIndexPage",
        "cooperations.CooperationIndexPage",
        "municipalities.MunicipalityPage",
        "home.NewsIndexPage",
        "home.StandardPage",
    ]
    max_count = 1
    template = "home/home_page.html"

    content_panels = [*BasePage.content_panels, FieldPanel("headline"), FieldPanel("intro")]

    class Meta:
        verbose_name = _("portal start page")

    @property
    def meta_description(self) -> str:
        return self.search_description or self.intro

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        places = MunicipalityPage.objects.live().on_day(timezone.localdate()).defer_streamfields().alphabetical()
        municipalities = [place for place in places if not place.is_district]
        life_events = list(
            LifeEventPage.objects.live()
            .with_services()
            .order_by("path")
            .only("pk", "title", "url_path", "code", "intro")
        )
        context.update(
            districts=[place for place in places if place.is_district],
            municipalities=municipalities,
            map=district_map(municipalities),
            life_events=[event for event in life_events if event.is_for_citizens],
            business_events=[event for event in life_events if not event.is_for_citizens],
            news=NewsPage.objects.live().reachable().on_day(timezone.localdate()).order_by("-date")[:NEWS_COUNT],
        )
        return context
