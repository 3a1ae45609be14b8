"""What a search finds, for whom, and in which order."""

from datetime import date, timedelta

import pytest

from cms.search_documents import SearchKind
from municipalities.models import MunicipalityPage
from search.query import SearchResults, search
from tests.factories import (
    CooperationFactory,
    LocalServiceFactory,
    LocalServiceIndexFactory,
    MunicipalityFactory,
    NewsFactory,
    OfficeFactory,
    ResponsibilityFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 5, 11)


def find(query: str, place: MunicipalityPage | None = None, **options: object) -> SearchResults:
    return search(query, place=place, day=TODAY, **options)  # type: ignore[arg-type]


def titles(results: SearchResults) -> list[str]:
    return [result.entry.title for result in results.results]


@pytest.fixture
def place() -> MunicipalityPage:
    place = MunicipalityFactory(published=True)
    LocalServiceIndexFactory(parent=place)
    return place


@pytest.mark.parametrize("typed", ["Quästurgebühr", "quaestur", "quasturgebuhr", "QUÄSTUR", "quästurgeb"])
def test_spellings_and_beginnings_of_a_word(typed: str) -> None:
    ServiceFactory(title="Quästurgebühr", published=True)
    assert titles(find(typed)) == ["Quästurgebühr"]


def test_title_before_everyday_word_before_text() -> None:
    ServiceFactory(title="Drittes", full_text="<p>Über Quasten.</p>", published=True)
    ServiceFactory(title="Quasten anmelden", published=True)
    ServiceFactory(title="Zweites", synonyms="Quasten", published=True)
    assert titles(find("quasten")) == ["Quasten anmelden", "Zweites", "Drittes"]


def test_all_words_count_and_only_if_none_has_all_of_them_any() -> None:
    ServiceFactory(title="Quasten anmelden", published=True)
    ServiceFactory(title="Quasten abmelden", published=True)
    assert titles(find("Quasten anmelden")) == ["Quasten anmelden"]
    assert sorted(titles(find("Quasten verleihen"))) == ["Quasten abmelden", "Quasten anmelden"]


def test_a_service_is_one_hit_however_many_local_versions_it_has(place: MunicipalityPage) -> None:
    service = ServiceFactory(title="Quastenprüfung", published=True)
    local = LocalServiceFactory(place=place, reference=service, published=True)
    LocalServiceFactory(reference=service, published=True)
    (shared,) = find("Quastenprüfung").results
    assert (shared.entry.page_id, shared.url, shared.is_local) == (service.pk, service.url, False)
    (here,) = find("Quastenprüfung", place).results
    assert (here.entry.page_id, here.url, here.is_local) == (local.pk, local.url, True)


def test_without_a_local_version_the_hit_leads_to_the_local_address(place: MunicipalityPage) -> None:
    service = ServiceFactory(title="Quastenprüfung", published=True)
    (hit,) = find("Quastenprüfung", place).results
    assert (hit.entry.page_id, hit.url) == (service.pk, f"/{place.slug}/leistungen/{service.slug}/")


def test_a_place_shows_its_own_and_its_districts_offices_but_no_others(place: MunicipalityPage) -> None:
    district = MunicipalityFactory(is_district=True)
    place.district = district
    for owner, title in ((place, "Quastenamt A"), (district, "Quastenamt B"), (None, "Quastenamt C")):
        OfficeFactory(place=owner, title=title, published=True)
    assert set(titles(find("Quastenamt", place))) == {"Quastenamt A", "Quastenamt B"}
    assert len(titles(find("Quastenamt"))) == 3


def test_what_a_place_does_not_offer_is_not_found_there(place: MunicipalityPage) -> None:
    service = ServiceFactory(title="Quastenprüfung", published=True)
    LocalServiceFactory(place=place, reference=service, not_offered=True, published=True)
    assert titles(find("Quastenprüfung", place)) == []
    assert titles(find("Quastenprüfung")) == ["Quastenprüfung"]


def test_what_a_place_does_not_offer_is_not_found_by_words_that_only_the_shared_text_has(
    place: MunicipalityPage,
) -> None:
    service = ServiceFactory(title="Quastenprüfung", leika_key="99000000000000", published=True)
    local = LocalServiceFactory(place=place, reference=service, not_offered=True, published=True)
    assert titles(find("99000000000000")) == ["Quastenprüfung"]
    assert titles(find("99000000000000", place)) == []
    local.unpublish()
    assert titles(find("99000000000000", place)) == ["Quastenprüfung"]


