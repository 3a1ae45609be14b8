"""A service prints as a leaflet: what, where, how to get there, and nothing to click."""

import re

import pytest
from playwright.sync_api import Page, expect

from services.models import ServicePage

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demo")]

# What is left of 210 mm between the margins, in CSS pixels.
A4_WIDTH = 680
# How many lines the text of each element takes.
LINES_OF_TEXT = """elements => elements.map(element => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return range.getClientRects().length;
})"""
ADDRESS = "/wassenberg/leistungen/unterhaltsvorschuss/"


def test_on_paper_the_address_stays_and_the_navigation_goes(desktop: Page) -> None:
    desktop.goto(ADDRESS)
    desktop.emulate_media(media="print")
    expect(desktop.get_by_role("heading", level=1)).to_be_visible()
    expect(desktop.get_by_text("Valkenburger Straße 45").first).to_be_visible()
    expect(desktop.get_by_text(re.compile(r"Kurze Adresse: https?://.*/k/\d+-\d+/$"))).to_be_visible()
    expect(desktop.locator("nav:visible")).to_have_count(0)
    expect(desktop.locator("form:visible")).to_have_count(0)


# The services with the most text, the most offices or the longest hours, each where it needs the most room.
LONGEST = [
    ("erkelenz", "aufenthaltstitel"),
    ("gangelt", "kfz-adresse"),
    ("gangelt", "unterhaltsvorschuss"),
    ("kreis-heinsberg", "personalausweis"),
    ("uebach-palenberg", "baugenehmigung"),
    ("wegberg", "einbuergerung"),
]


def pages_on_paper(page: Page, address: str) -> int:
    page.goto(address)
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))


@pytest.mark.parametrize(("place", "service"), LONGEST)
def test_the_longest_leaflets_are_one_page(desktop: Page, place: str, service: str) -> None:
    assert pages_on_paper(desktop, f"/{place}/leistungen/{service}/") == 1


@pytest.mark.parametrize("letters", ["a-e", "f-j", "k-o", "p-t", "u-z"])
def test_every_leaflet_is_one_page(desktop: Page, letters: str) -> None:
    first, last = letters.split("-")
    slugs = [slug for slug in ServicePage.objects.live().values_list("slug", flat=True) if first <= slug[0] <= last]
    assert slugs
    counts = {slug: pages_on_paper(desktop, f"/geilenkirchen/leistungen/{slug}/") for slug in slugs}
    assert {slug: count for slug, count in counts.items() if count != 1} == {}


def test_no_day_of_the_week_is_broken(desktop: Page) -> None:
    desktop.goto("/gangelt/leistungen/kfz-adresse/")
    desktop.set_viewport_size({"width": A4_WIDTH, "height": 1000})
    desktop.emulate_media(media="print")
    days = desktop.locator(".hours__day dt")
    assert days.count() == 7
    assert days.evaluate_all(LINES_OF_TEXT) == [1] * 7
    assert days.evaluate_all("days => days.filter(day => day.scrollWidth > day.clientWidth).length") == 0
