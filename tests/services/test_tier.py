"""A service goes from the towns to the district on a day, or back: all at once, and only what was shown."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from municipalities.models import MunicipalityPage, RoleKind
from services import tier
from services.models import OfficePage, Responsibility, Role, ServicePage
from services.resolver import resolve
from tests.factories import (
    AgreementFactory,
    LocalityFactory,
    MunicipalityFactory,
    OfficeFactory,
    ResponsibilityFactory,
    ServiceFactory,
)
from tests.roles import holder

pytestmark = pytest.mark.django_db

DAY = timezone.localdate() + timedelta(days=60)
EVE = DAY - timedelta(days=1)


@pytest.fixture
def district() -> MunicipalityPage:
    return MunicipalityFactory(is_district=True)


@pytest.fixture
def towns(district: MunicipalityPage) -> list[MunicipalityPage]:
    return [MunicipalityFactory(district=district, title=title) for title in ("Altstadt", "Neustadt")]


@pytest.fixture
def kreisamt(district: MunicipalityPage) -> OfficePage:
    return OfficeFactory(place=district, title="Kreisamt")


@pytest.fixture
def service() -> ServicePage:
    return ServiceFactory()


@pytest.fixture
def central(portal: Any) -> Client:
    client = Client()
    client.force_login(holder(RoleKind.REFERENCE_EDITOR, None))
    return client


def address(chosen: ServicePage, whose: MunicipalityPage, direction: str, **more: Any) -> str:
    data = {"service": chosen.pk, "district": whose.pk, "tier": direction, "role": "decides", "first_day": DAY} | more
    return f"{reverse('tier_change')}?{urlencode(data)}"


def show(client: Client, target: str, data: dict[str, Any]) -> tuple[BeautifulSoup, dict[str, Any]]:
    soup = BeautifulSoup(client.post(target, data).content, "html.parser")
    seen = soup.select_one("input[name=seen]")
    assert seen is not None, soup.select(".error-message")
    return soup, {**data, "seen": seen["value"]}


def who(service: ServicePage, place: MunicipalityPage, day: date, locality: int | None = None) -> list[str]:
    place = MunicipalityPage.objects.select_related("district").get(pk=place.pk)
    return [found.office.title for found in resolve(service, place, day, locality).offices]


def test_to_the_district_and_back(
    central: Client,
    service: ServicePage,
    district: MunicipalityPage,
    towns: list[MunicipalityPage],
    kreisamt: OfficePage,
) -> None:
    own = [ResponsibilityFactory(service=service, area=town).office for town in towns]
    locality = LocalityFactory(municipality=towns[0])
    ResponsibilityFactory(service=service, area=towns[0], locality=locality)
    to_come = ResponsibilityFactory(service=service, area=towns[1], role=Role.DECIDES, valid_from=DAY)
    Responsibility.objects.filter(service=service, area=towns[1], valid_from=None).update(valid_until=EVE)
    counter = ResponsibilityFactory(service=service, area=towns[0], role=Role.RECEIVES)
    target = address(service, district, "district")
    form = central.get(target)
    assert f"office-{district.pk}" in form.content.decode()
    soup, data = show(central, target, {f"office-{district.pk}": kreisamt.pk, "source": "Gesetz vom 1. Mai"})
    assert len(soup.select("tbody tr")) == 4
    assert Responsibility.objects.filter(pk=to_come.pk).exists()
    assert central.post(target, data).status_code == 302
    assert not Responsibility.objects.filter(pk=to_come.pk).exists()
    assert who(service, towns[0], EVE)[-1] == own[0].title
    assert who(service, towns[1], EVE) == [own[1].title]
    for key in (None, locality.pk):
        assert who(service, towns[0], DAY, key) == [counter.office.title, "Kreisamt"]
    assert who(service, towns[1], DAY) == ["Kreisamt"]
    # And back, to one town only: the other becomes a gap that was shown.
    back = address(service, district, "municipalities", first_day=DAY + timedelta(days=10))
    data = {f"office-{towns[0].pk}": own[0].pk, f"office-{towns[1].pk}": ""}
    soup, data = show(central, back, data)
    assert "Neustadt" in soup.select("tbody tr")[-1].get_text()
    assert central.post(back, data).status_code == 302
    later = DAY + timedelta(days=10)
    assert who(service, towns[0], later) == [counter.office.title, own[0].title]
    assert who(service, towns[1], later) == []
    assert who(service, towns[1], later - timedelta(days=1)) == ["Kreisamt"]


def test_what_was_changed_meanwhile_is_shown_anew(
    central: Client,
    service: ServicePage,
    district: MunicipalityPage,
    towns: list[MunicipalityPage],
    kreisamt: OfficePage,
) -> None:
    row = ResponsibilityFactory(service=service, area=towns[0])
    target = address(service, district, "district")
    _soup, data = show(central, target, {f"office-{district.pk}": kreisamt.pk})
    Responsibility.objects.filter(pk=row.pk).update(office=OfficeFactory(place=towns[0]))
    assert central.post(target, data).status_code == 200
    assert not Responsibility.objects.filter(area=district).exists()
    # What holds already stays, and is not entered twice.
    _soup, data = show(central, target, {f"office-{district.pk}": kreisamt.pk})
    assert central.post(target, data).status_code == 302
    soup, _data = show(central, target, {f"office-{district.pk}": kreisamt.pk})
    assert not soup.select("main form button")
    assert Responsibility.objects.filter(service=service, area=district).count() == 1


def test_nothing_but_the_end_is_written_and_the_history_says_it(
    central: Client,
    service: ServicePage,
    district: MunicipalityPage,
    towns: list[MunicipalityPage],
    kreisamt: OfficePage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended = ResponsibilityFactory(service=service, area=towns[0])
    dropped = ResponsibilityFactory(service=service, area=towns[1], valid_from=DAY)
    target = address(service, district, "district")
    _soup, data = show(central, target, {f"office-{district.pk}": kreisamt.pk})
    original = tier.plan_of

    def plan_of(*args: Any, **kwargs: Any) -> tier.TierPlan:
        plan = original(*args, **kwargs)
        Responsibility.objects.filter(pk=ended.pk).update(note="Inzwischen geschrieben.")
        return plan

    monkeypatch.setattr(tier, "plan_of", plan_of)
    assert central.post(target, data).status_code == 302
    ended.refresh_from_db()
    assert (ended.valid_until, ended.note) == (EVE, "Inzwischen geschrieben.")
    begun = Responsibility.objects.get(service=service, area=district)
    keys = [str(row.pk) for row in (ended, dropped, begun)]
    logged = ModelLogEntry.objects.filter(object_id__in=keys, label__startswith=service.title)
    assert set(logged.values_list("object_id", "action", "deleted")) == {
        (str(ended.pk), "wagtail.edit", False),
        (str(dropped.pk), "wagtail.delete", True),
        (str(begun.pk), "wagtail.create", False),
    }


def test_four_hundred_towns_need_few_queries(central: Client, service: ServicePage) -> None:
    def queries(count: int) -> int:
        district = MunicipalityFactory(is_district=True)
        office = OfficeFactory(place=district)
        for town in MunicipalityFactory.create_batch(count, district=district):
            ResponsibilityFactory(service=service, area=town)
        target = address(service, district, "district")
        _soup, data = show(central, target, {f"office-{district.pk}": office.pk})
        with CaptureQueriesContext(connection) as context:
            assert central.post(target, data).status_code == 302
        return len(context)

    queries(1)
    assert queries(9) == queries(1)


def test_an_agreement_has_to_end_first(
    central: Client,
    service: ServicePage,
    district: MunicipalityPage,
    towns: list[MunicipalityPage],
    kreisamt: OfficePage,
) -> None:
    office = OfficeFactory(place=towns[1])
    AgreementFactory(title="Bauvereinbarung", hands_over=([(service, office)], [towns[0]]))
    target = address(service, district, "district")
    for response in (central.get(target), central.post(target, {f"office-{district.pk}": kreisamt.pk})):
        message = BeautifulSoup(response.content, "html.parser").select_one(".error-message")
        assert message is not None
        assert "Bauvereinbarung" in message.get_text()


@pytest.mark.parametrize(
    "wrong",
    [
        {"service": "x"},
        {"service": 10**30},
        {"district": ""},
        {"tier": "hoch"},
        {"role": "\x00"},
        {"first_day": "32.13.2026"},
        {"first_day": "0001-01-01"},
        {"first_day": "9999-12-31"},
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    central: Client, service: ServicePage, district: MunicipalityPage, wrong: dict[str, Any]
) -> None:
    target = address(service, district, "district", **wrong)
    for response in (central.get(target), central.post(target, {})):
        assert response.status_code == 200
        assert len(BeautifulSoup(response.content, "html.parser").select(".error-message")) == 1


@pytest.mark.parametrize("wrong", ["", "x", "\x00", 10**30])
def test_only_offices_of_the_place_are_taken(
    central: Client, service: ServicePage, district: MunicipalityPage, towns: list[MunicipalityPage], wrong: Any
) -> None:
    target = address(service, district, "district")
    foreign = OfficeFactory(place=towns[0])
    for office in (wrong, foreign.pk):
        response = central.post(target, {f"office-{district.pk}": office, "legal_basis": "Bleibt stehen."})
        assert response.status_code == 200
        soup = BeautifulSoup(response.content, "html.parser")
        assert soup.select(".error-message")
        assert "Bleibt stehen." in str(soup)


def test_only_reference_editors_come_here(portal: Any) -> None:
    client = Client()
    client.force_login(holder(RoleKind.COOPERATION_MANAGER, None))
    assert client.get(reverse("tier_change")).status_code in (302, 403)
