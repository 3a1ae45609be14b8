"""Which office is responsible: every way in which the answer comes about, and what it costs."""

from datetime import date

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Page

from municipalities.models import MunicipalityKind, MunicipalityPage
from services.gaps import service_gaps
from services.models import Responsibility, Role, ServicePage
from services.resolver import OfficeServices, Resolution, Via, resolve, services_of_office
from tests.factories import (
    LocalityFactory,
    MunicipalityFactory,
    OfficeFactory,
    ResponsibilityFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db

DAY = date(2026, 5, 1)


@pytest.fixture
def district() -> MunicipalityPage:
    return MunicipalityFactory(is_district=True)


@pytest.fixture
def town(district: MunicipalityPage) -> MunicipalityPage:
    return MunicipalityFactory(district=district)


@pytest.fixture
def service() -> ServicePage:
    return ServiceFactory()


def offices(resolution: Resolution) -> list[tuple[str, Via]]:
    return [(found.office.title, found.via) for found in resolution.offices]


def test_the_own_office_of_the_town(service: ServicePage, town: MunicipalityPage) -> None:
    row = ResponsibilityFactory(service=service, area=town)
    found = resolve(service, town, DAY)
    assert offices(found) == [(row.office.title, Via.OWN)]
    assert found.gap is None
    assert found.offices[0].owner == town
    assert found.offices[0].legal_basis == "§ 1 Prüfgesetz"
    assert town.official_name in found.offices[0].reason


def test_the_district_does_it_for_its_towns(
    service: ServicePage, district: MunicipalityPage, town: MunicipalityPage
) -> None:
    ResponsibilityFactory(service=service, area=district)
    (found,) = resolve(service, town, DAY).offices
    assert found.via == Via.DISTRICT
    assert district.title in found.reason
    assert town.official_name in found.reason


def test_a_district_does_nothing_for_towns_of_another_one(service: ServicePage, town: MunicipalityPage) -> None:
    ResponsibilityFactory(service=service, area=MunicipalityFactory(is_district=True))
    assert resolve(service, town, DAY).gap


def test_the_row_of_the_town_overrides_that_of_the_district_role_by_role(
    service: ServicePage, district: MunicipalityPage, town: MunicipalityPage
) -> None:
    ResponsibilityFactory(service=service, area=district, role=Role.DECIDES)
    advice = ResponsibilityFactory(service=service, area=district, role=Role.ADVISES)
    own = ResponsibilityFactory(service=service, area=town, role=Role.DECIDES)
    counter = ResponsibilityFactory(service=service, area=town, role=Role.RECEIVES)
    # Citizens go first to who receives the application.
    assert offices(resolve(service, town, DAY)) == [
        (counter.office.title, Via.OWN),
        (own.office.title, Via.OWN),
        (advice.office.title, Via.DISTRICT),
    ]


def test_a_locality_overrides_its_town_and_counts_only_when_it_is_known(
    service: ServicePage, town: MunicipalityPage
) -> None:
    locality, other = LocalityFactory(municipality=town), LocalityFactory(municipality=town)
    whole = ResponsibilityFactory(service=service, area=town)
    part = ResponsibilityFactory(service=service, area=town, locality=locality)
    assert offices(resolve(service, town, DAY, locality.pk)) == [(part.office.title, Via.OWN)]
    assert offices(resolve(service, town, DAY, other.pk)) == [(whole.office.title, Via.OWN)]
    assert offices(resolve(service, town, DAY)) == [(whole.office.title, Via.OWN)]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 4, 30), "before"),
        (date(2026, 5, 1), "after"),
        (date(2026, 12, 31), "after"),
        (date(2027, 1, 1), None),
    ],
)
def test_a_change_takes_effect_on_its_day(
    service: ServicePage, town: MunicipalityPage, day: date, expected: str | None
) -> None:
    for title, first, last in (("before", None, date(2026, 4, 30)), ("after", date(2026, 5, 1), date(2026, 12, 31))):
        ResponsibilityFactory(
            service=service,
            area=town,
            office=OfficeFactory(place=town, title=title),
            valid_from=first,
            valid_until=last,
        )
    assert [found.office.title for found in resolve(service, town, day).offices] == ([expected] if expected else [])


