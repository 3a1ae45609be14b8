"""The local address of a service always answers, whatever was or was not written there."""

from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client

from municipalities.models import MunicipalityPage
from services.models import OfficePage, Role, ServicePage
from tests.factories import (
    LocalityFactory,
    LocalServiceFactory,
    LocalServiceIndexFactory,
    MunicipalityFactory,
    OfficeFactory,
    ResponsibilityFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> MunicipalityPage:
    place = MunicipalityFactory()
    LocalServiceIndexFactory(parent=place)
    return place


@pytest.fixture
def service() -> ServicePage:
    return ServiceFactory(short_text="Der gemeinsame Text.")


def address(place: MunicipalityPage, service: ServicePage) -> str:
    return f"/{place.slug}/leistungen/{service.slug}/"


def test_without_a_local_page_the_reference_answers(
    client: Client, place: MunicipalityPage, service: ServicePage
) -> None:
    response = client.get(address(place, service))
    assert response.status_code == 200
    page = response.content.decode()
    assert "Der gemeinsame Text." in page
    assert place.title in page
    assert f'{address(place, service)}"' in page, "the canonical link names the local address"


def test_a_local_page_is_merged_with_the_reference(
    client: Client, place: MunicipalityPage, service: ServicePage
) -> None:
    LocalServiceFactory(place=place, reference=service, texts=[("05", "after", "<p>Nur bei uns.</p>")])
    page = client.get(address(place, service)).content.decode()
    assert "Der gemeinsame Text." in page
    assert "Nur bei uns." in page


def test_an_unpublished_local_page_gives_way_to_the_reference(
    client: Client, place: MunicipalityPage, service: ServicePage
) -> None:
    local = LocalServiceFactory(place=place, reference=service, texts=[("05", "after", "<p>Nur bei uns.</p>")])
    local.unpublish()
    response = client.get(address(place, service))
    assert response.status_code == 200
    assert "Der gemeinsame Text." in response.content.decode()
    assert "Nur bei uns." not in response.content.decode()


def test_after_a_change_of_the_reference_address_one_address_counts(
    client: Client, place: MunicipalityPage, service: ServicePage
) -> None:
    local = LocalServiceFactory(place=place, reference=service)
    old = address(place, service)
    service.slug = "neuer-name"
    service.save()
    assert client.get(address(place, service))["Location"] == old
    assert client.get(old).status_code == 200
    local.save()
    assert client.get(address(place, service)).status_code == 200


def test_a_deleted_reference_leaves_the_local_page_readable(
    client: Client, place: MunicipalityPage, service: ServicePage
) -> None:
    LocalServiceFactory(place=place, reference=service, texts=[("06", "after", "<p>Nur bei uns.</p>")])
    path = address(place, service)
    ServicePage.objects.get(pk=service.pk).delete()
    response = client.get(path)
    assert response.status_code == 200
    assert "Nur bei uns." in response.content.decode()


def test_a_withdrawn_reference_leaves_the_own_texts_and_the_office(
    client: Client, place: MunicipalityPage, service: ServicePage
) -> None:
    LocalServiceFactory(place=place, reference=service, texts=[("06", "after", "<p>Nur bei uns.</p>")])
    row = ResponsibilityFactory(service=service, area=place)
    ServicePage.objects.get(pk=service.pk).unpublish()
    page = client.get(address(place, service)).content.decode()
    assert "Nur bei uns." in page
    assert "Der gemeinsame Text." not in page
    assert row.office.title in page


def test_a_district_does_not_lead_to_a_withdrawn_service(client: Client, service: ServicePage) -> None:
    district = MunicipalityFactory(is_district=True)
    LocalServiceIndexFactory(parent=district)
    town = MunicipalityFactory(district=district)
    LocalServiceIndexFactory(parent=town)
    ServicePage.objects.filter(pk=service.pk).update(level="municipality")
    LocalServiceFactory(place=district, reference=service, texts=[("06", "after", "<p>Im Kreis.</p>")])
    assert address(town, service) in client.get(address(district, service)).content.decode()
    ServicePage.objects.get(pk=service.pk).unpublish()
    response = client.get(address(district, service))
    assert response.status_code == 200
    assert "Im Kreis." in response.content.decode()
    assert address(town, service) not in response.content.decode()
    assert "Bitte wählen Sie Ihren Ort." not in response.content.decode()


def test_a_deleted_or_unpublished_reference_without_a_local_page_is_gone(
    client: Client, place: MunicipalityPage
) -> None:
    service = ServiceFactory()
    service.unpublish()
    assert client.get(address(place, service)).status_code == 404


@pytest.mark.parametrize("rest", ["gibt-es-nicht/", "gibt-es-nicht/noch-tiefer/", "%F0%9F%98%80/", "a" * 2_000 + "/"])
def test_an_unknown_address_is_not_found(client: Client, place: MunicipalityPage, rest: str) -> None:
    assert client.get(f"/{place.slug}/leistungen/{rest}").status_code == 404
    assert client.get(f"/{place.slug}/{rest}").status_code == 404


def test_a_municipality_without_a_list_of_services(client: Client, service: ServicePage) -> None:
    bare = MunicipalityFactory(phone="00000 123")
    assert client.get(f"/{bare.slug}/").status_code == 200
    assert client.get(address(bare, service)).status_code == 404
    # Its page and whoever takes the service along are told so, and whom to ask.
    message = f"{bare.title} hat hier noch keine Leistungen eingetragen"
    for response in (
        client.get(f"/{bare.slug}/"),
        client.get("/ort/", {"ort": bare.ags, "leistung": service.slug}),
    ):
        page = response.content.decode()
        assert message in page
        assert bare.phone in page


def test_a_locality_has_an_address_of_its_own_only_where_it_matters(
    client: Client, place: MunicipalityPage, service: ServicePage
) -> None:
    locality = LocalityFactory(municipality=place, name="Quakenbrückchen")
    whole = ResponsibilityFactory(service=service, area=place)
    typed = {"ort": "quakenbrueckchen", "leistung": service.slug}
    assert client.get("/ort/", typed)["Location"] == address(place, service)
    part = ResponsibilityFactory(service=service, area=place, locality=locality)
    assert client.get("/ort/", typed)["Location"] == f"{address(place, service)}?ortsteil={locality.pk}"
    page = client.get("/ort/", typed, follow=True)
    assert [found.office for found in page.context["resolution"].offices] == [part.office]
    assert "Quakenbrückchen" in page.content.decode()
    assert page.context["canonical_url"].endswith(address(place, service))
    elsewhere = LocalityFactory().pk
    for odd in ("", "x", "-1", "²", "9" * 30, str(elsewhere)):
        page = client.get(address(place, service), {"ortsteil": odd})
        assert [found.office for found in page.context["resolution"].offices] == [whole.office], odd


def test_a_written_page_answers_for_the_locality_too(
    client: Client, place: MunicipalityPage, service: ServicePage
) -> None:
    locality = LocalityFactory(municipality=place)
    part = ResponsibilityFactory(service=service, area=place, locality=locality)
    LocalServiceFactory(place=place, reference=service)
    page = client.get(address(place, service), {"ortsteil": locality.pk})
    assert [found.office for found in page.context["resolution"].offices] == [part.office]


def test_a_locality_of_several_places_is_kept_while_the_visitor_chooses(
    client: Client, place: MunicipalityPage, service: ServicePage
) -> None:
    locality = LocalityFactory(municipality=place, name="Quakenbrückchen")
    ResponsibilityFactory(service=service, area=place, locality=locality)
    LocalityFactory(name="Quakenbrückchen")
    response = client.get("/ort/", {"ort": "Quakenbrückchen", "leistung": service.slug})
    (chosen,) = [target for found, target in response.context["choices"] if found == place]
    assert client.get(chosen)["Location"] == f"{address(place, service)}?ortsteil={locality.pk}"


def test_the_district_speaks_of_itself_with_an_article(client: Client, service: ServicePage) -> None:
    district = MunicipalityFactory(is_district=True, title="Kreis Quaken")
    LocalServiceIndexFactory(parent=district)
    service.level = "district"
    service.save()
    assert "Für den Kreis Quaken" in client.get(address(district, service)).content.decode()
    LocalServiceFactory(place=district, reference=service, not_offered=True)
    assert "Der Kreis Quaken bietet" in client.get(address(district, service)).content.decode()


def test_the_district_sends_people_to_the_towns_that_exist(client: Client) -> None:
    district = MunicipalityFactory(is_district=True)
    LocalServiceIndexFactory(parent=district)
    MunicipalityFactory(district=district, title="Lebenau")
    MunicipalityFactory(district=district, title="Altenau", valid_until=date(2020, 1, 1))
    for path in (f"/{district.slug}/", address(district, ServiceFactory())):
        assert [page.title for page in client.get(path).context["members"]] == ["Lebenau"]


def test_an_unpublished_list_of_services_hides_what_is_below(
    client: Client, place: MunicipalityPage, service: ServicePage
) -> None:
    place.get_children().get().unpublish()
    assert client.get(address(place, service)).status_code == 404


def test_the_responsible_office_is_named_with_its_reason(
    client: Client, place: MunicipalityPage, service: ServicePage
) -> None:
    row = ResponsibilityFactory(service=service, area=place, reason="Das hat der Rat so beschlossen.")
    page = client.get(address(place, service)).content.decode()
    assert row.office.title in page
    assert "Das hat der Rat so beschlossen." in page


def test_a_deleted_office_leaves_the_honest_gap(client: Client, place: MunicipalityPage, service: ServicePage) -> None:
    row = ResponsibilityFactory(service=service, area=place)
    title = row.office.title
    OfficePage.objects.get(pk=row.office_id).delete()
    response = client.get(address(place, service))
    assert response.status_code == 200
    assert title not in response.content.decode()
    assert "115" in response.content.decode()


def translated(**texts: str) -> dict[str, Any]:
    return {"type": "translation", "value": {"language": "en", "title": "Somewhere else", **texts}}


def test_what_is_not_offered_says_why(client: Client, place: MunicipalityPage, service: ServicePage) -> None:
    LocalServiceFactory(place=place, reference=service, not_offered=True)
    assert "Das gibt es hier nicht." in client.get(address(place, service)).content.decode()
    listing = client.get(f"/{place.slug}/leistungen/").content.decode()
    assert service.title not in listing


def test_who_is_turned_away_reads_what_the_municipality_wrote_and_no_shared_text(
    client: Client, place: MunicipalityPage
) -> None:
    shared = ServiceFactory(
        published=True,
        short_text="Kommen Sie zu uns.",
        notes="<p>Zahlen Sie bar.</p>",
        translations=[translated(notes="<p>Pay in cash.</p>")],
    )
    texts = [("16", "after", "<p>Das Amt zieht um.</p>"), ("24", "before", "<p>Seit Mai geschlossen.</p>")]
    LocalServiceFactory(place=place, reference=shared, not_offered=True, published=True, texts=texts)
    for below in ("", "en/"):
        html = client.get(f"{address(place, shared)}{below}").content.decode()
        assert "Das Amt zieht um." in html
        assert "Seit Mai geschlossen." in html
        for words in ("Kommen Sie zu uns.", "Zahlen Sie bar.", "Pay in cash."):
            assert words not in html


def test_an_open_office_limits_how_long_the_page_is_kept(
    client: Client, place: MunicipalityPage, service: ServicePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = OfficeFactory(place=place, open_weekdays=True)
    ResponsibilityFactory(service=service, area=place, office=office)
    monkeypatch.setattr("services.opening_hours.OpeningTimes.cache_seconds", lambda self, now: 7)
    assert "s-maxage=7" in client.get(address(place, service))["Cache-Control"]
    assert "s-maxage=7" in client.get(office.url)["Cache-Control"]


def cards(client: Client, place: MunicipalityPage, service: ServicePage) -> list[Tag]:
    return BeautifulSoup(client.get(address(place, service)).content, "html.parser").select(".office-card")


def roles_on(card: Tag) -> list[str]:
    return [role.get_text(strip=True) for role in card.select(".office-card__role")]


def test_an_office_with_several_roles_for_the_same_reason_stands_there_once(
    client: Client, place: MunicipalityPage, service: ServicePage
) -> None:
    elsewhere = OfficeFactory(title="Gemeinsames Amt")
    own = OfficeFactory(place=place, title="Beratung im Ort")
    for role, source in [(Role.DECIDES, "Vereinbarung, § 2"), (Role.RECEIVES, "Vereinbarung, § 1")]:
        row = {"service": service, "area": place, "role": role, "source": source, "legal_basis": "§ 23 GkG"}
        ResponsibilityFactory(office=elsewhere, by_agreement=True, **row)
    ResponsibilityFactory(service=service, area=place, office=own, role=Role.ADVISES)
    first, second = cards(client, place, service)
    assert "Gemeinsames Amt" in first.get_text()
    assert roles_on(first) == ["Hier stellen Sie den Antrag", "Diese Stelle entscheidet"]
    assert roles_on(second) == ["Hier werden Sie beraten"]
    page = client.get(address(place, service)).content.decode()
    assert page.count("Vereinbarung, § 1") == page.count("Vereinbarung, § 2") == 1, "both sources are named"


def test_an_office_with_several_roles_for_different_reasons_says_each(
    client: Client, place: MunicipalityPage, service: ServicePage
) -> None:
    office = OfficeFactory()
    for role, law in [(Role.RECEIVES, "§ 1 Erstes Gesetz"), (Role.DECIDES, "§ 2 Zweites Gesetz")]:
        ResponsibilityFactory(service=service, area=place, office=office, role=role, legal_basis=law)
    assert [roles_on(card) for card in cards(client, place, service)] == [
        ["Hier stellen Sie den Antrag"],
        ["Diese Stelle entscheidet"],
    ]
