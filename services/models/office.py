"""The office (XZuFi: Organisationseinheit): where it is, when it is open, how to reach it."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator, validate_email
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.blocks import CharBlock, ChoiceBlock, StreamBlock, StructBlock, StructBlockValidationError
from wagtail.fields import StreamField

from cms.blocks import SourcesBlock
from cms.models import BasePage
from cms.search_documents import SearchDocument, SearchKind
from municipalities.models import MunicipalityPage
from municipalities.tenancy import municipality_of
from services.models.hours import ClosedPeriod, OpeningHours, Weekday
from services.opening_hours import OpeningTimes, OpenStatus, Slot


class YesNoUnknown(models.TextChoices):
    """What nobody has looked at stays unknown: a wrong "step-free" sends someone in a wheelchair in vain."""

    UNKNOWN = "", _("not known")
    YES = "yes", _("yes")
    NO = "no", _("no")


validate_web_address = URLValidator(
    schemes=["http", "https"], message=_("Please give the full address, with https://.")
)
validate_telephone = RegexValidator(r"^\+?[\d\s()/–-]{3,}$", _("Please give a telephone number."))


class ContactBlock(StructBlock):
    """One way to reach an office. The value becomes a link, so it must be what its kind says."""

    type = ChoiceBlock(
        label=_("Kind"),
        choices=[("phone", _("telephone")), ("email", _("e-mail")), ("fax", _("fax")), ("web", _("website"))],
        default="phone",
    )
    label = CharBlock(label=_("For what"), required=False, max_length=120)
    value = CharBlock(label=_("Number or address"), max_length=200)
    source = CharBlock(label=_("Source"), required=False, max_length=500)
    as_of = CharBlock(label=_("As of"), required=False, max_length=40)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        try:
            if cleaned["type"] == "web":
                validate_web_address(cleaned["value"])
            elif cleaned["type"] == "email":
                validate_email(cleaned["value"])
            else:
                validate_telephone(cleaned["value"])
        except ValidationError as error:
            raise StructBlockValidationError(block_errors={"value": error}) from error
        return cleaned

    class Meta:
        label = _("Contact")
        icon = "mail"


class ContactsBlock(StreamBlock):
    contact = ContactBlock()


# What is asked about every building, in this order.
ACCESS_FIELDS = ("step_free", "lift", "accessible_toilet", "accessible_parking", "induction_loop")


def _yes_no(label: Any) -> models.CharField:
    return models.CharField(label, max_length=3, blank=True, choices=YesNoUnknown.choices, default=YesNoUnknown.UNKNOWN)


class OfficePage(BasePage):
    purpose = models.TextField(_("what you do here"), blank=True, max_length=400)
    operator = models.CharField(
        _("run by"),
        max_length=160,
        blank=True,
        help_text=_("Only where it is not the municipality itself, such as a state authority."),
    )
    confirmed = models.BooleanField(
        _("checked against a source"),
        default=True,
        help_text=_("Whether it is known for certain that this office exists."),
    )
    street = models.CharField(_("street and number"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=5, blank=True, validators=[RegexValidator(r"^\d{5}$")])
    town = models.CharField(_("town"), max_length=80, blank=True)
    is_independent = models.BooleanField(
        _("not in the town hall"),
        default=False,
        help_text=_("The address of the town hall is then never shown in place of a missing one."),
    )
    building_note = models.CharField(_("how to find it"), max_length=200, blank=True)
    reached_through = models.ForeignKey(
        "self",
        verbose_name=_("reached through"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reaches",
        help_text=_("Another office whose address and opening hours hold where this one has none of its own."),
    )
    contacts = StreamField(ContactsBlock(), verbose_name=_("contacts"), blank=True)
    serves_note = models.CharField(_("for whom"), max_length=300, blank=True)
    hours_note = models.CharField(_("note on the opening hours"), max_length=300, blank=True)
    hours_source = models.CharField(_("source of the opening hours"), max_length=500, blank=True)
    hours_as_of = models.CharField(_("opening hours as of"), max_length=80, blank=True)
    step_free = _yes_no(_("step-free entrance"))
    lift = _yes_no(_("lift"))
    accessible_toilet = _yes_no(_("accessible toilet"))
    accessible_parking = _yes_no(_("accessible parking"))
    induction_loop = _yes_no(_("induction loop"))
    accessibility_note = models.TextField(_("more on accessibility"), blank=True, max_length=500)
    sources = StreamField(SourcesBlock(), verbose_name=_("sources"), blank=True)

    page_description = _("An office with address, opening hours and contact.")
    parent_page_types = ["services.OfficeIndexPage"]
    subpage_types: list[str] = []
    template = "services/office_page.html"
    route_related = ("reached_through",)

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("purpose"),
        FieldPanel("serves_note"),
        FieldPanel("operator"),
        MultiFieldPanel(
            [
                FieldPanel("street"),
                FieldPanel("postcode"),
                FieldPanel("town"),
                FieldPanel("is_independent"),
                FieldPanel("building_note"),
                FieldPanel("reached_through"),
            ],
            heading=_("Address"),
        ),
        FieldPanel("contacts"),
        FieldPanel("confirmed"),
        FieldPanel("sources"),
    ]
    hours_panels = [
        InlinePanel("opening_hours", label=_("Opening hours")),
        InlinePanel("closed_periods", label=_("Closed days")),
        FieldPanel("hours_note"),
        FieldPanel("hours_source"),
        FieldPanel("hours_as_of"),
    ]
    access_panels = [FieldPanel(name) for name in (*ACCESS_FIELDS, "accessibility_note")]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading=_("Content")),
            ObjectList(hours_panels, heading=_("Opening hours")),
            ObjectList(access_panels, heading=_("Accessibility of the building")),
            ObjectList(BasePage.promote_panels, heading=_("Promote")),
            ObjectList(BasePage.settings_panels),
        ]
    )

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")

    def clean(self) -> None:
        super().clean()
        if self.reached_through_id and self.reached_through_id == self.pk:
            raise ValidationError({"reached_through": _("An office cannot be reached through itself.")})

    @property
    def meta_description(self) -> str:
        return self.search_description or self.purpose

    @property
    def has_address(self) -> bool:
        return bool(self.street and self.town)

    @cached_property
    def municipality(self) -> MunicipalityPage | None:
        return municipality_of(self)

    @property
    def address_holder(self) -> "OfficePage | MunicipalityPage | None":
        """Whose address holds: the own one, that of the office it is reached through, or the town hall's."""
        town_hall = None if self.is_independent else self.municipality
        for holder in (self, self.reached_through, town_hall):
            if holder is not None and holder.has_address:
                return holder
        return None

    @property
    def accessibility(self) -> list[tuple[str, str]]:
        """What is known about the building: label and answer."""
        return [
            (str(self._meta.get_field(name).verbose_name), str(YesNoUnknown(getattr(self, name)).label))
            for name in ACCESS_FIELDS
            if getattr(self, name)
        ]

    @cached_property
    def has_hours_elsewhere(self) -> bool:
        """Whether the office this one is reached through has published opening hours."""
        return self.reached_through is not None and self.reached_through.opening_hours.exists()

    @cached_property
    def all_hours(self) -> list[OpeningHours]:
        return list(self.opening_hours.all())

    @cached_property
    def all_closed_periods(self) -> list[ClosedPeriod]:
        return list(self.closed_periods.all())

    @cached_property
    def opening_times(self) -> OpeningTimes:
        """Regular hours, exceptions and the public holidays of the federal state the office lies in."""
        return OpeningTimes(
            slots=[Slot(hours.weekday, hours.opens, hours.closes) for hours in self.all_hours if hours.is_regular],
            closed=[(period.first_day, period.last_day, period.reason) for period in self.all_closed_periods],
            state_code=self.municipality.ags[:2] if self.municipality else "",
        )

    def status(self, now: datetime | None = None) -> OpenStatus:
        return self.opening_times.status(timezone.localtime(now))

    def hours_by_weekday(self) -> list[tuple[str, list[OpeningHours]]]:
        """All seven days with their hours, so that a closed day is said and not left out."""
        if not self.all_hours:
            return []
        return [(str(day.label), [slot for slot in self.all_hours if slot.weekday == day]) for day in Weekday]

    def upcoming_closures(self, today: date | None = None) -> list[ClosedPeriod]:
        today = today or timezone.localdate()
        return [period for period in self.all_closed_periods if period.last_day >= today]

    def search_documents(self) -> list[SearchDocument]:
        place = self.municipality
        return [
            SearchDocument(
                kind=SearchKind.OFFICE,
                group=f"page:{self.pk}",
                title=self.title,
                url=self.url or "",
                summary=self.purpose,
                text=" ".join(filter(None, [self.street, self.postcode, self.town, self.operator])),
                municipality_id=place.pk if place else None,
                slug=self.slug,
            )
        ]

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().serve(request, *args, **kwargs)
        return self.allow_caching(request, response, self.opening_times.cache_seconds(timezone.localtime()))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from services.resolver import OfficeServices, services_of_office
        from services.sources import sources_of_office

        context = super().get_context(request, *args, **kwargs)
        context["place"] = self.municipality
        context["office"] = self
        context["status"] = self.status()
        found = services_of_office(self, timezone.localdate()) if self.pk else OfficeServices()
        context["services"] = found.confirmed
        context["unconfirmed_services"] = found.unconfirmed
        context["fact_sources"] = sources_of_office(self, found.sources)
        return context