def test_a_contested_entry_names_nobody_but_says_so(service: ServicePage, town: MunicipalityPage) -> None:
    row = ResponsibilityFactory(service=service, area=town, contested=True)
    found = resolve(service, town, DAY)
    assert found.is_contested
    assert not found.offices
    assert town.title in (found.gap or "")
    assert services_of_office(row.office, DAY) == OfficeServices()


def test_an_unconfirmed_entry_is_named_and_marked(service: ServicePage, town: MunicipalityPage) -> None:
    row = ResponsibilityFactory(
        service=service, area=town, unconfirmed=True, reason="So ist es.", source="https://example.org/", as_of="2020"
    )
    (found,) = resolve(service, town, DAY).offices
    assert (found.office, found.is_confirmed) == (row.office, False)
    assert found.reason == "Das nehmen wir an. Eine Quelle fehlt uns noch."
    assert (found.legal_basis, found.source, found.as_of) == ("", "", "")
    assert services_of_office(row.office, DAY) == OfficeServices(unconfirmed=[service])


def test_a_service_with_one_confirmed_entry_is_a_confirmed_service_of_its_office(
    service: ServicePage, town: MunicipalityPage
) -> None:
    row = ResponsibilityFactory(service=service, area=town, unconfirmed=True)
    ResponsibilityFactory(service=service, area=town, office=row.office, source="Satzung", as_of="2024-05-01")
    other = ResponsibilityFactory(area=town, office=row.office, unconfirmed=True).service
    found = services_of_office(row.office, DAY)
    assert (found.confirmed, found.unconfirmed) == ([service], [other])
    assert found.sources == [("Satzung", "2024-05-01")]


def test_the_district_asked_for_a_municipal_matter_points_to_the_towns(district: MunicipalityPage) -> None:
    assert resolve(ServiceFactory(), district, DAY).is_asked_of_municipalities
    assert resolve(ServiceFactory(level="mixed"), district, DAY).is_asked_of_municipalities
    assert not resolve(ServiceFactory(of_district=True), district, DAY).is_asked_of_municipalities


def test_the_district_without_an_entry_asks_for_the_place_where_its_towns_have_one(
    district: MunicipalityPage, town: MunicipalityPage
) -> None:
    service = ServiceFactory(of_district=True)
    real_gap = resolve(service, district, DAY).gap or ""
    assert f"Für den {district.title}" in real_gap
    assert district in next(gap for gap in service_gaps(DAY) if gap.service == service).missing
    ResponsibilityFactory(service=service, area=town, valid_from=date(2026, 1, 1))
    found = resolve(service, district, DAY)
    assert found.is_asked_of_municipalities
    assert found.gap == "Wer zuständig ist, hängt von Ihrem Ort ab. Bitte wählen Sie Ihren Ort."
    assert not [gap for gap in service_gaps(DAY) if gap.service == service and district in gap.missing]
    assert not resolve(service, district, date(2025, 12, 31)).is_asked_of_municipalities
    # An entry of the district whose office is gone is a gap of the district.
    lost = ResponsibilityFactory(service=service, area=district)
    assert resolve(service, district, DAY).offices
    lost.office.unpublish()
    assert not resolve(service, district, DAY).is_asked_of_municipalities
    assert district in next(gap for gap in service_gaps(DAY) if gap.service == service).missing


