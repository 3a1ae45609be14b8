"""The merged public page asks the database as often for much text as for little, and for many places as for few."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from municipalities.models import MunicipalityPage
from services.languages import languages
from services.models import LocalServicePage, LocalTextModule, ServicePage
from services.text_modules import TEXT_MODULES
from tests.factories import (
    LocalServiceFactory,
    LocalServiceIndexFactory,
    MunicipalityFactory,
    ResponsibilityFactory,
    ServiceFactory,
    without_editors_indexes,
)

pytestmark = pytest.mark.django_db

CODES = [module.code for module in TEXT_MODULES]
MOST_QUERIES = 12


def translation(language: str) -> tuple[str, dict[str, str]]:
    texts = {module.field: "<p>Text.</p>" if module.rich else "Text." for module in TEXT_MODULES}
    return ("translation", {"language": language, "title": "Title", **texts})


def place_with_page(service: ServicePage, number: int, codes: list[str]) -> MunicipalityPage:
    place = MunicipalityFactory(title=f"Quellort {number}", slug=f"quellort-{number}", with_indexes=True)
    ResponsibilityFactory(area=place, service=service)
    LocalServiceFactory(place=place, reference=service, texts=[(code, "after", "<p>Hier.</p>") for code in codes])
    return place


@pytest.fixture
def service() -> ServicePage:
    return ServiceFactory(full_text="<p>Text.</p>", translations=[translation("en")])


@pytest.fixture
def place(service: ServicePage) -> MunicipalityPage:
    return place_with_page(service, 0, CODES[:1])


def count(client: Client, place: MunicipalityPage, service: ServicePage) -> dict[str, int]:
    """Queries of a process that has just started, for the page of the place and the reference, in both languages."""
    found = {}
    for path in (f"/{place.slug}/leistungen/{service.slug}/", service.url):
        for address in (path, f"{path}en/"):
            client.get(address)
            cache.clear()
            ContentType.objects.clear_cache()
            with CaptureQueriesContext(connection) as context:
                assert client.get(address).status_code == 200, address
            found[address] = len(context)
    assert max(found.values()) <= MOST_QUERIES, found
    return found


def write(place: MunicipalityPage, codes: list[str], of: list[str]) -> None:
    page = LocalServicePage.objects.get(path__startswith=place.path)
    page.text_modules = [
        LocalTextModule(language=language, code=code, mode="after", text="<p>Hier.</p>")
        for language in of
        for code in codes
    ]
    page.save()


def test_own_text_modules(client: Client, place: MunicipalityPage, service: ServicePage) -> None:
    before = count(client, place, service)
    write(place, CODES, ["de"])
    assert len(CODES) == 13
    assert count(client, place, service) == before


def test_languages(client: Client, place: MunicipalityPage, service: ServicePage) -> None:
    before = count(client, place, service)
    others = [code for code in languages() if code != "de"][:3]
    service.translations = [translation(language) for language in others]
    service.save()
    write(place, CODES, ["de", *others])
    assert count(client, place, service) == before


def test_municipalities(client: Client, place: MunicipalityPage, service: ServicePage) -> None:
    with without_editors_indexes():
        place_with_page(service, 1, CODES[:1])
        before = count(client, place, service)
        for number in range(2, 40):
            place_with_page(service, number, CODES)
    assert LocalServicePage.objects.filter(reference=service).count() == 40
    assert count(client, place, service) == before


def test_a_translation_costs_nothing_more_than_the_german_page(
    client: Client, place: MunicipalityPage, service: ServicePage
) -> None:
    bare = MunicipalityFactory()
    LocalServiceIndexFactory(parent=bare)
    for where in (place, bare):
        numbers = list(count(client, where, service).values())
        assert numbers[0] == numbers[1]
        assert numbers[2] == numbers[3]
