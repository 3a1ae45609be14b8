"""Prints which office is responsible for a service at a place."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from municipalities.places import MAX_QUERY_LENGTH, PlaceMatch, find_place
from services.models import ServicePage
from services.resolver import Resolution, resolve


class Command(BaseCommand):
    help = (
        "Which office is responsible? Exit code 0 with the answer (an honest gap included), 1 when the service or the "
        "place is unknown, 2 when the place is ambiguous."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("service", metavar="SERVICE_SLUG")
        parser.add_argument("place", metavar="PLACE", help="AGS, postcode, municipality or locality")
        parser.add_argument("--date", metavar="YYYY-MM-DD", help="day for which to answer (default: today)")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        day = _day(options["date"])
        service = ServicePage.objects.live().filter(slug=options["service"]).first()
        if service is None:
            raise CommandError(_("There is no service “%(slug)s”.") % {"slug": options["service"]}, returncode=1)
        match = find_place(options["place"], day)
        if match.is_unknown:
            raise CommandError(_unknown(match), returncode=1)
        if match.was_cut:
            self.stderr.write(_was_cut())
        municipality = match.municipality
        if municipality is None:
            self.stderr.write(_("“%(place)s” belongs to several municipalities:") % {"place": match.query})
            for candidate in match.municipalities:
                self.stdout.write(f"{candidate.ags} {candidate.title}")
            raise SystemExit(2)
        if match.guessed:
            names = {"typed": match.query, "place": f"{municipality.title} ({municipality.ags})"}
            self.stderr.write(_("“%(typed)s” is not known; this is the answer for %(place)s.") % names)
        resolution = resolve(service, municipality, day, match.locality_id)
        if options["as_json"]:
            self.stdout.write(json.dumps(as_dict(resolution), ensure_ascii=False, indent=2))
        else:
            self._print(resolution)

    def _print(self, resolution: Resolution) -> None:
        self.stdout.write(
            f"{resolution.service.title} – {resolution.municipality.title} ({resolution.municipality.ags})"
        )
        for found in resolution.offices:
            owner = f" ({found.owner.title})" if found.owner else ""
            self.stdout.write(f"  {found.office.title}{owner} [{found.via.label}, {found.role.label}]")
            self.stdout.write(f"    {found.reason} {found.legal_basis}".rstrip())
            if not found.is_confirmed:
                self.stdout.write("    " + _("This has not been confirmed yet."))
        if resolution.gap:
            self.stdout.write(f"  {resolution.gap}")


def _unknown(match: PlaceMatch) -> str:
    """Why there is no answer, in one line."""
    if match.is_foreign:
        message = _("“%(typed)s” does not belong to this portal.") % {"typed": match.query}
    else:
        message = _("No place found for “%(place)s”.") % {"place": match.query}
    return f"{message} {_was_cut()}" if match.was_cut else message


def _was_cut() -> str:
    return _("Only the first %(number)d characters of the place were read.") % {"number": MAX_QUERY_LENGTH}


def _day(text: str | None) -> date:
    if not text:
        return timezone.localdate()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(
            _("“%(text)s” is not a date (expected: YYYY-MM-DD).") % {"text": text}, returncode=1
        ) from error


def as_dict(resolution: Resolution) -> dict[str, Any]:
    """The stable JSON form of an answer."""
    return {
        "service": resolution.service.slug,
        "municipality": resolution.municipality.ags,
        "offices": [
            {
                "name": found.office.title,
                "municipality": found.owner.ags if found.owner else None,
                "url": found.office.full_url,
                "via": str(found.via),
                "legal_basis": found.legal_basis,
            }
            for found in resolution.offices
        ],
        "gap": resolution.gap,
    }
