"""An author writes beside the reference and sees what citizens will read, with mouse or keyboard; others read it."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from municipalities.models import MunicipalityPage
from services.models import LocalServicePage, ServicePage
from tests.browser.conftest import ForGood, Login
from tests.factories import LocalServiceFactory

pytestmark = pytest.mark.browser

SENTENCE = "In Erkelenz am liebsten dienstags."
PROCEDURE, REQUIREMENTS = "de-11", "de-09"
# What the reference of the demonstration says in these modules.
SHARED = "Holen Sie den fertigen Ausweis ab."


@pytest.fixture
def local(for_good: ForGood) -> Iterator[int]:
    """A page of Erkelenz for the identity card, without own texts; its key."""

    def create() -> int:
        service = ServicePage.objects.get(slug="personalausweis")
        erkelenz = MunicipalityPage.objects.get(slug="erkelenz")
        return int(LocalServiceFactory(place=erkelenz, reference=service, published=True).pk)

    key: int = for_good(create)
    yield key
    for_good(lambda: LocalServicePage.objects.get(pk=key).delete())


@pytest.fixture
def author(log_in: Login, local: int) -> Page:
    page = log_in("erkelenz-autor")
    page.goto(f"/admin/pages/{local}/edit/")
    return page


def module(page: Page, key: str) -> Locator:
    return page.locator(f"#text-module-{key}")


def focused(page: Page) -> Locator:
    return page.locator("*:focus")


def tab_to(page: Page, target: Locator) -> None:
    """Go there with the tabulator key, from where the keyboard is."""
    for _ in range(300):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    pytest.fail("The keyboard does not get there.")


def save(page: Page) -> None:
    page.get_by_role("button", name="Entwurf speichern").first.click()
    expect(page.locator(".messages")).to_be_visible()


def test_text_after_the_reference_and_back_again(author: Page, axe: Callable[[Page], None]) -> None:
    axe(author)
    procedure = module(author, PROCEDURE)
    outcome = procedure.locator("[data-outcome]")
    expect(outcome).to_contain_text(SHARED)
    procedure.locator("[data-add=after]").click()
    editor = procedure.get_by_role("textbox")
    expect(editor).to_be_focused()
    expect(editor).to_have_accessible_name(re.compile("Verfahrensablauf"))
    author.keyboard.type(SENTENCE)
    expect(outcome).to_contain_text(SENTENCE)
    expect(outcome).to_contain_text(SHARED)
    procedure.get_by_role("combobox").first.select_option("replace")
    expect(outcome).not_to_contain_text(SHARED)
    axe(author)

    save(author)
    procedure = module(author, PROCEDURE)
    outcome = procedure.locator("[data-outcome]")
    expect(outcome).to_contain_text(SENTENCE)
    procedure.locator("[data-use-reference]").click()
    expect(procedure.locator("[data-undo]")).to_be_focused()
    expect(outcome).to_contain_text(SHARED)
    expect(outcome).not_to_contain_text(SENTENCE)
    expect(author.locator("[data-text-modules] [data-status]")).not_to_be_empty()

    save(author)
    procedure = module(author, PROCEDURE)
    expect(procedure.locator("[data-outcome]")).to_contain_text(SHARED)
    expect(procedure.get_by_role("textbox")).to_have_count(0)


def test_by_keyboard_alone(author: Page) -> None:
    requirements = module(author, REQUIREMENTS)
    outcome = requirements.locator("[data-outcome]")
    tab_to(author, requirements.locator("[data-add=before]"))
    author.keyboard.press("Enter")
    expect(requirements.get_by_role("textbox")).to_be_focused()
    author.keyboard.type(SENTENCE)
    expect(outcome).to_contain_text(SENTENCE)
    tab_to(author, requirements.locator("[data-use-reference]"))
    author.keyboard.press("Enter")
    expect(requirements.locator("[data-undo]")).to_be_focused()
    expect(outcome).not_to_contain_text(SENTENCE)
    author.keyboard.press("Enter")
    expect(requirements.locator("[data-use-reference]")).to_be_focused()
    expect(outcome).to_contain_text(SENTENCE)

    english = author.locator("[data-show-language=en]")
    english.focus()
    author.keyboard.press("Enter")
    expect(english).to_have_attribute("aria-pressed", "true")
    expect(module(author, "en-09")).to_be_visible()
    # What was added in German is not lost in the translation.
    expect(module(author, "en-09").locator("[data-outcome]")).to_contain_text(SENTENCE)
    expect(requirements).to_be_hidden()


def test_columns_stand_side_by_side_or_one_below_the_other(author: Page) -> None:
    def tops() -> list[int]:
        # All at once: what stands above them still moves.
        columns = module(author, PROCEDURE).locator(".text-module__column")
        found: list[int] = columns.evaluate_all("all => all.map(one => Math.round(one.getBoundingClientRect().top))")
        return found

    assert len(set(tops())) == 1
    # As wide as a window of 1280 px at 400 %.
    author.set_viewport_size({"width": 320, "height": 800})
    stacked = tops()
    assert stacked == sorted(set(stacked))
    panel = author.locator("[data-text-modules]")
    assert panel.evaluate("element => element.scrollWidth <= element.clientWidth")


def test_the_service_in_english(local: int, page: Page, axe: Callable[[Page], None]) -> None:
    page.goto("/erkelenz/leistungen/personalausweis/")
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(re.compile(r"/erkelenz/leistungen/personalausweis/en/$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Apply for an identity card")
    expect(page.locator("#text-11")).to_have_text("How to go about it")
    axe(page)
    page.locator(".translation-note a").click()
    expect(page).to_have_url(re.compile(r"/erkelenz/leistungen/personalausweis/$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Personalausweis beantragen")
