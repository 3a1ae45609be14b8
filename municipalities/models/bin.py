"""The bin: where deleted pages wait for 30 days, with everything that is needed to bring them back."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cms.models import BasePage

DAYS_IN_BIN = 30


class BinPage(BasePage):
    """Parent of what was deleted. It stands beside the home page, so that nothing below it has an address or editors.

    Only :mod:`municipalities.bin` puts pages here; nobody creates, chooses or sees it.
    """

    parent_page_types: list[str] = []
    subpage_types: list[str] = []
    is_creatable = False
    is_fixed = True
    is_reviewed = False
    max_count = 1

    class Meta:
        verbose_name = _("bin")


class BinnedPageQuerySet(models.QuerySet["BinnedPage"]):
    def expired(self, today: date) -> "BinnedPageQuerySet":
        """What could be brought back until yesterday, or for longer; see :attr:`BinnedPage.kept_until`."""
        first_kept = datetime.combine(today - timedelta(days=DAYS_IN_BIN), time.min)
        return self.filter(binned_at__lt=timezone.make_aware(first_kept))


class BinnedPage(models.Model):
    """A deleted page, with where it was, what it was called there and what of it was published."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="binned", verbose_name=_("page"))
    # Whose it is: the municipality, or for what all share the page of the portal that it lay under.
    anchor = models.ForeignKey(Page, null=True, on_delete=models.SET_NULL, related_name="+")
    # Keys of the pages that lay above it, the nearest first.
    above = models.JSONField(default=list)
    slug = models.CharField(max_length=255)
    # Keys of what was published: the page itself and pages below it.
    published = models.JSONField(default=list)
    # Revisions that were to be published at a time: their keys and times.
    scheduled = models.JSONField(default=dict)
    binned_at = models.DateTimeField(_("deleted at"), default=timezone.now, db_index=True)
    binned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("deleted by")
    )

    objects = BinnedPageQuerySet.as_manager()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("deleted page")
        verbose_name_plural = _("deleted pages")

    def __str__(self) -> str:
        return self.page.title

    @property
    def kept_until(self) -> date:
        """The last day on which the page can be brought back."""
        return timezone.localdate(self.binned_at) + timedelta(days=DAYS_IN_BIN)
