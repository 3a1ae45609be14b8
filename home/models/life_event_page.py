"""Life events: navigation for people who do not know what their matter is called."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Substr
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import PageManager
from wagtail.query import PageQuerySet
from wagtail.url_routing import RouteResult

from cms.models import BasePage
from cms.search_documents import SearchDocument, SearchKind
from municipalities.models import MunicipalityPage
from municipalities.targets import Target
from services.codes import main_code, pv_lagen
from services.coverage import helpers_at
from services.models import ServiceLifeEvent, ServicePage, places_with_services
from services.models.service import LISTING_FIELDS

# The parameter that takes a life event along while the visitor chooses a place.
LIFE_EVENT_PARAMETER = "lebenslage"
# Digits of a PV-Lage that its sub-items share.
_MAIN_DIGITS = 3


def main_event_choices() -> list[tuple[str, str]]:
    return [(code, name) for code, name in pv_lagen().items() if code == main_code(code) and code[1:3] != "00"]


class LifeEventQuerySet(PageQuerySet):
    def with_services(self) -> "LifeEventQuerySet":
        """Life events under which at least one published service stands; the others would lead into the void."""
        below = ServiceLifeEvent.objects.annotate(main=Substr("code", 1, _MAIN_DIGITS)).filter(
            main=OuterRef("main"), service__live=True
        )
        return self.annotate(main=Substr("code", 1, _MAIN_DIGITS)).filter(Exists(below))


class LifeEventPage(BasePage):
    """A main event of the list of PV-Lagen; its sub-items are the sections of the page.

    ``…/geburt/erkelenz/`` is the same page for a place: its services lead straight to the office responsible there.
    """

    code = models.CharField(_("PV-Lage"), max_length=7, choices=main_event_choices(), unique=True)
    intro = models.TextField(_("introduction"), blank=True, max_length=500)

    objects = PageManager.from_queryset(LifeEventQuerySet)()

    page_description = _("One life event with its services.")
    parent_page_types = ["home.LifeEventIndexPage"]
    subpage_types: list[str] = []
    template = "home/life_event_page.html"
    can_be_copied = False

    # The place in the address, where there is one.
    place: MunicipalityPage | None = None

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

    @property
    def target(self) -> Target:
        """What the choice of a place leads on to."""
        return Target(LIFE_EVENT_PARAMETER, self.slug)

    def address_at(self, place: MunicipalityPage) -> str:
        return f"{self.url}{place.slug}/"

    def route_remaining(self, request: HttpRequest, path_components: Sequence[str]) -> RouteResult:
        if len(path_components) != 1 or not self.live:
            return super().route_remaining(request, path_components)
        place = places_with_services(timezone.localdate()).filter(slug=path_components[0]).listing().first()
        if place is None:
            raise Http404
        self.place = place
        return RouteResult(self)

    def sections(self) -> list[tuple[str, list[ServicePage]]]:
        """Sub-items with their services, in the order of the code list; sub-items without services are left out.

        At a place without what is not offered there. What another service covers there has that one as ``helper``.
        """
        names = pv_lagen()
        helpers = helpers_at(self.place) if self.place is not None else {}
        links = ServiceLifeEvent.objects.filter(code__startswith=self.code[:_MAIN_DIGITS], service__live=True)
        fields = (f"service__{name}" for name in LISTING_FIELDS)
        by_code: dict[str, list[ServicePage]] = {}
        for link in links.select_related("service").only("code", *fields).order_by("code", "service__title"):
            service = link.service
            service.helper = helpers.get(service.pk)
            if service.helper is not None or service.pk not in helpers:
                by_code.setdefault(link.code, []).append(service)
        return [(names.get(code) or str(self.title), services) for code, services in by_code.items()]

    def search_documents(self) -> list[SearchDocument]:
        below = [name for code, name in pv_lagen().items() if main_code(code) == self.code != code]
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
        context["place"] = self.place
        context["remembers_place"] = self.place is not None
        if self.place is None:
            context["places"] = [
                (place, self.address_at(place))
                for place in places_with_services(timezone.localdate()).listing().alphabetical()
            ]
        return context
