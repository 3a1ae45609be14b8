"""Place lookup with the places of the demonstration content: Kreis Heinsberg."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from municipalities.germany import municipality_names
from municipalities.models import MunicipalityPage
from municipalities.places import find_place
from tests.factories import MunicipalityFactory

pytestmark = pytest.mark.usefixtures("demo")

LAST_DAY = date(2020, 12, 31)


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


def test_a_lookup_takes_three_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(3):
        find_place("52525 Hückelhofen")


@pytest.mark.parametrize(
    "name",
    [
        *("Gelsenkirchen", "Stadt Gelsenkirchen", "Rheinberg", "Overath", "Haan", "Hürth", "Huerth", "Brüggen"),
        *("Kirchen", "Straelen", "Mülheim an der Ruhr", "Mülheim"),
    ],
)
def test_the_name_of_a_municipality_elsewhere_is_no_typo(name: str) -> None:
    match = find_place(name)
    assert (match.is_unknown, match.is_foreign) == (True, True)


def test_a_postcode_with_a_foreign_name_is_asked_about() -> None:
    match = find_place("41812 Gelsenkirchen")
    assert [page.title for page in match.municipalities] == ["Erkelenz"]
    assert (match.guessed, match.is_foreign) == (True, True)


def test_a_postcode_confirms_what_the_name_was_meant_to_be() -> None:
    assert not find_place("41812 Erkelens").guessed


@pytest.mark.parametrize(("typed", "is_found"), [("Quarli", True), ("Quarlx", True), ("Qarxi", False)])
def test_in_a_short_name_one_letter_may_be_wrong(typed: str, is_found: bool) -> None:
    place = MunicipalityFactory(title="Quarly")
    assert titles(typed) == ([place.title] if is_found else [])


def test_every_municipality_of_germany_is_shipped() -> None:
    names = municipality_names()
    assert {"gelsenkirchen", "gelsenkirchen stadt", "huerth", "hurth", "kirchen", "burg"} <= names
    assert "" not in names


def test_what_no_longer_exists_leads_to_its_successor() -> None:
    heir = MunicipalityFactory(title="Neuquakenau")
    old = MunicipalityFactory(
        title="Altquakenau", postcodes=["00007"], places=["Vogelsangchen"], valid_until=LAST_DAY, successor=heir
    )
    for typed in ("Altquakenau", "00007", "Vogelsangchen", old.ags):
        match = find_place(typed)
        assert (match.municipality, match.guessed, match.locality_id) == (heir, False, None)
        assert find_place(typed, LAST_DAY).municipality == old
    MunicipalityPage.objects.filter(pk=heir.pk).update(live=False)
    assert find_place("Altquakenau").is_unknown


def test_successors_that_end_or_go_round_in_a_circle() -> None:
    last = MunicipalityFactory()
    middle = MunicipalityFactory(valid_until=LAST_DAY, successor=last)
    first = MunicipalityFactory(valid_until=LAST_DAY, successor=middle)
    assert find_place(first.ags).municipality == last
    MunicipalityPage.objects.filter(pk=last.pk).update(valid_until=LAST_DAY, successor=first)
    assert find_place(first.ags).is_unknown


def test_what_does_not_exist_yet_is_not_found() -> None:
    assert find_place(MunicipalityFactory(valid_from=date(2999, 1, 1)).ags).is_unknown


def test_a_locality_is_known_only_as_typed() -> None:
    place = MunicipalityFactory(title="Andernorts", places=["Quakenbrückchen", "Andernorts", "Doppelt", "Doppelt"])
    (locality,) = place.localities.filter(name="Quakenbrückchen")
    assert find_place("quakenbrueckchen").locality_id == locality.pk
    assert find_place("Quakenbrückhen").locality_id is None
    # The municipality's own name means all of it, and two of one name are none.
    assert find_place("Andernorts").locality_id is None
    assert find_place("Doppelt").locality_id is None
