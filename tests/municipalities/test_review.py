"""Pages are read again from time to time, and nobody is asked twice."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from home.models import StandardPage
from municipalities.models import MunicipalityPage, PageReview, RoleKind, Tenant
from municipalities.review import _months_later
from municipalities.review.views import register_review_buttons
from tests.factories import NewsFactory, OfficeIndexFactory, ServiceFactory, StandardPageFactory, UserFactory
from tests.roles import holder, tenant

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def place() -> MunicipalityPage:
    return tenant("Prüfhausen am See")


@pytest.fixture
def leaf(place: MunicipalityPage) -> StandardPage:
    return StandardPageFactory(parent=place, title="Freibad", published=True)


@pytest.fixture
def publisher(place: MunicipalityPage) -> Client:
    client = Client()
    client.force_login(holder(RoleKind.PUBLISHER, place, email="freigabe@example.org"))
    return client


def review(page: StandardPage) -> PageReview:
    return PageReview.objects.get(page=page)


def make_due(page: StandardPage, days: int = 0) -> None:
    PageReview.objects.filter(page=page).update(due=TODAY() - timedelta(days=days))


def listed(client: Client) -> set[str]:
    return {item.page.title for item in client.get(reverse("page_reviews")).context["object_list"]}


@given(st.dates(date(2000, 1, 31), date(2100, 1, 1)), st.integers(1, 60))
def test_months_are_added_as_people_do(day: date, months: int) -> None:
    later = _months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


def test_publishing_sets_the_date_and_moves_it_on(leaf: StandardPage) -> None:
    assert review(leaf).due == _months_later(TODAY(), 12)
    make_due(leaf, 5)
    leaf.save_revision().publish()
    assert review(leaf).due == _months_later(TODAY(), 12)
    assert PageReview.objects.filter(page=leaf).count() == 1


def test_two_who_publish_at_once_do_not_stand_in_each_others_way(leaf: StandardPage) -> None:
    PageReview.objects.all().delete()
    others = []

    def be_second(execute: Any, sql: str, *args: Any) -> Any:
        """Right after the first look, somebody else has made the row."""
        result = execute(sql, *args)
        if not others and sql.startswith("SELECT") and PageReview._meta.db_table in sql:
            others.append(PageReview(page_id=leaf.pk, due=TODAY()))
            others[0].save()
        return result

    with connection.execute_wrapper(be_second):
        leaf.save_revision().publish()
    assert others
    assert review(leaf).due == _months_later(TODAY(), 12)


def test_each_municipality_has_its_own_interval(place: MunicipalityPage, leaf: StandardPage) -> None:
    Tenant.objects.filter(municipality=place).update(review_months=3)
    leaf.save_revision().publish()
    assert review(leaf).due == _months_later(TODAY(), 3)


@pytest.mark.parametrize("factory", [NewsFactory, OfficeIndexFactory])
def test_lists_and_news_are_not_reviewed(factory: Any) -> None:
    page = factory(published=True)
    assert not PageReview.objects.filter(page=page).exists()


def test_one_click_says_that_it_is_still_correct(publisher: Client, leaf: StandardPage) -> None:
    make_due(leaf)
    assert listed(publisher) == {"Freibad"}
    address = reverse("page_review_confirm", args=[leaf.pk])
    assert publisher.get(address).status_code == 405
    publisher.post(address)
    assert listed(publisher) == set()
    assert review(leaf).confirmed_by.email == "freigabe@example.org"
    edit = publisher.get(reverse("wagtailadmin_pages:edit", args=[leaf.pk])).content.decode()
    assert address in edit
    assert reverse("page_review", args=[leaf.pk]) in edit
    assert leaf.title in publisher.get(reverse("wagtailadmin_pages:history", args=[leaf.pk])).content.decode()


def test_the_button_leads_back_to_where_it_was(place: MunicipalityPage, leaf: StandardPage) -> None:
    before = "/admin/pages/?ordering=title&p=2"
    button = next(register_review_buttons(leaf, holder(RoleKind.PUBLISHER, place), "edit", before))
    address = urlsplit(button.attrs["data-w-action-url-value"])
    assert parse_qs(address.query) == {"next": [before]}


def test_a_chosen_date_survives_publishing(publisher: Client, leaf: StandardPage) -> None:
    day = TODAY() + timedelta(days=40)
    address = reverse("page_review", args=[leaf.pk])
    assert publisher.get(address).status_code == 200
    publisher.post(address, {"due": f"{day:%Y-%m-%d}"})
    leaf.save_revision().publish()
    assert review(leaf).due == day
    publisher.post(reverse("page_review_confirm", args=[leaf.pk]))
    assert review(leaf).due == _months_later(TODAY(), 12)


@pytest.mark.parametrize("days", [0, -3, 5000])
def test_a_date_that_makes_no_sense_is_refused(publisher: Client, leaf: StandardPage, days: int) -> None:
    before = review(leaf).due
    data = {"due": f"{TODAY() + timedelta(days=days):%Y-%m-%d}"}
    assert publisher.post(reverse("page_review", args=[leaf.pk]), data).context["form"].errors
    assert review(leaf).due == before


def test_authors_and_others_do_not_confirm(place: MunicipalityPage, leaf: StandardPage) -> None:
    make_due(leaf)
    author, stranger = Client(), Client()
    author.force_login(holder(RoleKind.AUTHOR, place))
    stranger.force_login(holder(RoleKind.PUBLISHER, tenant("Anderswo")))
    assert listed(author) == {"Freibad"}
    assert "Freibad" not in stranger.get(reverse("page_reviews")).content.decode()
    for client in (author, stranger):
        for name in ("page_review_confirm", "page_review"):
            assert client.post(reverse(name, args=[leaf.pk]), {"due": "2099-01-01"}).status_code == 404
    assert review(leaf).is_due


def test_what_nobody_can_read_is_not_due(publisher: Client, leaf: StandardPage) -> None:
    make_due(leaf)
    leaf.unpublish()
    assert listed(publisher) == set()


# Reminders


def remind() -> list[Any]:
    mail.outbox.clear()
    call_command("send_review_reminders")
    return list(mail.outbox)


def test_each_publisher_gets_one_e_mail_once(place: MunicipalityPage, leaf: StandardPage, publisher: Client) -> None:
    second = StandardPageFactory(parent=place, title="Sauna", published=True)
    holder(RoleKind.AUTHOR, place, email="autor@example.org")
    holder(RoleKind.LOCAL_ADMIN, place, email="verwaltung@example.org")
    holder(RoleKind.PUBLISHER, place, email="weg@example.org", is_active=False)
    holder(RoleKind.PUBLISHER, tenant("Anderswo"), email="anderswo@example.org")
    make_due(leaf)
    make_due(second, 3)
    (message,) = remind()
    assert message.to == ["freigabe@example.org"]
    assert "Freibad" in message.body
    assert "Sauna" in message.body
    assert reverse("page_reviews") in message.body
    assert remind() == []
    make_due(leaf, 1)
    (again,) = remind()
    assert "Sauna" not in again.body


def test_without_a_publisher_the_local_administrators_are_asked(place: MunicipalityPage, leaf: StandardPage) -> None:
    holder(RoleKind.LOCAL_ADMIN, place, email="verwaltung@example.org")
    make_due(leaf)
    (message,) = remind()
    assert message.to == ["verwaltung@example.org"]


def test_where_nobody_can_be_asked_it_is_tried_again(place: MunicipalityPage, leaf: StandardPage) -> None:
    make_due(leaf)
    assert remind() == []
    holder(RoleKind.PUBLISHER, place, email="neu@example.org")
    assert [message.to for message in remind()] == [["neu@example.org"]]


def test_reference_editors_are_asked_about_the_catalogue() -> None:
    service = ServiceFactory(published=True)
    holder(RoleKind.REFERENCE_EDITOR, None, email="stamm@example.org")
    UserFactory(admin=True, email="verwaltung@example.org")
    make_due(service)
    to = {address for message in remind() for address in message.to}
    assert "stamm@example.org" in to
    assert "verwaltung@example.org" not in to


def test_pages_from_before_get_a_date(leaf: StandardPage) -> None:
    PageReview.objects.all().delete()
    published = timezone.now() - timedelta(days=500)
    StandardPage.objects.filter(pk=leaf.pk).update(last_published_at=published)
    remind()
    assert review(leaf).due == _months_later(timezone.localdate(published), 12)
