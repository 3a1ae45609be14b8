"""Takes up a municipality: page, default pages, roles, collection, workflow, host name."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from municipalities.tenants.provisioning import ProvisioningError, Report, provision


class Command(BaseCommand):
    help = "Take up a municipality (eight digits) or a district (five) of the official register. Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ags", metavar="AGS", help="official municipality key")
        parser.add_argument("--hostname", default="", help="own host name, such as portal.example.org")
        parser.add_argument("--admin", metavar="EMAIL", help="invite this person as the first local administrator")
        parser.add_argument("--dry-run", action="store_true", help="show what would be made, and make nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = provision(
                options["ags"],
                hostname=options["hostname"],
                admin=options["admin"] or "",
                dry_run=options["dry_run"],
            )
        except ProvisioningError as error:
            raise CommandError(str(error), returncode=1) from error
        self._print(report, options["dry_run"])
        if report.invitation is not None and report.invitation.trouble:
            self.stderr.write(report.invitation.trouble)

    def _print(self, report: Report, dry_run: bool) -> None:
        place = report.place
        heading = _("Would be made for %(place)s:") if dry_run else _("Made for %(place)s:")
        if report.made:
            self.stdout.write(heading % {"place": f"{place.official_name} ({place.ags})"})
            for what in report.made:
                self.stdout.write(f"  + {what}")
        else:
            self.stdout.write(_("%(place)s has everything already.") % {"place": place.official_name})
        if not dry_run:
            self.stdout.write(place.full_url or "")
