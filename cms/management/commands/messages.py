"""Keep the translation catalogues in step with the code; see ``cms.translations``."""

from pathlib import Path
from typing import Any

import polib
from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms import translations


class Command(BaseCommand):
    """Update the German catalogue; with ``--check`` only compare, with ``--compile`` only write the .mo files."""

    help = "Updates the catalogue of translations from code and templates (--check: compare, --compile: write .mo)."
    # Catalogues must be repairable while something else in the project is broken.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--check", action="store_true", help="fail on missing, fuzzy and unused translations")
        choice.add_argument("--compile", action="store_true", help="write .mo files where the .po file is newer")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["compile"]:
            self.compile()
            return
        path = Path(settings.LOCALE_PATHS[0]) / "de" / "LC_MESSAGES" / "django.po"
        catalogue = polib.pofile(str(path), wrapwidth=110) if path.exists() else translations.new_catalogue("de")
        catalogue.wrapwidth = 110
        messages, unseen = self.collect()
        if options["check"]:
            self.check_catalogue(messages, unseen, catalogue)
            return
        added, removed = translations.update(messages, catalogue)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(path))
        empty = sum(1 for entry in catalogue if not entry.translated())
        self.stdout.write(f"{len(catalogue)} strings: {added} new, {removed} removed, {empty} without translation.")

    def collect(self) -> tuple[translations.Messages, list[str]]:
        """The strings of all apps, and a line for each call whose string cannot be found."""
        base = Path(settings.BASE_DIR)
        folders = [Path(config.path) for config in apps.get_app_configs() if Path(config.path).parent == base]
        try:
            return translations.collect(folders, base), list(translations.unseen(folders, base))
        except ModuleNotFoundError as error:
            raise CommandError(f"{error.name} is missing: install requirements-dev.txt.") from error

    def check_catalogue(self, messages: translations.Messages, unseen: list[str], catalogue: polib.POFile) -> None:
        found = [*unseen, *translations.problems(messages, catalogue)]
        if found:
            raise CommandError("\n".join([*found, f"{len(found)} problems; run “make messages” and translate."]))
        self.stdout.write(f"All {len(messages)} strings are translated.")

    def compile(self) -> None:
        for path in (file for folder in settings.LOCALE_PATHS for file in sorted(Path(folder).rglob("*.po"))):
            if translations.compile_catalogue(path):
                self.stdout.write(f"Compiled {path.relative_to(settings.BASE_DIR)}")
