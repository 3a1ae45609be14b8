"""Agreements: what follows from them, for how long, and that everything comes back as it was."""

from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry, ReferenceIndex
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from cooperations.agreements import bring_about, state_of
from cooperations.models import Agreement, AgreementArea, AgreementKind, AgreementTask
from municipalities.lifecycle.leaving import leave
from municipalities.lifecycle.merging import merge
from municipalities.models import MunicipalityPage, RoleKind
from services.models import OfficePage, Responsibility, Role, ServicePage
from services.resolver import Via, resolve
from tests.factories import (
    AgreementFactory,
    CooperationFactory,
    LocalityFactory,
    LocalServiceIndexFactory,
    MunicipalityFactory,
    OfficeFactory,
    ResponsibilityFactory,
    ServiceFactory,
    UserFactory,
)
from tests.roles import holder, tenant

pytestmark = pytest.mark.django_db

CREATE = "vereinbarungen_modeladmin_create"
BEFORE, DURING, AFTER = date(2026, 12, 31), date(2027, 6, 1), date(2028, 1, 1)


def named(place: MunicipalityPage, title: str) -> OfficePage:
    return OfficeFactory(place=place, title=title)


@pytest.fixture
def service() -> ServicePage:
    return ServiceFactory(title="Bauen")


@pytest.fixture
def giver() -> MunicipalityPage:
    place = MunicipalityFactory(title="Geberstadt")
    LocalServiceIndexFactory(parent=place)
    return place


@pytest.fixture
def office() -> OfficePage:
    return OfficeFactory(place=MunicipalityFactory(title="Nehmerstadt"), title="Bauamt Nehmerstadt")


@pytest.fixture
def own(service: ServicePage, giver: MunicipalityPage) -> Responsibility:
    return ResponsibilityFactory(service=service, area=giver, source="Satzung", office=named(giver, "Altes Bauamt"))


@pytest.fixture
def manager(portal: Any) -> Client:
    client = Client()
    client.force_login(holder(RoleKind.COOPERATION_MANAGER, None))
    return client


def form_of(agreement: Agreement | None = None, **changes: Any) -> dict[str, Any]:
    """What the browser sends; ``tasks`` and ``areas`` are lists of lines."""
    data: dict[str, Any] = {
        "cooperation": "",
        "title": "Vereinbarung Bauen",
        "kind": "delegation",
        "legal_basis": "§ 23 Abs. 1 GkG NRW",
        "signed_on": "2026-11-01",
        "published_in": "Amtsblatt Nr. 7",
        "published_on": "2026-11-15",
        "effective_from": "2027-01-01",
        "effective_until": "2027-12-31",
        "decides": "on",
        "document": "",
        "note": "",
        "tasks": [],
        "areas": [],
    }
    if agreement is not None:
        data |= {name: getattr(agreement, name) or "" for name in data if name not in ("tasks", "areas", "decides")}
        data["cooperation"] = agreement.cooperation_id
        data["opened"] = state_of(agreement.pk)
        data["tasks"] = [
            {"id": line.pk, "service": line.service_id, "office": line.office_id or ""}
            for line in agreement.tasks.all()
        ]
        data["areas"] = [
            {"id": line.pk, "municipality": line.municipality_id, "since": line.since or "", "until": line.until or ""}
            for line in agreement.areas.all()
        ]
    data |= changes
    for name in ("tasks", "areas"):
        lines = data[name]
        data[name] = inline_formset(lines, initial=sum("id" in line for line in lines))
    return nested_form_data(data)


def page_of(response: Any) -> BeautifulSoup:
    assert response.status_code == 200, response.status_code
    return BeautifulSoup(response.content, "html.parser")


def errors_of(response: Any) -> str:
    return " ".join(found.get_text(" ", strip=True) for found in page_of(response).select(".error-message"))


def save(client: Client, address: str, data: dict[str, Any]) -> BeautifulSoup:
    """Both steps: look at what would change, then store it. Gives the page in between."""
    soup = page_of(client.post(address, data))
    seen = soup.select_one("input[name=seen]")
    assert seen is not None, soup.select(".error-message, .messages")
    response = client.post(address, {**data, "seen": seen["value"]})
    assert response.status_code == 302, errors_of(response)
    return soup


