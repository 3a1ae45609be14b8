"""How often a page was looked at. Counts of weeks, and nothing about those who looked."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

# What is older is of no use to editors and is deleted.
KEPT_WEEKS = 52


def week_of(day: date) -> date:
    """The Monday of the week."""
    return day - timedelta(days=day.weekday())


class PageViewsQuerySet(models.QuerySet["PageViews"]):
    def last_weeks(self, weeks: int, today: date) -> "PageViewsQuerySet":
        """The running week and those before it."""
        return self.filter(week__gt=week_of(today) - timedelta(weeks=weeks))

    def outdated(self, today: date) -> "PageViewsQuerySet":
        return self.filter(week__lt=week_of(today) - timedelta(weeks=KEPT_WEEKS))

    def count_one(self, page_id: int, subject_id: int, today: date) -> bool:
        """Add one where the week has been counted before and the pages are still public; whether it had been."""
        row = self.filter(
            page_id=page_id, subject_id=subject_id, week=week_of(today), page__live=True, subject__live=True
        )
        return bool(row.update(count=F("count") + 1))

    def most_viewed(self) -> "models.QuerySet[PageViews, dict[str, int]]":
        """Pages with their sums, the most viewed first."""
        return self.values("page_id", "subject_id").annotate(total=Sum("count")).order_by("-total", "page_id")


class PageViews(models.Model):
    """``subject`` is the page whose content was shown: mostly the page itself, or the reference text of a service
    that has an address in a municipality without a page of its own there (``page`` is then the list of services).
    """

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    subject = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    week = models.DateField(_("week"), help_text=_("Its Monday."))
    count = models.PositiveIntegerField(_("views"), default=0)

    objects = models.Manager.from_queryset(PageViewsQuerySet)()

    class Meta:
        verbose_name = _("views of a page")
        verbose_name_plural = _("views of pages")
        constraints = [models.UniqueConstraint(fields=("page", "subject", "week"), name="one_count_for_each_week")]
        indexes = [models.Index(fields=("week",), name="page_views_week")]

    def __str__(self) -> str:
        return f"{self.subject}: {self.count}"
