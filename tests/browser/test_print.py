"""A service prints as a leaflet: what, where, how to get there, and nothing to click."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demo")]

ADDRESS = "/wassenberg/leistungen/unterhaltsvorschuss/"


def test_on_paper_the_address_stays_and_the_navigation_goes(desktop: Page) -> None:
    desktop.goto(ADDRESS)
    desktop.emulate_media(media="print")
    expect(desktop.get_by_role("heading", level=1)).to_be_visible()
    expect(desktop.get_by_text("Valkenburger Straße 45").first).to_be_visible()
    expect(desktop.get_by_text(re.compile(r"Kurze Adresse: https?://.*/k/\d+-\d+/$"))).to_be_visible()
    expect(desktop.locator("nav:visible")).to_have_count(0)
    expect(desktop.locator("form:visible")).to_have_count(0)


def test_the_leaflet_is_one_page(desktop: Page) -> None:
    desktop.goto(ADDRESS)
    leaflet = desktop.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", leaflet)) == 1
