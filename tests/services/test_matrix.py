"""Responsibilities at a glance: what stands in each cell, and where it leads."""

from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from municipalities.models import MunicipalityPage, RoleKind
from services.gaps import service_gaps
from services.matrix import Absence, Cell, Problem, lines
from services.models import ExecutionLevel, LocalState, Responsibility, ServicePage
from tests.factories import (
    LocalityFactory,
    LocalServiceFactory,
    MunicipalityFactory,
    OfficeFactory,
    ResponsibilityFactory,
    ServiceFactory,
)
from tests.roles import holder, tenant

pytestmark = pytest.mark.django_db

DAY = date(2026, 7, 1)
LIST, ADD, EDIT = (f"wagtailsnippets_services_responsibility:{name}" for name in ("list", "add", "edit"))


@pytest.fixture
def town() -> MunicipalityPage:
    return MunicipalityFactory(district=MunicipalityFactory(is_district=True))


@pytest.fixture
def service() -> ServicePage:
    return ServiceFactory(level=ExecutionLevel.MIXED)


def cell_of(service: ServicePage, place: MunicipalityPage, day: date = DAY) -> Cell:
    ((cell,),) = [line.cells for line in lines([service], [place], day)]
    return cell


def entry(service: ServicePage, place: MunicipalityPage, **values: Any) -> Responsibility:
    return ResponsibilityFactory(service=service, area=place, **values)


# Cells


def test_an_own_office(town: MunicipalityPage, service: ServicePage) -> None:
    row = entry(service, town)
    cell = cell_of(service, town)
    assert (cell.offices, cell.problems, cell.rows) == ((row.office.title,), (), (row,))
    assert not cell.is_of_district


def test_the_district_for_all(town: MunicipalityPage, service: ServicePage) -> None:
    row = entry(service, town.district)
    cell = cell_of(service, town)
    assert (cell.offices, cell.problems, cell.is_of_district) == ((row.office.title,), (), True)


def test_offices_with_what_they_do(town: MunicipalityPage, service: ServicePage) -> None:
    decides, receives = entry(service, town), entry(service, town, role="receives")
    first, second = cell_of(service, town).offices
    assert first.startswith(receives.office.title)
    assert second.startswith(decides.office.title)
    assert "entscheidet" in second


@pytest.mark.parametrize(
    ("values", "problems"),
    [
        ({}, ()),
        ({"office": None}, (Problem.GAP,)),
        ({"valid_from": DAY + timedelta(1)}, (Problem.GAP,)),
        ({"valid_until": DAY - timedelta(1)}, (Problem.GAP,)),
        ({"contested": True}, (Problem.CONTESTED,)),
        ({"unconfirmed": True}, (Problem.UNCONFIRMED,)),
        ({"valid_until": DAY}, (Problem.EXPIRING,)),
        ({"valid_until": DAY + timedelta(90)}, (Problem.EXPIRING,)),
        ({"valid_until": DAY + timedelta(91)}, ()),
        ({"unconfirmed": True, "valid_until": DAY}, (Problem.EXPIRING, Problem.UNCONFIRMED)),
    ],
)
def test_what_is_to_be_mended(
    town: MunicipalityPage, service: ServicePage, values: dict[str, Any], problems: tuple[Problem, ...]
) -> None:
    entry(service, town, **values)
    assert cell_of(service, town).problems == problems


def test_nobody_is_recorded(town: MunicipalityPage, service: ServicePage) -> None:
    cell = cell_of(service, town)
    assert (cell.problems, cell.rows) == ((Problem.GAP,), ())


def test_an_office_that_was_withdrawn_is_a_gap(town: MunicipalityPage, service: ServicePage) -> None:
    entry(service, town, office=OfficeFactory(place=town, title="Geheimes Amt", live=False))
    cell = cell_of(service, town)
    assert (cell.problems, cell.offices) == ((Problem.GAP,), ())


@pytest.mark.parametrize("role", ["decides", "receives"])
def test_what_follows_an_entry(town: MunicipalityPage, service: ServicePage, role: str) -> None:
    end = DAY + timedelta(30)
    entry(service, town, valid_until=end, role=role)
    assert cell_of(service, town).ends == end
    entry(service, town, valid_from=end + timedelta(2), role=role)
    assert cell_of(service, town).problems == (Problem.EXPIRING,), "a day is missing between"
    entry(service, town.district, role=role)
    assert cell_of(service, town).problems == (), "the district follows"


