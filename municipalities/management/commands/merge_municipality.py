"""A municipality is merged into another."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from municipalities.lifecycle.cancelling import cancel
from municipalities.lifecycle.changes import ChangeError
from municipalities.lifecycle.merging import merge
from municipalities.management.changes import day, print_change


class Command(BaseCommand):
    help = "Merge a municipality into its successor from a day on. Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("old", metavar="OLD_AGS", help="key of the municipality that ends")
        parser.add_argument("new", metavar="NEW_AGS", help="key of its successor")
        parser.add_argument("--from", type=day, dest="first_day", metavar="DATE", help="effective date, as 2027-01-01")
        parser.add_argument("--dry-run", action="store_true", help="show what would be done, and do nothing")
        parser.add_argument("--cancel", action="store_true", help="take back a change that lies ahead")

    def handle(self, *args: Any, old: str, new: str, first_day: date | None, **options: Any) -> None:
        try:
            if options["cancel"]:
                print_change(self.stdout, cancel(old))
                return
            if first_day is None:
                raise CommandError(_("Please give the day with --from."), returncode=1)
            print_change(self.stdout, merge(old, new, first_day, dry_run=options["dry_run"]))
        except ChangeError as error:
            raise CommandError(str(error), returncode=1) from error