def who(service: ServicePage, place: MunicipalityPage, day: date, locality: int | None = None) -> list[str]:
    place = MunicipalityPage.objects.select_related("district").get(pk=place.pk)
    return [found.office.title for found in resolve(service, place, day, locality).offices]


def test_a_manager_hands_a_task_over_and_gives_it_back(
    manager: Client, service: ServicePage, giver: MunicipalityPage, office: OfficePage, own: Responsibility
) -> None:
    cooperation = CooperationFactory(title="Baukooperation")
    data = form_of(
        cooperation=cooperation.pk,
        tasks=[{"service": service.pk, "office": office.pk}],
        areas=[{"municipality": giver.pk}],
    )
    shown = save(manager, reverse(CREATE), data)
    (line,) = shown.select("#vorschau ~ table tbody tr")
    cells = [cell.get_text(" ", strip=True) for cell in line.select("th, td")]
    assert [*cells[:2], cells[3], cells[5]] == ["Bauen", "Geberstadt", "Bauamt Nehmerstadt", "Altes Bauamt"]
    assert "01.01.2027" in cells[4]
    assert "31.12.2027" in cells[4]
    answers = [who(service, giver, day) for day in (BEFORE, DURING, AFTER)]
    assert answers == [["Altes Bauamt"], ["Bauamt Nehmerstadt"], ["Altes Bauamt"]]
    agreement = Agreement.objects.get()
    edit = reverse("vereinbarungen_modeladmin_edit", args=[agreement.pk])
    # Ended early.
    save(manager, edit, form_of(agreement, decides="on", effective_until="2027-03-31"))
    assert who(service, giver, date(2027, 3, 31)) == ["Bauamt Nehmerstadt"]
    assert who(service, giver, date(2027, 4, 1)) == ["Altes Bauamt"]
    # What changes nothing for citizens is stored at once.
    agreement.refresh_from_db()
    assert manager.post(edit, form_of(agreement, decides="on", note="Neu.")).status_code == 302
    assert Agreement.objects.get().note == "Neu."
    # Deleted: as if it had never been.
    delete = reverse("vereinbarungen_modeladmin_delete", args=[agreement.pk])
    assert "1" in page_of(manager.get(delete)).get_text()
    manager.post(delete)
    assert who(service, giver, date(2027, 3, 31)) == ["Altes Bauamt"]
    assert list(Responsibility.objects.filter(service=service)) == [own]


def test_nothing_is_stored_before_it_was_shown(
    manager: Client, service: ServicePage, giver: MunicipalityPage, office: OfficePage, own: Responsibility
) -> None:
    data = form_of(
        cooperation=CooperationFactory().pk,
        tasks=[{"service": service.pk, "office": office.pk}],
        areas=[{"municipality": giver.pk}],
    )
    first = page_of(manager.post(reverse(CREATE), data))
    assert not Agreement.objects.exists()
    seen = first.select_one("input[name=seen]")["value"]  # type: ignore[index]
    for wrong in ("", "x", "\x00", seen[:-1]):
        assert page_of(manager.post(reverse(CREATE), {**data, "seen": wrong})).select_one("#vorschau")
    # Somebody gives the task to another office meanwhile: the list is shown anew.
    Responsibility.objects.filter(pk=own.pk).update(office=OfficeFactory(place=giver, title="Neues Bauamt"))
    again = page_of(manager.post(reverse(CREATE), {**data, "seen": seen}))
    assert "Neues Bauamt" in again.get_text()
    assert not Agreement.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"effective_until": "2026-12-31"}, "effective_until", "vor dem Beginn"),
        ({"published_on": "2026-10-01"}, "published_on", ""),
        ({"decides": ""}, "decides", ""),
        ({"signed_on": ""}, "signed_on", ""),
        ({"effective_from": "gestern"}, "effective_from", ""),
        ({"kind": "geschenkt"}, "kind", ""),
        ({"title": "x\x00y"}, "title", ""),
        ({"cooperation": 10**30}, "cooperation", ""),
        ({"document": 10**30}, "document", ""),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    manager: Client,
    service: ServicePage,
    giver: MunicipalityPage,
    office: OfficePage,
    changes: dict[str, Any],
    field: str,
    words: str,
) -> None:
    data = form_of(
        **{
            "cooperation": CooperationFactory().pk,
            "tasks": [{"service": service.pk, "office": office.pk}],
            "areas": [{"municipality": giver.pk}],
            "note": "Bleibt stehen.",
            **changes,
        }
    )
    soup = page_of(manager.post(reverse(CREATE), data))
    (message,) = soup.select(f"[data-contentpath={field}] .error-message")
    assert words in message.get_text()
    assert "Bleibt stehen." in str(soup)
    assert not Agreement.objects.exists()


