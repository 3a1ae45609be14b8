"""When somebody has to look at a page again and say that it is still correct."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class PageReviewQuerySet(models.QuerySet["PageReview"]):
    def due(self, day: date) -> "PageReviewQuerySet":
        """Published pages whose day has come, the oldest first. What nobody can read needs no review."""
        return self.filter(due__lte=day, page__live=True).order_by("due", "page__title")

    def not_reminded(self) -> "PageReviewQuerySet":
        """For whose present day no e-mail has been sent."""
        return self.exclude(reminded_for=models.F("due"))


class PageReview(models.Model):
    """The review date of a page. Publishing and confirming move it on, unless somebody chose a later day."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="review", verbose_name=_("page"))
    due = models.DateField(_("review date"), db_index=True)
    is_chosen = models.BooleanField(_("chosen by hand"), default=False)
    confirmed_at = models.DateTimeField(_("last confirmed"), null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("confirmed by")
    )
    reminded_for = models.DateField(null=True)

    objects = PageReviewQuerySet.as_manager()

    # A review date is no place that links to the page.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("review date")
        verbose_name_plural = _("review dates")

    def __str__(self) -> str:
        return f"{self.page}: {self.due:%d.%m.%Y}"

    @property
    def is_due(self) -> bool:
        return self.due <= timezone.localdate()
