"""Who is responsible: service × area × office × period × legal basis."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from cms.validity import holds_on
from municipalities.gate.viewer import public_title, shown_title
from municipalities.models import Locality, MunicipalityPage


class Role(models.TextChoices):
    """What the office does in the matter. Citizens go first to who receives the application."""

    RECEIVES = "receives", _("receives applications")
    DECIDES = "decides", _("decides")
    ADVISES = "advises", _("advises")


class Arrangement(models.TextChoices):
    """Why it is this office. With a delegation the task passes over; with a mandate the municipality answers for it."""

    STATUTORY = "statutory", _("by law")
    AGREEMENT = "agreement", _("by agreement between municipalities")
    DELEGATION = "delegation", _("by agreement, task handed over (delegation)")
    MANDATE = "mandate", _("by agreement, on behalf of the municipality (mandate)")
    SHARED = "shared", _("office run jointly")


class Evidence(models.TextChoices):
    CONFIRMED = "confirmed", _("confirmed by a source")
    UNCONFIRMED = "unconfirmed", _("not yet confirmed")
    CONTESTED = "contested", _("contested")


BY_AGREEMENT = (Arrangement.AGREEMENT, Arrangement.DELEGATION, Arrangement.MANDATE)


class ResponsibilityQuerySet(models.QuerySet["Responsibility"]):
    def on_day(self, day: date) -> "ResponsibilityQuerySet":
        """Entries that hold on a day: their period takes it in, and no other one makes them rest."""
        prevailing = self.model._default_manager.filter(
            holds_on(day),
            prevails=True,
            service=OuterRef("service"),
            area=OuterRef("area"),
            role=OuterRef("role"),
        )
        return self.filter(Q(prevails=True) | ~Exists(prevailing), holds_on(day))

    def from_day(self, day: date) -> "ResponsibilityQuerySet":
        """Entries whose period reaches the day or a later one."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day))

    def for_place(self, municipality: MunicipalityPage) -> "ResponsibilityQuerySet":
        """Rows that can hold for a municipality: its own and its district's."""
        areas = [municipality.pk]
        if municipality.district_id:
            areas.append(municipality.district_id)
        return self.filter(area__in=areas)


class Responsibility(models.Model):
    """One office's part in one service for one area and period.

    A row for a district holds for all its municipalities, unless a row for the municipality itself, with the same
    role, says otherwise. While a row that ``prevails`` holds, all others for the same service, area and role rest; they
    are as they were when it ends. Such rows follow from something kept elsewhere (see ``services/grounds.py``).
    """

    service = models.ForeignKey(
        "services.ServicePage", verbose_name=_("service"), on_delete=models.CASCADE, related_name="responsibilities"
    )
    area = models.ForeignKey(
        MunicipalityPage, verbose_name=_("area"), on_delete=models.CASCADE, related_name="responsibilities"
    )
    locality = models.ForeignKey(
        Locality,
        verbose_name=_("locality"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("Only where the office is responsible for a part of the municipality."),
    )
    office = models.ForeignKey(
        "services.OfficePage",
        verbose_name=_("office"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="responsibilities",
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.DECIDES)
    arrangement = models.CharField(
        _("arrangement"), max_length=10, choices=Arrangement.choices, default=Arrangement.STATUTORY
    )
    evidence = models.CharField(_("evidence"), max_length=12, choices=Evidence.choices, default=Evidence.UNCONFIRMED)
    task = models.CharField(_("task"), max_length=120, blank=True, help_text=_("As in “Jugendamt”."))
    legal_basis = models.CharField(_("legal basis"), max_length=250, blank=True)
    reason = models.CharField(
        _("reason for citizens"),
        max_length=300,
        blank=True,
        help_text=_("One plain sentence. Left empty, the portal writes one from the arrangement."),
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=600, blank=True)
    as_of = models.CharField(_("as of"), max_length=80, blank=True)
    note = models.TextField(_("note for editors"), blank=True)
    prevails = models.BooleanField(default=False, editable=False)

    objects = models.Manager.from_queryset(ResponsibilityQuerySet)()

    panels = [
        FieldPanel("service"),
        FieldRowPanel([FieldPanel("area"), FieldPanel("locality")]),
        FieldPanel("office"),
        FieldRowPanel([FieldPanel("role"), FieldPanel("arrangement")]),
        FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_until")]),
        MultiFieldPanel(
            [FieldPanel("task"), FieldPanel("legal_basis"), FieldPanel("reason")], heading=_("Why this office")
        ),
        MultiFieldPanel(
            [FieldPanel("evidence"), FieldPanel("source"), FieldPanel("as_of"), FieldPanel("note")],
            heading=_("Evidence"),
        ),
    ]

    class Meta:
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        ordering = ("service__title", "area__title", "role")
        indexes = [
            models.Index(fields=("service", "area"), name="responsibility_place"),
            models.Index(
                fields=("service", "area", "role"), name="responsibility_prevailing", condition=Q(prevails=True)
            ),
        ]

    def __str__(self) -> str:
        """The same whoever looks: the history keeps it, and others read that."""
        return f"{public_title(self.service)} – {self.area}"

    def service_shown(self) -> str:
        return shown_title(self.service)

    service_shown.short_description = _("service")  # type: ignore[attr-defined]
    service_shown.admin_order_field = "service__title"  # type: ignore[attr-defined]

    def office_shown(self) -> str:
        return shown_title(self.office) if self.office else ""

    office_shown.short_description = _("office")  # type: ignore[attr-defined]
    office_shown.admin_order_field = "office__title"  # type: ignore[attr-defined]

    def clean(self) -> None:
        if self.prevails:
            raise ValidationError(_("This entry follows from an agreement and is changed there."))
        wrong = {}
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            wrong["valid_until"] = _("The end lies before the beginning.")
        if self.evidence == Evidence.CONFIRMED and not self.source.strip():
            wrong["source"] = _("What counts as confirmed needs a source.")
        if self.locality and self.area_id and self.locality.municipality_id != self.area_id:
            wrong["locality"] = _("This locality belongs to another municipality.")
        if wrong:
            raise ValidationError(wrong)