def test_the_gaps_are_found_with_five_queries(
    service: ServicePage,
    district: MunicipalityPage,
    town: MunicipalityPage,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ServiceFactory(of_district=True)
    with django_assert_num_queries(5):
        assert [place.title for gap in service_gaps(DAY) for place in gap.missing]


def test_the_district_is_named_with_an_article(service: ServicePage, district: MunicipalityPage) -> None:
    row = ResponsibilityFactory(service=service, area=district)
    (found,) = resolve(service, district, DAY).offices
    assert found.reason == f"Der {district.title} erledigt das selbst."
    row.delete()
    ResponsibilityFactory(service=service, area=district, contested=True)
    assert f"Für den {district.title}" in (resolve(service, district, DAY).gap or "")


def test_without_any_entry_the_gap_is_said(service: ServicePage, town: MunicipalityPage) -> None:
    found = resolve(service, town, DAY)
    assert not found.offices
    assert not found.is_contested
    assert town.title in (found.gap or "")


@pytest.mark.parametrize("how", ["delete", "unpublish"])
def test_an_office_that_is_gone_leaves_a_gap_and_not_the_answer_of_the_district(
    service: ServicePage, district: MunicipalityPage, town: MunicipalityPage, how: str
) -> None:
    ResponsibilityFactory(service=service, area=district)
    row = ResponsibilityFactory(service=service, area=town)
    getattr(row.office, how)()
    found = resolve(service, town, DAY)
    assert not found.offices
    assert found.gap
    assert town in next(gap for gap in service_gaps(DAY) if gap.service == service).missing


def test_by_agreement_another_town_does_it(service: ServicePage, town: MunicipalityPage) -> None:
    neighbour = MunicipalityFactory()
    ResponsibilityFactory(service=service, area=town, office=OfficeFactory(place=neighbour), by_agreement=True)
    (found,) = resolve(service, town, DAY).offices
    assert (found.via, found.owner) == (Via.AGREEMENT, neighbour)
    assert neighbour.official_name in found.reason


def test_a_joint_office_is_shared_wherever_it_lies(service: ServicePage, town: MunicipalityPage) -> None:
    ResponsibilityFactory(service=service, area=town, shared=True)
    assert [found.via for found in resolve(service, town, DAY).offices] == [Via.SHARED]
    elsewhere = ServiceFactory()
    ResponsibilityFactory(service=elsewhere, area=town, office=OfficeFactory(place=MunicipalityFactory()))
    assert [found.via for found in resolve(elsewhere, town, DAY).offices] == [Via.SHARED]


def test_the_reason_that_an_editor_wrote_comes_first(service: ServicePage, town: MunicipalityPage) -> None:
    ResponsibilityFactory(service=service, area=town, reason="Weil es so ist.")
    assert resolve(service, town, DAY).offices[0].reason == "Weil es so ist."


def test_the_number_of_queries_does_not_grow_with_the_number_of_municipalities(
    service: ServicePage, district: MunicipalityPage, town: MunicipalityPage
) -> None:
    for role in Role:
        ResponsibilityFactory(service=service, area=district, role=role)
    queries = [count_queries(service, town)]
    crowd = add_municipalities(district, 400)
    office = OfficeFactory(place=district)
    Responsibility.objects.bulk_create(
        Responsibility(service=service, area=place, office=office, role=role) for place in crowd for role in Role
    )
    queries.append(count_queries(service, town))
    queries.append(count_queries(service, crowd[-1]))
    assert queries[0] <= 5
    assert len(set(queries)) == 1


def count_queries(service: ServicePage, place: MunicipalityPage) -> int:
    place = MunicipalityPage.objects.select_related("district").get(pk=place.pk)
    with CaptureQueriesContext(connection) as context:
        for found in resolve(service, place, DAY).offices:
            assert found.reason
            assert found.office.opening_times
            assert not found.office.address_holder
    return len(context)


def add_municipalities(district: MunicipalityPage, number: int) -> list[MunicipalityPage]:
    """Many municipalities with two statements each and without signals: they only have to be there."""
    model = MunicipalityFactory()
    pages = Page.objects.bulk_create(
        Page(
            path=Page._get_path(model.path, model.depth, 10_000 + count),
            depth=model.depth,
            title=f"Menge {count}",
            slug=f"menge-{count}",
            url_path=f"/portal/menge-{count}/",
            content_type=ContentType.objects.get_for_model(MunicipalityPage),
            locale_id=model.locale_id,
        )
        for count in range(number)
    )
    for count, page in enumerate(pages):
        place = MunicipalityPage(page_ptr=page, ags=f"98{count:06d}", kind=MunicipalityKind.TOWN, district=district)
        place.__dict__.update({field.attname: getattr(page, field.attname) for field in Page._meta.concrete_fields})
        place.save_base(raw=True)
    return list(MunicipalityPage.objects.filter(ags__startswith="98").select_related("district"))
