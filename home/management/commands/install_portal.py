"""Creates the pages every portal has."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from home.installation import install_portal


class Command(BaseCommand):
    help = "Creates home page, site and index pages where they are missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", default="Serviceportal")
        parser.add_argument("--host", help="public host name; without it an existing site keeps its own")
        parser.add_argument("--port", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        install_portal(options["name"], options["host"], options["port"])
        self.stdout.write(_("The portal's pages are in place."))
