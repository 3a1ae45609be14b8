"""The address /ort/: from what was typed to the place."""

from datetime import date

import pytest
from bs4 import BeautifulSoup, Tag
from django.http import QueryDict
from django.test import Client

from tests.factories import MunicipalityFactory

pytestmark = pytest.mark.usefixtures("demo")


def test_one_place_is_gone_to(client: Client) -> None:
    response = client.get("/ort/", {"ort": "41812"})
    assert (response.status_code, response["Location"]) == (302, "/erkelenz/")


def test_a_service_is_taken_along(client: Client) -> None:
    response = client.get("/ort/", {"ort": "41849", "leistung": "unterhaltsvorschuss"})
    assert response["Location"] == "/wassenberg/leistungen/unterhaltsvorschuss/"
    assert client.get("/ort/", {"ort": "41849", "leistung": "gibt-es-nicht"})["Location"] == "/wassenberg/"


def test_an_ambiguous_place_is_asked_about_with_the_service_kept(client: Client) -> None:
    response = client.get("/ort/", {"ort": "52538", "leistung": "unterhaltsvorschuss"})
    main = BeautifulSoup(response.content, "html.parser").main
    assert response.status_code == 200
    assert main is not None
    question = main.find("section")
    assert isinstance(question, Tag)
    assert [link.get_text() for link in question.find_all("a")] == ["Gangelt", "Selfkant"]
    for link, slug in zip(question.find_all("a"), ["gangelt", "selfkant"], strict=True):
        chosen = client.get(link["href"], follow=True)
        assert chosen.request["PATH_INFO"] == f"/{slug}/leistungen/unterhaltsvorschuss/"


@pytest.mark.parametrize(
    "typed", ["", "   ", "Castrop-Rauxel", "😀", "<script>alert(1)</script>", "%00", "\x00", "a" * 10_000]
)
def test_what_leads_nowhere_gets_all_places_to_choose_from(client: Client, typed: str) -> None:
    response = client.get("/ort/", {"ort": typed})
    main = BeautifulSoup(response.content, "html.parser").main
    assert response.status_code == 200
    assert main is not None
    assert main.find("a", href="/erkelenz/")
    assert "<script>alert" not in str(main)


@pytest.mark.parametrize(("typed", "found"), [("a" * 10_000, False), ("41812 " * 100, True)])
def test_of_a_very_long_input_only_the_beginning_is_read_and_that_is_said(
    client: Client, typed: str, found: bool
) -> None:
    response = client.get("/ort/", {"ort": typed})
    main = BeautifulSoup(response.content, "html.parser").main
    assert response.status_code == 200
    assert main is not None
    assert "Wir haben davon nur die ersten 120 Zeichen gelesen." in main.get_text()
    assert [link["href"] for link in main.select("section.choice a")] == (["/erkelenz/"] if found else [])


def test_a_guess_is_asked_about_with_the_service_kept(client: Client) -> None:
    response = client.get("/ort/", {"ort": "Geilenkirchn", "leistung": "unterhaltsvorschuss"})
    main = BeautifulSoup(response.content, "html.parser").main
    assert response.status_code == 200
    assert main is not None
    assert "Meinten Sie" in main.get_text()
    (link,) = main.select("section.choice a")
    chosen = client.get(str(link["href"]), follow=True)
    assert chosen.request["PATH_INFO"] == "/geilenkirchen/leistungen/unterhaltsvorschuss/"


def test_a_town_elsewhere_is_said_to_be_elsewhere(client: Client) -> None:
    page = client.get("/ort/", {"ort": "Gelsenkirchen"}).content.decode()
    assert "„Gelsenkirchen“ gehört nicht zu diesem Portal." in page
    assert "Meinten Sie" not in page


@pytest.mark.parametrize("query", ["ort=41812&leistung=%0%000", "ort=%0%0%0000000", "ort=%%0%00000&leistung=%0%%0000"])
def test_no_null_character_hides_in_another(client: Client, query: str) -> None:
    response = client.get(f"/ort/?{query}")
    assert response.status_code in (200, 302)
    assert "\x00" not in QueryDict(response.wsgi_request.META["QUERY_STRING"]).get("leistung", "")


def test_the_service_is_kept_as_it_was_typed(client: Client) -> None:
    response = client.get("/ort/", {"ort": "52525", "leistung": "über & unter"})
    (field,) = BeautifulSoup(response.content, "html.parser").select("main input[name=leistung]")
    assert field["value"] == "über & unter"


@pytest.mark.parametrize("path", ["/ort/", "/suche/?q=wort&ort=Gelsenkirchen", "/"])
def test_places_that_no_longer_exist_are_not_offered(client: Client, path: str) -> None:
    place = MunicipalityFactory(title="Altquakenau")
    assert place.title in client.get(path).content.decode()
    place.valid_until = date(2020, 12, 31)
    place.save()
    assert place.title not in client.get(path).content.decode()


def test_other_methods_are_refused(client: Client) -> None:
    assert client.post("/ort/").status_code == 405
