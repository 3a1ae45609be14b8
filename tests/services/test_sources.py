"""Source and date stand beside the facts, and what is only assumed never reads as a fact."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from services.sources import read_source
from tests.factories import (
    LocalServiceFactory,
    MunicipalityFactory,
    OfficeFactory,
    ResponsibilityFactory,
    ServiceFactory,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gesetzestext, Stand 2022-03", ("Gesetzestext, Stand 2022-03", "")),
        ("https://example.org/a/", ("example.org/a", "https://example.org/a/")),
        ("http://example.org/a (Stand 2026)", ("example.org/a (Stand 2026)", "http://example.org/a")),
        ("BGBl. I Nr. 31: https://example.org/a", ("BGBl. I Nr. 31", "https://example.org/a")),
        ("Satzung (https://example.org/a).", ("Satzung", "https://example.org/a")),
        ("https://example.org/a_(b)", ("example.org/a_(b)", "https://example.org/a_(b)")),
        ("javascript:alert(1)", ("javascript:alert(1)", "")),
        ("", ("", "")),
    ],
)
def test_words_and_address_of_a_source_are_told_apart(text: str, expected: tuple[str, str]) -> None:
    assert read_source(text) == expected


def listed(client: Client, address: str) -> list[tuple[str, str]]:
    """Text and address of each source that a page lists."""
    html = BeautifulSoup(client.get(address).content, "html.parser")
    assert html.main is not None
    (accordion,) = [found for found in html.select("details") if found.summary and "Quellen" in found.summary.text]
    rows = [(" ".join(row.get_text().split()), row.a) for row in accordion.select("li")]
    return [(text, str(link["href"]) if link else "") for text, link in rows]


@pytest.mark.django_db
def test_the_page_of_a_service_lists_each_source_once_with_its_date(client: Client) -> None:
    both = "https://example.org/satzung; Amtsblatt (Nr. 3; Seite 4)"
    service = ServiceFactory(
        costs=[
            ("cost", {"type": "free", "source": both, "as_of": "2026-02-07", "confirmed": True}),
            ("cost", {"type": "free", "source": both, "as_of": "2026-02-07", "confirmed": True}),
            ("cost", {"type": "free", "source": "Hörensagen", "confirmed": False}),
        ],
        deadlines=[("deadline", {"text": "Sofort.", "source": "Amtsblatt (Nr. 3; Seite 4)", "as_of": "2026-02-07"})],
        legal_bases=[("legal_basis", {"law": "Prüfgesetz", "source": "Gesetzestext", "confirmed": True})],
    )
    assert listed(client, service.url) == [
        ("example.org/satzung (Kosten; Stand: 7. Februar 2026)", "https://example.org/satzung"),
        ("Amtsblatt (Nr. 3; Seite 4) (Kosten, Fristen; Stand: 7. Februar 2026)", ""),
        ("Gesetzestext (Rechtsgrundlagen)", ""),
    ]


@pytest.mark.django_db
def test_the_local_page_lists_sources_of_its_office_too(client: Client) -> None:
    place = MunicipalityFactory()
    office = OfficeFactory(
        place=place,
        contacts=[("contact", {"type": "phone", "value": "115", "source": "Verzeichnis", "as_of": "2024"})],
        hours_source="Aushang",
        hours_as_of="2025",
    )
    local = LocalServiceFactory(
        place=place, sources=[("source", {"label": "Ratsbeschluss", "url": "https://example.org/rat", "as_of": ""})]
    )
    ResponsibilityFactory(service=local.reference, area=place, office=office, source="https://example.org/zustaendig")
    expected = [
        ("example.org/zustaendig (Zuständigkeit)", "https://example.org/zustaendig"),
        ("Verzeichnis (Kontakte; Stand: 2024)", ""),
        ("Aushang (Öffnungszeiten; Stand: 2025)", ""),
        ("Ratsbeschluss (örtliche Angaben)", "https://example.org/rat"),
    ]
    assert listed(client, local.url) == expected
    assert sorted(listed(client, office.url)) == sorted(expected[:3])


@pytest.mark.django_db
def test_a_page_without_sources_has_no_empty_list_of_them(client: Client) -> None:
    assert "Quellen</span>" not in client.get(ServiceFactory().url).content.decode()


@pytest.mark.django_db
def test_what_is_assumed_is_called_assumed(client: Client) -> None:
    place = MunicipalityFactory()
    office = OfficeFactory(place=place)
    local = LocalServiceFactory(place=place)
    ResponsibilityFactory(
        service=local.reference, area=place, office=office, unconfirmed=True, reason="So ist es.", legal_basis="§ 99 X"
    )
    card = client.get(local.url).content.decode()
    assert "Das nehmen wir an. Eine Quelle fehlt uns noch." in card
    assert "So ist es." not in card
    assert "§ 99 X" not in card
    sure = ResponsibilityFactory(area=place, office=office).service
    html = BeautifulSoup(client.get(office.url).content, "html.parser")
    lists = {str(section["aria-labelledby"]): section.get_text() for section in html.select("section")}
    assert sure.title in lists["leistungen"]
    assert local.title not in lists["leistungen"]
    assert local.title in lists["leistungen-vermutlich"]
    assert "Vermutlich auch – noch nicht bestätigt" in lists["leistungen-vermutlich"]
