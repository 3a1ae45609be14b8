"""Prints where to look first and with which demonstration logins."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from home.demo.accounts import ACCOUNTS

_PATHS = (
    ("/", "Startseite"),
    ("/wassenberg/leistungen/unterhaltsvorschuss/", "Unterhaltsvorschuss in Wassenberg"),
    ("/erkelenz/", "Stadt Erkelenz"),
    ("/zusammenarbeit/", "Kooperationen"),
    ("/admin/", "Redaktion"),
)


class Command(BaseCommand):
    help = "Prints addresses and demonstration logins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--base", default=settings.WAGTAILADMIN_BASE_URL)

    def handle(self, *args: Any, **options: Any) -> None:
        base = options["base"].rstrip("/")
        for path, label in _PATHS:
            self.stdout.write(f"  {base}{path:<48} {label}")
        if settings.PORTAL_DEMO:
            self.stdout.write(_("Demonstration logins (all of them: python manage.py demo_logins):"))
            for account in ACCOUNTS[:6]:
                self.stdout.write(f"  {account.username:<22} {account.password}")
