"""The reference description of a service, written once for all municipalities."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, HelpPanel, InlinePanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable, Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.url_routing import RouteResult

from cms.blocks import RICH_TEXT_FEATURES
from cms.models import BasePage
from cms.search_documents import SearchDocument, SearchKind
from municipalities.models import MunicipalityPage, MunicipalityQuerySet
from municipalities.targets import Target
from services.addresses import COMPARISON_SLUG, LOCAL_SERVICES_SLUG, SERVICE_PARAMETER
from services.blocks import CostsBlock, DeadlinesBlock, DocumentsBlock, LegalBasesBlock, OnlineServicesBlock
from services.codes import life_event_choices, typification_choices
from services.forms import ServicePageForm
from services.languages import GERMAN, Language, in_language
from services.merge import merge
from services.models.in_languages import PageInLanguages, language_context
from services.publication import CheckedBeforePublication
from services.text_modules import TEXT_MODULES
from services.translations import TranslationsBlock, languages_of


class ExecutionLevel(models.TextChoices):
    """Which tier usually runs the service; what holds for a place is said by its responsibilities."""

    MUNICIPALITY = "municipality", _("town or municipality")
    DISTRICT = "district", _("district")
    MIXED = "mixed", _("town, municipality or district, depending on the place")
    OTHER = "other", _("another authority")


LISTING_FIELDS = ("title", "slug", "url_path", "path", "depth", "teaser", "locale_id", "content_type_id")


class ServiceQuerySet(PageQuerySet):
    def listing(self) -> "ServiceQuerySet":
        """What lists need, without the texts."""
        return self.only("pk", *LISTING_FIELDS)


class ServicePage(PageInLanguages, CheckedBeforePublication):
    """Reference text (Stammtext). The page title is the XZuFi module 02, Leistungsbezeichnung."""

    title_citizen = models.CharField(
        _("title in everyday words"),
        max_length=160,
        blank=True,
        help_text=_("Leistungsbezeichnung II (XZuFi module 03)."),
    )
    synonyms = models.TextField(
        _("everyday words"), blank=True, help_text=_("Words people search with, one in each line.")
    )
    place_hint = models.CharField(
        _("which place counts"),
        max_length=160,
        blank=True,
        help_text=_(
            "Only where another place counts than where one lives, as in “The place where the child was born counts.”"
        ),
    )
    teaser = models.CharField(_("teaser"), max_length=200, blank=True)
    short_text = models.TextField(_("short text"), blank=True, max_length=800)
    full_text = RichTextField(_("full text"), blank=True, features=RICH_TEXT_FEATURES)
    requirements = RichTextField(_("requirements"), blank=True, features=RICH_TEXT_FEATURES)
    documents_text = RichTextField(_("required documents (text)"), blank=True, features=RICH_TEXT_FEATURES)
    procedure = RichTextField(_("procedure"), blank=True, features=RICH_TEXT_FEATURES)
    forms = RichTextField(_("forms"), blank=True, features=RICH_TEXT_FEATURES)
    notes = RichTextField(_("notes"), blank=True, features=RICH_TEXT_FEATURES)
    further_information = RichTextField(_("further information"), blank=True, features=RICH_TEXT_FEATURES)
    competent_authority = RichTextField(_("competent authority"), blank=True, features=RICH_TEXT_FEATURES)
    contact_point = RichTextField(_("contact point"), blank=True, features=RICH_TEXT_FEATURES)
    legal_remedy = RichTextField(_("legal remedy"), blank=True, features=RICH_TEXT_FEATURES)
    originator = models.CharField(_("originator"), max_length=200, blank=True)
    translations = StreamField(TranslationsBlock(), verbose_name=_("translations"), blank=True)

    documents = StreamField(DocumentsBlock(), verbose_name=_("required documents"), blank=True)
    costs = StreamField(CostsBlock(), verbose_name=_("costs"), blank=True)
    deadlines = StreamField(DeadlinesBlock(), verbose_name=_("deadlines"), blank=True)
    processing_time = models.CharField(_("processing time"), max_length=200, blank=True)
    legal_bases = StreamField(LegalBasesBlock(), verbose_name=_("legal bases"), blank=True)
    online_services = StreamField(OnlineServicesBlock(), verbose_name=_("online services"), blank=True)

    level = models.CharField(
        _("usually run by"), max_length=20, choices=ExecutionLevel.choices, default=ExecutionLevel.MUNICIPALITY
    )
    level_note = models.CharField(_("note on the level"), max_length=300, blank=True)
    level_confirmed = models.BooleanField(_("level checked against a source"), default=False)
    leika_key = models.CharField(
        _("LeiKa key"), max_length=14, blank=True, validators=[RegexValidator(r"^\d{14}$", _("Fourteen digits."))]
    )
    leika_source = models.CharField(_("source of the key"), max_length=500, blank=True)
    leika_confirmed = models.BooleanField(_("key checked against the FIM portal or the PVOG"), default=False)
    typification = models.CharField(
        _("LeiKa type"),
        max_length=5,
        blank=True,
        choices=typification_choices(),
        help_text=_("Who regulates, who executes."),
    )

    has_comparison = models.BooleanField(
        _("comparison for the public"),
        default=False,
        help_text=_("Citizens find costs, deadlines and documents of all municipalities side by side."),
    )

    objects = PageManager.from_queryset(ServiceQuerySet)()

    base_form_class = ServicePageForm
    page_description = _("The shared description of a service, for all municipalities.")
    parent_page_types = ["services.ServiceCataloguePage"]
    subpage_types: list[str] = []
    template = "services/service_page.html"

    # In the list of a place: the service that covers this one there.
    helper: "ServicePage | None" = None

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("title_citizen"),
        FieldPanel("place_hint"),
        *(FieldPanel(module.field) for module in TEXT_MODULES),
    ]
    facts_panels = [
        FieldPanel("documents"),
        FieldPanel("costs"),
        FieldPanel("deadlines"),
        FieldPanel("processing_time"),
        FieldPanel("legal_bases"),
        InlinePanel(
            "legal_changes",
            label=_("Change of the law"),
            heading=_("Legal basis changed"),
            help_text=_(
                "Municipalities with texts or facts of their own are asked to check them, until they publish their "
                "page or confirm it after this day."
            ),
        ),
        FieldPanel("online_services"),
        FieldPanel("has_comparison"),
    ]
    classification_panels = [
        FieldPanel("synonyms"),
        InlinePanel("life_events", label=_("Life event")),
        MultiFieldPanel(
            [FieldPanel("level"), FieldPanel("level_note"), FieldPanel("level_confirmed")], heading=_("Level")
        ),
        MultiFieldPanel(
            [
                FieldPanel("leika_key"),
                FieldPanel("leika_source"),
                FieldPanel("leika_confirmed"),
                FieldPanel("typification"),
            ],
            heading=_("LeiKa"),
        ),
    ]
    translations_panels = [
        HelpPanel(template="services/admin/translations_help.html"),
        FieldPanel("translations"),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading=_("Texts")),
            ObjectList(facts_panels, heading=_("Costs, documents, law")),
            ObjectList(classification_panels, heading=_("Classification")),
            ObjectList(translations_panels, heading=_("Other languages")),
            ObjectList(BasePage.promote_panels, heading=_("Promote")),
            ObjectList(BasePage.settings_panels),
        ]
    )

    class Meta:
        verbose_name = _("service (reference text)")
        verbose_name_plural = _("services (reference texts)")

    @property
    def target(self) -> Target:
        """What the choice of a place leads on to."""
        return self.target_in(GERMAN)

    def target_in(self, language: str) -> Target:
        """As :attr:`target`, in a language."""
        return Target(SERVICE_PARAMETER, in_language(f"{self.slug}/", language).rstrip("/"))

    @property
    def meta_description(self) -> str:
        return self.search_description or self.teaser or self.short_text

    def search_documents(self) -> list[SearchDocument]:
        texts = [getattr(self, module.field) for module in TEXT_MODULES]
        return [
            SearchDocument(
                kind=SearchKind.SERVICE,
                group=f"service:{self.pk}",
                title=self.title,
                url=self.url or "",
                summary=self.teaser or self.short_text,
                synonyms="\n".join(filter(None, [self.title_citizen, self.synonyms, self.leika_key])),
                text=strip_tags(" ".join(filter(None, texts))),
                slug=self.slug,
                life_events=tuple(event.code for event in self.life_events.all()),
                online=bool(self.online_services),
            )
        ]

    @property
    def comparison_url(self) -> str:
        """The address of the public comparison; empty where it is switched off."""
        return f"{self.url}{COMPARISON_SLUG}/" if self.has_comparison and self.url else ""

    def route_remaining(self, request: HttpRequest, path_components: Sequence[str]) -> RouteResult:
        if list(path_components) == [COMPARISON_SLUG] and self.live and self.has_comparison:
            return RouteResult(self, kwargs={"is_comparison": True})
        return super().route_remaining(request, path_components)

    def serve(self, request: HttpRequest, *args: Any, is_comparison: bool = False, **kwargs: Any) -> HttpResponse:
        from services.comparison import render_comparison

        return render_comparison(request, self) if is_comparison else super().serve(request, *args, **kwargs)

    def search_dependents(self) -> Iterable[BasePage]:
        return self.local_pages.live()

    def written_in(self) -> list[Language]:
        return languages_of(self)

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        address = self.get_full_url(request)
        urls: list[dict[str, Any]] = [
            {"location": in_language(address, language.code), "lastmod": self.last_published_at}
            for language in self.written_in()
        ]
        if self.has_comparison:
            urls.append({"location": f"{address}{COMPARISON_SLUG}/"})
        return urls

    def get_context(self, request: HttpRequest, *args: Any, language: str = GERMAN, **kwargs: Any) -> dict[str, Any]:
        from services.sources import sources_of_service

        context = super().get_context(request, *args, **kwargs)
        context["service"] = merge(self, None, language)
        context |= language_context(self.written_in(), language, url=self.url or "", full_url=self.full_url or "")
        context["target"] = self.target_in(language)
        if language != GERMAN:
            context["meta_description"] = context["service"].summary
        context["fact_sources"] = sources_of_service(context["service"])
        context["places"] = places_with_services(timezone.localdate()).listing().alphabetical()
        return context


def places_with_services(day: date) -> MunicipalityQuerySet:
    """Towns and municipalities where the address of a service answers."""
    return places_and_districts_with_services(day).local()


def places_and_districts_with_services(day: date) -> MunicipalityQuerySet:
    index = Page.objects.live().filter(url_path=Concat(OuterRef("url_path"), Value(f"{LOCAL_SERVICES_SLUG}/")))
    return MunicipalityPage.objects.live().on_day(day).filter(Exists(index))


class ServiceLifeEvent(Orderable):
    """A life event under which a service is offered for navigation."""

    service = ParentalKey(ServicePage, on_delete=models.CASCADE, related_name="life_events")
    code = models.CharField(_("life event"), max_length=7, choices=life_event_choices(), db_index=True)

    class Meta(Orderable.Meta):
        verbose_name = _("life event")
        verbose_name_plural = _("life events")
        constraints = [models.UniqueConstraint(fields=("service", "code"), name="unique_life_event_of_service")]

    def __str__(self) -> str:
        return self.get_code_display()
