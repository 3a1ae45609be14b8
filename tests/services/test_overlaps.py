"""Entries that contradict each other: found by a rule that holds for every period, refused by the form."""

from datetime import date, timedelta
from itertools import combinations, product
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from municipalities.models import Locality, MunicipalityPage, RoleKind
from services.models import Arrangement, Evidence, Responsibility, Role, ServicePage
from services.overlaps import clash, clashes_of, overlaps
from tests.factories import LocalityFactory, MunicipalityFactory, OfficeFactory, ResponsibilityFactory, ServiceFactory
from tests.roles import holder, tenant

START = date(2026, 1, 1)
DAYS = [START + timedelta(days=number) for number in range(12)]


@st.composite
def periods(draw: Any) -> tuple[date | None, date | None]:
    first, last = sorted((draw(st.sampled_from(DAYS)), draw(st.sampled_from(DAYS))))
    return draw(st.sampled_from([first, None])), draw(st.sampled_from([last, None]))


@st.composite
def entries(draw: Any) -> Responsibility:
    first, last = draw(periods())
    return Responsibility(
        service=ServicePage(pk=1),
        area=MunicipalityPage(pk=1),
        office_id=draw(st.sampled_from([None, 1, 2, 3])),
        locality=draw(st.sampled_from([None, None, Locality(pk=1)])),
        role=draw(st.sampled_from(Role.values)),
        arrangement=draw(st.sampled_from(Arrangement.values)),
        evidence=draw(st.sampled_from(Evidence.values)),
        prevails=draw(st.booleans()),
        valid_from=first,
        valid_until=last,
    )


def hold_together(one: Responsibility, other: Responsibility) -> bool:
    """The rule day by day, as a person would check it."""
    days = [START - timedelta(days=1), *DAYS, DAYS[-1] + timedelta(days=1)]

    def holds(row: Responsibility, day: date) -> bool:
        return (row.valid_from is None or row.valid_from <= day) and (row.valid_until is None or day <= row.valid_until)

    return any(holds(one, day) and holds(other, day) for day in days)


@given(entries(), entries())
def test_two_entries_clash_when_a_day_has_two_answers(one: Responsibility, other: Responsibility) -> None:
    same = all(getattr(one, name) == getattr(other, name) for name in ("locality_id", "role", "prevails"))
    asked = one.office_id and other.office_id and Evidence.CONTESTED not in (one.evidence, other.evidence)
    shared = one.arrangement == other.arrangement == Arrangement.SHARED
    twice = one.office_id == other.office_id
    expected = bool(
        same and asked and hold_together(one, other) and (twice or (one.role != Role.ADVISES and not shared))
    )
    assert clash(one, other) is expected
    assert clash(other, one) is expected


@given(st.lists(entries(), max_size=5))
def test_the_list_has_each_pair_and_nothing_else(rows: list[Responsibility]) -> None:
    for key, row in enumerate(rows, start=1):
        row.pk = key
    pairs = [{one.pk, other.pk} for one, other in combinations(rows, 2) if clash(one, other)]
    found = overlaps(date(2000, 1, 1), rows)
    assert {row.pk for overlap in found for row in overlap.rows} == set().union(*pairs)
    assert all(any(pair <= {row.pk for row in overlap.rows} for overlap in found) for pair in pairs)


