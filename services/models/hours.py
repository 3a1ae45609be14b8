"""Regular opening hours of an office and the days on which it is closed against them."""

from django.core.exceptions import ValidationError
from django.db import models
from django.forms import TimeInput
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable


class Weekday(models.IntegerChoices):
    MONDAY = 0, WEEKDAYS[0]
    TUESDAY = 1, WEEKDAYS[1]
    WEDNESDAY = 2, WEEKDAYS[2]
    THURSDAY = 3, WEEKDAYS[3]
    FRIDAY = 4, WEEKDAYS[4]
    SATURDAY = 5, WEEKDAYS[5]
    SUNDAY = 6, WEEKDAYS[6]


class OpeningHours(Orderable):
    """One stretch of time on one weekday."""

    office = ParentalKey("services.OfficePage", on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))
    note = models.CharField(_("note"), max_length=120, blank=True)
    is_regular = models.BooleanField(
        _("every week"),
        default=True,
        help_text=_(
            "Untick what holds only sometimes, such as every first Saturday: it is shown, but never as “open now”."
        ),
    )

    # The browser's own time field: it refuses what is no time instead of putting the present hour in its place.
    panels = [
        FieldPanel("weekday"),
        FieldPanel("opens", widget=TimeInput(attrs={"type": "time"}, format="%H:%M")),
        FieldPanel("closes", widget=TimeInput(attrs={"type": "time"}, format="%H:%M")),
        FieldPanel("note"),
        FieldPanel("is_regular"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ("weekday", "opens")

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"

    def clean(self) -> None:
        if self.opens and self.closes and self.closes <= self.opens:
            raise ValidationError({"closes": _("The office must close after it has opened.")})


class ClosedPeriod(Orderable):
    """Days on which the office is closed against its regular hours."""

    office = ParentalKey("services.OfficePage", on_delete=models.CASCADE, related_name="closed_periods")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=120, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("closed days")
        verbose_name_plural = _("closed days")
        ordering = ("first_day",)

    def __str__(self) -> str:
        return f"{self.first_day:%d.%m.%Y}–{self.last_day:%d.%m.%Y}"

    def clean(self) -> None:
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValidationError({"last_day": _("The last day lies before the first.")})