def test_lines_that_cannot_be_are_refused(
    manager: Client, service: ServicePage, giver: MunicipalityPage, office: OfficePage
) -> None:
    hidden = OfficeFactory(place=giver, live=False, title="Geheimamt")
    draft = ServiceFactory(live=False, title="Geheimdienst")
    start = {"cooperation": CooperationFactory().pk}
    task, area = {"service": service.pk, "office": office.pk}, {"municipality": giver.pk}
    wrong: list[tuple[list[Any], list[Any]]] = [
        ([], [area]),
        ([task], []),
        ([{**task, "office": ""}], [area]),
        ([{**task, "office": hidden.pk}], [area]),
        ([{**task, "office": 10**30}], [area]),
        ([{**task, "service": draft.pk}], [area]),
        ([{**task, "service": "x"}], [area]),
        ([task, task], [area]),
        ([task], [area, area]),
        ([task], [{"municipality": 10**30}]),
        ([task], [{**area, "since": "2027-05-01", "until": "2027-04-01"}]),
        ([task], [{**area, "since": "2028-01-01"}]),
        ([task], [{**area, "until": "2026-12-31"}]),
        # To an office of its own.
        ([{**task, "office": OfficeFactory(place=giver).pk}], [area]),
    ]
    for tasks, areas in wrong:
        response = manager.post(reverse(CREATE), form_of(**start, tasks=tasks, areas=areas))
        soup = page_of(response)
        assert soup.select(".error-message, .help-critical"), (tasks, areas)
        assert not soup.select("#vorschau"), (tasks, areas)
        assert "Geheim" not in soup.get_text()
    # Without the management data of the lines, nothing breaks either.
    assert manager.post(reverse(CREATE), {"title": "x"}).status_code == 200
    assert not Agreement.objects.exists()


def test_the_office_of_the_line_above_holds_for_the_next(
    manager: Client, service: ServicePage, giver: MunicipalityPage, office: OfficePage
) -> None:
    other = ServiceFactory()
    data = form_of(
        cooperation=CooperationFactory().pk,
        receives="on",
        tasks=[{"service": service.pk, "office": office.pk}, {"service": other.pk, "office": ""}],
        areas=[{"municipality": giver.pk}],
    )
    save(manager, reverse(CREATE), data)
    rows = Responsibility.objects.filter(area=giver)
    assert {(row.service_id, row.role, row.office_id) for row in rows} == {
        (found.pk, role, office.pk) for found in (service, other) for role in (Role.DECIDES, Role.RECEIVES)
    }


def test_a_task_is_handed_over_once(
    manager: Client, service: ServicePage, giver: MunicipalityPage, office: OfficePage
) -> None:
    AgreementFactory(title="Alte Vereinbarung", effective_until=BEFORE, hands_over=([(service, office)], [giver]))
    third = OfficeFactory(place=MunicipalityFactory())
    data = {
        "cooperation": CooperationFactory().pk,
        "tasks": [{"service": service.pk, "office": third.pk}],
        "areas": [{"municipality": giver.pk}],
    }
    refusal = page_of(manager.post(reverse(CREATE), form_of(**data, effective_from="2026-12-31")))
    (message,) = refusal.select("[data-contentpath=effective_from] .error-message")
    assert "Alte Vereinbarung" in message.get_text()
    save(manager, reverse(CREATE), form_of(**data))


