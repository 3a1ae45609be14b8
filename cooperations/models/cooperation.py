"""A cooperation project of municipalities."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable, PageManager
from wagtail.query import PageQuerySet

from cms.blocks import RICH_TEXT_FEATURES, SourcesBlock
from cms.headings import sections
from cms.models import BasePage
from cms.search_documents import SearchDocument, SearchKind
from municipalities.folding import in_german_order
from municipalities.models import MunicipalityPage
from services.models import ServicePage


class LegalForm(models.TextChoices):
    """Forms of cooperation; the sections are those of the GkG NRW where the law names the form."""

    DELEGATING_AGREEMENT = "delegating_agreement", _("delegating public-law agreement (§ 23 GkG NRW)")
    MANDATING_AGREEMENT = "mandating_agreement", _("mandating public-law agreement (§ 23 GkG NRW)")
    PUBLIC_LAW_AGREEMENT = "public_law_agreement", _("public-law agreement")
    SPECIAL_PURPOSE_ASSOCIATION = "special_purpose_association", _("special-purpose association (Zweckverband)")
    WORKING_GROUP = "working_group", _("working group (Arbeitsgemeinschaft)")
    ADMINISTRATIVE_AGREEMENT = "administrative_agreement", _("administrative agreement")
    JOINT_INSTITUTION = "joint_institution", _("joint institution")
    COMPANY = "company", _("company")
    STATUTE = "statute", _("by statute")
    PROJECT = "project", _("project without an own legal form")
    UNKNOWN = "unknown", _("not known")


class CooperationStatus(models.TextChoices):
    PLANNED = "planned", _("planned")
    RUNNING = "running", _("running")
    ENDED = "ended", _("ended")
    UNKNOWN = "unknown", _("not known")


class CooperationQuerySet(PageQuerySet):
    def alphabetical(self) -> "list[CooperationPage]":
        """What lists need, in German order whatever the database's collation is."""
        return in_german_order(self.only("pk", "title", "url_path", "summary", "field_of_activity"))


class CooperationPage(BasePage):
    summary = models.TextField(_("summary"), max_length=600)
    field_of_activity = models.CharField(_("field of activity"), max_length=80)
    legal_form = models.CharField(_("legal form"), max_length=30, choices=LegalForm.choices, default=LegalForm.UNKNOWN)
    legal_form_note = models.CharField(_("note on the legal form"), max_length=250, blank=True)
    start = models.DateField(_("start"), null=True, blank=True)
    start_note = models.CharField(
        _("note on the start"), max_length=160, blank=True, help_text=_("Where the day is not known, as in “2019”.")
    )
    status = models.CharField(
        _("state of the project"), max_length=10, choices=CooperationStatus.choices, default=CooperationStatus.UNKNOWN
    )
    body = RichTextField(_("description"), blank=True, features=RICH_TEXT_FEATURES)
    contact_name = models.CharField(_("contact: office"), max_length=160, blank=True)
    contact_phone = models.CharField(_("contact: telephone"), max_length=40, blank=True)
    contact_email = models.EmailField(_("contact: e-mail"), blank=True)
    contact_url = models.URLField(_("contact: website"), blank=True)
    services = ParentalManyToManyField(
        "services.ServicePage",
        verbose_name=_("services it concerns"),
        blank=True,
        related_name="cooperations",
        # Drafts of the catalogue are nobody's business but the reference editors'.
        limit_choices_to={"live": True},
    )
    sources = StreamField(SourcesBlock(), verbose_name=_("sources"), blank=True)

    objects = PageManager.from_queryset(CooperationQuerySet)()

    page_description = _("A cooperation project: who, what, in which legal form, since when.")
    parent_page_types = ["cooperations.CooperationIndexPage"]
    subpage_types: list[str] = []
    template = "cooperations/cooperation_page.html"

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("summary"),
        FieldRowPanel([FieldPanel("field_of_activity"), FieldPanel("status")]),
        FieldRowPanel([FieldPanel("legal_form"), FieldPanel("legal_form_note")]),
        FieldRowPanel([FieldPanel("start"), FieldPanel("start_note")]),
        InlinePanel("participations", label=_("Partner"), heading=_("Partners")),
        FieldPanel("body"),
        FieldPanel("services"),
        MultiFieldPanel(
            [
                FieldPanel("contact_name"),
                FieldPanel("contact_phone"),
                FieldPanel("contact_email"),
                FieldPanel("contact_url"),
            ],
            heading=_("Contact"),
        ),
        FieldPanel("sources"),
    ]

    class Meta:
        verbose_name = _("cooperation")
        verbose_name_plural = _("cooperations")

    @property
    def meta_description(self) -> str:
        return self.search_description or self.summary

    def body_sections(self) -> list[tuple[str, str]]:
        """The description by its own headings, so that none stands alone below another one."""
        return [(heading, text) for heading, text in sections(self.body) if text]

    def _live_services(self) -> list[ServicePage]:
        # By key: in a preview the relation holds unsaved objects and is no queryset of services.
        chosen = [service.pk for service in self.services.all()]
        return list(ServicePage.objects.live().filter(pk__in=chosen).listing().order_by("title")) if chosen else []

    def _agreements(self) -> list[Any]:
        """Those that hold, and those that are to come."""
        if not self.pk:
            return []
        holding = models.Q(effective_until__isnull=True) | models.Q(effective_until__gte=timezone.localdate())
        return list(self.agreements.filter(holding).order_by("effective_from", "title"))

    def search_documents(self) -> list[SearchDocument]:
        partners = " ".join(partner.name for partner in self.participations.all())
        return [
            SearchDocument(
                kind=SearchKind.COOPERATION,
                group=f"page:{self.pk}",
                title=self.title,
                url=self.url or "",
                summary=self.summary,
                text=" ".join([self.field_of_activity, self.get_legal_form_display(), partners, strip_tags(self.body)]),
                slug=self.slug,
            )
        ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["participations"] = self.participations.select_related("municipality") if self.pk else []
        context["services"] = self._live_services()
        context["agreements"] = self._agreements()
        return context


class Participation(Orderable):
    """A partner of a cooperation. Many partners are not tenants of this portal, so the name stands for itself."""

    cooperation = ParentalKey(CooperationPage, on_delete=models.CASCADE, related_name="participations")
    name = models.CharField(_("name"), max_length=160)
    municipality = models.ForeignKey(
        MunicipalityPage,
        verbose_name=_("municipality in this portal"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="participations",
    )
    role = models.CharField(_("role"), max_length=120, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("participation")
        verbose_name_plural = _("participations")

    def __str__(self) -> str:
        return self.name
