"""What the head of a page says: title and description for search engines, and which place the browser remembers."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from tests.factories import LocalServiceFactory, MunicipalityFactory, NewsFactory, OfficeFactory, ServiceFactory

pytestmark = pytest.mark.django_db


def page(client: Client, address: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(address).content, "html.parser")


def title(html: BeautifulSoup) -> str:
    assert html.title is not None
    return html.title.get_text()


def description(html: BeautifulSoup) -> str:
    return str(html.select("meta[name=description]")[0]["content"])


def test_words_for_search_engines_come_first(client: Client) -> None:
    service = ServiceFactory(seo_title="Titel des Stammtexts", search_description="Beschreibung des Stammtexts")
    assert title(page(client, service.url)).startswith("Titel des Stammtexts")
    local = LocalServiceFactory(reference=service)
    html = page(client, local.url)
    assert title(html).startswith("Titel des Stammtexts")
    assert description(html) == "Beschreibung des Stammtexts"
    local.seo_title, local.search_description = "Örtlicher Titel", "Örtliche Beschreibung"
    local.save()
    html = page(client, local.url)
    assert title(html).startswith("Örtlicher Titel")
    assert description(html) == "Örtliche Beschreibung"


def test_the_title_of_the_list_of_services_is_not_that_of_a_service(client: Client) -> None:
    place, service = MunicipalityFactory(with_indexes=True), ServiceFactory()
    index = place.get_children().get(slug="leistungen").specific
    index.seo_title = "Alle Leistungen"
    index.save()
    assert title(page(client, f"{index.url}{service.slug}/")).startswith(service.title)


def test_only_a_chosen_place_is_remembered(client: Client) -> None:
    place, service = MunicipalityFactory(with_indexes=True), ServiceFactory()
    district = MunicipalityFactory(is_district=True, with_indexes=True)
    office = OfficeFactory(place=place)
    news = NewsFactory()
    remembering = [place.url, f"{place.url}leistungen/{service.slug}/"]
    silent = [office.url, f"{place.url}stellen/", news.url, district.url, f"{district.url}leistungen/{service.slug}/"]
    for address in [*remembering, *silent]:
        html = page(client, address)
        assert html.body is not None
        is_remembered = address in remembering
        assert html.body.has_attr("data-place-name") is is_remembered, address
        assert bool(html.select(".chosen-place__change")) is is_remembered, address
