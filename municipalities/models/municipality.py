"""The municipality: a page that is the root of everything its editors maintain."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page, PageManager
from wagtail.query import PageQuerySet

from cms.blocks import SourcesBlock
from cms.models import BasePage
from cms.search_documents import SearchDocument, SearchKind
from cms.validity import holds_on
from municipalities.folding import in_german_order
from municipalities.look.forms import MunicipalityPageForm
from municipalities.models.brand import BrandFields


class MunicipalityKind(models.TextChoices):
    MUNICIPALITY = "municipality", _("Municipality (Gemeinde)")
    TOWN = "town", _("Town (Stadt)")
    DISTRICT = "district", _("District (Kreis)")


class MunicipalityQuerySet(PageQuerySet):
    def on_day(self, day: date) -> "MunicipalityQuerySet":
        """Municipalities that exist on a day: boundaries change, and a merged municipality lives on only as history."""
        return self.filter(holds_on(day))

    def local(self) -> "MunicipalityQuerySet":
        """Towns and municipalities, without districts."""
        return self.exclude(kind=MunicipalityKind.DISTRICT)

    def alphabetical(self) -> "list[MunicipalityPage]":
        """In German order, Übach-Palenberg under U, whatever the database's collation is."""
        return in_german_order(self)

    def listing(self) -> "MunicipalityQuerySet":
        """What lists need, without texts and boundaries."""
        fields = ("title", "slug", "url_path", "path", "depth", "kind", "district", "locale_id", "content_type_id")
        return self.only(*fields)


