"""Regular opening hours of an office and the days on which it is closed against them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.forms import TimeInput
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable

if TYPE_CHECKING:
    from services.models.office import OfficePage

# What pages show of both, with the kind of each column.
_HOURS: dict[str, type[models.Field]] = {
    "weekday": models.IntegerField,
    "opens": models.TimeField,
    "closes": models.TimeField,
    "note": models.CharField,
    "is_regular": models.BooleanField,
}
_CLOSED: dict[str, type[models.Field]] = {
    "first_day": models.DateField,
    "last_day": models.DateField,
    "reason": models.CharField,
}


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


def remember_hours(offices: Sequence["OfficePage"]) -> None:
    """Fetch what the offices keep as ``all_hours`` and ``all_closed_periods``, from both tables with one query."""
    all_hours: dict[int, list[OpeningHours]] = {office.pk: [] for office in offices}
    all_closed: dict[int, list[ClosedPeriod]] = {office.pk: [] for office in offices}
    hours = OpeningHours.objects.filter(office__in=all_hours).order_by().annotate(**_nothing(_CLOSED))
    closed = ClosedPeriod.objects.filter(office__in=all_hours).order_by().annotate(**_nothing(_HOURS))
    rows = hours.values_list("office_id", *_HOURS, *_nothing(_CLOSED)).union(
        closed.values_list("office_id", *_nothing(_HOURS), *_CLOSED), all=True
    )
    for key, *values in rows:
        of_hours, of_closed = values[: len(_HOURS)], values[len(_HOURS) :]
        if of_closed[0] is None:
            all_hours[key].append(OpeningHours(office_id=key, **dict(zip(_HOURS, of_hours, strict=True))))
        else:
            all_closed[key].append(ClosedPeriod(office_id=key, **dict(zip(_CLOSED, of_closed, strict=True))))
    for office in offices:
        office.__dict__["all_hours"] = sorted(all_hours[office.pk], key=lambda own: (own.weekday, own.opens))
        office.__dict__["all_closed_periods"] = sorted(all_closed[office.pk], key=lambda period: period.first_day)


def _nothing(columns: dict[str, type[models.Field]]) -> dict[str, models.Value]:
    """Empty columns of the same kinds, so that both halves of the query fit."""
    return {f"no_{name}": models.Value(None, kind()) for name, kind in columns.items()}
