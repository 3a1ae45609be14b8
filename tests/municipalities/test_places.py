"""Place lookup with the places of the demonstration content: Kreis Heinsberg."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from municipalities.models import MunicipalityPage
from municipalities.places import find_place
from tests.factories import MunicipalityFactory

pytestmark = pytest.mark.usefixtures("demo")


def titles(query: str) -> list[str]:
    return [page.title for page in find_place(query).municipalities]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("41812", ["Erkelenz"]),
        ("52525", ["Heinsberg", "Waldfeucht"]),
        ("52538", ["Gangelt", "Selfkant"]),
        ("52525 Waldfeucht", ["Waldfeucht"]),
        ("41812 Erkelenz", ["Erkelenz"]),
        ("Erkelenz, 41812", ["Erkelenz"]),
        ("Stadt Erkelenz", ["Erkelenz"]),
        ("ERKELENZ", ["Erkelenz"]),
        ("  Erkelenz\t", ["Erkelenz"]),
        ("Hückelhoven", ["Hückelhoven"]),
        ("Hueckelhoven", ["Hückelhoven"]),
        ("Huckelhoven", ["Hückelhoven"]),
        ("Übach-Palenberg", ["Übach-Palenberg"]),
        ("uebach palenberg", ["Übach-Palenberg"]),
        ("05370004", ["Erkelenz"]),
        ("05370", ["Kreis Heinsberg"]),
        ("Kreis Heinsberg", ["Kreis Heinsberg"]),
        ("Heinsberg", ["Heinsberg"]),
        ("Gerderath", ["Erkelenz"]),
        ("Braunsrath", ["Waldfeucht"]),
        # The postcode says where the street of somebody's memory lies; the name says another town: both are offered.
        ("41812 Wassenberg", ["Erkelenz", "Wassenberg"]),
    ],
)
def test_what_is_found_as_typed(query: str, expected: list[str]) -> None:
    match = find_place(query)
    assert [page.title for page in match.municipalities] == expected
    assert not match.guessed
    assert match.is_ambiguous == (len(expected) > 1)
    assert (match.municipality is not None) == (len(expected) == 1)


@pytest.mark.parametrize("name", ["Berg", "Beeck", "Bocket", "Hoven"])
def test_a_locality_that_several_municipalities_have_asks_back(name: str) -> None:
    holders = MunicipalityPage.objects.filter(localities__name=name).values_list("title", flat=True)
    assert len(holders) > 1
    assert set(titles(name)) == set(holders)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Hückelhofen", "Hückelhoven"),
        ("Erkelens", "Erkelenz"),
        ("Geilenkirchn", "Geilenkirchen"),
        ("Wasenberg", "Wassenberg"),
        ("Übach Palenburg", "Übach-Palenberg"),
        ("Gerderat", "Erkelenz"),
    ],
)
def test_typos_are_forgiven_and_called_a_guess(query: str, expected: str) -> None:
    match = find_place(query)
    assert match.municipality is not None
    assert match.municipality.title == expected
    assert match.guessed


@pytest.mark.parametrize(
    "query", ["", "   ", "\x00", "😀", "10115", "Castrop-Rauxel", "99999999", "xy", "-", "'; DROP"]
)
def test_what_leads_nowhere_is_unknown(query: str) -> None:
    match = find_place(query)
    assert match.is_unknown
    assert not match.is_ambiguous


def test_a_very_long_text_is_cut() -> None:
    assert len(find_place("Erkelenz " * 1_200).query) <= 120


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300))
def test_nothing_that_can_be_typed_raises(query: str) -> None:
    match = find_place(query)
    assert match.query.isprintable()


def test_an_unpublished_municipality_is_not_found() -> None:
    place = MunicipalityFactory(title="Quakenbrückchen", postcodes=["00007"], places=["Vogelsangchen"])
    assert titles("Quakenbrückchen") == titles("00007") == titles("Vogelsangchen") == [place.title]
    place.unpublish()
    assert titles("Quakenbrückchen") == titles("00007") == titles("Vogelsangchen") == []


def test_the_name_of_a_municipality_beats_a_locality_of_the_same_name() -> None:
    MunicipalityFactory(title="Andernorts", places=["Erkelenz"])
    assert titles("Erkelenz") == ["Erkelenz"]


def test_a_lookup_takes_three_queries(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(3):  # type: ignore[operator]
        find_place("52525 Hückelhofen")
