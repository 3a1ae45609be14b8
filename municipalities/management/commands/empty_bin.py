"""Delete for good what has been in the bin for 30 days."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from municipalities.bin import empty_bin


class Command(BaseCommand):
    help = "Delete pages for good that have been in the bin for 30 days. For daily use."

    def handle(self, *args: Any, **options: Any) -> None:
        deleted, kept = empty_bin()
        self.stdout.write(
            ngettext("%(count)s page deleted for good.", "%(count)s pages deleted for good.", deleted)
            % {"count": deleted}
        )
        if kept:
            self.stderr.write(_("Still needed elsewhere, and kept: %(pages)s") % {"pages": ", ".join(kept)})