class MunicipalityPage(BrandFields, BasePage):
    """Root of a tenant. The district is a municipality too: it has own services, offices and editors."""

    kind = models.CharField(_("kind"), max_length=20, choices=MunicipalityKind.choices)
    official_name = models.CharField(
        _("official name"), max_length=120, help_text=_("As in “Stadt Erkelenz” or “Gemeinde Gangelt”.")
    )
    ags = models.CharField(
        _("official municipality key (AGS)"),
        max_length=8,
        unique=True,
        validators=[RegexValidator(r"^\d{5}(\d{3})?$", _("Eight digits; five for a district."))],
    )
    ars = models.CharField(
        _("official regional key (ARS)"),
        max_length=12,
        blank=True,
        validators=[RegexValidator(r"^\d{5}(\d{7})?$", _("Twelve digits; five for a district."))],
    )
    district = models.ForeignKey(
        "self",
        verbose_name=_("district"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="members",
        limit_choices_to={"kind": MunicipalityKind.DISTRICT},
    )
    intro = models.TextField(_("introduction"), blank=True, max_length=500)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    population_as_of = models.DateField(
        _("edition of the municipal register"),
        null=True,
        blank=True,
        help_text=_("The register that gives the population; the count itself can be older."),
    )
    area_ha = models.PositiveIntegerField(_("area in hectares"), null=True, blank=True)

    street = models.CharField(_("street and number"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=5, blank=True, validators=[RegexValidator(r"^\d{5}$")])
    town = models.CharField(_("town"), max_length=80, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("own website"), blank=True)

    valid_from = models.DateField(_("exists from"), null=True, blank=True)
    valid_until = models.DateField(_("exists until"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        verbose_name=_("successor"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="predecessors",
    )
    boundary = models.JSONField(_("boundary"), null=True, blank=True, editable=False)
    boundary_source = models.CharField(max_length=255, blank=True, editable=False)
    sources = StreamField(SourcesBlock(), verbose_name=_("sources"), blank=True)

    objects = PageManager.from_queryset(MunicipalityQuerySet)()

    page_description = _("A town, municipality or district with everything it maintains itself.")
    parent_page_types = ["home.HomePage"]
    subpage_types = [
        "services.LocalServiceIndexPage",
        "services.OfficeIndexPage",
        "home.NewsIndexPage",
        "home.StandardPage",
    ]
    template = "municipalities/municipality_page.html"
    route_related = ("district",)
    base_form_class = MunicipalityPageForm
    can_be_copied = False
    is_fixed = True

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("official_name"),
                # These two reach beyond the municipality: whose alerts are shown where, and who sees whose numbers.
                FieldPanel("kind", permission="superuser"),
                FieldPanel("district", permission="superuser"),
                FieldPanel("intro"),
            ],
            heading=_("Municipality"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("street"),
                FieldPanel("postcode"),
                FieldPanel("town"),
                FieldPanel("phone"),
                FieldPanel("email"),
                FieldPanel("website"),
            ],
            heading=_("Central contact"),
        ),
    ]
    place_panels = [
        MultiFieldPanel(
            [FieldPanel("ags", permission="superuser"), FieldPanel("ars", permission="superuser")],
            heading=_("Official keys"),
        ),
        InlinePanel("postal_codes", label=_("Postcode")),
        InlinePanel("localities", label=_("Locality")),
        MultiFieldPanel(
            [FieldPanel("population"), FieldPanel("population_as_of"), FieldPanel("area_ha")], heading=_("Figures")
        ),
        MultiFieldPanel(
            [
                FieldPanel("valid_from", permission="superuser"),
                FieldPanel("valid_until", read_only=True),
                FieldPanel("successor", read_only=True),
            ],
            heading=_("Existence"),
        ),
        FieldPanel("sources"),
    ]
    promote_panels = [
        # The portal's navigation, and the address that is printed on the letters of others too.
        MultiFieldPanel(
            [FieldPanel("slug", permission="superuser"), FieldPanel("show_in_menus", permission="superuser")],
            heading=_("In the portal"),
        ),
        *BasePage.search_engine_panels,
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading=_("Content")),
            ObjectList(place_panels, heading=_("Place")),
            ObjectList(BrandFields.brand_panels, heading=_("Appearance")),
            ObjectList(promote_panels, heading=_("Promote")),
        ]
    )

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")

    def clean(self) -> None:
        super().clean()
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": _("The end lies before the beginning.")})
        if self.is_district and self.district_id:
            raise ValidationError({"district": _("A district does not belong to another district.")})

    @property
    def is_district(self) -> bool:
        return self.kind == MunicipalityKind.DISTRICT

    @property
    def name_in_sentence(self) -> str:
        """The name after "for": a district has an article there ("für den Kreis Heinsberg")."""
        return str(_("the %(district)s") % {"district": self.title}) if self.is_district else self.title

    @property
    def name_as_subject(self) -> str:
        """The name of who does something: "der Kreis Heinsberg"."""
        if not self.is_district:
            return self.title
        return pgettext("who does something", "the %(district)s") % {"district": self.title}

    def has_ended_by(self, day: date) -> bool:
        return self.valid_until is not None and self.valid_until < day

    def exists_on(self, day: date) -> bool:
        """As :meth:`MunicipalityQuerySet.on_day`."""
        return not self.has_ended_by(day) and (self.valid_from is None or self.valid_from <= day)

    def members_on(self, day: date) -> "list[MunicipalityPage]":
        """The published towns and municipalities of a district on a day, for lists."""
        return MunicipalityPage.objects.live().on_day(day).filter(district=self).listing().alphabetical()

    @property
    def has_address(self) -> bool:
        return bool(self.street and self.town)

    @property
    def meta_description(self) -> str:
        return self.search_description or self.intro

    @cached_property
    def live_children(self) -> list[Page]:
        return list(self.get_children().live().annotate(model=F("content_type__model")))

    def index_page(self, model: type[Page]) -> Page | None:
        """The published page of a type directly below this one, as Wagtail's base page."""
        return next((page for page in self.live_children if page.model == model._meta.model_name), None)

    def with_content_json(self, content: dict[str, Any]) -> "MunicipalityPage":
        """As Wagtail's; what editors do not write, no revision brings back: the boundary, and how long it exists."""
        page = super().with_content_json(content)
        page.boundary, page.boundary_source = self.boundary, self.boundary_source
        page.brand_files = self.brand_files
        page.valid_until, page.successor_id = self.valid_until, self.successor_id
        return page

    def search_documents(self) -> list[SearchDocument]:
        names = [locality.name for locality in self.localities.all()]
        codes = [code.code for code in self.postal_codes.all()]
        return [
            SearchDocument(
                kind=SearchKind.MUNICIPALITY,
                group=f"page:{self.pk}",
                title=self.title,
                url=self.url or "",
                summary=self.intro,
                synonyms=" ".join([self.official_name, *names, *codes]),
                municipality_id=self.pk,
                slug=self.slug,
            )
        ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from municipalities.sections import sections_of

        context = super().get_context(request, *args, **kwargs)
        context["place"] = self
        context["remembers_place"] = not self.is_district
        context["sections"] = sections_of(self)
        if self.is_district:
            context["members"] = self.members_on(timezone.localdate())
        return context


class PostalCode(Orderable):
    """A postcode of a municipality. Postcodes and municipalities are m:n; 52525 belongs to two."""

    municipality = ParentalKey(MunicipalityPage, on_delete=models.CASCADE, related_name="postal_codes")
    code = models.CharField(
        _("postcode"), max_length=5, db_index=True, validators=[RegexValidator(r"^\d{5}$", _("Five digits."))]
    )

    class Meta(Orderable.Meta):
        verbose_name = _("postcode")
        verbose_name_plural = _("postcodes")
        constraints = [models.UniqueConstraint(fields=("municipality", "code"), name="unique_postcode_of_municipality")]

    def __str__(self) -> str:
        return self.code


class Locality(Orderable):
    """A part of a municipality that people name when asked where they live (Ortsteil, Stadtteil)."""

    municipality = ParentalKey(MunicipalityPage, on_delete=models.CASCADE, related_name="localities")
    name = models.CharField(_("name"), max_length=80)
    postcode = models.CharField(_("postcode"), max_length=5, blank=True, validators=[RegexValidator(r"^\d{5}$")])

    class Meta(Orderable.Meta):
        verbose_name = _("locality")
        verbose_name_plural = _("localities")

    def __str__(self) -> str:
        return self.name
