"""Prints the demonstration accounts: one for each role."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from home.demo.accounts import ACCOUNTS, accounts_in_place


class Command(BaseCommand):
    help = "Prints the demonstration accounts, one for each role of the municipalities shown and each central role."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.PORTAL_DEMO or not accounts_in_place():
            raise CommandError(_("The demonstration content is not installed, so there are no demonstration accounts."))
        rows = [
            {
                "username": account.username,
                "password": account.password,
                "role": str(account.role),
                "municipality": account.ags or None,
            }
            for account in ACCOUNTS
        ]
        if options["as_json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        for row in rows:
            self.stdout.write(
                f"  {row['username']:<24} {row['password']:<30} {row['role']:<22} {row['municipality'] or ''}".rstrip()
            )
