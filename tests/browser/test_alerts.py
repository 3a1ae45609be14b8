"""Alerts in a browser: closed by whoever has read them, and there at once on pages that a cache still keeps."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from municipalities.models import Alert, MunicipalityPage, PageViews
from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser
TITLE = "Bürgerbüro heute geschlossen"
ForGood = Callable[[Callable[[], Any]], Any]


def hide_button(page: Page, title: str) -> Locator:
    return page.get_by_role("button", name=re.compile(rf"Ausblenden\s?: {title}"))


@pytest.fixture(autouse=True)
def _leaves_nothing(for_good: ForGood) -> Iterator[None]:
    yield
    for_good(Alert.objects.all().delete)
    for_good(PageViews.objects.all().delete)


@pytest.fixture
def alert(for_good: ForGood) -> Alert:
    def create() -> Alert:
        return Alert.objects.create(
            municipality=MunicipalityPage.objects.get(ags="05370004"),
            level="warning",
            title=TITLE,
            text="Morgen sind wir wieder da.",
            link="/erkelenz/stellen/",
        )

    found: Alert = for_good(create)
    return found


def test_whoever_has_read_an_alert_hides_it(
    desktop: Page, alert: Alert, axe: Callable[[Page], None], for_good: ForGood
) -> None:
    for_good(lambda: Alert.objects.create(title="Wartung am Sonntag"))
    desktop.goto("/erkelenz/")
    banner = desktop.get_by_role("status").get_by_text("Morgen sind wir")
    expect(banner).to_be_visible()
    axe(desktop)
    hide_button(desktop, TITLE).click()
    expect(banner).to_be_hidden()
    # The keyboard goes on with the next one.
    expect(hide_button(desktop, "Wartung am Sonntag")).to_be_focused()
    for address in ("/erkelenz/", "/erkelenz/stellen/"):
        desktop.goto(address)
        expect(desktop.locator("[data-alert]")).to_have_count(1)
        expect(desktop.get_by_text("Wartung am Sonntag").first).to_be_visible()
    assert desktop.context.cookies() == []

    alert.text = "Übermorgen sind wir wieder da."
    for_good(alert.save)
    desktop.goto("/erkelenz/")
    expect(desktop.get_by_text(alert.text)).to_be_visible()


@pytest.fixture
def cached(desktop: Page) -> Iterator[Page]:
    """A page that a cache between browser and portal keeps: it answers with what it fetched first."""
    kept: dict[str, Any] = {}

    def answer(route: Route) -> None:
        url = route.request.url
        if url not in kept:
            kept[url] = route.fetch()
        route.fulfill(response=kept[url])

    desktop.route("**/erkelenz/", answer)
    desktop.goto("/erkelenz/")
    yield desktop
    desktop.unroute_all(behavior="ignoreErrors")


def test_an_alert_is_there_at_once_on_a_page_out_of_a_cache(cached: Page, for_good: ForGood) -> None:
    expect(cached.get_by_role("heading", level=1)).to_have_text("Erkelenz")
    expect(cached.locator("[data-alert]")).to_have_count(0)
    for_good(lambda: Alert.objects.create(level="danger", title="Trinkwasser abkochen"))
    cached.reload()
    expect(cached.get_by_role("alert").locator(".kern-title")).to_be_visible()
    expect(hide_button(cached, "Trinkwasser abkochen")).to_be_visible()


def test_an_alert_that_is_over_goes_at_once(alert: Alert, cached: Page, for_good: ForGood) -> None:
    expect(cached.get_by_text(TITLE).first).to_be_visible()
    for_good(alert.delete)
    cached.reload()
    expect(cached.locator("[data-alert]")).to_have_count(0)


def test_without_script(browser: Browser, browser_context_args: dict[str, Any], alert: Alert) -> None:
    context = browser.new_context(**browser_context_args, java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto("/erkelenz/")
    expect(page.get_by_text(TITLE).first).to_be_visible()
    # What nobody can press is not there.
    expect(page.get_by_role("button", name="Ausblenden")).to_have_count(0)
    context.close()


def test_on_paper_there_are_none(desktop: Page, alert: Alert) -> None:
    desktop.goto("/erkelenz/")
    desktop.emulate_media(media="print")
    expect(desktop.locator("[data-alert]")).to_be_hidden()


def test_a_visit_is_counted(browser: Browser, browser_context_args: dict[str, Any], for_good: ForGood) -> None:
    context = browser.new_context(**browser_context_args)
    page = context.new_page()
    with page.expect_response("**/aufruf/") as answer:
        page.goto("/gangelt/")
    assert answer.value.status == 204
    assert "cookie" not in answer.value.request.headers
    context.close()
    views = PageViews.objects.filter(page__url_path__endswith="/gangelt/").values_list("count", flat=True)
    assert for_good(lambda: list(views)) == [1]


def test_whoever_asks_not_to_be_tracked_is_not_even_asked(desktop: Page) -> None:
    asked: list[str] = []
    desktop.on("request", lambda request: asked.append(request.url))
    desktop.goto("/gangelt/")
    desktop.wait_for_load_state("networkidle")
    assert not [url for url in asked if "/aufruf/" in url]
