"""Entries that contradict each other: found by a rule that holds for every period, refused by the form."""

from copy import copy
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from municipalities.models import Locality, MunicipalityPage, RoleKind
from services import entry_views
from services.models import Arrangement, Evidence, Responsibility, Role, ServicePage
from services.overlaps import can_clash, clash, clashes_among, clashes_of
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


@given(st.lists(st.tuples(entries(), st.booleans()), max_size=6))
def test_each_entry_asked_about_is_found_with_one_it_clashes_with(drawn: list[tuple[Responsibility, bool]]) -> None:
    rows = [row for row, _is_asked in drawn]
    asked = {id(row) for row, is_asked in drawn if is_asked}
    pairs = list(clashes_among(rows, asked))
    assert all(clash(one, other) and asked & {id(one), id(other)} for one, other in pairs)
    clashing = {id(row) for row in rows if any(clash(row, other) for other in rows if other is not row)}
    assert {id(row) for pair in pairs for row in pair} & asked == clashing & asked
    # Nobody named means all.
    assert {id(row) for pair in clashes_among(rows) for row in pair} == clashing


@st.composite
def changes(draw: Any) -> tuple[Responsibility, Responsibility]:
    """An entry before and after some of its fields were changed."""
    before, other = draw(entries()), draw(entries())
    names = draw(st.sets(st.sampled_from(["office_id", "locality", "role", "arrangement", "evidence"])))
    names |= draw(st.sampled_from([set(), {"valid_from"}, {"valid_until"}, {"valid_from", "valid_until"}]))
    after = copy(before)
    for name in names:
        setattr(after, name, getattr(other, name))
    return before, after


@given(changes(), st.lists(entries(), min_size=1, max_size=20))
def test_what_is_let_pass_brings_no_contradiction(
    change: tuple[Responsibility, Responsibility], others: list[Responsibility]
) -> None:
    before, after = change
    if not can_clash(before, after):
        assert all(clash(before, other) for other in others if clash(after, other))
    assert not can_clash(before, before)
    assert can_clash(None, after)


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
        with django_assert_num_queries(1):
            found = clashes_of(row)
        assert {one.pk for one in found} == {one.pk for one in rows if one.pk != row.pk and clash(one, row)}


def form_of(row: Responsibility, **changes: Any) -> dict[str, Any]:
    names = ("service_id", "area_id", "locality_id", "office_id", "role", "arrangement", "evidence", "source")
    data = {name.removesuffix("_id"): getattr(row, name) or "" for name in names}
    return {**data, "valid_from": row.valid_from or "", "valid_until": row.valid_until or "", **changes}


ADD, EDIT, COPY = (f"wagtailsnippets_services_responsibility:{name}" for name in ("add", "edit", "copy"))


def edit(row: Responsibility) -> str:
    return reverse(EDIT, args=[row.pk])


@pytest.mark.django_db
def test_the_form_refuses_a_second_office_and_leads_to_the_first(editor: Client) -> None:
    row = ResponsibilityFactory(source="Satzung", valid_until=date(2026, 12, 31))
    other = OfficeFactory(place=row.area)
    form = form_of(row, office=other.pk, valid_until="", note="Nicht verlieren.")
    response = editor.post(reverse(ADD), form)
    assert response.status_code == 200
    soup = BeautifulSoup(response.content, "html.parser")
    (link,) = soup.select(f".w-field__errors a[href='{edit(row)}']")
    assert row.office.title in link.get_text()
    assert "31.12.2026" in link.get_text()
    assert "Nicht verlieren." in soup.get_text() + str(soup)
    assert Responsibility.objects.filter(service=row.service).count() == 1
    # The day after the other has ended, there is no contradiction.
    assert editor.post(reverse(ADD), {**form, "valid_from": "2027-01-01"}).status_code == 302
    # Nor is an entry one with itself.
    assert editor.post(edit(row), form_of(row, note="Neu.")).status_code == 302


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
def test_two_that_clash_are_mended_one_after_the_other(editor: Client) -> None:
    first = ResponsibilityFactory(source="Satzung")
    second = ResponsibilityFactory(source="Satzung", service=first.service, area=first.area)
    # What is corrected beside it is no contradiction, nor is a step on the way.
    assert editor.post(edit(first), form_of(first, note="Berichtigt.")).status_code == 302
    assert editor.post(edit(first), form_of(first, valid_until=DAYS[5])).status_code == 302
    assert editor.post(edit(first), form_of(first, valid_until=DAYS[6])).status_code == 200, "longer than before"
    for row in (first, second):
        row.refresh_from_db()
        assert editor.post(edit(row), form_of(row, arrangement="shared")).status_code == 302
    first.refresh_from_db()
    assert not clashes_of(first)
    for wrong in ({"arrangement": "statutory"}, {"office": second.office_id}):
        assert editor.post(edit(first), form_of(first, **wrong)).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("view", ["add", "copy", "edit"])
def test_of_two_who_save_at_once_the_second_hears_of_the_first(
    editor: Client, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    row = ResponsibilityFactory(source="Satzung", evidence="contested")
    addresses = {"add": reverse(ADD), "copy": reverse(COPY, args=[row.pk]), "edit": edit(row)}
    waited = []

    def wait(services: set[int]) -> None:
        waited.append(services)
        ResponsibilityFactory(service=row.service, area=row.area, source="Satzung")

    monkeypatch.setattr(entry_views, "lock_services", wait)
    response = editor.post(addresses[view], form_of(row, evidence="confirmed"))
    assert response.status_code == 200
    assert waited == [{row.service_id}]
    assert Responsibility.objects.filter(service=row.service).count() == 2


@pytest.mark.django_db
def test_what_was_deleted_meanwhile_does_not_come_back(editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    row = ResponsibilityFactory(source="Satzung")
    monkeypatch.setattr(entry_views, "lock_services", lambda services: Responsibility.objects.get(pk=row.pk).delete())
    assert editor.post(edit(row), form_of(row)).status_code == 404


@pytest.mark.django_db
def test_localities_of_others_are_neither_offered_nor_taken() -> None:
    own, foreign = tenant("Eigenstadt"), tenant("Fremdstadt")
    mine = LocalityFactory(municipality=own, name="Oberdorf")
    theirs = LocalityFactory(municipality=foreign, name="Oberdorf")
    client = Client()
    client.force_login(holder(RoleKind.PUBLISHER, own))
    row = ResponsibilityFactory(area=own, source="Satzung")
    address = edit(row)
    options = BeautifulSoup(client.get(address).content, "html.parser").select("select[name=locality] option[value]")
    assert [option.get_text() for option in options if option["value"]] == ["Oberdorf (Eigenstadt)"]
    for wrong in (theirs.pk, 10**30, "x", "\x00"):
        response = client.post(address, form_of(row, locality=wrong))
        assert response.status_code == 200
        assert BeautifulSoup(response.content, "html.parser").select("[data-contentpath=locality] .error-message")
    assert client.post(address, form_of(row, locality=mine.pk)).status_code == 302
    assert Responsibility.objects.get(pk=row.pk).locality == mine
