"""The start page shows what waits for the person, and what citizens miss of the own pages; nothing of others."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, WorkflowState

from cms.models import User
from home.board import board
from home.start_page import drafts_of, most_viewed
from municipalities.editing.link_check import broken_links
from municipalities.models import MunicipalityPage, PageReview, PageViews, RoleGroup, RoleKind
from municipalities.models.page_views import week_of
from services.gap_report import gap_report
from tests.factories import (
    ImageFactory,
    LocalServiceIndexFactory,
    OfficeFactory,
    ResponsibilityFactory,
    ServiceFactory,
    StandardPageFactory,
    UserFactory,
)
from tests.roles import holder, tenant

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 4)


@pytest.fixture
def world(client: Client) -> SimpleNamespace:
    own, foreign = tenant("Eigenstadt"), tenant("Fremdstadt")
    return SimpleNamespace(
        own=own,
        foreign=foreign,
        author=holder(RoleKind.AUTHOR, own),
        publisher=holder(RoleKind.PUBLISHER, own),
        stranger=holder(RoleKind.PUBLISHER, foreign),
        client=client,
    )


def start_page(client: Client, user: User) -> str:
    client.force_login(user)
    response = client.get(reverse("wagtailadmin_home"))
    assert response.status_code == 200
    return response.content.decode()


def link_to(page: Page) -> Any:
    return [("text", f'<p><a linktype="page" id="{page.pk}">hier</a></p>')]


def draft(place: MunicipalityPage, user: User, title: str, **values: Any) -> Page:
    page = StandardPageFactory(parent=place, title=title, live=False, owner=user, **values)
    page.specific.save_revision(user=user, log_action=True)
    return page


def test_drafts_are_those_that_the_person_edited(world: SimpleNamespace) -> None:
    mine = draft(world.own, world.author, "Mein Entwurf")
    draft(world.own, world.publisher, "Entwurf einer anderen Person")
    live = StandardPageFactory(parent=world.own, title="Öffentlich", published=True)
    live = live.specific_class.objects.get(pk=live.pk)
    live.title = "Öffentlich, neuer Titel"
    live.save_revision(user=world.author, log_action=True)
    assert list(drafts_of(world.author)) == [live.page_ptr, mine.page_ptr]
    page = start_page(world.client, world.author)
    assert "Mein Entwurf" in page
    assert "Öffentlich, neuer Titel" in page
    assert "Entwurf einer anderen Person" not in page


def test_whoever_has_left_sees_the_old_pages_no_more(world: SimpleNamespace) -> None:
    person = world.author
    page = draft(world.own, person, "Geheimer Entwurf")
    page.get_workflow().start(page, person)
    locked = draft(world.own, person, "Gesperrter Entwurf")
    Page.objects.filter(pk=locked.pk).update(locked=True, locked_by=person, locked_at=timezone.now())
    before = start_page(world.client, person)
    assert "Geheimer Entwurf" in before
    assert "Gesperrter Entwurf" in before
    person.groups.set([RoleGroup.objects.get(kind=RoleKind.AUTHOR, municipality=world.foreign).group])
    after = start_page(world.client, User.objects.get(pk=person.pk))
    assert "Geheimer Entwurf" not in after
    assert "Gesperrter Entwurf" not in after


def test_a_task_waits_for_the_own_publisher_alone(world: SimpleNamespace) -> None:
    page = draft(world.own, world.author, "Bitte freigeben")
    page.get_workflow().start(page, world.author)
    assert "Bitte freigeben" in start_page(world.client, world.publisher)
    assert "Bitte freigeben" not in start_page(world.client, world.stranger)


def test_reviews_that_are_due(world: SimpleNamespace) -> None:
    page = StandardPageFactory(parent=world.own, title="Alte Auskunft", published=True)
    PageReview.objects.update_or_create(page=page, defaults={"due": timezone.localdate() - timedelta(days=1)})
    assert "Alte Auskunft" in start_page(world.client, world.publisher)
    assert "Alte Auskunft" not in start_page(world.client, world.stranger)


def test_numbers_of_the_whole_portal_are_gone(world: SimpleNamespace, editor: Client) -> None:
    page = BeautifulSoup(editor.get(reverse("wagtailadmin_home")).content, "html.parser")
    assert not page.select(".w-summary li")


def test_a_start_page_without_any_role(client: Client, editor: Client) -> None:
    assert editor.get(reverse("wagtailadmin_home")).status_code == 200


# What is missing


def labels(spots: Any) -> set[str]:
    return {spot.label for spot in spots}


def test_gaps_of_own_places_alone(world: SimpleNamespace) -> None:
    service = ServiceFactory(title="Hundesteuer")
    for place in (world.own, world.foreign):
        OfficeFactory(place=place, title=f"Amt {place.title}")
    report = gap_report(world.publisher, TODAY)
    [gap] = [gap for gap in report.missing if gap.service.pk == service.pk]
    assert labels(gap.spots) == {"Eigenstadt"}
    assert labels(report.offices) == {"Amt Eigenstadt"}
    page = start_page(world.client, world.publisher)
    assert "Amt Eigenstadt" in page
    assert "Amt Fremdstadt" not in page
    page = world.client.get(reverse("content_gaps")).content.decode()
    assert "Amt Eigenstadt" in page
    assert "Fremdstadt" not in page


def test_those_who_look_after_all_see_all(world: SimpleNamespace, editor: Client) -> None:
    OfficeFactory(place=world.foreign, title="Amt Fremdstadt")
    central = holder(RoleKind.REFERENCE_EDITOR, None)
    assert "Amt Fremdstadt" in labels(gap_report(central, TODAY).offices)
    assert "Amt Fremdstadt" in editor.get(reverse("content_gaps")).content.decode()
    # They see it, but it is not theirs to edit.
    assert {spot.url for spot in gap_report(central, TODAY).offices} == {""}


def test_a_missing_responsibility_is_added_in_two_clicks(world: SimpleNamespace) -> None:
    service = ServiceFactory()
    world.client.force_login(world.publisher)
    [gap] = [gap for gap in gap_report(world.publisher, TODAY).missing if gap.service.pk == service.pk]
    form = BeautifulSoup(world.client.get(gap.spots[0].url).content, "html.parser")
    chosen = {name: form.select_one(f"[name={name}]") for name in ("service", "area")}
    assert {name: str(field["value"]) for name, field in chosen.items() if field} == {
        "service": str(service.pk),
        "area": str(world.own.pk),
    }
    # Authors see the gap; to fill it is the publishers' business.
    [gap] = [gap for gap in gap_report(world.author, TODAY).missing if gap.service.pk == service.pk]
    assert gap.spots[0].url == ""


@pytest.mark.parametrize("query", ["service=x&area=y", "service=999999999&area=999999999", "service=1" + "0" * 30])
def test_nonsense_in_the_address_leaves_the_form_empty(world: SimpleNamespace, query: str) -> None:
    world.client.force_login(world.publisher)
    address = reverse("wagtailsnippets_services_responsibility:add")
    assert world.client.get(f"{address}?{query}").status_code == 200


def test_a_foreign_area_is_not_filled_in(world: SimpleNamespace) -> None:
    world.client.force_login(world.publisher)
    address = reverse("wagtailsnippets_services_responsibility:add")
    page = world.client.get(f"{address}?area={world.foreign.pk}").content.decode()
    assert "Fremdstadt" not in page


def test_entries_whose_office_is_gone(world: SimpleNamespace) -> None:
    rows = {place.pk: ResponsibilityFactory(area=place) for place in (world.own, world.foreign)}
    for row in rows.values():
        row.office.unpublish()
    report = gap_report(world.publisher, TODAY)
    assert labels(report.responsibilities) == {str(rows[world.own.pk])}


def test_images_that_say_nothing_to_the_blind(world: SimpleNamespace) -> None:
    collection = world.own.tenant.collection
    ImageFactory(title="Ohne Text", collection=collection)
    ImageFactory(title="Mit Text", collection=collection, description="Das Rathaus")
    ImageFactory(title="Zierde", collection=collection, is_decorative=True)
    ImageFactory(title="Fremdes Bild", collection=world.foreign.tenant.collection)
    assert labels(gap_report(world.publisher, TODAY).images) == {"Ohne Text"}


# Links that lead nowhere


def linking(place: MunicipalityPage, target: Page, title: str = "Verweisende Seite") -> Page:
    return StandardPageFactory(parent=place, title=title, body=link_to(target), published=True)


def test_a_link_to_a_withdrawn_page_is_found(world: SimpleNamespace) -> None:
    target = StandardPageFactory(parent=world.own, title="Ziel", published=True)
    page = linking(world.own, target)
    assert broken_links(Page.objects.filter(pk=page.pk)) == []
    target.unpublish()
    [link] = gap_report(world.publisher, TODAY).links
    assert (link.label, link.note) == ("Verweisende Seite", "Ziel")
    assert link.url == reverse("wagtailadmin_pages:edit", args=[page.pk])


def test_a_page_below_a_withdrawn_one_cannot_be_reached_either(world: SimpleNamespace) -> None:
    above = StandardPageFactory(parent=world.own, title="Oben", published=True)
    target = StandardPageFactory(parent=above, title="Unten", published=True)
    linking(world.own, target)
    Page.objects.filter(pk=above.pk).update(live=False)
    assert len(gap_report(world.publisher, TODAY).links) == 1


def test_a_link_to_a_deleted_page_is_found(world: SimpleNamespace, django_capture_on_commit_callbacks: Any) -> None:
    target = StandardPageFactory(parent=world.own, title="Ziel", published=True)
    page = linking(world.own, target)
    with django_capture_on_commit_callbacks(execute=True):
        target.delete()
    assert [link.page.pk for link in broken_links(Page.objects.all())] == [page.pk]
    page = Page.objects.get(pk=page.pk).specific
    page.body = []
    page.save()
    assert broken_links(Page.objects.all()) == []


def test_drafts_of_others_are_not_named(world: SimpleNamespace) -> None:
    target = StandardPageFactory(parent=world.foreign, title="Bald geheim", published=True)
    linking(world.own, target)
    target.unpublish()
    [link] = gap_report(world.publisher, TODAY).links
    assert link.note == ""
    assert "Bald geheim" not in start_page(world.client, world.publisher)


def test_links_of_others_are_not_mine(world: SimpleNamespace) -> None:
    target = StandardPageFactory(parent=world.own, title="Ziel", published=True)
    linking(world.foreign, target)
    target.unpublish()
    assert gap_report(world.publisher, TODAY).links == []


# What was viewed most


def viewed(page: Page, count: int, subject: Page | None = None, weeks_ago: int = 0) -> None:
    week = week_of(timezone.localdate()) - timedelta(weeks=weeks_ago)
    PageViews.objects.create(page_id=page.pk, subject_id=(subject or page).pk, week=week, count=count)


def test_most_viewed_pages_are_own_ones_of_the_last_weeks(world: SimpleNamespace) -> None:
    page = StandardPageFactory(parent=world.own, title="Beliebt", published=True)
    index = LocalServiceIndexFactory._meta.model.objects.child_of(world.own).get()
    service = ServiceFactory(title="Stammtext")
    viewed(page, 3)
    viewed(page, 4, weeks_ago=3)
    viewed(page, 500, weeks_ago=4)
    viewed(index, 5, subject=service)
    viewed(world.foreign, 900)
    assert [(row.title, row.total) for row in most_viewed(world.publisher)] == [("Beliebt", 7), ("Stammtext", 5)]
    page_text = start_page(world.client, world.publisher)
    assert "Beliebt" in page_text
    assert "Stammtext" in page_text


# The board


@pytest.fixture
def district(world: SimpleNamespace) -> MunicipalityPage:
    place = tenant("Prüfkreis", is_district=True)
    for member in (world.own, world.foreign):
        MunicipalityPage.objects.filter(pk=member.pk).update(district=place)
    return place


def rows(user: User) -> dict[str, dict[str, int]]:
    return {row.place.title: row.counts for row in board(user, timezone.localdate())}


def test_the_board_counts_what_each_municipality_has(world: SimpleNamespace, district: MunicipalityPage) -> None:
    service = ServiceFactory()
    page = draft(world.own, world.author, "Geheimer Entwurf")
    page.get_workflow().start(page, world.author)
    assert WorkflowState.objects.exists()
    OfficeFactory(place=world.own)
    ImageFactory(collection=world.own.tenant.collection)
    target = StandardPageFactory(parent=world.own, title="Ziel", published=True)
    linking(world.own, target)
    target.unpublish()
    due = StandardPageFactory(parent=world.own, published=True)
    PageReview.objects.update_or_create(page=due, defaults={"due": timezone.localdate()})
    viewed(world.own, 12)
    user = holder(RoleKind.AUTHOR, district)
    found = rows(user)
    assert next(iter(found)) == "Prüfkreis"
    assert set(found) == {"Prüfkreis", "Eigenstadt", "Fremdstadt"}
    own = found["Eigenstadt"]
    assert own.pop("services") >= 1
    assert own == {"drafts": 2, "approvals": 1, "reviews": 1, "offices": 1, "images": 1, "links": 1, "views": 12}
    other = found["Fremdstadt"]
    assert other.pop("services") >= 1
    assert set(other.values()) == {0}
    assert service.pk


def test_the_board_shows_numbers_and_no_titles(world: SimpleNamespace, district: MunicipalityPage) -> None:
    draft(world.own, world.author, "Geheimer Entwurf")
    world.client.force_login(holder(RoleKind.PUBLISHER, district))
    response = world.client.get(reverse("board"))
    page = response.content.decode()
    assert response.status_code == 200
    assert "Eigenstadt" in page
    assert "Geheimer Entwurf" not in page
    # Only the own municipality leads on.
    assert reverse("wagtailadmin_explore", args=[district.pk]) in page
    assert reverse("wagtailadmin_explore", args=[world.own.pk]) not in page


def test_for_whom_the_board_opens(world: SimpleNamespace, district: MunicipalityPage, editor: Client) -> None:
    elsewhere = tenant("Woanders")
    assert elsewhere.title not in rows(holder(RoleKind.AUTHOR, district))
    assert editor.get(reverse("board")).status_code == 200
    assert elsewhere.title in rows(holder(RoleKind.REFERENCE_EDITOR, None))
    for person in (world.publisher, holder(RoleKind.COOPERATION_MANAGER, None), UserFactory()):
        world.client.force_login(person)
        assert world.client.get(reverse("board")).status_code == 302


def test_the_board_asks_no_more_for_many_than_for_few(world: SimpleNamespace, district: MunicipalityPage) -> None:
    user = holder(RoleKind.PUBLISHER, district)

    def queries() -> int:
        fresh = User.objects.get(pk=user.pk)
        with CaptureQueriesContext(connection) as context:
            board(fresh, timezone.localdate())
        return len(context)

    queries()
    before = queries()
    for number in range(4):
        place = tenant(f"Dorf {number}", district=district)
        OfficeFactory(place=place)
        draft(place, world.author, f"Entwurf {number}")
    assert queries() == before
