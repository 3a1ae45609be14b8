"""The address /ort/: from what was typed to the place."""

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client

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


def test_other_methods_are_refused(client: Client) -> None:
    assert client.post("/ort/").status_code == 405
