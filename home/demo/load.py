"""Loads the demonstration content. Every step creates only what is missing; what was edited stays as it is."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from home.demo.accounts import load_accounts
from home.demo.catalogue import load_life_events, load_local_texts, load_responsibilities, load_services
from home.demo.editorial import load_cooperations, load_news, load_standard_pages
from home.demo.places import load_municipalities, load_offices
from home.installation import install_portal
from home.models import HomePage
from municipalities.models import MunicipalityPage

DISTRICT_AGS = "05370"
HOME_HEADLINE = "Finden Sie die richtige Stelle"
HOME_INTRO = "Sagen Sie uns, worum es geht und wo Sie wohnen. Wir zeigen Ihnen, welche Stelle zuständig ist."


@transaction.atomic
def load_demo(step: Callable[[str], None]) -> None:
    """Load everything, all or nothing. ``step`` is told the name of each part before it begins.

    Where the demonstration's district exists already, only missing accounts are added: what editors changed, renamed
    or deleted since stays as they left it.
    """
    if MunicipalityPage.objects.filter(ags=DISTRICT_AGS).exists():
        load_accounts()
        return
    step("Portal")
    address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    portal = install_portal("Serviceportal Kreis Heinsberg", address.hostname or "localhost", port)
    _describe_home(portal.home)
    step("Kommunen")
    places = load_municipalities(portal)
    step("Stellen")
    offices = load_offices(places)
    step("Leistungen")
    services = load_services(portal)
    step("Zuständigkeiten")
    load_responsibilities(places, services, offices)
    step("Örtliche Texte")
    load_local_texts(places, services)
    step("Lebenslagen")
    load_life_events(portal)
    step("Kooperationen")
    load_cooperations(portal, places, services)
    step("Aktuelles und Seiten")
    load_news(portal, places)
    load_standard_pages(portal)
    step("Rollen und Zugänge")
    load_accounts()


STEPS = 10


def _describe_home(home: HomePage) -> None:
    if not home.headline:
        home.headline, home.intro = HOME_HEADLINE, HOME_INTRO
        home.save_revision(log_action=True).publish()
