"""A page of free text: imprint, privacy, accessibility, help."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from cms.blocks import BodyBlock
from cms.models import BasePage
from cms.search_documents import SearchDocument, SearchKind
from municipalities.tenancy import municipality_of


class StandardPage(BasePage):
    intro = models.TextField(_("introduction"), blank=True, max_length=500)
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)
    show_in_footer = models.BooleanField(_("show in the footer"), default=False)

    page_description = _("A page of free text.")
    parent_page_types = ["home.HomePage", "municipalities.MunicipalityPage", "home.StandardPage"]
    subpage_types = ["home.StandardPage"]
    template = "home/standard_page.html"

    content_panels = [*BasePage.content_panels, FieldPanel("intro"), FieldPanel("body")]
    promote_panels = [*BasePage.promote_panels, FieldPanel("show_in_footer")]

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")

    @property
    def meta_description(self) -> str:
        return self.search_description or self.intro

    def search_documents(self) -> list[SearchDocument]:
        place = municipality_of(self)
        return [
            SearchDocument(
                kind=SearchKind.PAGE,
                group=f"page:{self.pk}",
                title=self.title,
                url=self.url or "",
                summary=self.intro,
                text=strip_tags(str(self.body)),
                municipality_id=place.pk if place else None,
                slug=self.slug,
            )
        ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["place"] = municipality_of(self)
        return context
