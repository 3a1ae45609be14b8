"""A form that was opened before its writer logged in again: the text is not lost, and nobody reads jargon."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from tests.factories import StandardPageFactory, UserFactory

pytestmark = pytest.mark.django_db
WORDS = "Die Bücherei zieht um."


@pytest.fixture
def strict() -> Client:
    """A browser that has logged in, and whose forms are checked."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(UserFactory(admin=True))
    browser.get(reverse("wagtailadmin_home"))
    return browser


def save(browser: Client, page: Any, *, secure: bool = False, **headers: str) -> Any:
    data = {"title": WORDS, "slug": page.slug, "body-0-value": '{"blocks": [{"text": "Absatz"}]}'}
    data["csrfmiddlewaretoken"] = "a" * 64
    return browser.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data, secure=secure, headers=headers)


def text(response: Any) -> str:
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def test_the_text_comes_back(strict: Client) -> None:
    page = StandardPageFactory(title="Alter Titel")
    response = save(strict, page)
    assert response.status_code == 403
    assert WORDS in text(response)
    assert "Absatz" in text(response)
    assert "CSRF" not in text(response)
    assert response.context["has_expired"]
    page.refresh_from_db()
    assert page.title == "Alter Titel"


@pytest.mark.parametrize("trouble", ["origin", "no referer", "other referer", "no cookie"])
def test_no_login_is_made_up_where_the_form_could_not_be_checked(strict: Client, trouble: str) -> None:
    page = StandardPageFactory()
    headers = {"origin": {"Origin": "https://other.example"}, "other referer": {"Referer": "https://other.example/"}}
    answers = []
    for accept in ("application/json", "text/html"):
        if trouble == "no cookie":
            strict.cookies.pop(settings.CSRF_COOKIE_NAME, None)
        sent = headers.get(trouble, {}) | {"Accept": accept}
        answers.append(save(strict, page, secure="referer" in trouble, **sent))
    background, shown = answers
    assert [answer.status_code for answer in answers] == [403, 403]
    assert WORDS in text(shown)
    assert shown.context["is_unverified"]
    assert not shown.context["has_expired"]
    with translation.override("de"):
        assert background.json()["error_message"] == gettext(
            "Not saved: the form could not be checked. Please copy your text and open the page again."
        )


def test_whoever_is_logged_out_gets_the_text_too() -> None:
    page = StandardPageFactory()
    response = save(Client(enforce_csrf_checks=True), page)
    assert response.status_code == 403
    assert WORDS in text(response)
    assert page.title not in text(response)


def test_saving_in_the_background_says_so(strict: Client) -> None:
    response = save(strict, StandardPageFactory(), Accept="application/json")
    assert response.status_code == 403
    assert response.json()["error_code"] == "locked"


@pytest.mark.parametrize("name", ["wagtailadmin_login", "wagtailadmin_account", "wagtailimages:add"])
def test_other_forms_get_a_plain_page(strict: Client, name: str) -> None:
    response = strict.post(reverse(name), {"title": WORDS})
    assert response.status_code in (403, 405)
    assert response.status_code == 403
    page = BeautifulSoup(response.content, "html.parser")
    assert page.html is not None
    assert page.html["lang"] == "de"
    assert "CSRF" not in text(response)
    assert "Django" not in text(response)
    assert not page.find_all(["script", "style", "link"])