def test_delegation_and_mandate_are_told_apart(
    client: Client, service: ServicePage, giver: MunicipalityPage, office: OfficePage, own: Responsibility
) -> None:
    cooperation = CooperationFactory(title="Baukooperation", published=True)
    agreement = AgreementFactory(
        cooperation=cooperation, title="Bauvereinbarung", hands_over=([(service, office)], [giver])
    )
    address = f"/{giver.slug}/leistungen/{service.slug}/"

    def card() -> BeautifulSoup:
        (found,) = page_of(client.get(address)).select(".office-card")
        return found

    why = card().select_one(".office-card__why")
    assert why is not None
    assert "Geberstadt" in why.get_text()
    assert "§ 2 Prüfgesetz" in why.get_text()
    (link,) = why.select("a")
    assert link.get_text() == "Bauvereinbarung"
    assert page_of(client.get(link["href"].split("#")[0])).select("#vereinbarungen")
    (found,) = resolve(service, giver, DURING).offices
    delegated = found.reason
    assert found.via == Via.AGREEMENT
    agreement.kind = AgreementKind.MANDATE
    agreement.save()
    bring_about(agreement)
    (found,) = resolve(service, giver, DURING).offices
    assert found.reason != delegated
    assert "Nehmerstadt" in found.reason
    assert "Geberstadt" in found.reason
    # Nobody reads of a cooperation that is not published, and the office stays.
    cooperation.unpublish()
    assert not card().select(".office-card__why a")
    assert "Bauvereinbarung" in card().get_text()
    # Nor does it change who does it when nobody describes the cooperation any more.
    cooperation.delete()
    assert "Bauamt Nehmerstadt" in card().get_text()


def test_a_district_hands_over_for_its_towns(service: ServicePage, office: OfficePage) -> None:
    district = MunicipalityFactory(is_district=True, title="Kreis Quaken")
    town, other = MunicipalityFactory(district=district), MunicipalityFactory(district=district)
    ResponsibilityFactory(service=service, area=district, office=named(district, "Kreisamt"))
    ResponsibilityFactory(service=service, area=other, office=named(other, "Stadtamt"))
    AgreementFactory(hands_over=([(service, office)], [district]))
    assert who(service, town, DURING) == ["Bauamt Nehmerstadt"]
    assert who(service, other, DURING) == ["Stadtamt"]
    (found,) = resolve(service, MunicipalityPage.objects.get(pk=town.pk), DURING).offices
    assert found.reason.count("Kreis Quaken") == 1
    assert town.title not in found.reason


def test_a_locality_goes_with_its_town_and_other_roles_stay(
    service: ServicePage, giver: MunicipalityPage, office: OfficePage, own: Responsibility
) -> None:
    locality = LocalityFactory(municipality=giver)
    ResponsibilityFactory(service=service, area=giver, locality=locality, office=named(giver, "Amt im Ort"))
    ResponsibilityFactory(service=service, area=giver, role=Role.RECEIVES, office=named(giver, "Bürgerbüro"))
    agreement = AgreementFactory(hands_over=([(service, office)], [giver]))
    assert who(service, giver, DURING, locality.pk) == ["Bürgerbüro", "Bauamt Nehmerstadt"]
    agreement.delete()
    assert who(service, giver, DURING, locality.pk) == ["Bürgerbüro", "Amt im Ort"]


DAYS = [date(2027, 1, 1) + timedelta(days=number) for number in range(8)]


