"""Life events: navigation for people who do not know what their matter is called."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from cms.models import BasePage
from cms.search_documents import SearchDocument, SearchKind
from services.codes import main_code, pv_lagen
from services.models import ServiceLifeEvent, ServicePage


def main_event_choices() -> list[tuple[str, str]]:
    return [(code, name) for code, name in pv_lagen().items() if code == main_code(code) and code[1:3] != "00"]


def with_services(events: Iterable["LifeEventPage"]) -> list["LifeEventPage"]:
    """Life events under which at least one published service stands; the others would lead into the void."""
    codes = ServiceLifeEvent.objects.filter(service__live=True).values_list("code", flat=True).distinct()
    used = {main_code(code) for code in codes}
    return [event for event in events if event.code in used]


class LifeEventIndexPage(BasePage):
    intro = models.TextField(_("introduction"), blank=True, max_length=500)

    page_description = _("All life events and business events.")
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.LifeEventPage"]
    max_count = 1
    template = "home/life_event_index_page.html"

    content_panels = [*BasePage.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("life events")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        events = with_services(LifeEventPage.objects.child_of(self).live().order_by("path"))
        context["life_events"] = [event for event in events if event.is_for_citizens]
        context["business_events"] = [event for event in events if not event.is_for_citizens]
        return context


class LifeEventPage(BasePage):
    """A main event of the list of PV-Lagen; its sub-items are the sections of the page."""

    code = models.CharField(_("PV-Lage"), max_length=7, choices=main_event_choices(), unique=True)
    intro = models.TextField(_("introduction"), blank=True, max_length=500)

    page_description = _("One life event with its services.")
    parent_page_types = ["home.LifeEventIndexPage"]
    subpage_types: list[str] = []
    template = "home/life_event_page.html"
    can_be_copied = False

    content_panels = [*BasePage.content_panels, FieldPanel("code"), FieldPanel("intro")]

    class Meta:
        verbose_name = _("life event")
        verbose_name_plural = _("life events")

    @property
    def is_for_citizens(self) -> bool:
        return self.code.startswith("1")

    @property
    def meta_description(self) -> str:
        return self.search_description or self.intro

    def sections(self) -> list[tuple[str, list[ServicePage]]]:
        """Sub-items with their services, in the order of the code list; sub-items without services are left out."""
        names = pv_lagen()
        links = ServiceLifeEvent.objects.filter(code__startswith=self.code[:3], service__live=True)
        by_code: dict[str, set[int]] = {}
        for code, service_id in links.values_list("code", "service_id"):
            by_code.setdefault(code, set()).add(service_id)
        ids = set().union(*by_code.values()) if by_code else set()
        services = list(ServicePage.objects.filter(pk__in=ids).listing().order_by("title"))
        return [
            (names.get(code) or str(self.title), [service for service in services if service.pk in by_code[code]])
            for code in sorted(by_code)
        ]

    def search_documents(self) -> list[SearchDocument]:
        names = pv_lagen()
        below = [name for code, name in names.items() if code.startswith(self.code[:3]) and code != self.code]
        return [
            SearchDocument(
                kind=SearchKind.LIFE_EVENT,
                group=f"page:{self.pk}",
                title=self.title,
                url=self.url or "",
                summary=self.intro,
                synonyms="\n".join(below),
                slug=self.slug,
                life_events=(self.code,),
            )
        ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["sections"] = self.sections()
        return context
