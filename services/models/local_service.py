"""One municipality's version of a service: only what differs from the reference."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable, Page
from wagtail.url_routing import RouteResult

from cms.blocks import RICH_TEXT_FEATURES, SourcesBlock
from cms.models import BasePage
from cms.search_documents import SearchDocument, SearchKind
from municipalities.models import MunicipalityPage
from municipalities.tenancy import municipality_of
from services.blocks import CostsBlock, DeadlinesBlock, DocumentsBlock, OnlineServicesBlock
from services.forms import LocalServicePageForm
from services.languages import GERMAN, Language, language_choices
from services.merge import merge
from services.models.in_languages import PageInLanguages
from services.modes import ELSEWHERE, LocalState, ModuleMode, StructuredMode
from services.panels import LegalHintsPanel
from services.placeholders import in_own_texts
from services.publication import CheckedBeforePublication, Objection, of_local_state, of_placeholder
from services.text_editing.panel import TextModulesPanel
from services.text_modules import CODE_CHOICES
from services.translations import languages_of

if TYPE_CHECKING:
    from services.models.service import ServicePage


def _mode_field(label: Any) -> models.CharField:
    return models.CharField(label, max_length=10, choices=StructuredMode.choices, default=StructuredMode.INHERIT)


class LocalServicePage(PageInLanguages, CheckedBeforePublication):
    """A service as one municipality offers it. Title and last part of the address follow the reference."""

    reference = models.ForeignKey(
        "services.ServicePage",
        verbose_name=_("reference text"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="local_pages",
    )
    state = models.CharField(_("state"), max_length=20, choices=LocalState.choices, default=LocalState.OFFERED)
    state_reason = models.TextField(
        _("reason"),
        blank=True,
        max_length=500,
        help_text=_("Shown when the service is not offered or covered by another."),
    )
    covered_by = models.ForeignKey(
        "services.ServicePage",
        verbose_name=_("other service"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="covers",
        help_text=_("The service that covers this one, or that helps instead."),
    )
    alternative = models.CharField(
        _("where to turn instead"),
        max_length=160,
        blank=True,
        help_text=_("When the service is not offered and no other one helps: an office, an authority, an association."),
    )
    alternative_url = models.URLField(
        _("web address of it"),
        blank=True,
        max_length=500,
        validators=[URLValidator(schemes=["https"], message=_("Please give an address that begins with https://."))],
    )
    documents_mode = _mode_field(_("documents"))
    documents = StreamField(DocumentsBlock(), verbose_name=_("own documents"), blank=True)
    costs_mode = _mode_field(_("costs"))
    costs = StreamField(CostsBlock(), verbose_name=_("own costs"), blank=True)
    deadlines_mode = _mode_field(_("deadlines"))
    deadlines = StreamField(DeadlinesBlock(), verbose_name=_("own deadlines"), blank=True)
    online_services_mode = _mode_field(_("online services"))
    online_services = StreamField(OnlineServicesBlock(), verbose_name=_("own online services"), blank=True)
    processing_time = models.CharField(_("processing time"), max_length=200, blank=True)
    sources = StreamField(SourcesBlock(), verbose_name=_("sources"), blank=True)

    page_description = _("What is different in your municipality; everything else follows the shared text.")
    parent_page_types = ["services.LocalServiceIndexPage"]
    subpage_types: list[str] = []
    template = "services/local_service_page.html"
    base_form_class = LocalServicePageForm
    can_be_copied = False
    route_related = ("reference",)

    content_panels = [
        LegalHintsPanel(),
        FieldPanel("reference"),
        MultiFieldPanel(
            [
                FieldPanel("state"),
                FieldPanel("state_reason"),
                FieldPanel("covered_by"),
                FieldPanel("alternative"),
                FieldPanel("alternative_url"),
            ],
            heading=_("State"),
        ),
        TextModulesPanel("text_modules", label=_("Text"), heading=_("Own texts")),
    ]
    facts_panels = [
        MultiFieldPanel(
            [FieldPanel("documents_mode", heading=_("Required documents")), FieldPanel("documents")],
            heading=_("Required documents"),
        ),
        MultiFieldPanel([FieldPanel("costs_mode"), FieldPanel("costs")], heading=_("Costs")),
        MultiFieldPanel([FieldPanel("deadlines_mode"), FieldPanel("deadlines")], heading=_("Deadlines")),
        MultiFieldPanel(
            [FieldPanel("online_services_mode"), FieldPanel("online_services")], heading=_("Online services")
        ),
        FieldPanel("processing_time"),
        FieldPanel("sources"),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading=_("Texts")),
            ObjectList(facts_panels, heading=_("Costs, documents, online")),
            ObjectList(BasePage.search_engine_panels, heading=_("Promote")),
            ObjectList(BasePage.settings_panels),
        ]
    )

    class Meta:
        verbose_name = _("service in a municipality")
        verbose_name_plural = _("services in municipalities")

    @property
    def live_reference(self) -> "ServicePage | None":
        """The reference text while it is published; what is not must not show on any public page."""
        return self.reference if self.reference is not None and self.reference.live else None

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        from services.text_editing.bases import base_new_parts

        if self.reference:
            self.title = self.reference.title
            self.slug = self.reference.slug
            base_new_parts(self.reference, self.text_modules.all())
        super().full_clean(*args, **kwargs)

    @classmethod
    def from_serializable_data(cls, *args: Any, **kwargs: Any) -> Any:
        page = super().from_serializable_data(*args, **kwargs)
        for part in page.text_modules.all() if page is not None else ():
            part.is_new = False
        return page

    def clean(self) -> None:
        super().clean()
        errors = {}
        if self.state == LocalState.COVERED_BY and not self.covered_by_id:
            errors["covered_by"] = _("Please say which service covers this one.")
        if self.covered_by_id and self.covered_by_id == self.reference_id:
            errors["covered_by"] = _("A service cannot be covered by itself.")
        if self.state == LocalState.NOT_OFFERED and not self.state_reason.strip():
            errors["state_reason"] = _("Please tell citizens why.")
        if self.alternative_url and not self.alternative.strip():
            errors["alternative"] = _("Please say in words where this address leads.")
        if errors:
            raise ValidationError(errors)

    @property
    def lacks_alternative(self) -> bool:
        """Whether people are only turned away. The form refuses it; pages from before may still be so."""
        return self.state == LocalState.NOT_OFFERED and not (self.covered_by_id or self.alternative.strip())

    @cached_property
    def other_service(self) -> "ServicePage | None":
        """The service that people are sent to from here, at the end of all detours."""
        from services.coverage import where_to

        return where_to(self)

    @property
    def is_offered(self) -> bool:
        return self.state not in ELSEWHERE

    def field_objections(self) -> Iterator[Objection]:
        yield from super().field_objections()
        yield from of_local_state(self)

    def objections(self) -> Iterator[Objection]:
        from services.coverage import objection

        yield from super().objections()
        yield from map(of_placeholder, in_own_texts(self, self.text_modules.all()))
        if found := objection(self.path[: -self.steplen], self):
            yield Objection("covered_by", found)

    @cached_property
    def municipality(self) -> MunicipalityPage | None:
        return municipality_of(self)

    def route_remaining(self, request: HttpRequest, path_components: Sequence[str]) -> RouteResult:
        """A draft, or a page that was withdrawn, makes way for the reference text, which the parent answers with."""
        if self.live:
            return super().route_remaining(request, path_components)
        return self.get_parent().specific.route_remaining(request, [self.slug, *path_components])

    def written_in(self) -> list[Language]:
        return languages_of(self.live_reference, (part.language for part in self.text_modules.all()))

    def addresses_below(self) -> Iterable[str]:
        """Translations of the reference: they are read at every other place too."""
        return [language.code for language in languages_of(self.live_reference) if not language.is_german]

    def counterpart_below(self, parent: Page) -> Page | None:
        """For each reference there is one local page in a place, whatever its address is."""
        found = Q(slug=self.slug)
        if self.reference_id is not None:
            found |= Q(localservicepage__reference=self.reference_id)
        return parent.get_children().filter(found).first()

    def serve(self, request: HttpRequest, *args: Any, language: str = GERMAN, **kwargs: Any) -> HttpResponse:
        from services.local_view import render_local_service

        return render_local_service(request, page=self, service=self.live_reference, local=self, language=language)

    def get_context(self, request: HttpRequest, *args: Any, language: str = GERMAN, **kwargs: Any) -> dict[str, Any]:
        from services.local_view import local_service_context

        context = super().get_context(request, *args, **kwargs)
        return context | local_service_context(request, self, self.live_reference, self, language)

    def search_documents(self) -> list[SearchDocument]:
        place = self.municipality
        if place is None:
            return []
        reference = self.live_reference
        merged = merge(reference, self)
        texts = " ".join(text.text for text in merged.texts)
        return [
            SearchDocument(
                kind=SearchKind.SERVICE,
                group=f"service:{reference.pk}" if reference else f"page:{self.pk}",
                title=merged.title,
                url=self.url or "",
                summary=strip_tags(merged.summary),
                synonyms="\n".join(filter(None, [reference.title_citizen, reference.synonyms])) if reference else "",
                text=strip_tags(texts),
                municipality_id=place.pk,
                slug=self.slug,
                life_events=tuple(event.code for event in reference.life_events.all()) if reference else (),
                online=merged.is_online,
                offered=self.state != LocalState.NOT_OFFERED,
            )
        ]


class LocalTextModule(Orderable):
    """One local part of one text module: before, after or instead of the reference text."""

    page = ParentalKey(LocalServicePage, on_delete=models.CASCADE, related_name="text_modules")
    language = models.CharField(_("language"), max_length=12, choices=language_choices, default=GERMAN)
    code = models.CharField(_("text module"), max_length=2, choices=CODE_CHOICES)
    mode = models.CharField(_("where"), max_length=10, choices=ModuleMode.choices, default=ModuleMode.AFTER)
    text = RichTextField(_("text"), features=RICH_TEXT_FEATURES)
    # What the reference said when the municipality wrote this or last decided that it still fits; see
    # services.inheritance.standing.
    based_on = models.ForeignKey(
        "services.ReferenceVersion", null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    # Not of what a draft holds already: of which nobody knows what it was written against, nobody knows later either.
    is_new = True

    panels = [FieldPanel("language"), FieldPanel("code"), FieldPanel("mode"), FieldPanel("text")]

    class Meta(Orderable.Meta):
        verbose_name = _("own text")
        verbose_name_plural = _("own texts")

    def __str__(self) -> str:
        return f"{self.get_code_display()} ({self.get_mode_display()})"
