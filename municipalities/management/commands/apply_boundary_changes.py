"""The daily run of planned changes."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from municipalities.lifecycle.due import apply_due
from municipalities.management.changes import print_change


class Command(BaseCommand):
    help = "Carry out the planned departures and mergers whose day has come. Meant to run daily."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--export-dir", type=Path, metavar="DIR", help="write what a leaving municipality has here")
        parser.add_argument("--dry-run", action="store_true", help="show what would be done, and do nothing")

    def handle(self, *args: Any, export_dir: Path | None, **options: Any) -> None:
        failed = 0
        found = False
        for place, result in apply_due(export_dir, dry_run=options["dry_run"]):
            found = True
            if isinstance(result, str):
                failed += 1
                self.stderr.write(f"{place.title} ({place.ags}): {result}")
            else:
                print_change(self.stdout, result)
        if not found:
            self.stdout.write(_("No change is due."))
        if failed:
            raise CommandError(
                ngettext("%(count)d change failed.", "%(count)d changes failed.", failed) % {"count": failed},
                returncode=1,
            )
