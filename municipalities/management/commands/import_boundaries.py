"""Imports the boundaries for the district map from a GeoJSON file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from municipalities.boundaries import BoundaryError, import_boundaries


class Command(BaseCommand):
    help = "Stores the boundaries of a GeoJSON feature collection (property ags, longitude and latitude)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            result = import_boundaries(options["file"])
        except BoundaryError as error:
            raise CommandError(str(error)) from error
        unknown = _("No municipality here has these keys: %(keys)s") % {"keys": ", ".join(sorted(result.unknown))}
        if not result.stored:
            raise CommandError(unknown)
        self.stdout.write(_("%(count)d boundaries stored.") % {"count": result.stored})
        if result.unknown:
            self.stdout.write(unknown)
