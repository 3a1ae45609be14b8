"""The merged public page asks the database as often for much text as for little, and for many places as for few."""

from datetime import date

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from municipalities.models import MunicipalityPage
from services.languages import languages
from services.models import ClosedPeriod, LocalServicePage, LocalState, LocalTextModule, OfficePage, ServicePage
from services.text_modules import TEXT_MODULES
from tests.factories import (
    LocalityFactory,
    LocalServiceFactory,
    LocalServiceIndexFactory,
    MunicipalityFactory,
    OfficeFactory,
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


def cold(client: Client, address: str) -> int:
    """Queries of a process that has just started: it knows neither sites nor content types."""
    client.get(address)
    cache.clear()
    ContentType.objects.clear_cache()
    with CaptureQueriesContext(connection) as context:
        assert client.get(address).status_code == 200, address
    return len(context)


def count(client: Client, place: MunicipalityPage, service: ServicePage) -> dict[str, int]:
    """Queries for the page of the place and the reference, in both languages."""
    paths = (f"/{place.slug}/leistungen/{service.slug}/", service.url)
    found = {address: cold(client, address) for path in paths for address in (path, f"{path}en/")}
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


@pytest.fixture
def office() -> OfficePage:
    """An office of another town, reached through a second one, with hours and closed days."""
    elsewhere = MunicipalityFactory(with_indexes=True)
    days = [ClosedPeriod(first_day=date(2099, 1, 1), last_day=date(2099, 1, 2), reason="Umzug")]
    through = OfficeFactory(place=elsewhere)
    return OfficeFactory(place=elsewhere, reached_through=through, open_weekdays=True, closed_periods=days)


@pytest.mark.parametrize("has_page", [True, False])
def test_an_office_of_another_town(client: Client, service: ServicePage, office: OfficePage, *, has_page: bool) -> None:
    place = MunicipalityFactory(district=MunicipalityFactory(kind="district"), with_indexes=True)
    ResponsibilityFactory(area=place, service=service, office=office, by_agreement=True)
    if has_page:
        LocalServiceFactory(place=place, reference=service, texts=[("05", "after", "<p>Hier.</p>")])
    count(client, place, service)
    address = f"/{place.slug}/leistungen/{service.slug}/"
    assert cold(client, f"{address}?ortsteil={LocalityFactory(municipality=place).pk}") <= MOST_QUERIES


def test_another_service_at_an_office_of_another_town(client: Client, service: ServicePage, office: OfficePage) -> None:
    place = MunicipalityFactory(with_indexes=True)
    ResponsibilityFactory(area=place, service=service, office=office, by_agreement=True)
    state = {"state": LocalState.COVERED_BY, "covered_by": ServiceFactory(title="Stattdessen"), "published": True}
    LocalServiceFactory(place=place, reference=service, **state)
    count(client, place, service)


def test_more_offices_cost_nothing_more(client: Client, service: ServicePage, office: OfficePage) -> None:
    place = MunicipalityFactory(with_indexes=True)
    ResponsibilityFactory(area=place, service=service, office=office, shared=True)
    before = count(client, place, service)
    ResponsibilityFactory(area=place, service=service, office=OfficeFactory(open_weekdays=True), shared=True)
    ResponsibilityFactory(area=place, service=service, office=office, role="advises")
    assert count(client, place, service) == before


def test_hours_and_closed_days_are_those_of_the_office(
    client: Client, service: ServicePage, office: OfficePage
) -> None:
    place = MunicipalityFactory(with_indexes=True)
    ResponsibilityFactory(area=place, service=service, office=office, shared=True)
    other = OfficeFactory(closed_periods=[ClosedPeriod(first_day=date(2098, 1, 1), last_day=date(2098, 1, 2))])
    ResponsibilityFactory(area=place, service=service, office=other, shared=True)
    found = client.get(f"/{place.slug}/leistungen/{service.slug}/").context["resolution"].offices
    for shown in (one.office for one in found):
        kept = OfficePage.objects.get(pk=shown.pk)
        assert [str(own) for own in shown.all_hours] == [str(own) for own in kept.opening_hours.all()]
        assert [str(period) for period in shown.all_closed_periods] == [str(p) for p in kept.closed_periods.all()]
    assert {len(one.office.all_hours) for one in found} == {5, 0}