@pytest.mark.parametrize("of_district", [False, True])
def test_a_chain_of_entries_ends_with_the_last(town: MunicipalityPage, service: ServicePage, of_district: bool) -> None:
    first = entry(service, town, valid_until=DAY + timedelta(10))
    place = town.district if of_district else town
    values = {"office": first.office, "valid_from": DAY + timedelta(11)}
    second = entry(service, place, **values, valid_until=DAY + timedelta(40))
    cell = cell_of(service, town)
    assert (cell.problems, cell.ends) == ((Problem.EXPIRING,), DAY + timedelta(40))
    # Where the district follows for a while, the town's own entry is the one to prolong.
    assert cell.rows == ((first,) if of_district else (second,))
    third = entry(service, town, valid_from=DAY + timedelta(41), valid_until=DAY + timedelta(90))
    assert (cell_of(service, town).rows, cell_of(service, town).ends) == ((third,), third.valid_until)
    Responsibility.objects.filter(pk=third.pk).update(valid_until=DAY + timedelta(91))
    assert cell_of(service, town).problems == ()


def test_several_at_once_now_or_later(town: MunicipalityPage, service: ServicePage) -> None:
    entry(service, town, valid_until=DAY + timedelta(200))
    second = entry(service, town, valid_from=DAY + timedelta(200))
    assert cell_of(service, town).problems == (Problem.OVERLAP,)
    Responsibility.objects.filter(pk=second.pk).update(valid_from=DAY + timedelta(201))
    assert cell_of(service, town).problems == ()


def test_what_an_agreement_lets_rest(town: MunicipalityPage, service: ServicePage) -> None:
    own = entry(service, town, unconfirmed=True)
    by_agreement = entry(service, town, prevails=True, valid_until=DAY + timedelta(30))
    cell = cell_of(service, town)
    # Its end leaves no gap: what rests comes back.
    assert (cell.offices, cell.problems) == ((by_agreement.office.title,), ())
    after = cell_of(service, town, DAY + timedelta(31))
    assert (after.offices, after.problems) == ((own.office.title,), (Problem.UNCONFIRMED,))


def test_offices_run_jointly_are_no_overlap(town: MunicipalityPage, service: ServicePage) -> None:
    for _number in range(2):
        entry(service, town, shared=True)
    cell = cell_of(service, town)
    assert (len(cell.offices), cell.problems) == (2, ())


def test_parts_of_a_municipality(town: MunicipalityPage, service: ServicePage) -> None:
    locality = LocalityFactory(municipality=town)
    entry(service, town, locality=locality, unconfirmed=True)
    cell = cell_of(service, town)
    assert (cell.localities, cell.problems) == (1, (Problem.GAP, Problem.UNCONFIRMED))
    entry(service, town)
    assert cell_of(service, town).problems == (Problem.UNCONFIRMED,)


@pytest.mark.parametrize(
    ("state", "absence"), [(LocalState.NOT_OFFERED, Absence.NOT_OFFERED), (LocalState.COVERED_BY, Absence.COVERED)]
)
def test_what_is_not_offered_is_no_gap(
    town: MunicipalityPage, service: ServicePage, state: LocalState, absence: Absence
) -> None:
    other = MunicipalityFactory(district=town.district)
    LocalServiceFactory(place=town, reference=service, state=state, state_reason="Darum.", covered_by=ServiceFactory())
    cell = cell_of(service, town)
    assert (cell.absence, cell.problems) == (absence, ())
    assert cell_of(service, other).problems == (Problem.GAP,), "what one town does not offer, others may"


def test_a_district_that_leaves_it_to_the_towns(town: MunicipalityPage) -> None:
    of_towns, of_district = ServiceFactory(), ServiceFactory(of_district=True)
    assert cell_of(of_towns, town.district).absence == Absence.ELSEWHERE
    assert cell_of(of_district, town.district).problems == (Problem.GAP,)
    entry(of_district, town)
    assert cell_of(of_district, town.district).absence == Absence.VARIES


