from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from municipalities.models import PageViews


class Command(BaseCommand):
    """Delete the counts of views that are older than a year; for a daily or weekly timer."""

    help = "Deletes counts of page views that are older than a year."

    def handle(self, *args: Any, **options: Any) -> None:
        deleted, _models = PageViews.objects.outdated(timezone.localdate()).delete()
        self.stdout.write(_("%(count)s counts deleted.") % {"count": deleted})
