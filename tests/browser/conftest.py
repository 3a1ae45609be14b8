"""Fixtures of the tests that drive a real browser (pytest-playwright).

Each test gets a fresh browser context whose addresses start at the live server. It fails by itself when a page asks
another host for anything or complains in the console. Mark the modules with ``pytestmark = pytest.mark.browser``.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, ViewportSize, WebError, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.chromium import ARGUMENTS, CHROMIUM

# Playwright's synchronous interface runs an event loop in the test's thread, which Django would take for async code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = ViewportSize(width=360, height=740)
DESKTOP = ViewportSize(width=1280, height=900)

# Runs a function on a connection of its own, for good.
ForGood = Callable[[Callable[[], Any]], Any]
# Opens the editors' interface as somebody.
Login = Callable[[str], Page]


@dataclass
class Watch:
    """What the pages of one test did that they should not; a test that provokes an error clears it itself."""

    host: str
    foreign_requests: list[str] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)

    def request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("about", "blob", "data") and address.netloc != self.host:
            self.foreign_requests.append(request.url)

    def console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.console_errors.append(f"{message.text} ({message.location.get('url', '')})")

    def exception(self, error: WebError) -> None:
        self.console_errors.append(str(error.error))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], server_url: str) -> dict[str, Any]:
    """Asking for the server here makes pytest close the browser, with its open connections, before the server."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": list(ARGUMENTS)}


@pytest.fixture(scope="session")
def server_url(demo_content: None, django_db_blocker: Any) -> Iterator[str]:
    """Address of a running portal with the demonstration content; tests that use it ask for ``demo`` too.

    This is pytest-django's server without its fixture, which would empty the database after each test.
    """
    with django_db_blocker.unblock():
        server = LiveServer("localhost")
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], server_url: str) -> dict[str, Any]:
    return {**browser_context_args, "base_url": server_url, "locale": "de-DE", "timezone_id": "Europe/Berlin"}


@pytest.fixture
def watch(server_url: str) -> Watch:
    return Watch(host=urlsplit(server_url).netloc)


@pytest.fixture
def context(context: BrowserContext, watch: Watch) -> Iterator[BrowserContext]:
    """A context that keeps an eye on all of its pages, and whose visits are not counted: nothing writes meanwhile."""
    context.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
    context.on("request", watch.request)
    context.on("console", watch.console)
    context.on("weberror", watch.exception)
    yield context
    assert not watch.foreign_requests, f"Requests to other hosts: {watch.foreign_requests}"
    assert not watch.console_errors, f"Errors in the console: {watch.console_errors}"


@pytest.fixture
def for_good(server_url: str, django_db_blocker: Any) -> Iterator[ForGood]:
    """Runs a function as another process would: on a connection of its own, so that the server sees what it wrote.

    For tests that write. They do without ``demo``, whose open transaction would keep the server from writing, and
    take back themselves what they did.
    """

    def run(function: Callable[[], Any]) -> Any:
        def work() -> Any:
            try:
                return function()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(work).result()

    with django_db_blocker.unblock():
        yield run


@pytest.fixture
def log_in(browser: Browser, browser_context_args: dict[str, Any], for_good: ForGood) -> Iterator[Login]:
    """Log a demonstration account in, each in a browser of its own."""
    contexts = []

    def log_in(username: str) -> Page:
        contexts.append(browser.new_context(**browser_context_args, viewport=DESKTOP))
        page = contexts[-1].new_page()
        page.goto("/admin/")
        page.get_by_label("Benutzername").fill(username)
        page.get_by_label("Passwort").fill(f"demo-{username}")
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Abmelden").or_(page.locator(".sidebar"))).not_to_have_count(0)
        return page

    yield log_in
    for context in contexts:
        context.close()


@pytest.fixture
def phone(page: Page) -> Page:
    """A page as wide as a small phone."""
    page.set_viewport_size(PHONE)
    return page


@pytest.fixture
def desktop(page: Page) -> Page:
    """A page as wide as a desktop window."""
    page.set_viewport_size(DESKTOP)
    return page


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Check that axe-core finds nothing wrong with the page as it stands."""

    def check(page: Page) -> None:
        options = {"runOnly": {"type": "tag", "values": AXE_TAGS}, "resultTypes": ["violations"]}
        # The address changes before the document is whole.
        page.wait_for_load_state()
        results = Axe().run(page, options=options)
        assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"

    return check
