"""What every public page promises: an answer, few queries, no cookie, a strict policy, valid HTML."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from municipalities.models import MunicipalityPage
from tests.factories import (
    CooperationFactory,
    MunicipalityFactory,
    NewsFactory,
    OfficeFactory,
    ResponsibilityFactory,
    ServiceFactory,
    without_editors_indexes,
)
from tests.public_pages import ALL, PAGES, page_types

pytestmark = [pytest.mark.usefixtures("demo"), pytest.mark.any_database]

MOST_QUERIES = 12
every_page = pytest.mark.parametrize("address", ALL.values(), ids=ALL.keys())


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as context:
        assert client.get(address).status_code == 200, address
    return len(context)


def test_every_page_type_is_in_the_table() -> None:
    assert set(PAGES) == page_types()


@pytest.mark.parametrize(("label", "address"), PAGES.items(), ids=PAGES.keys())
def test_the_address_in_the_table_shows_a_page_of_that_type(client: Client, label: str, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200
    assert type(response.context["page"]) is apps.get_model(label)


def queries_at_first(client: Client, address: str) -> int:
    """Of a process that has just started: it knows neither sites nor content types."""
    client.get(address)
    cache.clear()
    ContentType.objects.clear_cache()
    return queries(client, address)


@every_page
def test_twelve_queries_are_enough_even_for_a_process_that_has_just_started(client: Client, address: str) -> None:
    assert queries_at_first(client, address) <= MOST_QUERIES


def test_twelve_queries_are_enough_for_an_office_of_another_town(client: Client) -> None:
    """None of the demonstration's agreements is between towns."""
    places = MunicipalityPage.objects.in_bulk(["05370004", "05370036"], field_name="ags")
    service = ServiceFactory(published=True)
    office = OfficeFactory(place=places["05370004"], open_weekdays=True)
    ResponsibilityFactory(area=places["05370036"], service=service, office=office, by_agreement=True)
    assert queries_at_first(client, f"/{places['05370036'].slug}/leistungen/{service.slug}/") <= MOST_QUERIES


def test_the_number_of_queries_does_not_grow_with_the_tree(client: Client) -> None:
    def count() -> dict[str, int]:
        for address in ALL.values():
            client.get(address)
        return {name: queries(client, address) for name, address in ALL.items()}

    before = count()
    district = MunicipalityPage.objects.get(ags="05370")
    erkelenz = MunicipalityPage.objects.get(ags="05370004")
    service = ServiceFactory(life_events=[])
    with without_editors_indexes():
        for _ in range(30):
            place = MunicipalityFactory(district=district, with_indexes=True)
            ResponsibilityFactory(area=place, service=service)
            ServiceFactory(published=True, synonyms="Ausweis Kind")
            OfficeFactory(place=erkelenz, title="Ausweisstelle")
            NewsFactory()
            CooperationFactory(partners=[erkelenz])
    after = count()
    assert {name: (before[name], after[name]) for name in ALL if after[name] > before[name]} == {}


@every_page
def test_headers_and_body_keep_the_promises(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200
    assert not response.cookies
    assert "cookie" not in response.get("Vary", "").lower()
    assert "public" in response["Cache-Control"]
    assert re.search(r"max-age=0, s-maxage=\d+", response["Cache-Control"])
    policy = response["Content-Security-Policy"]
    assert "unsafe-" not in policy
    assert "default-src 'none'" in policy

    html = BeautifulSoup(response.content, "html.parser")
    assert html.html is not None
    assert html.html["lang"] == "de"
    assert html.title is not None
    assert html.title.get_text(strip=True)
    assert len(html.find_all("h1")) == 1
    assert not html.find_all("style")
    assert not html.find_all(style=True)
    assert not [script for script in html.find_all("script") if not script.get("src")]
    assert not [tag for tag in html.find_all(True) if any(name.startswith("on") for name in tag.attrs)]
    loaded = [tag.get("src") or tag.get("href") for tag in html.select("[src], link[rel~=stylesheet], link[rel~=icon]")]
    loaded += [tag["href"] for tag in html.select("link[rel~=preload]")]
    assert not [url for url in loaded if urlsplit(str(url)).netloc]
    assert not html.select("input[name=csrfmiddlewaretoken]")


@every_page
def test_links_within_the_portal_lead_somewhere(client: Client, address: str) -> None:
    """Each link of the page's own content answers; long lists are looked at in samples."""
    main = BeautifulSoup(client.get(address).content, "html.parser").main
    assert main is not None
    links = [str(link["href"]) for link in main.find_all("a", href=True)]
    assert "" not in links
    inside = [link for link in dict.fromkeys(links) if link.startswith(("/", "?")) and not link.startswith("//")]
    for link in inside[:: max(1, len(inside) // 8)]:
        target = link if link.startswith("/") else urlsplit(address).path + link
        assert client.get(target).status_code in {200, 302}, target


def test_a_demonstration_says_so_on_every_page(client: Client) -> None:
    for is_demo in (True, False):
        with override_settings(PORTAL_DEMO=is_demo):
            for address in ("/", "/wassenberg/leistungen/unterhaltsvorschuss/", "/suche/"):
                assert ("demo-note" in client.get(address).content.decode()) is is_demo


def test_a_page_that_is_not_there_is_a_helpful_404(client: Client) -> None:
    response = client.get("/gibt-es-nicht/")
    assert response.status_code == 404
    assert not response.cookies
    page = response.content.decode()
    assert 'lang="de"' in page
    assert 'action="/suche/"' in page


def html_validate() -> list[str]:
    """How to call the validator; without Node.js it says so loudly, and fails where the run has to be complete."""
    program = settings.BASE_DIR / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
    node = shutil.which("node") or shutil.which(str(settings.BASE_DIR / ".venv" / "bin" / "node"))
    if node and program.exists():
        return [node, str(program)]
    message = "html-validate is not installed: run npm ci, or call the tests with make test"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def test_every_page_is_valid_html(client: Client, tmp_path: Path) -> None:
    command = html_validate()
    for number, address in enumerate([*ALL.values(), "/gibt-es-nicht/"]):
        (tmp_path / f"{number:02}-{re.sub(r'[^a-z]+', '-', address)[:60]}.html").write_bytes(
            client.get(address).content
        )
    (tmp_path / ".htmlvalidate.json").write_bytes((settings.BASE_DIR / ".htmlvalidate.json").read_bytes())
    # The folder of the pages lies outside the project; the rules are found through the project's packages.
    checked = subprocess.run(
        [*command, "--config", str(settings.BASE_DIR / ".htmlvalidate.json"), "--formatter", "stylish", str(tmp_path)],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
