"""Costs, deadlines and documents of one service in all municipalities, for editors and, where switched on, for all."""

from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from municipalities.models import MunicipalityPage, RoleKind
from services.models import LocalServicePage, LocalState, ServicePage
from tests.factories import LocalServiceFactory, LocalServiceIndexFactory, MunicipalityFactory, ServiceFactory
from tests.roles import holder, tenant

pytestmark = pytest.mark.django_db


def cost(amount: str, **more: Any) -> tuple[str, dict[str, Any]]:
    return "cost", {"type": "fixed", "amount": Decimal(amount), "confirmed": True, **more}


@pytest.fixture
def service() -> ServicePage:
    return ServiceFactory(
        title="Baumfällung",
        slug="baumfaellung",
        has_comparison=True,
        published=True,
        costs=[cost("37", condition="je Antrag")],
        deadlines=[("deadline", {"text": "vor dem 1. März", "confirmed": True})],
        documents=[("document", {"name": "Lageplan", "condition": ""})],
        processing_time="drei Wochen",
    )


@pytest.fixture
def place() -> MunicipalityPage:
    place = MunicipalityFactory(title="Vergleichshausen")
    LocalServiceIndexFactory(parent=place)
    return place


def rows(client: Client, service: ServicePage) -> dict[str, str]:
    response = client.get(f"{service.url}vergleich/")
    assert response.status_code == 200
    found = BeautifulSoup(response.content, "html.parser").select(".comparison tbody tr")
    return {row.select_one("th a").get_text(strip=True): row.get_text(" ", strip=True) for row in found}  # type: ignore[union-attr]


def test_it_is_there_where_it_is_switched_on(client: Client, service: ServicePage, place: MunicipalityPage) -> None:
    address = f"{service.url}vergleich/"
    assert address in client.get(service.url).content.decode()
    text = rows(client, service)[place.title]
    for words in ("37,00", "je Antrag", "vor dem 1. März", "Lageplan", "drei Wochen"):
        assert words in text
    for wrong in ("vergleich/mehr/", "anderes/"):
        assert client.get(service.url + wrong).status_code == 404
    service.has_comparison = False
    service.save_revision().publish()
    assert client.get(address).status_code == 404
    assert address not in client.get(service.url).content.decode()


def test_it_goes_with_the_service(client: Client, service: ServicePage) -> None:
    ServicePage.objects.get(pk=service.pk).unpublish()
    assert client.get(f"{service.url}vergleich/").status_code == 404


def test_each_municipality_says_what_its_own_page_says(
    client: Client, service: ServicePage, place: MunicipalityPage
) -> None:
    LocalServiceFactory(
        place=place,
        reference=service,
        published=True,
        costs_mode="replace",
        costs=[cost("12.5"), cost("99", confirmed=False)],
        documents_mode="add",
        documents=[("document", {"name": "Foto", "condition": ""})],
        processing_time="ein Tag",
    )
    text = rows(client, service)[place.title]
    for words in ("12,50", "Lageplan", "Foto", "ein Tag", "vor dem 1. März"):
        assert words in text
    for words in ("37,00", "99,00", "drei Wochen"):
        assert words not in text


def test_who_does_not_offer_it_says_so(client: Client, service: ServicePage, place: MunicipalityPage) -> None:
    LocalServiceFactory(place=place, reference=service, not_offered=True, published=True)
    text = rows(client, service)[place.title]
    assert "Das gibt es hier nicht." in text
    assert "37,00" not in text


def test_a_district_stands_there_where_it_wrote_something(client: Client, service: ServicePage) -> None:
    district = MunicipalityFactory(is_district=True)
    LocalServiceIndexFactory(parent=district)
    assert district.title not in rows(client, service)
    LocalServiceFactory(place=district, reference=service, published=True, processing_time="sofort")
    assert "sofort" in rows(client, service)[district.title]


def test_drafts_stay_inside(client: Client, service: ServicePage, place: MunicipalityPage) -> None:
    local = LocalServiceFactory(place=place, reference=service, live=False, processing_time="geheim")
    assert "geheim" not in rows(client, service)[place.title]
    local.live = True
    local.save()
    local.processing_time = "noch geheim"
    local.save_revision()
    assert "noch geheim" not in rows(client, service)[place.title]


def test_queries_do_not_grow_and_the_answer_is_kept(client: Client, service: ServicePage) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            response = client.get(f"{service.url}vergleich/")
        assert "s-maxage" in response["Cache-Control"]
        assert not response.cookies
        return len(context)

    queries()
    before = queries()
    for place in MunicipalityFactory.create_batch(5, with_indexes=True):
        LocalServiceFactory(place=place, reference=service, processing_time="lange", state=LocalState.IN_PERSON)
    assert queries() == before <= 12


def test_the_sitemap_knows_it(client: Client, service: ServicePage) -> None:
    assert any(entry["location"].endswith("/baumfaellung/vergleich/") for entry in service.get_sitemap_urls())


# For editors


def report(client: Client, **query: Any) -> BeautifulSoup:
    response = client.get(reverse("service_comparison"), query)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def row_of(soup: BeautifulSoup, place: MunicipalityPage) -> Any:
    return next(row for row in soup.select("table.listing tbody tr") if place.title in row.th.get_text())


def test_editors_see_what_is_own_and_what_follows_and_edit_their_own(client: Client, service: ServicePage) -> None:
    own, foreign = tenant("Eigenvergleich"), tenant("Fremdvergleich")
    pages = {
        place: LocalServiceFactory(place=place, reference=service, published=True, processing_time="ein Tag")
        for place in (own, foreign)
    }
    LocalServicePage.objects.get(pk=pages[foreign].pk).save_revision()
    draft = LocalServicePage.objects.get(pk=pages[foreign].pk)
    draft.processing_time = "Entwurfsgeheimnis"
    draft.save_revision()
    service.has_comparison = False
    service.save_revision().publish()
    client.force_login(holder(RoleKind.AUTHOR, own))
    soup = report(client, leistung=service.pk)
    assert "Entwurfsgeheimnis" not in soup.get_text()
    cells = row_of(soup, own).find_all("td")
    assert "37,00" in cells[1].get_text()
    assert cells[1].select(".w-status--primary") == [], "the costs follow the reference"
    assert cells[3].select(".w-status--primary"), "the time is their own"
    address = reverse("wagtailadmin_pages:edit", args=[pages[own].pk])
    assert row_of(soup, own).select(f'a[href="{address}"]')
    assert not row_of(soup, foreign).select('a[href*="/admin/"]')


@pytest.mark.parametrize("key", ["", "0", "-1", "x", "9" * 40, "\x00", "1e9"])
def test_any_key_is_answered(editor: Client, service: ServicePage, key: str) -> None:
    assert report(editor, leistung=key).select("select[name=leistung]")


def test_a_service_that_is_not_published_is_not_compared(editor: Client) -> None:
    secret = ServiceFactory(title="Stammgeheimnis", live=False)
    assert "Stammgeheimnis" not in report(editor, leistung=secret.pk).get_text()
