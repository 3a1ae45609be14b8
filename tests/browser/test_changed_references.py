"""A shared text changes: impact, notice, a decision in each of two municipalities, and what the public reads then."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import gettext as said
from playwright.sync_api import Browser, Locator, Page, expect

from municipalities.models import MunicipalityPage
from services.models import LocalServicePage, ServicePage
from services.modes import ModuleMode
from tests.browser.conftest import DESKTOP
from tests.browser.test_editors_journey import choose_action
from tests.factories import LocalServiceFactory, ServiceFactory

pytestmark = pytest.mark.browser

TITLE, SLUG = "Probedienst für Änderungen", "probedienst-fuer-aenderungen"
THEN = "<p>Bringen Sie ein Foto mit.</p><p>Zahlen Sie bar.</p>"
OURS = "<p>Bringen Sie ein Foto mit.</p><p>Zahlen Sie mit Karte.</p>"
ForGood = Callable[[Callable[[], Any]], Any]
Login = Callable[[str], Page]
Axe = Callable[[Page], None]


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
        expect(page.locator(".sidebar")).not_to_have_count(0)
        return page

    yield log_in
    for context in contexts:
        context.close()


@pytest.fixture
def service(for_good: ForGood) -> Iterator[int]:
    """A service that both municipalities have the same own text for."""

    def create() -> int:
        service = ServiceFactory(published=True, title=TITLE, slug=SLUG, notes=THEN)
        for slug in ("erkelenz", "gangelt"):
            LocalServiceFactory(
                reference=service,
                parent=MunicipalityPage.objects.get(slug=slug).get_children().get(slug="leistungen").specific,
                published=True,
                texts=[("16", ModuleMode.REPLACE, OURS)],
            )
        return int(service.pk)

    made = for_good(create)
    yield made

    def remove() -> None:
        for page in LocalServicePage.objects.filter(reference=made):
            page.delete()
        ServicePage.objects.get(pk=made).delete()

    for_good(remove)


@pytest.fixture
def at_rest(axe: Axe) -> Axe:
    """As ``axe``, once messages have faded in: halfway their colours are none that anybody reads."""

    def check(page: Page) -> None:
        page.wait_for_load_state()
        page.evaluate("Promise.allSettled(document.getAnimations().map((animation) => animation.finished))")
        axe(page)

    return check


def press(page: Page, element: Locator) -> None:
    """As somebody does who has no mouse."""
    element.focus()
    expect(element).to_be_focused()
    page.keyboard.press("Enter")


def change(central: Page, service: int, at_rest: Axe) -> None:
    """From the form to the page of the impact."""
    central.goto(f"/admin/pages/{service}/edit/")
    editor = central.locator("[data-contentpath=notes] [contenteditable=true]")
    editor.get_by_text("Bringen Sie ein Foto mit.").click()
    central.keyboard.press("End")
    central.keyboard.type(" Es muss digital sein.")
    # The editor hands its text to the form a moment later.
    expect(central.locator("input[name=notes]")).to_have_value(re.compile("muss digital sein"))
    choose_action(central, "Veröffentlichen")
    expect(central).to_have_url(re.compile(f"/admin/stammtexte/{service}/auswirkungen/$"))
    main = central.get_by_role("main")
    expect(main.locator("ins")).to_contain_text("Es muss digital sein.")
    expect(main).to_contain_text("Erkelenz, Gangelt")
    at_rest(central)


def publish_now(central: Page, at_rest: Axe) -> str:
    """From there to the board; returns its address."""
    press(central, central.get_by_role("button", name=said("Publish now")))
    expect(central).to_have_url(re.compile(r"/admin/stammtexte/stand/\d+/$"))
    at_rest(central)
    return central.url


def read_notice(local: Page, at_rest: Axe, *words: str) -> None:
    """From the menu over the list to the three texts side by side."""
    press(local, local.get_by_role("link", name=re.compile(re.escape(said("To decide")))).first)
    for expected in words:
        expect(local.get_by_role("main")).to_contain_text(expected)
    at_rest(local)
    press(local, local.locator("main table a").first)
    expect(local.locator("main ins").first).to_contain_text("Es muss digital sein.")
    at_rest(local)


def expect_decided(local: Page) -> None:
    expect(local).to_have_url(re.compile(r"/admin/stammtexte/entscheiden/#main$"))
    expect(local.get_by_role("main")).not_to_contain_text(TITLE)


def expect_public(page: Page, place: str, *words: str, without: str) -> None:
    page.goto(f"/{place}/leistungen/{SLUG}/")
    main = page.get_by_role("main")
    for expected in words:
        expect(main).to_contain_text(expected)
    expect(main).not_to_contain_text(without)


def test_from_the_change_to_the_public_page(log_in: Login, service: int, page: Page, at_rest: Axe) -> None:
    central = log_in("stammtexte")
    change(central, service, at_rest)
    expect_public(page, "wegberg", "Bringen Sie ein Foto mit.", without="digital")
    central.get_by_label(said("What has changed")).fill("Neues Passgesetz.")
    version = publish_now(central, at_rest)

    # Who has no text of their own follows at once; the others keep theirs until they decide.
    expect_public(page, "wegberg", "Es muss digital sein.", without="Karte")
    expect_public(page, "erkelenz", "Zahlen Sie mit Karte.", without="digital")

    for username, button in (
        ("erkelenz-freigabe", said("Keep our text")),
        ("gangelt-freigabe", said("Merge both texts")),
    ):
        local = log_in(username)
        read_notice(local, at_rest, "Neues Passgesetz.")
        press(local, local.get_by_role("button", name=button, exact=True))
        expect_decided(local)

    expect_public(page, "erkelenz", "Zahlen Sie mit Karte.", without="digital")
    expect_public(page, "gangelt", "Es muss digital sein.", "Zahlen Sie mit Karte.", without="Zahlen Sie bar.")

    central.goto(version)
    rows = central.get_by_role("main").locator("tbody tr")
    expect(rows.filter(has_text="Erkelenz")).to_contain_text(said("own text kept"))
    expect(rows.filter(has_text="Gangelt")).to_contain_text(said("merged"))
    central.goto("/admin/stammtexte/stand/")
    expect(central.get_by_role("main")).to_contain_text(TITLE)
    at_rest(central)


def test_a_binding_change_is_followed_here_and_objected_to_there(
    log_in: Login, service: int, page: Page, at_rest: Axe
) -> None:
    law, day = "§ 6 Prüfgesetz", timezone.localdate() + timedelta(days=40)
    central = log_in("stammtexte")
    change(central, service, at_rest)
    central.get_by_label(said("Binding"), exact=True).check()
    central.get_by_label(said("Legal basis"), exact=True).fill(law)
    central.get_by_label(said("Holds from"), exact=True).fill(f"{day:%d.%m.%Y}")
    # The calendar that opened with the field closes again.
    central.keyboard.press("Tab")
    version = publish_now(central, at_rest)
    expect(central.get_by_role("main")).to_contain_text(law)
    expect(central.get_by_role("main")).to_contain_text(f"{day:%d.%m.%Y}")

    follows = log_in("erkelenz-freigabe")
    read_notice(follows, at_rest, law, f"{day:%d.%m.%Y}")
    expect(follows.get_by_role("main")).to_contain_text(law)
    expect(follows.get_by_role("button", name=said("Keep our text"))).to_have_count(0)
    press(follows, follows.get_by_role("button", name=said("Take the shared text now"), exact=True))
    expect_decided(follows)

    objects = log_in("gangelt-freigabe")
    read_notice(objects, at_rest, law)
    button = objects.get_by_role("button", name=said("Object"), exact=True)
    press(objects, button)
    expect(objects.get_by_role("main")).to_contain_text(said("Please say why your own text has to stay."))
    objects.get_by_label(said("Reason")).fill("Bei uns gilt die Ausnahme des § 7.")
    press(objects, button)
    expect_decided(objects)

    expect_public(page, "erkelenz", "Es muss digital sein.", "Zahlen Sie bar.", without="Karte")
    expect_public(page, "gangelt", "Zahlen Sie mit Karte.", without="digital")
    central.goto(version)
    rows = central.get_by_role("main").locator("tbody tr")
    expect(rows.filter(has_text="Erkelenz")).to_contain_text(said("shared text taken"))
    expect(rows.filter(has_text="Gangelt")).to_contain_text("Bei uns gilt die Ausnahme des § 7.")
