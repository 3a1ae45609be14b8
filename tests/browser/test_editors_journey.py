"""An author of Erkelenz writes, a publisher approves, the public reads; nothing of Gangelt is seen on the way."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from home.models import StandardPage
from municipalities.models import MunicipalityPage
from tests.browser.conftest import ForGood, Login
from tests.factories import StandardPageFactory

pytestmark = pytest.mark.browser

TITLE = "Neues aus dem Rathaus"
SENTENCE = "Das Rathaus bekommt im Winter neue Fenster."
SECRET = "Gangelts Geheimnis"


@pytest.fixture
def pages(for_good: ForGood) -> Iterator[dict[str, int]]:
    """A published page of Erkelenz and a draft of Gangelt, by name, with their keys."""

    def create() -> dict[str, int]:
        erkelenz, gangelt = (MunicipalityPage.objects.get(slug=slug) for slug in ("erkelenz", "gangelt"))
        page = StandardPageFactory(parent=erkelenz, title=TITLE, slug="neues-aus-dem-rathaus", published=True)
        secret = StandardPageFactory(parent=gangelt, title=SECRET, live=False)
        return {"page": page.pk, "secret": secret.pk, "district": erkelenz.get_parent().pk}

    made = for_good(create)
    yield made

    def remove() -> None:
        for page in StandardPage.objects.filter(pk__in=made.values()):
            page.delete()

    for_good(remove)


def choose_action(page: Page, name: str) -> None:
    """The button at the foot of the form, from its menu where it is not the first."""
    button = page.get_by_role("button", name=name, exact=False)
    if not button.first.is_visible():
        page.get_by_role("button", name="Mehr Aktionen").last.click()
    button.locator("visible=true").first.click()


def test_from_the_author_to_the_public_page(log_in: Login, pages: dict[str, int], page: Page) -> None:
    author = log_in("erkelenz-autor")
    author.goto(f"/admin/pages/{pages['page']}/edit/")
    author.get_by_role("textbox", name="Einleitung").fill(SENTENCE)
    choose_action(author, "Freigabe")
    expect(author.locator(".messages")).to_contain_text(TITLE)
    page.goto("/erkelenz/neues-aus-dem-rathaus/")
    expect(page.get_by_role("main")).not_to_contain_text(SENTENCE)

    publisher = log_in("erkelenz-freigabe")
    expect(publisher.get_by_role("main")).to_contain_text(TITLE)
    publisher.goto(f"/admin/pages/{pages['page']}/edit/")
    expect(publisher.get_by_role("textbox", name="Einleitung")).to_have_value(SENTENCE)
    choose_action(publisher, "Freigeben und veröffentlichen")
    expect(publisher).to_have_url(re.compile(r"/admin/pages/\d+/$"))
    page.goto("/erkelenz/neues-aus-dem-rathaus/")
    expect(page.get_by_role("main")).to_contain_text(SENTENCE)

    refused = author.goto(f"/admin/pages/{pages['secret']}/edit/")
    assert refused is not None
    assert refused.status == 404
    author.goto(f"/admin/pages/{pages['district']}/")
    expect(author.get_by_role("main")).not_to_contain_text("Gangelt")
    author.goto("/admin/pages/search/?q=Geheimnis")
    expect(author.get_by_role("main")).not_to_contain_text(SECRET)
