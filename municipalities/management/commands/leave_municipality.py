"""A municipality leaves the portal: export, archive, addresses that lead on."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from municipalities.lifecycle.cancelling import cancel
from municipalities.lifecycle.changes import ChangeError, find_municipality
from municipalities.lifecycle.export import export_to
from municipalities.lifecycle.leaving import leave
from municipalities.management.changes import day, print_change


class Command(BaseCommand):
    help = "Take a municipality out of the portal; its pages are kept in the archive. Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ags", metavar="AGS", help="official municipality key")
        parser.add_argument("--on", type=day, metavar="DATE", help="first day without it, such as 2027-01-01 (today)")
        parser.add_argument("--export", type=Path, metavar="FILE", help="write everything it has to this file first")
        parser.add_argument("--dry-run", action="store_true", help="show what would be done, and do nothing")
        parser.add_argument("--cancel", action="store_true", help="take back a change that lies ahead")

    def handle(self, *args: Any, ags: str, on: date | None, export: Path | None, **options: Any) -> None:
        try:
            if options["cancel"]:
                print_change(self.stdout, cancel(ags))
                return
            if export is not None:
                self._export(ags, export, dry_run=options["dry_run"])
            print_change(self.stdout, leave(ags, on, dry_run=options["dry_run"]))
        except ChangeError as error:
            raise CommandError(str(error), returncode=1) from error

    def _export(self, ags: str, path: Path, *, dry_run: bool) -> None:
        place = find_municipality(ags)
        if dry_run:
            self.stdout.write(_("Would be written: %(file)s") % {"file": path})
            return
        try:
            counts = export_to(path, place)
        except OSError as error:
            raise CommandError(
                _("The file %(file)s cannot be written: %(reason)s")
                % {"file": path, "reason": error.strerror if path.parent.is_dir() else _("there is no such folder")},
                returncode=1,
            ) from error
        self.stdout.write(_("Written: %(file)s") % {"file": path})
        for name, count in counts.items():
            self.stdout.write(f"  {name}: {count}")
