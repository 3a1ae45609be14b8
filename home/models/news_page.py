"""News of the portal and of each municipality."""

from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from cms.blocks import BodyBlock
from cms.models import BasePage
from cms.search_documents import SearchDocument, SearchKind
from municipalities.tenancy import municipality_of

PAGE_SIZE = 10


class NewsIndexPage(BasePage):
    page_description = _("The list of news.")
    parent_page_types = ["home.HomePage", "municipalities.MunicipalityPage"]
    subpage_types = ["home.NewsPage"]
    max_count_per_parent = 1
    template = "home/news_index_page.html"

    class Meta:
        verbose_name = _("news list")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        news = NewsPage.objects.child_of(self).live().order_by("-date")
        context["place"] = municipality_of(self)
        context["news"] = Paginator(news, PAGE_SIZE).get_page(request.GET.get("seite"))
        return context


class NewsPage(BasePage):
    date = models.DateField(_("date"), default=timezone.localdate)
    summary = models.TextField(_("summary"), max_length=400)
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)
    source = models.CharField(_("source"), max_length=500, blank=True)

    page_description = _("One piece of news.")
    parent_page_types = ["home.NewsIndexPage"]
    subpage_types: list[str] = []
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
        return context