@pytest.mark.django_db
def test_the_database_finds_the_same(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    place, service = MunicipalityFactory(), ServiceFactory()
    office, other = OfficeFactory(place=place), OfficeFactory(place=place)
    locality = LocalityFactory(municipality=place)
    spans = [(None, None), (DAYS[2], DAYS[5]), (DAYS[5], None), (None, DAYS[4]), (DAYS[6], DAYS[6])]
    rows = [
        ResponsibilityFactory(
            service=service, area=place, office=o, locality=part, valid_from=first, valid_until=last, source="Satzung"
        )
        for o, part, (first, last) in product((office, other), (None, locality), spans)
    ]
    for row in rows:
        assert {found.pk for found in clashes_of(row)} == {
            one.pk for one in rows if one.pk != row.pk and clash(one, row)
        }
    with django_assert_num_queries(1):
        found = [overlap for overlap in overlaps(DAYS[0]) if overlap.area == place]
        assert [(overlap.role, bool(overlap.locality), len(overlap.rows)) for overlap in found]
        assert all(row.office.title and row.service.title for overlap in found for row in overlap.rows)
    assert {row.pk for overlap in found for row in overlap.rows} == {row.pk for row in rows}
    assert [overlap.first_day for overlap in found] == [DAYS[0], DAYS[0]]
    late = [overlap for overlap in overlaps(DAYS[7]) if overlap.area == place]
    assert {row.valid_until for overlap in late for row in overlap.rows} == {None}


def form_of(row: Responsibility, **changes: Any) -> dict[str, Any]:
    names = ("service_id", "area_id", "locality_id", "office_id", "role", "arrangement", "evidence", "source")
    data = {name.removesuffix("_id"): getattr(row, name) or "" for name in names}
    return {**data, "valid_from": row.valid_from or "", "valid_until": row.valid_until or "", **changes}


ADD = "wagtailsnippets_services_responsibility:add"


@pytest.mark.django_db
def test_the_form_refuses_a_second_office_and_leads_to_the_first(editor: Client) -> None:
    row = ResponsibilityFactory(source="Satzung", valid_until=date(2026, 12, 31))
    other = OfficeFactory(place=row.area)
    form = form_of(row, office=other.pk, valid_until="", note="Nicht verlieren.")
    response = editor.post(reverse(ADD), form)
    assert response.status_code == 200
    soup = BeautifulSoup(response.content, "html.parser")
    edit = reverse("wagtailsnippets_services_responsibility:edit", args=[row.pk])
    (link,) = soup.select(f".w-field__errors a[href='{edit}']")
    assert row.office.title in link.get_text()
    assert "31.12.2026" in link.get_text()
    assert "Nicht verlieren." in soup.get_text() + str(soup)
    assert Responsibility.objects.filter(service=row.service).count() == 1
    # The day after the other has ended, there is no contradiction.
    assert editor.post(reverse(ADD), {**form, "valid_from": "2027-01-01"}).status_code == 302
    # Nor is an entry one with itself.
    assert editor.post(edit, form_of(row, note="Neu.")).status_code == 302


@pytest.mark.django_db
def test_offices_may_share_a_task_on_purpose(editor: Client) -> None:
    row = ResponsibilityFactory(source="Satzung", shared=True)
    other = OfficeFactory(place=row.area)
    form = form_of(row, office=other.pk)
    assert editor.post(reverse(ADD), {**form, "arrangement": "statutory"}).status_code == 200
    assert editor.post(reverse(ADD), form).status_code == 302
    # But none of them twice.
    assert editor.post(reverse(ADD), form).status_code == 200
    assert Responsibility.objects.filter(service=row.service).count() == 2


@pytest.mark.django_db
def test_localities_of_others_are_neither_offered_nor_taken() -> None:
    own, foreign = tenant("Eigenstadt"), tenant("Fremdstadt")
    mine = LocalityFactory(municipality=own, name="Oberdorf")
    theirs = LocalityFactory(municipality=foreign, name="Oberdorf")
    client = Client()
    client.force_login(holder(RoleKind.PUBLISHER, own))
    row = ResponsibilityFactory(area=own, source="Satzung")
    address = reverse("wagtailsnippets_services_responsibility:edit", args=[row.pk])
    options = BeautifulSoup(client.get(address).content, "html.parser").select("select[name=locality] option[value]")
    assert [option.get_text() for option in options if option["value"]] == ["Oberdorf (Eigenstadt)"]
    for wrong in (theirs.pk, 10**30, "x", "\x00"):
        response = client.post(address, form_of(row, locality=wrong))
        assert response.status_code == 200
        assert BeautifulSoup(response.content, "html.parser").select("[data-contentpath=locality] .error-message")
    assert client.post(address, form_of(row, locality=mine.pk)).status_code == 302
    assert Responsibility.objects.get(pk=row.pk).locality == mine
