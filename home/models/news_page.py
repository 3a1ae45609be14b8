"""News of the portal and of each municipality."""

from datetime import date
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import PageManager
from wagtail.query import PageQuerySet

from cms.blocks import BodyBlock
from cms.models import BasePage
from cms.search_documents import SearchDocument, SearchKind
from cms.visibility import open_to_all
from municipalities.tenancy import municipality_of
from services.sources import read_source


class NewsQuerySet(PageQuerySet):
    def on_day(self, day: date) -> "NewsQuerySet":
        """News of this day and before: one with a later date is published, but waits for its day."""
        return self.filter(date__lte=day)

    def reachable(self) -> "NewsQuerySet":
        """Without what lies below a withdrawn page: such an address no longer answers."""
        return open_to_all(self)


class NewsPage(BasePage):
    date = models.DateField(_("date"), default=timezone.localdate)
    summary = models.TextField(_("summary"), max_length=400)
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)
    source = models.CharField(_("source"), max_length=500, blank=True)

    objects = PageManager.from_queryset(NewsQuerySet)()

    page_description = _("One piece of news.")
    parent_page_types = ["home.NewsIndexPage"]
    subpage_types: list[str] = []
    is_reviewed = False
    template = "home/news_page.html"

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("date"),
        FieldPanel("summary"),
        FieldPanel("body"),
        FieldPanel("source"),
    ]

    class Meta:
        verbose_name = _("news")
        verbose_name_plural = _("news")

    @property
    def meta_description(self) -> str:
        return self.search_description or self.summary

    def search_documents(self) -> list[SearchDocument]:
        place = municipality_of(self)
        return [
            SearchDocument(
                kind=SearchKind.NEWS,
                group=f"page:{self.pk}",
                title=self.title,
                url=self.url or "",
                summary=self.summary,
                text=strip_tags(str(self.body)),
                municipality_id=place.pk if place else None,
                slug=self.slug,
                valid_from=self.date,
            )
        ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["place"] = municipality_of(self)
        context["source_label"], context["source_url"] = read_source(self.source)
        return context
