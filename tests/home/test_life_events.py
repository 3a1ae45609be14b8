"""Life events take the place along: at most two steps from "a child is born" to the responsible office."""

import pytest
from bs4 import BeautifulSoup, Tag
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.search_documents import SearchKind
from home.models import LifeEventPage
from municipalities.models import MunicipalityPage
from search.query import search
from services.models import LocalState, ServiceLifeEvent, ServicePage
from tests.factories import LocalServiceFactory, ServiceFactory

pytestmark = pytest.mark.usefixtures("demo")
BIRTH = "/lebenslagen/geburt/"
BIRTH_CODE = "1010100"


def main(client: Client, address: str) -> Tag:
    response = client.get(address)
    assert response.status_code == 200
    found = BeautifulSoup(response.content, "html.parser").main
    assert found is not None
    return found


def test_the_form_takes_the_life_event_along(client: Client) -> None:
    form = main(client, BIRTH).find("form")
    assert isinstance(form, Tag)
    hidden = form.find("input", type="hidden")
    assert isinstance(hidden, Tag)
    response = client.get(str(form["action"]), {str(hidden["name"]): str(hidden["value"]), "ort": "41849"})
    assert response["Location"] == "/lebenslagen/geburt/wassenberg/"


def test_every_service_leads_straight_to_the_place(client: Client) -> None:
    links = [str(link["href"]) for link in main(client, f"{BIRTH}erkelenz/").select(".service-list__link")]
    assert links
    for link in links:
        assert link.startswith("/erkelenz/leistungen/")
        assert client.get(link).status_code == 200


def linked(client: Client, place: str) -> dict[str, str]:
    """Services of the event at a place, with what the first link of each leads to."""
    links = main(client, f"{BIRTH}{place}/").select(".service-list__link")
    return {link.get_text(strip=True): str(link["href"]) for link in reversed(links)}


def born(title: str) -> ServicePage:
    return ServiceFactory(title=title, published=True, life_events=[ServiceLifeEvent(code=BIRTH_CODE)])


def test_what_is_not_offered_at_a_place_is_not_listed_there(client: Client) -> None:
    place = MunicipalityPage.objects.get(slug="wassenberg")
    service = born("Wickeltasche")
    LocalServiceFactory(place=place, reference=service, not_offered=True, published=True)
    assert service.title not in linked(client, "wassenberg")
    assert service.title in linked(client, "erkelenz")
    assert service.title in main(client, BIRTH).get_text()


def test_what_another_service_covers_leads_to_where_people_are_helped(client: Client) -> None:
    place = MunicipalityPage.objects.get(slug="wassenberg")
    service, second, last = born("Wickeltasche"), born("Willkommensbesuch"), ServiceFactory(title="Familienbesuch")
    state = {"place": place, "state": LocalState.COVERED_BY, "published": True}
    LocalServiceFactory(reference=service, covered_by=second, **state)
    LocalServiceFactory(reference=second, covered_by=last, **state)
    links = linked(client, "wassenberg")
    assert links[service.title] == links[second.title] == f"/wassenberg/leistungen/{last.slug}/"
    assert last.title in main(client, f"{BIRTH}wassenberg/").get_text(), "the way on is named"


def test_where_nobody_can_be_named_the_page_of_the_service_says_whom_to_ask(client: Client) -> None:
    place = MunicipalityPage.objects.get(slug="wassenberg")
    service, other = born("Wickeltasche"), ServiceFactory(published=True)
    LocalServiceFactory(place=place, reference=service, state=LocalState.COVERED_BY, covered_by=other, published=True)
    ServicePage.objects.get(pk=other.pk).unpublish()
    assert linked(client, "wassenberg")[service.title] == f"/wassenberg/leistungen/{service.slug}/"


def test_what_is_covered_by_something_that_is_not_offered_is_not_listed(client: Client) -> None:
    place = MunicipalityPage.objects.get(slug="wassenberg")
    service, other = born("Wickeltasche"), ServiceFactory()
    LocalServiceFactory(place=place, reference=service, state=LocalState.COVERED_BY, covered_by=other, published=True)
    LocalServiceFactory(place=place, reference=other, not_offered=True, published=True)
    assert service.title not in linked(client, "wassenberg")


def test_states_at_the_place_cost_no_more_queries(client: Client) -> None:
    def count() -> int:
        client.get(f"{BIRTH}wassenberg/")
        with CaptureQueriesContext(connection) as context:
            client.get(f"{BIRTH}wassenberg/")
        return len(context)

    before = count()
    place = MunicipalityPage.objects.get(slug="wassenberg")
    for number in range(5):
        state = {"state": LocalState.COVERED_BY, "covered_by": born(f"Hilfe {number}"), "published": True}
        LocalServiceFactory(place=place, reference=born(f"Dienst {number}"), **state)
    assert count() == before


def test_a_birth_leads_to_what_families_need_soon(client: Client) -> None:
    links = {str(link["href"]).rstrip("/").rpartition("/")[2] for link in main(client, BIRTH).select(".service-list a")}
    assert {"geburtsurkunde", "elterngeld", "kita", "unterhaltsvorschuss", "vaterschaft"} <= links


def test_an_ambiguous_place_is_asked_about_with_the_life_event_kept(client: Client) -> None:
    links = main(client, "/ort/?ort=52538&lebenslage=geburt").select("section.choice a")
    assert [client.get(str(link["href"]))["Location"] for link in links] == [
        f"{BIRTH}gangelt/",
        f"{BIRTH}selfkant/",
    ]


@pytest.mark.parametrize("rest", ["nirgendwo/", "kreis-heinsberg/", "erkelenz/mehr/", "leistungen/"])
def test_what_is_no_town_with_services_is_not_found(client: Client, rest: str) -> None:
    assert client.get(BIRTH + rest).status_code == 404


def test_an_unknown_life_event_leads_to_the_place_itself(client: Client) -> None:
    assert client.get("/ort/?ort=41849&lebenslage=gibt-es-nicht")["Location"] == "/wassenberg/"


def test_the_page_of_a_town_lists_life_events_for_it(client: Client) -> None:
    section = main(client, "/erkelenz/").find("section", attrs={"aria-labelledby": "abschnitt-lebenslagen"})
    assert isinstance(section, Tag)
    assert section.find("a", href=f"{BIRTH}erkelenz/")


def test_a_search_for_a_place_leads_to_the_life_event_there() -> None:
    place = MunicipalityPage.objects.get(ags="05370004")
    found = search("Geburt", place=place, kind=SearchKind.LIFE_EVENT, day=timezone.localdate())
    assert f"{BIRTH}erkelenz/" in [result.url for result in found.results]


def test_a_life_event_without_services_is_offered_nowhere(client: Client) -> None:
    event = LifeEventPage.objects.get(slug="geburt")
    assert event in LifeEventPage.objects.with_services()
    ServiceLifeEvent.objects.filter(code__startswith=event.code[:3]).delete()
    assert event not in LifeEventPage.objects.with_services()
    assert main(client, "/lebenslagen/").find("a", href=BIRTH) is None
