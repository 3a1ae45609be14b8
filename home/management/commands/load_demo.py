"""Loads the demonstration content."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from home.demo.load import STEPS, load_demo


class Command(BaseCommand):
    help = "Loads the demonstration content (Kreis Heinsberg). Running it again keeps what was edited."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.PORTAL_DEMO:
            raise CommandError(
                _("Demonstration content has public passwords. It is loaded only where PORTAL_DEMO is switched on.")
            )
        with tqdm(total=STEPS, file=sys.stderr, unit="") as bar:

            def step(name: str) -> None:
                bar.set_description(name)
                bar.update()

            load_demo(step)
        self.stdout.write(_("The demonstration content is in place."))
