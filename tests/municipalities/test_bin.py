"""What is deleted comes back, with its address."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Revision

from home.models import StandardPage
from municipalities.bin import BinError, bin_page, put_in_bin, restore
from municipalities.models import BinnedPage, MunicipalityPage, RoleKind
from search.models import SearchEntry
from tests.factories import (
    LocalServiceFactory,
    MunicipalityFactory,
    OfficeFactory,
    OfficeIndexFactory,
    ResponsibilityFactory,
    StandardPageFactory,
    UserFactory,
)
from tests.roles import holder, tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> MunicipalityPage:
    return tenant("Papierhausen")


def delete(client: Client, page: Page, **data: str) -> Any:
    return client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), data, follow=True)


def bring_back(client: Client, page: Page) -> Any:
    return client.post(reverse("bin_restore", args=[BinnedPage.objects.get(page=page).pk]), follow=True)


def again(page: Page) -> Page:
    return Page.objects.get(pk=page.pk)


def test_a_deleted_page_is_gone_for_everyone_and_comes_back_as_it_was(client: Client, place: MunicipalityPage) -> None:
    page = StandardPageFactory(parent=place, slug="freibad", published=True)
    child = StandardPageFactory(parent=page, slug="eintritt", published=True)
    draft = StandardPageFactory(parent=page, slug="entwurf", live=False)
    addresses = page.url, child.url
    Redirect.add_redirect("/altes-freibad", page)
    client.force_login(holder(RoleKind.PUBLISHER, place))
    assert "30" in delete(client, page).content.decode()
    assert client.get(addresses[0]).status_code == client.get(addresses[1]).status_code == 404
    assert client.get("/altes-freibad/").status_code == 404
    assert not SearchEntry.objects.filter(page__in=[page.pk, child.pk]).exists()
    assert not Page.objects.live().filter(pk__in=[page.pk, child.pk]).exists()
    assert page.title in client.get(reverse("bin")).content.decode()
    bring_back(client, page)
    assert (again(page).url, again(child).url) == addresses
    assert client.get(addresses[0]).status_code == client.get(addresses[1]).status_code == 200
    assert client.get("/altes-freibad/")["Location"] == addresses[0]
    assert not again(draft).live
    assert SearchEntry.objects.filter(page__in=[page.pk, child.pk]).count() == 2
    assert not BinnedPage.objects.exists()
    assert Redirect.objects.count() == 1


def test_several_at_once_come_back_one_by_one(client: Client, place: MunicipalityPage) -> None:
    pages = [StandardPageFactory(parent=place, slug=slug, published=True) for slug in ("a", "b")]
    client.force_login(holder(RoleKind.PUBLISHER, place))
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    query = "&".join(f"id={page.pk}" for page in pages)
    assert client.get(f"{address}?{query}").status_code == 200
    client.post(f"{address}?{query}")
    assert BinnedPage.objects.count() == 2
    bring_back(client, pages[1])
    assert again(pages[1]).url == pages[1].url
    assert not again(pages[0]).live


def test_pages_of_the_same_name_lie_in_the_bin_together(place: MunicipalityPage) -> None:
    for _round in range(2):
        put_in_bin(StandardPageFactory(parent=place, slug="gleich"), None)
    assert bin_page().get_children().count() == 2


def test_where_the_address_is_taken_the_editor_is_told(client: Client, place: MunicipalityPage) -> None:
    page = StandardPageFactory(parent=place, slug="bad", published=True)
    put_in_bin(page, None)
    StandardPageFactory(parent=place, slug="bad", title="Das neue Bad")
    client.force_login(holder(RoleKind.PUBLISHER, place))
    assert "Das neue Bad" in bring_back(client, page).content.decode()
    assert BinnedPage.objects.filter(page=page).exists()


def test_a_second_list_of_offices_cannot_come_back(place: MunicipalityPage) -> None:
    index = place.get_children().get(slug="stellen")
    binned = put_in_bin(index, None)
    OfficeIndexFactory(parent=MunicipalityPage.objects.get(pk=place.pk), slug="neue-stellen")
    with pytest.raises(BinError):
        restore(binned, None)


def test_below_a_page_that_is_in_the_bin_too_the_upper_one_comes_first(place: MunicipalityPage) -> None:
    upper = StandardPageFactory(parent=place, title="Oben", published=True)
    lower = StandardPageFactory(parent=upper, title="Unten", published=True)
    first = put_in_bin(lower, None)
    second = put_in_bin(upper, None)
    with pytest.raises(BinError, match="Oben"):
        restore(first, None)
    restore(second, None)
    restore(BinnedPage.objects.get(pk=first.pk), None)
    assert again(lower).url == lower.url


def test_where_the_parent_is_gone_for_good_the_page_returns_to_the_municipality(place: MunicipalityPage) -> None:
    upper = StandardPageFactory(parent=place, published=True)
    lower = StandardPageFactory(parent=upper, slug="unten", published=True)
    binned = put_in_bin(lower, None)
    again(upper).delete()
    restore(binned, None)
    assert again(lower).get_parent().pk == place.pk
    assert again(lower).url == f"{place.url}unten/"


def test_an_office_without_its_list_stays_in_the_bin(place: MunicipalityPage) -> None:
    office = OfficeFactory(place=place)
    binned = put_in_bin(office, None)
    again(office)
    Page.objects.get(pk=binned.above[0]).delete()
    with pytest.raises(BinError):
        restore(binned, None)


@pytest.mark.parametrize("is_deleted_there", [False, True])
def test_a_page_never_comes_back_under_what_lies_elsewhere_by_now(
    client: Client, place: MunicipalityPage, is_deleted_there: bool
) -> None:
    parent = StandardPageFactory(parent=place, published=True)
    page = StandardPageFactory(parent=parent, published=True)
    put_in_bin(page, None)
    again(parent).move(MunicipalityFactory(published=True), pos="last-child")
    if is_deleted_there:
        put_in_bin(again(parent), None)
    client.force_login(holder(RoleKind.PUBLISHER, place))
    bring_back(client, page)
    assert again(page).get_parent().pk == place.pk


def test_who_comes_second_is_told(place: MunicipalityPage) -> None:
    put_in_bin(StandardPageFactory(parent=place, published=True), None)
    first, second = (BinnedPage.objects.get() for _number in range(2))
    restore(first, None)
    with pytest.raises(BinError, match="schon zurückgeholt"):
        restore(second, None)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets only one write at a time")
def test_the_second_of_two_waits_for_the_first(place: MunicipalityPage) -> None:
    page = StandardPageFactory(parent=place, published=True)
    for step in (lambda: put_in_bin(page, None), lambda: restore(BinnedPage.objects.get(), None)):
        with CaptureQueriesContext(connection) as queries:
            step()
        assert any("FOR UPDATE" in query["sql"] for query in queries[:5])


def test_planned_publication_waits_in_the_bin(place: MunicipalityPage) -> None:
    page = StandardPageFactory(parent=place, live=False)
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save_revision().publish()
    binned = put_in_bin(page, None)
    Revision.objects.filter(object_id=str(page.pk)).update(created_at=timezone.now() - timedelta(days=3))
    call_command("publish_scheduled")
    assert not Revision.objects.filter(object_id=str(page.pk), approved_go_live_at__isnull=False).exists()
    restore(binned, None)
    assert Revision.objects.filter(object_id=str(page.pk), approved_go_live_at__isnull=False).count() == 1


def test_a_submitted_page_is_no_task_any_more(place: MunicipalityPage) -> None:
    page = StandardPageFactory(parent=place, live=False)
    page.save_revision()
    page.get_workflow().start(page, UserFactory())
    put_in_bin(page, None)
    assert again(page).specific.current_workflow_state is None


def test_after_thirty_days_the_page_is_deleted_for_good(place: MunicipalityPage, capsys: Any) -> None:
    """And not before the day that the list names is over, whatever the hour at which it was deleted."""
    old, young = (StandardPageFactory(parent=place, published=True) for _number in range(2))
    StandardPageFactory(parent=old)
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    first_kept = today - timedelta(days=30)
    for page, at in ((old, first_kept - timedelta(seconds=1)), (young, first_kept)):
        put_in_bin(page, None)
        BinnedPage.objects.filter(page=page).update(binned_at=at)
    assert BinnedPage.objects.get(page=old).kept_until < today.date()
    assert BinnedPage.objects.get(page=young).kept_until == today.date()
    call_command("empty_bin")
    assert capsys.readouterr().out.startswith("2 ")
    assert not Page.objects.filter(pk=old.pk).exists()
    assert Page.objects.filter(pk=young.pk).exists()


def test_deleting_in_code_is_final(place: MunicipalityPage) -> None:
    page = StandardPageFactory(parent=place)
    page.delete()
    assert not BinnedPage.objects.exists()
    assert not Page.objects.filter(pk=page.pk).exists()


def test_an_office_in_the_bin_leaves_the_services_usable(client: Client, place: MunicipalityPage) -> None:
    row = ResponsibilityFactory(area=place, office=OfficeFactory(place=place))
    page = LocalServiceFactory(place=place, reference=row.service)
    put_in_bin(row.office, None)
    assert client.get(page.url).status_code == 200
    client.force_login(UserFactory(admin=True))
    assert client.get(reverse("content_gaps")).status_code == 200


def test_a_link_to_a_deleted_page_is_no_link(client: Client, place: MunicipalityPage) -> None:
    gone = StandardPageFactory(parent=place, published=True)
    page = StandardPageFactory(
        parent=place, body=[("text", f'<p><a linktype="page" id="{gone.pk}">Schwimmen</a></p>')], published=True
    )
    put_in_bin(gone, None)
    html = client.get(page.url).content.decode()
    assert "Schwimmen" in html
    assert "None" not in html


@pytest.mark.parametrize("role", [RoleKind.AUTHOR, RoleKind.PUBLISHER, RoleKind.LOCAL_ADMIN])
def test_each_municipality_has_its_own_bin(client: Client, place: MunicipalityPage, role: RoleKind) -> None:
    other = tenant("Anderswo")
    page = StandardPageFactory(parent=other, title="Fremdes Freibad", live=False)
    put_in_bin(page, None)
    client.force_login(holder(role, place))
    assert "Fremdes Freibad" not in client.get(reverse("bin")).content.decode()
    assert bring_back(client, page).status_code == 404


def test_an_author_brings_back_drafts_only(client: Client, place: MunicipalityPage) -> None:
    draft = StandardPageFactory(parent=place, live=False)
    published = StandardPageFactory(parent=place, published=True)
    for page in (draft, published):
        put_in_bin(page, None)
    client.force_login(holder(RoleKind.AUTHOR, place))
    assert bring_back(client, draft).status_code == 200
    assert bring_back(client, published).status_code == 404


def test_the_bin_is_seen_nowhere_else(client: Client, place: MunicipalityPage) -> None:
    page = StandardPageFactory(parent=place, title="Unauffindbares", published=True)
    put_in_bin(page, None)
    client.force_login(UserFactory(admin=True))
    for address in (
        reverse("wagtailadmin_explore_root"),
        reverse("wagtailadmin_pages:search") + "?q=Unauffindbares",
        reverse("wagtailadmin_choose_page_search") + "?q=Unauffindbares",
        reverse("wagtailadmin_choose_page_child", args=[1]),
        reverse("wagtailadmin_api:pages:listing") + "?child_of=1&for_explorer=1",
    ):
        text = client.get(address).content.decode()
        assert f"/admin/pages/{bin_page().pk}/" not in text, address
        assert f"/admin/pages/{page.pk}/edit" not in text, address
    assert "papierkorb" not in client.get("/sitemap.xml").content.decode()
    assert not bin_page().permissions_for_user(UserFactory(admin=True)).can_add_subpage()
    assert (
        not again(StandardPageFactory(parent=place))
        .permissions_for_user(UserFactory(admin=True))
        .can_move_to(bin_page())
    )


def test_a_municipality_is_not_deleted(client: Client, place: MunicipalityPage) -> None:
    client.force_login(UserFactory(admin=True))
    client.get(reverse("wagtailadmin_pages:delete", args=[place.pk]))
    delete(client, place, confirm_site_name="Serviceportal")
    assert MunicipalityPage.objects.live().filter(pk=place.pk).exists()


def test_the_list_of_offices_stays_whatever_way_it_is_deleted(client: Client, place: MunicipalityPage) -> None:
    index = place.get_children().get(slug="stellen")
    client.force_login(holder(RoleKind.PUBLISHER, place))
    for action in ("delete", "unpublish", "move"):
        address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
        client.post(f"{address}?id={index.pk}", {"chooser": place.pk})
    assert again(index).live
    assert StandardPage.objects.child_of(place).exists()
    assert MunicipalityFactory().pk
