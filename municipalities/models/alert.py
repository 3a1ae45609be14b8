"""Alerts: what everybody in a municipality must learn at once, above the content of every page."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from municipalities.models.municipality import MunicipalityKind, MunicipalityPage

# Further text belongs on a page that the alert leads to.
TITLE_LENGTH, TEXT_LENGTH = 120, 500

validate_link = RegexValidator(
    r"^(https?://[^\s/]+\S*|/(?![/\\])\S*)$",
    _("Please give the full address, with https://, or an address of this portal that begins with a slash."),
)


class AlertLevel(models.TextChoices):
    """How urgent it is. Each has a word and a sign of its own, so that nobody needs to see the colour."""

    INFO = "info", _("Notice")
    WARNING = "warning", _("Warning")
    DANGER = "danger", _("Danger")


class AlertQuerySet(models.QuerySet["Alert"]):
    def on(self, moment: datetime) -> "AlertQuerySet":
        """Alerts that are shown at a moment."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=moment), valid_from__lte=moment)

    def at(self, slug: str) -> "AlertQuerySet":
        """Alerts for the pages of a municipality; without one, for the pages that all share."""
        if not slug:
            return self.filter(Q(municipality=None) | Q(municipality__kind=MunicipalityKind.DISTRICT))
        there = MunicipalityPage.objects.filter(slug=slug)
        wanted = Q(municipality__in=there.values("pk")) | Q(municipality__in=there.values("district"))
        return self.filter(Q(municipality=None) | wanted)


class Alert(models.Model):
    """A banner. One of a town is shown on its pages; one of a district also on those of its municipalities and on
    the pages that all share; one without municipality everywhere.
    """

    municipality = models.ForeignKey(
        MunicipalityPage,
        verbose_name=_("shown for"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="alerts",
        help_text=_("An alert of a district is shown on the pages of all its municipalities too."),
    )
    level = models.CharField(
        _("level"),
        max_length=10,
        choices=AlertLevel.choices,
        default=AlertLevel.INFO,
        help_text=_("“Danger” interrupts people who have pages read out to them. Keep it for danger."),
    )
    title = models.CharField(_("headline"), max_length=TITLE_LENGTH)
    text = models.TextField(_("text"), blank=True, max_length=TEXT_LENGTH)
    link = models.CharField(_("link"), max_length=500, blank=True, validators=[validate_link])
    link_text = models.CharField(
        _("text of the link"), max_length=120, blank=True, help_text=_("Left empty: “Read more”.")
    )
    valid_from = models.DateTimeField(_("shown from"), default=timezone.now)
    valid_until = models.DateTimeField(
        _("shown until"), null=True, blank=True, help_text=_("Left empty: until someone deletes it.")
    )
    changed_at = models.DateTimeField(auto_now=True)

    objects = models.Manager.from_queryset(AlertQuerySet)()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ("-valid_from", "-pk")

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> str:
        now = timezone.now()
        if self.valid_from > now:
            return str(_("planned"))
        return str(_("over") if self.valid_until is not None and self.valid_until <= now else _("shown now"))

    def clean(self) -> None:
        if self.valid_from and self.valid_until and self.valid_until <= self.valid_from:
            raise ValidationError({"valid_until": _("The end lies before the beginning.")})
