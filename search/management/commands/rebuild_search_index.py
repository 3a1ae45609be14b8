"""Builds the search index anew."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from tqdm import tqdm
from wagtail.models import Page

from search.indexing import rebuild


class Command(BaseCommand):
    help = "Builds the search index anew from all published pages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="no progress bar")

    def handle(self, *args: Any, **options: Any) -> None:
        def progress(pages: Iterable[Page], total: int) -> Iterable[Page]:
            return tqdm(pages, total=total, desc=_("Search index"), unit=_("pages"), file=sys.stderr)

        count = rebuild(None if options["quiet"] else progress)
        self.stdout.write(_("%(count)d entries in the search index.") % {"count": count})
