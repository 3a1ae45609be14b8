"""What a municipality says about whether and how it offers a service, and what citizens read of it."""

import itertools
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext as said
from hypothesis import given
from hypothesis import strategies as st

from cms.publishing import PublicationRefusedError
from municipalities.models import MunicipalityPage
from search.models import SearchEntry
from services.coverage import Detour, chain, dead_ends
from services.gap_report import gap_report
from services.gaps import service_gaps
from services.models import LocalServicePage, LocalState, ServicePage
from tests.factories import (
    LocalServiceFactory,
    LocalServiceIndexFactory,
    MunicipalityFactory,
    ServiceFactory,
    UserFactory,
)
from tests.forms import local_page

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 1)
PUBLISH = {"action-publish": "action-publish"}
ONLINE = [("online_service", {"title": "Antrag", "url": "https://example.org/antrag", "provider": "", "source": ""})]


@pytest.fixture
def place() -> MunicipalityPage:
    place = MunicipalityFactory(title="Zustandshausen")
    LocalServiceIndexFactory(parent=place)
    return place


@pytest.fixture
def service() -> ServicePage:
    return ServiceFactory(title="Fischereischein", documents=[("document", {"name": "Passbild", "condition": ""})])


def covered(place: MunicipalityPage, service: ServicePage, by: ServicePage, **more: Any) -> LocalServicePage:
    return LocalServiceFactory(
        place=place, reference=service, state=LocalState.COVERED_BY, covered_by=by, published=True, **more
    )


def add(client: Client, place: MunicipalityPage, service: ServicePage, **values: Any) -> Any:
    index = place.get_children().get(slug="leistungen")
    address = reverse("wagtailadmin_pages:add", args=["services", "localservicepage", index.pk])
    return client.post(address, local_page(service.pk) | values, follow=True)


def errors(answer: Any) -> dict[str, Any]:
    return dict(answer.context["form"].errors) if "form" in answer.context else {}


def shown(client: Client, place: MunicipalityPage, service: ServicePage) -> BeautifulSoup:
    response = client.get(f"/{place.slug}/leistungen/{service.slug}/")
    assert response.status_code == 200
    found = BeautifulSoup(response.content, "html.parser").main
    assert found is not None
    return found


def test_who_begins_a_second_page_for_a_service_is_led_to_the_first(
    editor: Client, place: MunicipalityPage, service: ServicePage
) -> None:
    first = LocalServiceFactory(place=place, reference=service, published=True)
    answer = add(editor, place, service, **PUBLISH)
    message = BeautifulSoup(answer.content, "html.parser").find(
        "a", href=reverse("wagtailadmin_pages:edit", args=[first.pk]), string=said("Open the page")
    )
    assert message is not None
    assert place.get_children().get(slug="leistungen").get_children().count() == 1


# Not offered


def test_who_is_turned_away_learns_why_and_where_to_turn(
    editor: Client, place: MunicipalityPage, service: ServicePage
) -> None:
    values = {"state": LocalState.NOT_OFFERED}
    assert "state_reason" in errors(add(editor, place, service, **values))
    values["state_reason"] = "Dafür haben wir keine Prüfer."
    assert "alternative" in errors(add(editor, place, service, **values))
    values |= {"alternative": "Kreis Nebenan, Fischereibehörde", "alternative_url": "http://example.org/"}
    assert "alternative_url" in errors(add(editor, place, service, **values))
    values["alternative_url"] = "javascript:alert(1)"
    assert "alternative_url" in errors(add(editor, place, service, **values))
    values["alternative_url"] = "https://example.org/fischen"
    assert not errors(add(editor, place, service, **values, **PUBLISH))
    main = shown(editor, place, service)
    text = main.get_text(" ")
    assert "Dafür haben wir keine Prüfer." in text
    link = main.find("a", string="Kreis Nebenan, Fischereibehörde")
    assert link is not None
    assert link["href"] == "https://example.org/fischen"
    assert "Passbild" not in text, "nobody gathers documents for what is not offered"


def test_an_address_needs_words(editor: Client, place: MunicipalityPage, service: ServicePage) -> None:
    values = {"state": LocalState.NOT_OFFERED, "state_reason": "Nein.", "alternative_url": "https://example.org/"}
    assert "alternative" in errors(add(editor, place, service, **values))


def test_another_service_may_help_instead(editor: Client, place: MunicipalityPage, service: ServicePage) -> None:
    other = ServiceFactory(title="Angelkurs")
    values = {"state": LocalState.NOT_OFFERED, "state_reason": "Nein.", "covered_by": other.pk}
    assert not errors(add(editor, place, service, **values, **PUBLISH))
    link = shown(editor, place, service).find("a", class_="kern-btn--primary", href=True)
    assert link is not None
    assert link["href"].endswith(f"/{place.slug}/leistungen/{other.slug}/")


def test_what_is_not_offered_is_no_gap_and_in_no_list(
    client: Client, place: MunicipalityPage, service: ServicePage
) -> None:
    def missing() -> set[int]:
        return {gap.service.pk for gap in service_gaps(DAY, {place.pk}) if place in gap.missing}

    assert service.pk in missing()
    local = LocalServiceFactory(place=place, reference=service, not_offered=True, published=True)
    assert service.pk not in missing()
    index = client.get(f"/{place.slug}/leistungen/").content.decode()
    assert f"/{place.slug}/leistungen/{service.slug}/" not in index
    assert not SearchEntry.objects.get(page=local.pk).offered
    local.unpublish()
    assert service.pk in missing()


