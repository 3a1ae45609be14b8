"""axe-core finds nothing on any page; the same pages reflow, also at 400 % zoom."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.public_pages import ALL

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demo")]

ON_A_PHONE_TOO = ["home.HomePage", "search", "service without a local page", "services.OfficePage", "place, ambiguous"]


@pytest.mark.parametrize("address", ALL.values(), ids=ALL.keys())
def test_axe_finds_nothing(desktop: Page, axe: Callable[[Page], None], address: str) -> None:
    desktop.goto(address)
    axe(desktop)
    # As wide as a window of 1280 px at 400 %: text and controls wrap, nothing is scrolled sideways.
    desktop.set_viewport_size({"width": 320, "height": 256})
    widths = desktop.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert widths[0] <= widths[1], desktop.evaluate(
        """Array.from(document.querySelectorAll("body *"))
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
            .map(e => e.outerHTML.slice(0, 100)).slice(0, 5)"""
    )


@pytest.mark.parametrize("name", ON_A_PHONE_TOO)
def test_axe_finds_nothing_on_a_phone(phone: Page, axe: Callable[[Page], None], name: str) -> None:
    phone.goto(ALL[name])
    axe(phone)


def test_an_open_menu_on_a_phone(phone: Page, axe: Callable[[Page], None]) -> None:
    phone.goto("/erkelenz/")
    phone.locator("[data-menu-toggle]").click()
    axe(phone)


def test_controls_are_large_enough_for_a_finger(phone: Page) -> None:
    phone.goto("/")
    controls = phone.locator("main form input:visible, main form button:visible, [data-menu-toggle]").all()
    assert len(controls) == 4
    for control in controls:
        box = control.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44, control.evaluate("e => e.outerHTML")


def test_forced_colours_keep_everything_visible(desktop: Page, axe: Callable[[Page], None]) -> None:
    desktop.emulate_media(forced_colors="active")
    desktop.goto("/wassenberg/leistungen/unterhaltsvorschuss/")
    axe(desktop)