@st.composite
def spans(draw: Any) -> tuple[date | None, date | None]:
    first, last = sorted((draw(st.sampled_from(DAYS)), draw(st.sampled_from(DAYS))))
    return draw(st.sampled_from([first, None])), draw(st.sampled_from([last, None]))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(spans(), st.sampled_from(Role.values), st.booleans()), max_size=4),
    term=spans(),
    amended=spans(),
    changed=st.booleans(),
)
def test_ending_an_agreement_brings_back_exactly_what_was(
    service: ServicePage,
    giver: MunicipalityPage,
    office: OfficePage,
    rows: list[Any],
    term: tuple[date | None, date | None],
    amended: tuple[date | None, date | None],
    changed: bool,
) -> None:
    Agreement.objects.all().delete()
    Responsibility.objects.filter(area=giver).delete()
    locality = LocalityFactory(municipality=giver)
    offices = [OfficeFactory(place=giver, title=f"Amt {number}") for number in range(len(rows))]
    for one, ((first, last), role, is_local) in zip(offices, rows, strict=True):
        ResponsibilityFactory(
            service=service,
            area=giver,
            office=one,
            role=role,
            locality=locality if is_local else None,
            valid_from=first,
            valid_until=last,
        )
    every_day = [DAYS[0] - timedelta(days=1), *DAYS, DAYS[-1] + timedelta(days=1)]

    def answers() -> list[list[tuple[str, str]]]:
        return [
            [(found.role.value, found.office.title) for found in resolve(service, giver, day, key).offices]
            for day in every_day
            for key in (None, locality.pk)
        ]

    before = answers()
    agreement = AgreementFactory(
        effective_from=term[0] or DAYS[0], effective_until=term[1], hands_over=([(service, office)], [giver])
    )
    # On each day the agreement answers for its role while it holds, and what was there before on all others.
    for position, answer in enumerate(answers()):
        others = [[one for one in found if one[0] != Role.DECIDES] for found in (answer, before[position])]
        assert others[0] == others[1]
        day = every_day[position // 2]
        holds = agreement.effective_from <= day and day <= (agreement.effective_until or date.max)
        decided = [title for role, title in answer if role == Role.DECIDES]
        was = [title for role, title in before[position] if role == Role.DECIDES]
        assert decided == (["Bauamt Nehmerstadt"] if holds else was)
    agreement.effective_from, agreement.effective_until = amended[0] or DAYS[0], amended[1]
    agreement.save()
    bring_about(agreement)
    if changed and offices:
        # An editor renames what rests; that is not lost.
        Responsibility.objects.filter(office=offices[0]).update(office=office)
        swap = {"Amt 0": "Bauamt Nehmerstadt"}
        before = [sorted((role, swap.get(title, title)) for role, title in answer) for answer in before]
        agreement.delete()
        assert [sorted(answer) for answer in answers()] == before
    else:
        agreement.delete()
        assert answers() == before


def test_the_entry_is_read_only_and_says_where_it_is_changed(
    manager: Client, service: ServicePage, office: OfficePage
) -> None:
    place = tenant("Eigenstadt")
    own = ResponsibilityFactory(service=service, area=place, source="Satzung")
    AgreementFactory(title="Bauvereinbarung", hands_over=([(service, office)], [place]))
    row = Responsibility.objects.get(area=place, prevails=True)
    publisher, admin = Client(), Client()
    publisher.force_login(holder(RoleKind.PUBLISHER, place))
    admin.force_login(UserFactory(admin=True))
    namespace = "wagtailsnippets_services_responsibility"
    edit = reverse(f"{namespace}:edit", args=[row.pk])
    for client, links in ((publisher, 0), (admin, 1)):
        soup = page_of(client.get(edit))
        assert "Bauvereinbarung" in soup.get_text()
        assert len(soup.select("main a[href*='/vereinbarungen/edit/']")) == links
        assert not soup.select("main form")
        posted = {"service": service.pk, "area": place.pk, "office": "", "role": "advises", "arrangement": "statutory"}
        client.post(edit, {**posted, "evidence": "unconfirmed"})
        client.post(reverse(f"{namespace}:delete", args=[row.pk]))
        bulk = reverse("wagtail_bulk_action", args=["services", "responsibility", "delete"])
        client.post(f"{bulk}?id={row.pk}")
        assert Responsibility.objects.get(pk=row.pk).office == office
    # Both are in the list, and the own one says that it rests; its form says so too.
    listed = page_of(publisher.get(reverse(f"{namespace}:list"))).get_text()
    assert "Vereinbarung" in listed
    form = page_of(publisher.get(reverse(f"{namespace}:edit", args=[own.pk])))
    assert "Bauvereinbarung" in form.get_text()
    # A copy is an entry of the municipality's own.
    copy = publisher.post(
        reverse(f"{namespace}:copy", args=[row.pk]), {**posted, "evidence": "unconfirmed", "office": office.pk}
    )
    assert copy.status_code == 302
    assert Responsibility.objects.get(pk=row.pk).prevails
    assert Responsibility.objects.filter(area=place, prevails=False).count() == 2


def test_the_page_asks_no_more_for_many_agreements(
    client: Client, service: ServicePage, giver: MunicipalityPage, office: OfficePage, own: Responsibility
) -> None:
    address = f"/{giver.slug}/leistungen/{service.slug}/"

    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            assert client.get(address).status_code == 200
        return len(context)

    AgreementFactory(hands_over=([(service, office)], [giver]))
    queries()
    first = queries()
    others = [MunicipalityFactory() for _ in range(5)]
    AgreementFactory(hands_over=([(service, office), (ServiceFactory(), office)], others))
    assert queries() == first <= 12


@pytest.fixture
def place() -> MunicipalityPage:
    return tenant("Gehstadt")


def test_a_municipality_that_leaves_hands_nothing_over_any_more(
    service: ServicePage, giver: MunicipalityPage, office: OfficePage, place: MunicipalityPage
) -> None:
    agreement = AgreementFactory(hands_over=([(service, office)], [place, giver]))
    today = timezone.localdate()
    leave(place.ags)
    assert who(service, place, today - timedelta(days=1)) == ["Bauamt Nehmerstadt"]
    assert who(service, place, today) == []
    assert who(service, giver, today) == ["Bauamt Nehmerstadt"]
    # Storing the agreement again does not bring it back.
    bring_about(Agreement.objects.get(pk=agreement.pk))
    assert who(service, place, today) == []


@pytest.mark.parametrize("heir_has", ["nothing", "an office", "a part in it"])
def test_the_successor_takes_the_place_where_it_has_nobody(
    service: ServicePage, giver: MunicipalityPage, office: OfficePage, place: MunicipalityPage, heir_has: str
) -> None:
    heir = tenant("Erbstadt")
    mine = ResponsibilityFactory(service=service, area=place, office=named(place, "Altamt"), source="Satzung")
    areas = [place, giver]
    if heir_has == "an office":
        ResponsibilityFactory(service=service, area=heir, office=named(heir, "Erbamt"), source="Satzung")
    if heir_has == "a part in it":
        areas.append(heir)
    agreement = AgreementFactory(hands_over=([(service, office)], areas))
    today = timezone.localdate()
    merge(place.ags, heir.ags, today)
    expected = ["Erbamt"] if heir_has == "an office" else ["Bauamt Nehmerstadt"]
    assert who(service, heir, today) == expected
    assert who(service, place, today - timedelta(days=1)) == ["Bauamt Nehmerstadt"]
    assert who(service, place, today) == []
    Agreement.objects.get(pk=agreement.pk).delete()
    # What rested has been passed on too, and comes back there.
    resting = ["Erbamt"] if heir_has == "an office" else [mine.office.title]
    assert who(service, heir, today) == resting


def test_many_entries_come_about_and_go_at_once(office: OfficePage) -> None:
    """Each of them is in the history and in the index of references, as if it had been written alone."""
    other = OfficeFactory(place=MunicipalityFactory())

    def queries(number: int) -> list[int]:
        services, towns = ([factory() for _ in range(number)] for factory in (ServiceFactory, MunicipalityFactory))
        agreement = AgreementFactory(hands_over=([(service, office) for service in services], []))
        counts = []

        def bring() -> None:
            with CaptureQueriesContext(connection) as context:
                bring_about(Agreement.objects.get(pk=agreement.pk))
            counts.append(len(context))

        for town in towns:
            AgreementArea.objects.create(agreement=agreement, municipality=town)
        bring()
        rows = Responsibility.objects.filter(agreement_link__agreement=agreement)
        assert rows.count() == number * number
        keys = [str(key) for key in rows.values_list("pk", flat=True)]
        AgreementTask.objects.filter(agreement=agreement).update(office=other)
        bring()
        assert set(rows.values_list("office", flat=True)) == {other.pk}
        assert [str(key) for key in rows.values_list("pk", flat=True)] == keys
        refers = ReferenceIndex.objects.filter(base_content_type__model="responsibility", object_id__in=keys)
        assert refers.filter(to_object_id=str(other.pk)).count() == len(keys)
        assert not refers.filter(to_object_id=str(office.pk)).exists()
        AgreementArea.objects.filter(agreement=agreement).delete()
        bring()
        assert not rows.exists()
        assert not refers.exists()
        history = ModelLogEntry.objects.filter(content_type__model="responsibility", object_id__in=keys)
        assert history.count() == 3 * len(keys)
        return counts

    queries(1)
    # 4 and 36 entries; the database takes some dozens in one statement.
    assert all(many <= few + 2 for few, many in zip(queries(2), queries(6), strict=True))


def test_an_older_form_takes_nothing_away(
    manager: Client, service: ServicePage, giver: MunicipalityPage, office: OfficePage
) -> None:
    second = MunicipalityFactory(title="Zweitdorf")
    agreement = AgreementFactory(hands_over=([(service, office)], [giver, second]))
    edit = reverse("vereinbarungen_modeladmin_edit", args=[agreement.pk])
    opened = page_of(manager.get(edit)).select_one("input[name=opened]")
    assert opened is not None
    older = form_of(agreement, decides="on", note="Aus dem alten Formular.") | {"opened": opened["value"]}
    first, last = agreement.areas.all()
    third = MunicipalityFactory(title="Drittdorf")
    areas: list[dict[str, Any]] = [
        {"id": first.pk, "municipality": giver.pk},
        {"id": last.pk, "municipality": second.pk, "DELETE": "on"},
        {"municipality": third.pk},
    ]
    save(manager, edit, form_of(agreement, decides="on", areas=areas, legal_basis="§ 3 Prüfgesetz"))
    stored = state_of(agreement.pk)
    # Also with what the preview of the newer state was confirmed with, and without anything at all.
    for wrong in ({}, {"seen": "x"}, {"opened": ""}, {"opened": "\x00"}):
        soup = page_of(manager.post(edit, {**older, **wrong}))
        assert not soup.select("#vorschau")
        assert "Aus dem alten Formular." in str(soup)
        assert soup.select(".messages .error")
    # Where only the evidence differs, nothing would be shown before.
    newer = form_of(Agreement.objects.get(), decides="on")
    assert manager.post(edit, {**newer, "note": "Von der ersten Person."}).status_code == 302
    assert manager.post(edit, {**newer, "note": "Von der zweiten Person."}).status_code == 200
    assert Agreement.objects.get().note == "Von der ersten Person."
    Agreement.objects.update(note="")
    assert state_of(agreement.pk) == stored


def test_an_office_that_is_gone_stays_a_gap_until_another_is_chosen(
    manager: Client, service: ServicePage, giver: MunicipalityPage, office: OfficePage
) -> None:
    gone = OfficeFactory(place=MunicipalityFactory(), title="Amt, das es nicht mehr gibt")
    other, third = ServiceFactory(title="Wasser"), ServiceFactory(title="Abwasser")
    agreement = AgreementFactory(hands_over=([(service, office), (other, gone)], [giver]))
    gone.delete()
    agreement = Agreement.objects.get(pk=agreement.pk)
    edit = reverse("vereinbarungen_modeladmin_edit", args=[agreement.pk])
    assert manager.post(edit, form_of(agreement, decides="on", note="Nur eine Notiz.")).status_code == 302
    assert Responsibility.objects.get(service=other).office is None
    tasks = [
        {"id": line.pk, "service": line.service_id, "office": line.office_id or ""} for line in agreement.tasks.all()
    ]
    # Below the gap there is no office that a new line could share.
    agreement = Agreement.objects.get(pk=agreement.pk)
    refused = manager.post(edit, form_of(agreement, decides="on", tasks=[*tasks, {"service": third.pk, "office": ""}]))
    assert errors_of(refused)
    # Another service in that line is another task, which goes to the office above as a new line would.
    tasks[1]["service"] = third.pk
    save(manager, edit, form_of(agreement, decides="on", tasks=tasks))
    assert Responsibility.objects.get(service=third).office == office


def decided_by(service: ServicePage, place: MunicipalityPage, day: date) -> list[tuple[str, str]]:
    place = MunicipalityPage.objects.select_related("district").get(pk=place.pk)
    return [(found.role.value, found.office.title) for found in resolve(service, place, day).offices]


def test_the_successor_takes_over_agreements_one_after_the_other(
    service: ServicePage, office: OfficePage, place: MunicipalityPage
) -> None:
    heir, today = tenant("Erbstadt"), timezone.localdate()
    change = today + timedelta(days=30)
    later = OfficeFactory(place=MunicipalityFactory(), title="Späteres Amt")
    AgreementFactory(effective_until=change, hands_over=([(service, office)], [place]))
    AgreementFactory(effective_from=change + timedelta(days=1), hands_over=([(service, later)], [place]))
    merge(place.ags, heir.ags, today)
    assert who(service, heir, today) == ["Bauamt Nehmerstadt"]
    assert who(service, heir, change + timedelta(days=1)) == ["Späteres Amt"]


@pytest.mark.parametrize("heir_receives", [False, True])
def test_the_successor_takes_over_role_by_role(
    service: ServicePage, office: OfficePage, place: MunicipalityPage, heir_receives: bool
) -> None:
    heir, today = tenant("Erbstadt"), timezone.localdate()
    desk = OfficeFactory(place=MunicipalityFactory(), title="Annahme anderswo")
    AgreementFactory(hands_over=([(service, office)], [place]))
    AgreementFactory(decides=False, receives=True, hands_over=([(service, desk)], [place]))
    if heir_receives:
        ResponsibilityFactory(service=service, area=heir, role=Role.RECEIVES, office=named(heir, "Erbamt"))
    merge(place.ags, heir.ags, today)
    received_by = "Erbamt" if heir_receives else "Annahme anderswo"
    assert decided_by(service, heir, today) == [("receives", received_by), ("decides", "Bauamt Nehmerstadt")]


def test_nobody_hands_a_task_over_to_itself_after_a_merger(
    manager: Client, service: ServicePage, place: MunicipalityPage
) -> None:
    giver, third, today = tenant("Geberdorf"), tenant("Drittdorf"), timezone.localdate()
    office = OfficeFactory(place=place, title="Amt der Gehstadt", published=True)
    elsewhere = OfficeFactory(place=MunicipalityFactory(), title="Amt anderswo", published=True)
    other = ServiceFactory(title="Wasser")
    ResponsibilityFactory(service=service, area=giver, office=named(giver, "Eigenes Amt"), source="Satzung")
    agreement = AgreementFactory(hands_over=([(service, office), (other, elsewhere)], [giver, third]))
    report = merge(place.ags, giver.ags, today)
    assert any("Geberdorf" in step and step.endswith(": 1") for step in report.steps)
    assert who(service, giver, today - timedelta(days=1)) == ["Amt der Gehstadt"]
    assert who(service, giver, today) == ["Eigenes Amt"]
    # What it hands over to others, and what others hand over, goes on.
    assert who(other, giver, today) == ["Amt anderswo"]
    (found,) = resolve(service, MunicipalityPage.objects.get(pk=third.pk), today).offices
    assert (found.office.title, found.via) == ("Amt der Gehstadt", Via.AGREEMENT)
    for kept in Agreement.objects.all():
        edit = reverse("vereinbarungen_modeladmin_edit", args=[kept.pk])
        response = manager.post(edit, form_of(kept, decides="on", note="Nur eine Notiz."))
        assert response.status_code == 302, errors_of(response)
    assert Agreement.objects.filter(note="Nur eine Notiz.").count() == 2
    assert agreement.pk in Agreement.objects.values_list("pk", flat=True)


def test_when_the_receiver_leaves_the_report_names_the_agreements(
    service: ServicePage, giver: MunicipalityPage, place: MunicipalityPage
) -> None:
    office = OfficeFactory(place=place)
    AgreementFactory(title="Über Bauen", hands_over=([(service, office)], [giver]))
    AgreementFactory(title="Längst vorbei", effective_until=date(2026, 1, 2), hands_over=([(service, office)], [giver]))
    steps = " ".join(leave(place.ags, dry_run=True).steps)
    assert "Über Bauen" in steps
    assert "Längst vorbei" not in steps
