"""Alerts: shown where they belong, while they hold, on cached pages too, and kept by those who publish."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from municipalities.models import Alert, AlertLevel, MunicipalityPage
from municipalities.models.alert import validate_link
from tests.factories import MunicipalityFactory, ServiceFactory

pytestmark = pytest.mark.django_db


def alert(municipality: MunicipalityPage | None = None, title: str = "Achtung Probe", **values: Any) -> Alert:
    return Alert.objects.create(municipality=municipality, title=title, **values)


@pytest.fixture
def district() -> MunicipalityPage:
    return MunicipalityFactory(is_district=True)


@pytest.fixture
def town(district: MunicipalityPage) -> MunicipalityPage:
    return MunicipalityFactory(district=district, with_indexes=True)


@pytest.fixture
def neighbour(district: MunicipalityPage) -> MunicipalityPage:
    return MunicipalityFactory(district=district)


def shown_on(client: Client, address: str) -> list[str]:
    """Titles in the page; the address that the script asks has to say the same."""
    page = BeautifulSoup(client.get(address).content, "html.parser")
    block = page.select_one("[data-alerts]")
    assert block is not None
    keys = [found["data-alert"] for found in block.select("[data-alert]")]
    answer = client.get(str(block["data-alerts"])).json()["alerts"]
    assert sorted(one["key"] for one in answer) == sorted(str(key) for key in keys)
    links = [found.get_text(" ", strip=True) for found in block.select(".kern-title")]
    return [title.split(": ", 1)[1] for title in links]


def test_an_alert_of_a_town_is_shown_on_its_pages_alone(
    client: Client, town: MunicipalityPage, neighbour: MunicipalityPage, district: MunicipalityPage
) -> None:
    service = ServiceFactory()
    alert(town)
    assert shown_on(client, town.url) == ["Achtung Probe"]
    assert shown_on(client, f"{town.url}stellen/") == ["Achtung Probe"]
    assert shown_on(client, f"{town.url}leistungen/{service.slug}/") == ["Achtung Probe"]
    for address in (neighbour.url, district.url, "/", "/leistungen/", f"/leistungen/{service.slug}/", "/suche/"):
        assert shown_on(client, address) == []


def test_an_alert_of_a_district_is_shown_in_all_of_it_and_on_what_all_share(
    client: Client, town: MunicipalityPage, district: MunicipalityPage
) -> None:
    elsewhere = MunicipalityFactory(district=MunicipalityFactory(is_district=True))
    alert(district)
    for address in (town.url, district.url, "/", "/leistungen/"):
        assert shown_on(client, address) == ["Achtung Probe"]
    assert shown_on(client, elsewhere.url) == []


def test_an_alert_of_the_portal_is_shown_everywhere(client: Client, town: MunicipalityPage) -> None:
    alert()
    for address in (town.url, "/", "/ort/"):
        assert shown_on(client, address) == ["Achtung Probe"]
    assert b"Achtung Probe" in client.get("/gibt-es-nicht/").content


@pytest.mark.parametrize(
    ("since", "until", "is_shown"),
    [(-1, None, True), (-1, 1, True), (1, None, False), (1, 2, False), (-2, -1, False)],
)
def test_an_alert_is_shown_in_its_time(client: Client, since: int, until: int | None, is_shown: bool) -> None:
    now = timezone.now()
    alert(
        valid_from=now + timedelta(hours=since),
        valid_until=None if until is None else now + timedelta(hours=until),
    )
    assert (shown_on(client, "/") == ["Achtung Probe"]) is is_shown


def test_levels_have_a_word_and_a_sign_and_come_in_the_order_of_urgency(client: Client) -> None:
    for level in AlertLevel:
        alert(title=f"Stufe {level}", level=level)
    page = BeautifulSoup(client.get("/").content, "html.parser")
    found = page.select("[data-alert]")
    texts = [one.get_text(" ", strip=True) for one in found]
    assert [text.split(" ")[0] for text in texts] == [
        f"{AlertLevel(level).label}:" for level in ("danger", "warning", "info")
    ]
    assert len({str(one.select_one(".kern-icon")) for one in found}) == 3
    # Danger interrupts; the rest waits until the screen reader has finished.
    assert [one.find_parent(role=True)["role"] for one in found] == ["alert", "status", "status"]
    assert all(one.select_one("button[hidden]") for one in found)


def test_words_of_editors_stay_words(client: Client) -> None:
    alert(title="<b>fett</b>", text="<script>1</script>\nzweite Zeile")
    page = client.get("/").content.decode()
    assert "&lt;b&gt;fett" in page
    assert "<script>1" not in page
    assert "<script>1" not in client.get("/hinweise.json").json()["alerts"][0]["html"]


def test_a_changed_alert_has_a_new_key(client: Client) -> None:
    row = alert()
    before = client.get("/hinweise.json").json()["alerts"][0]["key"]
    row.text = "Neues"
    row.save()
    assert client.get("/hinweise.json").json()["alerts"][0]["key"] != before


def test_no_cache_keeps_the_small_address_without_asking(client: Client, town: MunicipalityPage) -> None:
    address = f"/hinweise/{town.slug}.json"
    first = client.get(address)
    assert "no-cache" in first["Cache-Control"]
    assert "max-age=0" in first["Cache-Control"]
    assert not first.cookies
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    alert(town)
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_an_unknown_place_gets_what_everybody_gets(client: Client) -> None:
    alert()
    assert len(client.get("/hinweise/gibt-es-nicht.json").json()["alerts"]) == 1
    assert client.post("/hinweise.json").status_code == 405


def test_alerts_cost_no_query_more(client: Client, town: MunicipalityPage) -> None:
    def queries(address: str) -> int:
        client.get(address)
        cache.clear()
        with CaptureQueriesContext(connection) as context:
            client.get(address)
        return len(context)

    addresses = ["/", town.url, f"{town.url}stellen/", "/suche/?q=probe"]
    before = [queries(address) for address in addresses]
    for owner in (None, town, town.district):
        alert(owner)
    assert [queries(address) for address in addresses] == before
    with CaptureQueriesContext(connection) as context:
        client.get(f"/hinweise/{town.slug}.json")
    assert len(context) == 1


@given(text=st.text(max_size=40))
def test_a_link_never_leads_into_a_script(text: str) -> None:
    try:
        validate_link(text)
    except ValidationError:
        return
    assert text.startswith(("https://", "http://", "/"))
    assert not text.startswith(("//", "/\\"))


@pytest.mark.parametrize(
    ("link", "is_fine"),
    [
        ("https://example.org/a", True),
        ("/erkelenz/aktuelles/", True),
        ("javascript:alert(1)", False),
        ("//example.org", False),
        ("/\\example.org", False),
        ("example.org", False),
        ("https:///nirgends", False),
    ],
)
def test_links_that_editors_give(link: str, is_fine: bool) -> None:
    if is_fine:
        validate_link(link)
    else:
        with pytest.raises(ValidationError):
            validate_link(link)


def test_the_end_lies_after_the_beginning() -> None:
    now = timezone.now()
    with pytest.raises(ValidationError):
        Alert(title="x", valid_from=now, valid_until=now).full_clean()