class AgreesWithTheGaps(TestCase):
    """The matrix and the report of gaps are two views of the same answers."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.district = MunicipalityFactory(is_district=True)
        cls.town = MunicipalityFactory(district=cls.district)
        cls.services = [ServiceFactory(level=level) for level in ExecutionLevel.values]
        cls.offices = [
            OfficeFactory(place=cls.town),
            OfficeFactory(place=cls.district),
            OfficeFactory(live=False),
            None,
        ]

    @given(
        st.lists(
            st.fixed_dictionaries(
                {
                    "service": st.integers(0, 3),
                    "is_of_district": st.booleans(),
                    "office": st.integers(0, 3),
                    "role": st.sampled_from(["receives", "decides"]),
                    "evidence": st.sampled_from(["confirmed", "unconfirmed", "contested"]),
                    "valid_from": st.sampled_from([None, DAY, DAY + timedelta(1)]),
                }
            ),
            max_size=6,
        )
    )
    def test_on_the_day(self, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            row = {**row, "service": self.services[row["service"]], "office": self.offices[row["office"]]}
            Responsibility.objects.create(area=self.district if row.pop("is_of_district") else self.town, **row)
        places = [self.district, self.town]
        gaps = {gap.service.pk: gap for gap in service_gaps(DAY, {place.pk for place in places})}
        for line in lines(self.services, places, DAY):
            for cell in line.cells:
                gap = gaps.get(line.service.pk)
                named = {
                    Problem.GAP: gap.missing if gap else [],
                    Problem.CONTESTED: gap.contested if gap else [],
                    Problem.UNCONFIRMED: gap.unconfirmed if gap else [],
                }
                for problem, there in named.items():
                    is_worse = Problem.CONTESTED in cell.problems
                    if problem == Problem.UNCONFIRMED and (is_worse or cell.place == self.district):
                        # The report of gaps names the worse alone, and of districts only what is missing.
                        continue
                    assert (problem in cell.problems) == (cell.place in there), (problem, line.service.level)


# The page


def open_as(kind: RoleKind, place: MunicipalityPage | None) -> Client:
    client = Client()
    client.force_login(holder(kind, place, username=f"person-{kind}"))
    return client


def shown(client: Client, **query: Any) -> BeautifulSoup:
    response = client.get(reverse("responsibility_matrix"), query)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def cells_in(page: BeautifulSoup, service: ServicePage) -> list[Tag]:
    (row,) = [row for row in page.select("tbody tr") if row.select_one("th").get_text() == service.title]
    return list(row.select("td"))


def link_in(cell: Tag) -> str:
    links = [link["href"] for link in cell.select("a")]
    return str(links[0]) if links else ""


def test_each_cell_leads_to_where_it_is_mended() -> None:
    home = tenant("Quellental")
    gap, one, several, through = ServiceFactory.create_batch(4)
    row = entry(one, home, unconfirmed=True)
    for _number in range(2):
        entry(several, home)
    district = MunicipalityFactory(is_district=True)
    MunicipalityPage.objects.filter(pk=home.pk).update(district=district)
    entry(through, district)
    query = f"service={{}}&area={home.pk}"

    def links(kind: RoleKind, place: MunicipalityPage | None) -> list[str]:
        client = open_as(kind, place)
        found = []
        for service in (gap, one, several, through):
            page = shown(client, service=service.title, area=home.pk)
            (cell,) = cells_in(page, service)
            found.append(link_in(cell))
        return found

    mends = [
        f"{reverse(ADD)}?{query.format(gap.pk)}",
        reverse(EDIT, args=[row.pk]),
        f"{reverse(LIST)}?{query.format(several.pk)}",
    ]
    assert links(RoleKind.PUBLISHER, home) == [*mends, ""]
    assert links(RoleKind.AUTHOR, home) == ["", f"{reverse(LIST)}?{query.format(one.pk)}", mends[2], ""]
    *same, of_district = links(RoleKind.REFERENCE_EDITOR, None)
    assert same == mends
    assert of_district == reverse(EDIT, args=[Responsibility.objects.get(service=through).pk])


@pytest.fixture
def tree() -> tuple[MunicipalityPage, MunicipalityPage]:
    """A district and a town with people of their own."""
    district = tenant("Kreis Quellen", is_district=True)
    return district, tenant("Quellental", district=district)


def where(service: ServicePage, place: MunicipalityPage, client: Client) -> str:
    (cell,) = cells_in(shown(client, service=service.title, area=place.pk), service)
    return link_in(cell)


def add_link(service: ServicePage, place: MunicipalityPage) -> str:
    return f"{reverse(ADD)}?service={service.pk}&area={place.pk}"


def edit_link(row: Responsibility) -> str:
    return reverse(EDIT, args=[row.pk])


def test_the_link_leads_to_what_is_wrong_and_not_to_what_is_beside_it(
    tree: tuple[MunicipalityPage, MunicipalityPage],
) -> None:
    district, town = tree
    local, central = open_as(RoleKind.PUBLISHER, town), open_as(RoleKind.REFERENCE_EDITOR, None)

    above = ServiceFactory()
    entry(above, town, role="advises")
    wrong = entry(above, district, unconfirmed=True)
    assert where(above, town, central) == edit_link(wrong)
    assert where(above, town, local) == "", "the town's own entry is in order"

    beside = ServiceFactory()
    entry(beside, town, role="advises")
    for problem in ({"unconfirmed": True}, {"contested": True}, {"valid_until": timezone.localdate()}):
        wrong = entry(beside, town, **problem)
        assert where(beside, town, local) == where(beside, town, central) == edit_link(wrong), problem
        wrong.delete()
    for _number in range(2):
        entry(beside, town)
    assert where(beside, town, local) == f"{reverse(LIST)}?service={beside.pk}&area={town.pk}"


def test_a_gap_leads_to_the_entry_without_an_office_or_to_a_new_one(
    tree: tuple[MunicipalityPage, MunicipalityPage],
) -> None:
    district, town = tree
    local, central = open_as(RoleKind.PUBLISHER, town), open_as(RoleKind.REFERENCE_EDITOR, None)

    withdrawn = ServiceFactory()
    row = entry(withdrawn, district, office=OfficeFactory(place=district, live=False))
    assert where(withdrawn, town, local) == add_link(withdrawn, town)
    assert where(withdrawn, town, central) == where(withdrawn, district, central) == edit_link(row)

    in_part = ServiceFactory()
    entry(in_part, town, locality=LocalityFactory(municipality=town))
    assert where(in_part, town, local) == where(in_part, town, central) == add_link(in_part, town)
    unconfirmed = entry(in_part, town, locality=LocalityFactory(municipality=town), unconfirmed=True)
    assert where(in_part, town, local) == add_link(in_part, town), "the gap is worse"
    entry(in_part, town)
    assert where(in_part, town, local) == edit_link(unconfirmed)

    without_office = ServiceFactory()
    row = entry(without_office, town, office=None)
    assert where(without_office, town, local) == where(without_office, town, central) == edit_link(row)


def test_the_links_open() -> None:
    home = tenant("Quellental")
    services = ServiceFactory.create_batch(3)
    entry(services[1], home)
    for _number in range(2):
        entry(services[2], home)
    client = open_as(RoleKind.PUBLISHER, home)
    for service in services:
        (cell,) = cells_in(shown(client, service=service.title), service)
        response = client.get(link_in(cell))
        assert response.status_code == 200
        assert service.title in response.content.decode()


def test_local_people_see_their_own_municipality() -> None:
    home, other = tenant("Quellental"), tenant("Fremdstadt")
    service = ServiceFactory()
    entry(service, other)

    def columns(kind: RoleKind, place: MunicipalityPage | None, **query: Any) -> set[str]:
        page = shown(open_as(kind, place), service=service.title, **query)
        return {cell.get_text(strip=True) for cell in page.select("thead th")[1:]}

    assert columns(RoleKind.AUTHOR, home) == {"Quellental"}
    # A municipality of others is none to choose.
    assert columns(RoleKind.PUBLISHER, home, area=other.pk) == {"Quellental"}
    assert columns(RoleKind.REFERENCE_EDITOR, None) >= {"Quellental", "Fremdstadt"}


def test_only_what_is_to_be_mended() -> None:
    home = tenant("Quellental")
    fine, broken = ServiceFactory(title="Probedienst Anmeldung"), ServiceFactory(title="Probedienst Abmeldung")
    entry(fine, home)
    client = open_as(RoleKind.PUBLISHER, home)

    def titles(**query: str) -> list[str]:
        return [row.get_text() for row in shown(client, **query).select("tbody th")]

    assert titles(service="probedienst a") == [broken.title, fine.title]
    assert titles(service="probedienst a", problems="on") == [broken.title]
    assert titles(service="probedienst anm", problems="on") == []
    ServicePage.objects.filter(pk=fine.pk).update(synonyms="Dienstanfang")
    assert titles(service="dienstanf") == [fine.title]


@pytest.mark.parametrize(
    "query",
    [
        {"area": "9" * 40, "p": "9" * 40},
        {"area": "x", "p": "-1", "problems": "vielleicht"},
        {"service": "x" * 5000},
        {"service": "%'\";\\", "p": "0"},
    ],
)
def test_odd_filters_do_no_harm(editor: Client, query: dict[str, str]) -> None:
    shown(editor, **query)


def test_pages_of_services_keep_the_filter() -> None:
    home = tenant("Quellental")
    ServiceFactory.create_batch(30, title="Seitendienst")
    client = open_as(RoleKind.PUBLISHER, home)
    for query in ({"service": "Seitendienst"}, {"service": "Seitendienst", "problems": "on"}):
        page = shown(client, **query)
        assert len(page.select("tbody tr")) == 25
        following = page.select_one("nav.pagination .next a")["href"]
        assert "service=Seitendienst" in following
        assert len(shown(client, **query, p="2").select("tbody tr")) == 5


def test_the_table_says_what_it_is_to_those_who_hear_it() -> None:
    home = tenant("Quellental")
    service = ServiceFactory()
    entry(service, home, unconfirmed=True)
    page = shown(open_as(RoleKind.PUBLISHER, home), service=service.title)
    table = page.select_one("table.matrix")
    assert table.select_one("caption").get_text(strip=True)
    assert {th["scope"] for th in table.select("thead th")} == {"col"}
    assert {th["scope"] for th in table.select("tbody th")} == {"row"}
    frame = table.parent
    assert frame["tabindex"] == "0"
    assert frame["role"] == "region"
    assert page.find(id=frame["aria-labelledby"]) is not None
    (cell,) = cells_in(page, service)
    text = cell.select_one("a").get_text(" ", strip=True)
    assert str(Problem.UNCONFIRMED.label) in text
    assert service.title in text
    assert "Quellental" in text


@pytest.mark.parametrize("query", [{}, {"problems": "on"}])
def test_the_number_of_queries_is_fixed(query: dict[str, str]) -> None:
    home = tenant("Quellental", district=MunicipalityFactory(is_district=True))
    client = open_as(RoleKind.REFERENCE_EDITOR, None)
    soon = timezone.localdate() + timedelta(5)

    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            shown(client, service="Zähldienst", **query)
        return len(context)

    def add(count: int) -> None:
        for number in range(count):
            service = ServiceFactory(title=f"Zähldienst {number}")
            entry(service, home, valid_until=soon)
            entry(service, home.district, unconfirmed=True)
            entry(service, MunicipalityFactory(district=home.district), office=None)

    add(1)
    queries()
    before = queries()
    add(4)
    assert queries() == before


def test_the_menu_offers_it_to_those_who_may_see_it() -> None:
    home = tenant("Quellental")
    address = reverse("responsibility_matrix")
    for kind, place, expected in (
        (RoleKind.AUTHOR, home, True),
        (RoleKind.REFERENCE_EDITOR, None, True),
        (RoleKind.COOPERATION_MANAGER, None, False),
    ):
        client = open_as(kind, place)
        assert (address in client.get(reverse("wagtailadmin_home")).content.decode()) is expected
        assert (client.get(address).status_code == 200) is expected
    publisher = open_as(RoleKind.PUBLISHER, home)
    assert address in publisher.get(reverse(LIST)).content.decode()