@pytest.mark.parametrize("has_place", [True, False])
def test_hits_of_other_places_or_days_do_not_crowd_out_what_counts_here(
    place: MunicipalityPage, has_place: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.query.MAX_HITS", 1)
    text = [("06", "after", "<p>Quasten Quasten Quasten.</p>")]
    LocalServiceFactory(reference=ServiceFactory(title="Quasten"), texts=text, published=True)
    NewsFactory(title="Quasten", date=TODAY + timedelta(days=1), published=True)
    if has_place:
        OfficeFactory(title="Quasten", published=True)
    service = ServiceFactory(title="Alles rund um alles", full_text="<p>Über Quasten.</p>", published=True)
    (hit,) = find("Quasten", place if has_place else None).results
    assert hit.entry.page_id == service.pk


def test_words_that_only_the_local_text_has_are_found_there_and_only_there(place: MunicipalityPage) -> None:
    LocalServiceFactory(place=place, texts=[("06", "after", "<p>Am Quastenplatz.</p>")], published=True)
    assert len(find("Quastenplatz", place).results) == 1
    assert find("Quastenplatz").results == []
    assert find("Quastenplatz", MunicipalityFactory()).results == []


def test_facets_count_all_kinds_and_filter_one() -> None:
    ServiceFactory(title="Quasten anmelden", published=True)
    ServiceFactory(title="Quasten abmelden", published=True)
    CooperationFactory(title="Quastenverband", published=True)
    everything = find("Quasten")
    assert {facet.value: facet.count for facet in everything.facets} == {"leistung": 2, "kooperation": 1}
    chosen = find("Quasten", kind=SearchKind.COOPERATION)
    assert titles(chosen) == ["Quastenverband"]
    assert {facet.value: facet.is_chosen for facet in chosen.facets} == {"leistung": False, "kooperation": True}


def test_news_is_found_from_its_day_on() -> None:
    NewsFactory(title="Quastenfest", date=TODAY, published=True)
    NewsFactory(title="Quastenmarkt", date=TODAY + timedelta(days=1), published=True)
    assert titles(find("Quasten")) == ["Quastenfest"]


def test_equal_searches_give_equal_lists() -> None:
    for _ in range(5):
        ServiceFactory(title="Quastenprüfung", published=True)
    assert [r.entry.pk for r in find("Quasten").results] == [r.entry.pk for r in find("Quasten").results]


def test_the_districts_office_is_not_found_where_the_town_does_all_it_does_itself(place: MunicipalityPage) -> None:
    district = MunicipalityFactory(is_district=True)
    place.district = district
    service = ServiceFactory()
    office = OfficeFactory(place=district, title="Quastenamt im Kreis", published=True)
    ResponsibilityFactory(service=service, area=district, office=office)
    assert titles(find("Quastenamt", place)) == ["Quastenamt im Kreis"]

    own = ResponsibilityFactory(service=service, area=place, office=OfficeFactory(place=place))
    assert titles(find("Quastenamt", place)) == []
    assert titles(find("Quastenamt")) == ["Quastenamt im Kreis"]

    other_task = ResponsibilityFactory(service=ServiceFactory(), area=district, office=office)
    assert titles(find("Quastenamt", place)) == ["Quastenamt im Kreis"]
    other_task.delete()
    own.valid_from = TODAY + timedelta(days=1)
    own.save()
    assert titles(find("Quastenamt", place)) == ["Quastenamt im Kreis"]


def test_the_districts_office_is_found_where_the_responsibility_is_contested(place: MunicipalityPage) -> None:
    district = MunicipalityFactory(is_district=True)
    place.district = district
    row = ResponsibilityFactory(
        area=district, office=OfficeFactory(place=district, title="Quastenamt im Kreis", published=True)
    )
    ResponsibilityFactory(service=row.service, area=place, contested=True)
    assert titles(find("Quastenamt", place)) == ["Quastenamt im Kreis"]


def test_the_districts_office_for_other_towns_alone_is_not_found(place: MunicipalityPage) -> None:
    district = MunicipalityFactory(is_district=True)
    place.district = district
    office = OfficeFactory(place=district, title="Quastenamt im Kreis", published=True)
    ResponsibilityFactory(area=MunicipalityFactory(), office=office)
    assert titles(find("Quastenamt", place)) == []


def test_the_locality_goes_along_where_it_makes_a_difference() -> None:
    place = MunicipalityFactory(published=True, places=["Quastenhof"])
    LocalServiceIndexFactory(parent=place)
    locality = place.localities.get()
    differing, _same = (ServiceFactory(title=f"Quastenprüfung {part}", published=True) for part in "AB")
    ResponsibilityFactory(service=differing, area=place, locality=locality)
    found = find("Quastenprüfung", place, locality_id=locality.pk).results
    assert [result.url.rpartition("/")[2] for result in found] == [f"?ortsteil={locality.pk}", ""]
    assert find("Quastenprüfung A", place).results[0].url == f"/{place.slug}/leistungen/{differing.slug}/"
