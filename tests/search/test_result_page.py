"""The address /suche/ with whatever is typed into it."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from search.analysis import MAX_QUERY_LENGTH
from tests.factories import LocalServiceIndexFactory, MunicipalityFactory, ResponsibilityFactory, ServiceFactory

pytestmark = pytest.mark.django_db

BAD = [
    "",
    "   ",
    "\x00",
    "quasten\x00",
    "\x01\x02\x1f",
    '"',
    '"quasten',
    "'",
    "quasten'; DROP TABLE search_searchentry; --",
    "*",
    "quasten*",
    "AND",
    "quasten AND NOT",
    "NEAR(quasten)",
    "quasten OR",
    "-quasten",
    "title:quasten",
    "quasten & | ! ( ) :* <->",
    "(((((",
    "\\",
    "%",
    "_",
    "😀",
    "quasten 😀",
    "\u202equasten",
    "?",
    "<script>alert(1)</script>",
    "a" * 10_000,
    "quasten " * 1_250,
]


@pytest.fixture(autouse=True)
def _service() -> None:
    ServiceFactory(title="Quasten anmelden", published=True)


@pytest.mark.parametrize("query", BAD, ids=lambda query: repr(query[:20]))
def test_nothing_that_is_typed_breaks_the_page(client: Client, query: str) -> None:
    for params in ({"q": query}, {"q": "quasten", "ort": query}, {"q": "quasten", "art": query, "seite": query}):
        response = client.get("/suche/", params)
        assert response.status_code == 200
        page = response.content.decode()
        assert "<script>alert" not in page
        assert "\x00" not in page


@pytest.mark.parametrize(
    "query", ["q=%FF%FE", "q=%", "q[]=quasten", "q=quasten&q=", "%00=%00", "seite=-1&q=quasten", "seite=9999&q=quasten"]
)
def test_odd_addresses_do_not_break_the_page(client: Client, query: str) -> None:
    assert client.get(f"/suche/?{query}").status_code == 200


def test_a_word_is_found_among_odd_signs(client: Client) -> None:
    for query in ('"quasten"', "quasten*", "+quasten", "(quasten)", "quasten\x00", "😀 quasten"):
        assert "Quasten anmelden" in client.get("/suche/", {"q": query}).content.decode()


def test_a_very_long_query_is_cut_and_the_visitor_is_told(client: Client) -> None:
    response = client.get("/suche/", {"q": "quasten " * 1_250})
    assert response.context["query_was_cut"]
    assert len(response.context["query"]) == MAX_QUERY_LENGTH
    assert len(response.content) < 100_000


def test_the_hit_links_to_the_chosen_place(client: Client) -> None:
    place = MunicipalityFactory(postcodes=["00008"])
    LocalServiceIndexFactory(parent=place)
    response = client.get("/suche/", {"q": "Quasten anmelden", "ort": "00008"})
    links = [link["href"] for link in BeautifulSoup(response.content, "html.parser").find_all("a")]
    assert any(str(link).startswith(f"/{place.slug}/leistungen/") for link in links)


def test_a_place_without_words_leads_to_the_place(client: Client) -> None:
    place = MunicipalityFactory(postcodes=["00008"])
    assert client.get("/suche/", {"ort": "00008"})["Location"] == f"/{place.slug}/"


def test_an_ambiguous_place_is_asked_about(client: Client) -> None:
    for title in ("Quakenau", "Quakenheim"):
        MunicipalityFactory(title=title, postcodes=["00008"])
    page = client.get("/suche/", {"q": "quasten", "ort": "00008"}).content.decode()
    assert "Quakenau" in page
    assert "Quakenheim" in page


def test_a_guessed_place_is_named_and_can_be_changed(client: Client) -> None:
    place = MunicipalityFactory(title="Quakenbrückchen")
    other = MunicipalityFactory(title="Andernorts")
    for params in ({"q": "quasten", "ort": "Quakenbrükchen"}, {"ort": "Quakenbrükchen"}):
        response = client.get("/suche/", params)
        assert response.status_code == 200
        (notice,) = BeautifulSoup(response.content, "html.parser").select("section.choice")
        assert f"Wir haben für {place.title} gesucht" in notice.get_text()
        assert other.title in [link.get_text() for link in notice.find_all("a")]


def test_a_place_elsewhere_is_said_to_be_elsewhere(client: Client) -> None:
    page = client.get("/suche/", {"q": "quasten", "ort": "Gelsenkirchen"}).content.decode()
    assert "„Gelsenkirchen“ gehört nicht zu diesem Portal." in page
    assert "Quasten anmelden" in page


def test_an_unknown_place_leaves_the_hits_in_sight(client: Client) -> None:
    place = MunicipalityFactory(title="Quakenau")
    page = BeautifulSoup(client.get("/suche/", {"q": "quasten", "ort": "Xyzdorf"}).content, "html.parser")
    (folded,) = page.select("main details.place-choice")
    assert not folded.has_attr("open")
    assert place.title in [link.get_text() for link in folded.find_all("a")]
    assert place.title not in [link.get_text() for link in page.select("main a") if folded not in link.parents]


def test_hits_that_hold_for_all_places_are_counted_as_such(client: Client) -> None:
    for typed, is_for_all in (("", False), ("Xyzdorf", True), (MunicipalityFactory().title, False)):
        page = client.get("/suche/", {"q": "quasten", "ort": typed}).content.decode()
        assert ("Treffer für alle Orte" in page) is is_for_all


def test_the_locality_is_kept_while_the_visitor_chooses(client: Client) -> None:
    places = [MunicipalityFactory(title=title, places=["Quastenhof"]) for title in ("Quakenau", "Quakenheim")]
    service = ServiceFactory(title="Quastenprüfung", published=True)
    for place in places:
        LocalServiceIndexFactory(parent=place)
        ResponsibilityFactory(service=service, area=place, locality=place.localities.get())
    question = BeautifulSoup(
        client.get("/suche/", {"q": "quastenpruefung", "ort": "Quastenhof"}).content, "html.parser"
    ).select("section.choice a")
    chosen = client.get("/suche/" + str(question[0]["href"]))
    page = BeautifulSoup(chosen.content, "html.parser")
    ending = f"ortsteil={places[0].localities.get().pk}"
    assert str(page.select(".result__link")[0]["href"]).endswith(f"/{service.slug}/?{ending}")
    assert all(ending in str(link["href"]) for link in page.select(".facets__link"))


def test_no_hit_shows_ways_on(client: Client) -> None:
    page = client.get("/suche/", {"q": "qwrtzpsdfg"}).content.decode()
    assert "115" in page
    assert "/leistungen/" in page


def test_hits_are_paged(client: Client) -> None:
    for _ in range(12):
        ServiceFactory(title="Quastenprüfung", published=True)
    first = client.get("/suche/", {"q": "quastenpruefung"})
    second = client.get("/suche/", {"q": "quastenpruefung", "seite": "2"})
    assert (len(first.context["results"]), len(second.context["results"])) == (10, 2)
    assert "seite=2" in first.content.decode()
