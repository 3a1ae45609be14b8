"""Moving, copying, withdrawing, deleting and bringing back what lies below a page: quick, whole, or not at all."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from home.models import StandardPage
from municipalities.bin import put_in_bin, restore
from municipalities.models import BinnedPage
from search import indexing
from search.models import SearchEntry
from tests.factories import MunicipalityFactory, StandardPageFactory, UserFactory, without_editors_indexes

pytestmark = pytest.mark.django_db


def subtree(count: int) -> tuple[StandardPage, StandardPage]:
    """A published page with so many below it, and another page in another municipality."""
    with without_editors_indexes():
        top = StandardPageFactory(parent=MunicipalityFactory(published=True), title="Archiv", published=True)
        for number in range(count):
            StandardPageFactory(parent=top, title=f"Jahrgang {number}", body=[("text", "<p>Quasten</p>")])
        other = StandardPageFactory(parent=MunicipalityFactory(published=True), title="Ziel", published=True)
    indexing.rebuild()
    return StandardPage.objects.get(pk=top.pk), other


def entries_below(page: Page) -> "list[tuple[Any, ...]]":
    found = SearchEntry.objects.below(Page.objects.get(pk=page.pk))
    return sorted(found.values_list("title", "url", "municipality"))


def move(client: Client, page: Page, target: Page) -> None:
    address = reverse("wagtailadmin_pages:move_confirm", args=[page.pk, target.pk])
    assert client.post(address).status_code == 302


def queries_of_a_move(client: Client, count: int) -> int:
    top, target = subtree(count)
    with CaptureQueriesContext(connection) as context:
        move(client, top, target)
    return len(context)


def test_a_large_subtree_moves_with_hardly_more_queries_than_a_small_one(editor: Client) -> None:
    few, many = queries_of_a_move(editor, 5), queries_of_a_move(editor, 45)
    # The full text of SQLite takes each page by itself, with one for the old words and one for the new.
    assert many - few <= 40 * 2 + 20


def test_the_search_and_the_redirects_follow_a_move(editor: Client) -> None:
    top, target = subtree(3)
    old = top.url
    move(editor, top, target)
    top.refresh_from_db()
    assert top.url == f"{target.url}{top.slug}/"
    place = target.get_parent().pk
    assert entries_below(top) == sorted(
        (page.title, page.url, place) for page in Page.objects.descendant_of(top, inclusive=True)
    )
    assert Redirect.objects.filter(old_path__startswith=old.rstrip("/")).count() == 4


def test_a_move_that_fails_half_way_leaves_everything_as_it_was(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    top, target = subtree(3)
    before = (entries_below(top), list(Page.objects.order_by("pk").values_list("pk", "path", "url_path")))

    def fail(*args: Any) -> None:
        raise RuntimeError("no room left")

    monkeypatch.setattr(indexing, "_store", fail)
    with pytest.raises(RuntimeError):
        move(editor, top, target)
    assert (entries_below(top), list(Page.objects.order_by("pk").values_list("pk", "path", "url_path"))) == before
    assert not Redirect.objects.exists()


def test_copies_are_found_as_well(editor: Client) -> None:
    top, _target = subtree(3)
    data = {"new_title": "Kopie", "new_slug": "kopie", "new_parent_page": top.get_parent().pk}
    address = reverse("wagtailadmin_pages:copy", args=[top.pk])
    assert editor.post(address, {**data, "copy_subpages": "on", "publish_copies": "on"}).status_code == 302
    copy = StandardPage.objects.get(slug="kopie")
    found = [title for title, _url, _place in entries_below(copy)]
    assert found == ["Jahrgang 0", "Jahrgang 1", "Jahrgang 2", "Kopie"]


def test_withdrawing_and_publishing_all_of_it(editor: Client) -> None:
    top, _target = subtree(3)
    before = entries_below(top)
    unpublish = reverse("wagtailadmin_pages:unpublish", args=[top.pk])
    assert editor.post(unpublish, {"include_descendants": "on"}).status_code == 302
    assert entries_below(top) == []
    publish = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    assert editor.post(f"{publish}?id={top.pk}&next=/admin/", {"include_descendants": "on"}).status_code == 302
    assert entries_below(top) == before


def test_the_bin_and_back_again() -> None:
    top, _target = subtree(3)
    user, before = UserFactory(admin=True), entries_below(top)
    put_in_bin(top, user)
    assert entries_below(top) == []
    restore(BinnedPage.objects.get(page=top.pk), user)
    assert entries_below(top) == before
