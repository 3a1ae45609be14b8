"""Views are counted by week and page, and nothing is known about who looked."""

from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from municipalities.models import PageViews
from municipalities.models.page_views import week_of
from tests.factories import LocalServiceFactory, MunicipalityFactory, ServiceFactory, StandardPageFactory

pytestmark = pytest.mark.django_db
HERE = {"Sec-Fetch-Site": "same-origin"}


def count(client: Client, page: Any, subject: Any = "", headers: dict[str, str] | None = None) -> int:
    return client.post("/aufruf/", {"seite": page, "inhalt": subject}, headers=headers or HERE).status_code


def total(page_id: int) -> int:
    return sum(PageViews.objects.filter(page=page_id).values_list("count", flat=True))


def test_each_view_adds_one_to_the_week(client: Client) -> None:
    page = StandardPageFactory()
    for _ in range(3):
        assert count(client, page.pk) == 204
    row = PageViews.objects.get(page=page)
    assert (row.count, row.subject_id, row.week) == (3, page.pk, week_of(timezone.localdate()))
    assert row.week.weekday() == 0


def test_a_view_is_one_statement(client: Client) -> None:
    page = StandardPageFactory()
    count(client, page.pk)
    with CaptureQueriesContext(connection) as context:
        count(client, page.pk)
    statements = [query["sql"] for query in context if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) == 1
    assert statements[0].startswith("UPDATE")


def test_nothing_is_kept_about_the_visitor(client: Client) -> None:
    assert {field.name for field in PageViews._meta.get_fields()} == {"id", "page", "subject", "week", "count"}
    page = StandardPageFactory()
    response = client.post("/aufruf/", {"seite": page.pk}, headers=HERE)
    assert not response.cookies
    assert not client.session.items()


@pytest.mark.parametrize("header", ["DNT", "Sec-GPC"])
def test_whoever_asks_not_to_be_tracked_is_not_counted(client: Client, header: str) -> None:
    page = StandardPageFactory()
    assert count(client, page.pk, headers={**HERE, header: "1"}) == 204
    assert total(page.pk) == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 204),
        ({"Origin": "http://testserver"}, 204),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "https://example.org"}, 403),
        ({"Origin": "null"}, 403),
        ({"User-Agent": "x"}, 403),
    ],
)
def test_only_pages_of_this_site_count(client: Client, headers: dict[str, str], status: int) -> None:
    page = StandardPageFactory()
    assert count(client, page.pk, headers=headers) == status
    assert total(page.pk) == (status == 204)


def test_only_published_pages_count(client: Client) -> None:
    draft = StandardPageFactory(live=False)
    page = StandardPageFactory()
    assert count(client, draft.pk) == 204
    assert count(client, page.pk, draft.pk) == 204
    assert count(client, 2**31 - 1) == 204
    assert PageViews.objects.count() == 0
    count(client, page.pk)
    page.unpublish()
    count(client, page.pk)
    assert total(page.pk) == 1


@pytest.mark.parametrize("key", ["", "abc", "-1", "0", "1.5", str(2**63), "9" * 400, "9" * 5000])
def test_nonsense_is_refused(client: Client, key: str) -> None:
    assert count(client, key) == 400
    assert PageViews.objects.count() == 0
    assert client.get("/aufruf/").status_code == 405


def test_the_page_says_what_is_counted(client: Client, editor: Client) -> None:
    town = MunicipalityFactory(with_indexes=True)
    service = ServiceFactory()

    def of(address: str, browser: Client = client) -> tuple[Any, Any]:
        body = BeautifulSoup(browser.get(address).content, "html.parser").body
        assert body is not None
        return body.get("data-view-page"), body.get("data-view-subject")

    assert of(town.url) == (str(town.pk), None)
    # The service has no page there; its text is shown by the list of services.
    index = town.get_children().get(slug="leistungen")
    assert of(f"{town.url}leistungen/{service.slug}/") == (str(index.pk), str(service.pk))
    assert of("/suche/") == (None, None)
    assert of(reverse("wagtailadmin_pages:view_draft", args=[town.pk]), editor) == (None, None)


def test_only_what_a_page_shows_is_counted_with_it(client: Client) -> None:
    town, other = MunicipalityFactory(with_indexes=True), StandardPageFactory()
    index = town.get_children().get(slug="leistungen")
    service, written = ServiceFactory(), ServiceFactory()
    LocalServiceFactory(parent=index, reference=written)
    shown = [(index, service), (index, index), (service, service), (town, town)]
    never = [(other, service), (index, other), (index, written), (town, index), (service, index)]
    for page, subject in [*shown, *never]:
        assert count(client, page.pk, subject.pk) == 204
    counted = set(PageViews.objects.values_list("page_id", "subject_id"))
    assert counted == {(page.pk, subject.pk) for page, subject in shown}


def test_views_are_kept_for_a_year() -> None:
    page = StandardPageFactory()
    today = timezone.localdate()
    for weeks in (0, 51, 52, 53, 80):
        PageViews.objects.create(page=page, subject=page, week=week_of(today) - timedelta(weeks=weeks), count=1)
    call_command("purge_page_views")
    assert PageViews.objects.count() == 3
    call_command("purge_page_views")
    assert PageViews.objects.count() == 3


def test_the_last_weeks_hold_the_running_one() -> None:
    page = StandardPageFactory()
    today = date(2026, 3, 4)
    for weeks in range(6):
        PageViews.objects.create(page=page, subject=page, week=date(2026, 3, 2) - timedelta(weeks=weeks), count=1)
    assert [row["total"] for row in PageViews.objects.last_weeks(4, today).most_viewed()] == [4]
