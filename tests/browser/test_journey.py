"""The citizen's journey: from the front door to the one responsible office."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demo")]

KREIS = "Jugendamt des Kreises Heinsberg"
SERVICE = re.compile("Unterhaltsvorschuss")


def ask(page: Page, matter: str, place: str) -> None:
    page.goto("/")
    form = page.get_by_role("main").get_by_role("search")
    form.get_by_label("Was möchten Sie").fill(matter)
    form.get_by_label("Wo wohnen Sie?").fill(place)
    form.get_by_role("button", name="Suchen").click()


def see_the_district_office(page: Page) -> None:
    expect(page).to_have_url(re.compile(r"/wassenberg/leistungen/unterhaltsvorschuss/$"))
    responsible = page.get_by_role("region", name="Zuständige Stelle")
    expect(responsible).to_contain_text(KREIS)
    expect(responsible).to_contain_text("kein eigenes Jugendamt")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["360 px", "1280 px"])
def test_from_the_front_door_to_the_district_office(page: Page, size: Any) -> None:
    page.set_viewport_size(size)
    ask(page, "Unterhaltsvorschuss", "41849")
    page.get_by_role("main").get_by_role("link", name=SERVICE).first.click()
    see_the_district_office(page)


def test_another_place_has_another_office(desktop: Page) -> None:
    ask(desktop, "Unterhaltsvorschuss", "41812")
    desktop.get_by_role("main").get_by_role("link", name=SERVICE).first.click()
    responsible = desktop.get_by_role("region", name="Zuständige Stelle")
    expect(responsible).to_contain_text("Jugendamt Erkelenz")
    expect(responsible).not_to_contain_text(KREIS)


def tab_to(page: Page, description: str, found: str) -> None:
    """Press Tab until the element with the focus matches; every stop on the way has to show the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        state = page.evaluate(
            """found => {
                const element = document.activeElement, shown = [];
                for (let e = element, depth = 0; e && depth < 3; e = e.parentElement, depth++) {
                    for (const pseudo of [null, "::before", "::after"]) {
                        const style = getComputedStyle(e, pseudo);
                        shown.push(style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
                        shown.push(depth === 0 && style.boxShadow !== "none");
                    }
                }
                const html = element.outerHTML.slice(0, 160);
                return {reached: element.matches(found), visible: shown.some(Boolean), html};
            }""",
            found,
        )
        assert state["visible"], f"no visible focus: {state['html']}"
        if state["reached"]:
            return
    pytest.fail(f"{description} cannot be reached with the Tab key")


def test_by_keyboard_alone(desktop: Page) -> None:
    desktop.goto("/")
    desktop.keyboard.press("Tab")
    expect(desktop.locator(":focus")).to_have_attribute("href", "#inhalt")
    desktop.keyboard.press("Enter")
    tab_to(desktop, "the search field", "main [name=q]")
    desktop.keyboard.type("Unterhaltsvorschuss")
    tab_to(desktop, "the field for the place", "main [name=ort]")
    desktop.keyboard.type("41849")
    desktop.keyboard.press("Enter")
    expect(desktop).to_have_url(re.compile("/suche/"))
    tab_to(desktop, "the hit", "main a[href$='/wassenberg/leistungen/unterhaltsvorschuss/']")
    desktop.keyboard.press("Enter")
    see_the_district_office(desktop)


def test_the_menu_of_a_phone_opens_and_closes_by_keyboard(phone: Page) -> None:
    phone.goto("/erkelenz/")
    menu = phone.get_by_role("navigation", name="Hauptnavigation")
    expect(menu).to_be_hidden()
    tab_to(phone, "the button of the menu", "[data-menu-toggle]")
    phone.keyboard.press("Enter")
    expect(menu).to_be_visible()
    tab_to(phone, "a link of the menu", ".main-menu__link")
    phone.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(phone.locator(":focus")).to_have_attribute("aria-expanded", "false")


def test_an_ambiguous_postcode_asks_back(phone: Page) -> None:
    phone.goto("/leistungen/unterhaltsvorschuss/")
    phone.get_by_role("main").get_by_label("Wo wohnen Sie?").first.fill("52525")
    phone.keyboard.press("Enter")
    question = phone.get_by_role("region", name=re.compile(r"Heinsberg oder Waldfeucht\?"))
    question.get_by_role("link", name="Waldfeucht").click()
    expect(phone).to_have_url(re.compile(r"/waldfeucht/leistungen/unterhaltsvorschuss/$"))


def test_the_place_is_remembered_in_the_browser_and_nowhere_else(desktop: Page) -> None:
    desktop.goto("/erkelenz/")
    desktop.goto("/")
    expect(desktop.get_by_role("main").get_by_label("Wo wohnen Sie?")).to_have_value("Erkelenz")
    expect(desktop.get_by_role("link", name="Weiter mit Erkelenz")).to_be_visible()
    assert "Erkelenz" in desktop.evaluate("localStorage.getItem('portal.place')")
    assert desktop.context.cookies() == []

    desktop.get_by_role("button", name="Ort vergessen").click()
    assert desktop.evaluate("localStorage.length") == 0
    desktop.reload()
    expect(desktop.get_by_role("main").get_by_label("Wo wohnen Sie?")).to_have_value("")
    expect(desktop.get_by_role("button", name="Ort vergessen")).to_be_hidden()


def test_a_remembered_place_leads_on_to_a_service(desktop: Page) -> None:
    desktop.goto("/wassenberg/")
    desktop.goto("/leistungen/unterhaltsvorschuss/")
    desktop.get_by_role("main").get_by_role("link", name="Weiter mit Wassenberg").click()
    see_the_district_office(desktop)


def test_without_script(browser: Browser, browser_context_args: dict[str, Any]) -> None:
    context = browser.new_context(**browser_context_args, java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto("/")
    expect(page.get_by_role("navigation", name="Hauptnavigation")).to_be_visible()
    expect(page.get_by_text("Ort vergessen")).to_be_hidden()
    ask(page, "Unterhaltsvorschuss", "41849")
    page.get_by_role("main").get_by_role("link", name=SERVICE).first.click()
    see_the_district_office(page)
    assert context.cookies() == []
    context.close()


def test_the_map_leads_to_the_municipality(desktop: Page) -> None:
    desktop.goto("/")
    desktop.locator("main svg a[href='/selfkant/']").focus()
    desktop.keyboard.press("Enter")
    expect(desktop).to_have_url(re.compile(r"/selfkant/$"))
