"""An author of Erkelenz writes, a publisher approves, the public reads; nothing of Gangelt is seen on the way."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from home.models import StandardPage
from municipalities.models import MunicipalityPage
from tests.factories import StandardPageFactory

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demo")]

SENTENCE = "Das Rathaus bekommt im Winter neue Fenster."


def log_in(browser: Browser, server_url: str, username: str) -> Page:
    page = browser.new_context(locale="de-DE", base_url=server_url, viewport={"width": 1280, "height": 900}).new_page()
    page.goto("/admin/login/")
    page.get_by_label("Benutzername").fill(username)
    page.get_by_label("Passwort").fill(f"demo-{username}")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/admin/$"))
    return page


def edit(page: Page, pk: int) -> None:
    page.goto(f"/admin/pages/{pk}/edit/")


def choose_action(page: Page, name: str) -> None:
    """The button at the foot of the form, from its menu where it is not the first."""
    button = page.get_by_role("button", name=name, exact=False)
    if not button.first.is_visible():
        page.get_by_role("button", name="Weitere Aktionen").last.click()
    button.locator("visible=true").first.click()


def test_from_the_author_to_the_public_page(browser: Browser, server_url: str) -> None:
    erkelenz = MunicipalityPage.objects.get(slug="erkelenz")
    gangelt = MunicipalityPage.objects.get(slug="gangelt")
    page = StandardPageFactory(
        parent=erkelenz, title="Neues aus dem Rathaus", slug="neues-aus-dem-rathaus", published=True
    )
    secret = StandardPageFactory(parent=gangelt, title="Gangelts Geheimnis", live=False)

    author = log_in(browser, server_url, "erkelenz-autor")
    edit(author, page.pk)
    author.get_by_label("Einleitung").fill(SENTENCE)
    choose_action(author, "Freigabe")
    expect(author.locator(".messages")).to_contain_text("Neues aus dem Rathaus")
    author.goto("/erkelenz/neues-aus-dem-rathaus/")
    expect(author.get_by_role("main")).not_to_contain_text(SENTENCE)

    publisher = log_in(browser, server_url, "erkelenz-freigabe")
    expect(publisher.get_by_role("main")).to_contain_text("Neues aus dem Rathaus")
    edit(publisher, page.pk)
    choose_action(publisher, "Freigeben und veröffentlichen")
    expect(publisher.locator(".messages")).to_be_visible()
    author.goto("/erkelenz/neues-aus-dem-rathaus/")
    expect(author.get_by_role("main")).to_contain_text(SENTENCE)

    assert author.goto(f"/admin/pages/{secret.pk}/edit/").status == 404  # type: ignore[union-attr]
    author.goto(f"/admin/pages/{erkelenz.get_parent().pk}/")
    expect(author.get_by_role("main")).not_to_contain_text("Gangelt")
    author.goto("/admin/pages/search/?q=Geheimnis")
    expect(author.get_by_role("main")).not_to_contain_text("Gangelts Geheimnis")
    assert StandardPage.objects.get(pk=page.pk).intro == SENTENCE