def test_covered_by_another_is_no_gap_either(place: MunicipalityPage, service: ServicePage) -> None:
    covered(place, service, ServiceFactory())
    assert all(place not in gap.missing for gap in service_gaps(DAY, {place.pk}) if gap.service == service)


# Circles


def test_a_circle_is_refused_and_named(editor: Client, place: MunicipalityPage, service: ServicePage) -> None:
    second, third = ServiceFactory(title="Zweiter"), ServiceFactory(title="Dritter")
    covered(place, service, second)
    covered(place, second, third)
    values = {"state": LocalState.COVERED_BY, "covered_by": service.pk}
    answer = add(editor, place, third, **values)
    (message,) = errors(answer)["covered_by"]
    assert "„Dritter“ → „Fischereischein“ → „Zweiter“ → „Dritter“" in message
    elsewhere = MunicipalityFactory()
    LocalServiceIndexFactory(parent=elsewhere)
    assert not errors(add(editor, elsewhere, third, **values))


def test_drafts_that_close_a_circle_are_not_both_published(place: MunicipalityPage, service: ServicePage) -> None:
    other = ServiceFactory()
    pages = [covered(place, service, ServiceFactory()), covered(place, other, ServiceFactory())]
    revisions = []
    for page, target in zip(pages, (other, service), strict=True):
        draft = LocalServicePage.objects.get(pk=page.pk)
        draft.covered_by = target
        revisions.append(draft.save_revision())
    revisions[0].publish()
    with pytest.raises(PublicationRefusedError):
        revisions[1].publish()


def test_a_circle_that_came_about_sends_nobody_round(
    client: Client, place: MunicipalityPage, service: ServicePage
) -> None:
    other = ServiceFactory(title="Zweiter")
    first, second = covered(place, service, other), covered(place, other, ServiceFactory())
    LocalServicePage.objects.filter(pk=second.pk).update(covered_by=service)
    for one in (service, other):
        main = shown(client, place, one)
        assert main.find("a", class_="kern-btn--primary", href=lambda href: href and "/leistungen/" in href) is None
    spots = gap_report(UserFactory(admin=True), DAY).dead_ends
    assert {spot.label for spot in spots} >= {f"{place.title}: {first.title}", f"{place.title}: {second.title}"}
    assert any("Zweiter" in spot.why for spot in spots)


def test_people_are_led_to_the_end_of_a_chain(client: Client, place: MunicipalityPage, service: ServicePage) -> None:
    second, third = ServiceFactory(), ServiceFactory(title="Am Ende")
    covered(place, service, second)
    covered(place, second, third)
    button = shown(client, place, service).find("a", class_="kern-btn--primary", string="Am Ende")
    assert button is not None


def test_a_service_that_is_withdrawn_later_is_not_linked_and_editors_are_told(
    client: Client, place: MunicipalityPage, service: ServicePage
) -> None:
    other = ServiceFactory(title="Vergänglich", published=True)
    local = covered(place, service, other)
    ServicePage.objects.get(pk=other.pk).unpublish()
    main = shown(client, place, service)
    assert "Vergänglich" not in main.get_text()
    assert main.select(".central-contact, .contact"), "somebody to ask stands there instead"
    pages = LocalServicePage.objects.filter(pk=local.pk)
    ((_page, reason),) = dead_ends(pages)
    assert reason


@given(st.dictionaries(st.integers(0, 6), st.integers(0, 6)), st.integers(0, 6))
def test_every_way_ends(links: dict[int, int], start: int) -> None:
    way, is_circle = chain(start, {key: Detour("covered_by", to) for key, to in links.items()})
    assert len(set(way[:-1])) == len(way[:-1])
    assert is_circle == (way[-1] in way[:-1])
    assert is_circle or way[-1] not in links


def test_the_detour_costs_the_same_however_long_it_is(
    client: Client, place: MunicipalityPage, service: ServicePage
) -> None:
    address = f"/{place.slug}/leistungen/{service.slug}/"
    services = [service, *ServiceFactory.create_batch(6)]
    covered(place, services[0], services[1])

    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            assert client.get(address).status_code == 200
        return len(context)

    queries()
    before = queries()
    for one, by in itertools.pairwise(services[1:]):
        covered(place, one, by)
    assert queries() == before <= 12


# In person, online


def test_online_only_needs_an_online_service(editor: Client, place: MunicipalityPage, service: ServicePage) -> None:
    values = {"state": LocalState.ONLINE_ONLY}
    assert "state" in errors(add(editor, place, service, **values, **PUBLISH))
    service.online_services = ONLINE
    service.save_revision().publish()
    assert not errors(add(editor, place, service, **values, **PUBLISH))
    assert "Antrag" in shown(editor, place, service).get_text()
    service.online_services = []
    service.save_revision().publish()
    assert any(place.title in spot.label for spot in gap_report(UserFactory(admin=True), DAY).dead_ends)


def test_in_person_only_offers_nothing_online(client: Client, place: MunicipalityPage, service: ServicePage) -> None:
    service.online_services = ONLINE
    service.save_revision().publish()
    local = LocalServiceFactory(place=place, reference=service, state=LocalState.IN_PERSON, published=True)
    assert "https://example.org/antrag" not in str(shown(client, place, service))
    assert not SearchEntry.objects.get(page=local.pk).online
    local.online_services_mode, local.online_services = "add", ONLINE
    with pytest.raises(PublicationRefusedError):
        local.save_revision().publish()
