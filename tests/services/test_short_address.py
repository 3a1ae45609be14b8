"""The short address of a leaflet leads to the local page, also after a page was renamed."""

import pytest
from django.test import Client

from tests.factories import LocalServiceFactory, MunicipalityFactory, ServiceFactory

pytestmark = pytest.mark.django_db


def test_the_leaflet_names_an_address_that_leads_back_to_it(client: Client) -> None:
    place, service = MunicipalityFactory(with_indexes=True), ServiceFactory()
    response = client.get(f"/{place.slug}/leistungen/{service.slug}/")
    short = f"/k/{place.pk}-{service.pk}/"
    assert response.context["short_url"].startswith("http")
    assert response.context["short_url"].endswith(short)
    assert f"Kurze Adresse: {response.context['short_url']}" in response.content.decode()
    assert client.get(short)["Location"] == f"/{place.slug}/leistungen/{service.slug}/"
    service.slug = "umbenannt-und-kurz"
    service.save()
    assert client.get(short)["Location"] == f"/{place.slug}/leistungen/umbenannt-und-kurz/"


def test_a_page_written_locally_has_one_too(client: Client) -> None:
    local = LocalServiceFactory()
    place = local.municipality
    assert client.get(local.url).context["short_url"].endswith(f"/k/{place.pk}-{local.reference.pk}/")
    response = client.get(f"/k/{place.pk}-{local.reference.pk}/")
    assert response["Location"] == local.url
    assert not response.cookies
    assert "public" in response["Cache-Control"]


def test_what_is_unknown_or_unpublished_is_not_found(client: Client) -> None:
    place, service, bare = MunicipalityFactory(with_indexes=True), ServiceFactory(), MunicipalityFactory()
    hidden, gone = MunicipalityFactory(with_indexes=True, live=False), ServiceFactory(live=False)
    pairs = [(place, gone), (hidden, service), (bare, service), (service, place)]
    keys = [f"{town.pk}-{what.pk}" for town, what in pairs]
    for key in [*keys, "0-0", "1-", "x-y", f"{place.pk}", f"{'9' * 40}-{'9' * 40}"]:
        response = client.get(f"/k/{key}/")
        assert response.status_code == 404, key
        assert "Seite nicht gefunden" in response.content.decode()
