"""Lists services for which no office is recorded somewhere, or where the entry is contested or unconfirmed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from municipalities.models import MunicipalityPage
from services.gaps import names, service_gaps


class Command(BaseCommand):
    help = "Lists the gaps in responsibilities, as text or as a Markdown table."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--markdown", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        total = MunicipalityPage.objects.live().local().on_day(today).count()
        rows = [
            (gap.service.title, *(names(places, total) for places in (gap.missing, gap.contested, gap.unconfirmed)))
            for gap in service_gaps(today)
        ]
        if options["markdown"]:
            heading = (_("Service"), _("No office recorded"), _("Contested"), _("Not confirmed"))
            for row in (heading, ("---",) * len(heading), *rows):
                self.stdout.write("| " + " | ".join(cell or "–" for cell in row) + " |")
            return
        for title, missing, contested, unconfirmed in rows:
            self.stdout.write(title)
            for label, places in (
                (_("No office recorded"), missing),
                (_("Contested"), contested),
                (_("Not confirmed"), unconfirmed),
            ):
                if places:
                    self.stdout.write(f"  {label}: {places}")
