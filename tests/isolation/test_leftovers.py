"""What once was open, or lies above the own pages: it shows nothing more of others, and sends no e-mails about them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.models import Comment, ModelLogEntry, Page, PageSubscription, PageViewRestriction

from cms.models import User
from home.models import HomePage, NewsPage, StandardPage
from municipalities.models import RoleGroup, RoleKind
from services.models import OfficePage, Responsibility
from tests.factories import OfficeFactory, ResponsibilityFactory, ServiceFactory, StandardPageFactory
from tests.isolation.test_injections import page_form
from tests.isolation.world import AUTHOR, COOPERATION_MANAGER, FOREIGN, LOCAL_ADMIN, OWN, PORTAL_ADMIN, PUBLISHER, World

pytestmark = pytest.mark.django_db

LogIn = Callable[[str], Client]
WORD = "Verschwiegenes"


def text_of(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()


def rename_as_draft(page: Page) -> None:
    page = page.specific
    page.title = WORD
    page.save_revision(log_action=True)


# Reports


@pytest.mark.parametrize("query", ["", "?export=csv", f"?label={WORD[:6]}"])
def test_the_history_of_all_pages_leaves_out_the_pages_above(world: World, log_in: LogIn, query: str) -> None:
    rename_as_draft(HomePage.objects.get())
    address = reverse("wagtailadmin_reports:site_history") + query
    assert WORD not in text_of(log_in(LOCAL_ADMIN).get(address))
    assert WORD in text_of(log_in(PORTAL_ADMIN).get(address))


def test_the_history_of_all_pages_shows_the_own_ones(world: World, log_in: LogIn) -> None:
    rename_as_draft(StandardPageFactory(parent=world.things[OWN].place, published=True))
    assert WORD in text_of(log_in(AUTHOR).get(reverse("wagtailadmin_reports:site_history")))


def test_what_somebody_locked_before_a_role_ended_is_not_listed(world: World, log_in: LogIn) -> None:
    page = world.things[FOREIGN].page
    Page.objects.filter(pk=page.pk).update(title=WORD, draft_title=WORD, locked=True, locked_by=world.people[PUBLISHER])
    for query in ("", "?export=csv"):
        address = reverse("wagtailadmin_reports:locked_pages") + query
        assert WORD not in text_of(log_in(PUBLISHER).get(address))


def test_the_history_of_a_responsibility_keeps_no_title_that_is_not_published(world: World, log_in: LogIn) -> None:
    own = world.things[OWN]
    row = own.responsibility
    service = row.service.specific
    service.unpublish()
    Page.objects.filter(pk=service.pk).update(title=WORD, draft_title=WORD)
    data = {"service": service.pk, "area": own.place.pk, "office": row.office_id, "role": row.role}
    data |= {"arrangement": "statutory", "evidence": "unconfirmed", "note": "Neu"}
    log_in(PORTAL_ADMIN).post(reverse("wagtailsnippets_services_responsibility:edit", args=[row.pk]), data)
    row.refresh_from_db()
    assert row.note == "Neu"
    labels = ModelLogEntry.objects.for_instance(row).values_list("label", flat=True)
    assert [label for label in labels if own.place.title in label]
    assert not [label for label in labels if WORD in label]
    assert WORD not in text_of(log_in(PUBLISHER).get(reverse("wagtailadmin_reports:site_history")))


# Choosers


@pytest.mark.parametrize("more", ["", "&user_perms=move_to", "&multiple=1"])
def test_a_chooser_does_not_open_at_a_draft_of_others(world: World, log_in: LogIn, more: str) -> None:
    """Wagtail opens it at the lowest page above all of the type: here above the only one there is."""
    index = world.things[FOREIGN].place.get_children().get(slug="aktuelles")
    index.add_child(instance=NewsPage(title="Neues", slug="neues", live=False, summary="Kurz"))
    Page.objects.filter(pk=index.pk).update(live=False, title=WORD, draft_title=WORD)
    response = log_in(AUTHOR).get(f"{reverse('wagtailadmin_choose_page')}?page_type=home.newspage{more}")
    assert response.status_code == 200
    assert WORD not in text_of(response)


def test_a_restricted_page_of_others_is_not_offered(world: World, log_in: LogIn) -> None:
    foreign = world.things[FOREIGN].place
    page = StandardPageFactory(parent=foreign, title="Hinter der Tür", published=True)
    below = StandardPageFactory(parent=foreign, title="Vor der Tür", published=True)
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    text = text_of(log_in(AUTHOR).get(reverse("wagtailadmin_choose_page_child", args=[foreign.pk])))
    assert below.slug in text
    assert page.slug not in text


@pytest.fixture
def with_others_office(world: World) -> tuple[Responsibility, OfficePage]:
    office = OfficeFactory(place=world.things[FOREIGN].place, title="Amt nebenan", published=True)
    return ResponsibilityFactory(area=world.things[OWN].place, office=office), office


@pytest.mark.parametrize("view", ["edit", "copy", "delete", "history", "usage", "list"])
def test_what_others_withdrew_keeps_its_new_title_to_itself(
    world: World, log_in: LogIn, with_others_office: tuple[Responsibility, OfficePage], view: str
) -> None:
    row, office = with_others_office
    address = reverse(f"wagtailsnippets_services_responsibility:{view}", args=[] if view == "list" else [row.pk])
    client = log_in(PUBLISHER)
    if view in ("edit", "copy", "list"):
        assert "Amt nebenan" in text_of(client.get(address))
    office.unpublish()
    # The editors of a page that is not published write straight into it.
    Page.objects.filter(pk=office.pk).update(title=WORD, draft_title=WORD)
    assert WORD not in text_of(client.get(address))
    service = row.service.specific
    service.unpublish()
    Page.objects.filter(pk=service.pk).update(title=f"{WORD} Stammtext", draft_title=f"{WORD} Stammtext")
    assert WORD not in text_of(client.get(address))
    everything = f"{reverse('wagtailsnippets_services_responsibility:list')}?area={row.area_id}"
    assert WORD in text_of(log_in(PORTAL_ADMIN).get(everything))


def test_own_drafts_keep_their_title_in_choosers(world: World, log_in: LogIn) -> None:
    office = OfficeFactory(place=world.things[OWN].place, title=WORD, live=False)
    row = ResponsibilityFactory(area=world.things[OWN].place, office=office)
    assert WORD in text_of(
        log_in(PUBLISHER).get(reverse("wagtailsnippets_services_responsibility:edit", args=[row.pk]))
    )


def test_no_responsibility_names_a_draft_of_the_catalogue(world: World, log_in: LogIn) -> None:
    own = world.things[OWN]
    data = {"area": own.place.pk, "office": own.responsibility.office_id, "role": "receives"}
    data |= {"arrangement": "statutory", "evidence": "unconfirmed", "note": ""}
    for service in (ServiceFactory(live=False), ServiceFactory(published=True)):
        log_in(PUBLISHER).post(reverse("wagtailsnippets_services_responsibility:add"), {**data, "service": service.pk})
        assert Responsibility.objects.filter(service=service).exists() is service.live


# E-mails


@pytest.fixture
def former_colleague(world: World) -> tuple[User, StandardPage]:
    """Somebody who worked here, took part in a talk about a page and subscribed to it, and now works elsewhere."""
    person = world.things[FOREIGN].person
    page = StandardPageFactory(parent=world.things[OWN].place, title="Eigene Seite", published=True)
    PageSubscription.objects.create(page=page, user=person, comment_notifications=True)
    Comment.objects.create(page=page, user=person, text="Frage", contentpath="title")
    return person, page


def recipients() -> list[str]:
    return [to for message in mail.outbox for to in message.to]


def _comment_on(page: StandardPage, client: Client) -> None:
    formset = {"comments-TOTAL_FORMS": "1", "comments-INITIAL_FORMS": "0", "comments-0-text": WORD}
    formset |= {"comments-0-contentpath": "title", "comments-0-position": "", "comments-0-id": ""}
    formset |= {"comments-0-replies-TOTAL_FORMS": "0", "comments-0-replies-INITIAL_FORMS": "0"}
    client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), page_form(page) | formset)
    assert Comment.objects.filter(text=WORD).exists()


def test_comments_are_no_longer_sent_to_those_who_left(
    world: World,
    log_in: LogIn,
    former_colleague: tuple[User, StandardPage],
    django_capture_on_commit_callbacks: Any,
) -> None:
    person, page = former_colleague
    with django_capture_on_commit_callbacks(execute=True):
        _comment_on(page, log_in(PUBLISHER))
    assert person.email not in recipients()


def test_comments_are_sent_to_colleagues(
    world: World,
    log_in: LogIn,
    former_colleague: tuple[User, StandardPage],
    django_capture_on_commit_callbacks: Any,
) -> None:
    person, page = former_colleague
    person.groups.add(RoleGroup.objects.get(kind=RoleKind.AUTHOR, municipality=world.things[OWN].place).group)
    with django_capture_on_commit_callbacks(execute=True):
        _comment_on(page, log_in(PUBLISHER))
        assert recipients() == []
    assert person.email in recipients()


@pytest.mark.parametrize("is_still_here", [False, True])
def test_decisions_are_told_only_to_those_who_are_still_here(
    world: World,
    former_colleague: tuple[User, StandardPage],
    is_still_here: bool,
    django_capture_on_commit_callbacks: Any,
) -> None:
    person, page = former_colleague
    person = User.objects.get(pk=person.pk)
    if is_still_here:
        person.groups.add(RoleGroup.objects.get(kind=RoleKind.AUTHOR, municipality=world.things[OWN].place).group)
    page.save_revision(user=person)
    state = page.get_workflow().start(page, person)
    with django_capture_on_commit_callbacks(execute=True):
        state.current_task_state.reject(user=world.people[PUBLISHER], comment=WORD)
    assert (person.email in recipients()) is is_still_here


# Work that must go on


@pytest.mark.parametrize("action", ["delete", "move", "unpublish"])
def test_no_button_offers_what_is_refused(world: World, log_in: LogIn, action: str) -> None:
    place = world.things[OWN].place
    fixed = place.get_children().get(slug="leistungen")
    page = StandardPageFactory(parent=place, published=True)
    for one, offered in ((place, False), (fixed, False), (page, True)):
        address = reverse(f"wagtailadmin_pages:{action}", args=[one.pk])
        for view in ("wagtailadmin_explore", "wagtailadmin_pages:edit"):
            text = text_of(log_in(PUBLISHER).get(reverse(view, args=[one.pk])))
            assert (address in text) is offered


def test_everything_of_the_own_list_is_published_at_once(world: World, log_in: LogIn) -> None:
    place = world.things[OWN].place
    parent = StandardPageFactory(parent=place, published=True)
    drafts = [StandardPageFactory(parent=parent, live=False) for _number in range(3)]
    for draft in drafts:
        draft.save_revision()
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    client = log_in(PUBLISHER)
    assert client.get(f"{address}?id=all&childOf={parent.pk}").status_code == 200
    client.post(f"{address}?id=all&childOf={parent.pk}", {"include_descendants": ""})
    assert parent.get_children().live().count() == 3
    # Without the page whose list it is, everything there is would be meant.
    assert client.get(f"{address}?id=all").status_code == 404


def test_all_images_of_the_list_are_the_own_ones(world: World, log_in: LogIn) -> None:
    address = reverse("wagtail_bulk_action", args=["cms", "portalimage", "delete"])
    response = log_in(PUBLISHER).get(f"{address}?id=all")
    assert response.status_code == 200
    assert world.things[OWN].image.title in text_of(response)
    assert world.things[FOREIGN].image.title not in text_of(response)
    log_in(PUBLISHER).post(f"{address}?id=all")
    model = get_image_model()
    assert not model.objects.filter(pk=world.things[OWN].image.pk).exists()
    assert model.objects.filter(pk=world.things[FOREIGN].image.pk).exists()


@pytest.mark.parametrize("model", ["cms/portaldocument", "services/responsibility"])
def test_other_lists_take_only_own_things_at_once(world: World, log_in: LogIn, model: str) -> None:
    address = reverse("wagtail_bulk_action", args=[*model.split("/"), "delete"])
    log_in(PUBLISHER).post(f"{address}?id=all")
    foreign = world.things[FOREIGN]
    assert type(foreign.document).objects.filter(pk=foreign.document.pk).exists()
    assert Responsibility.objects.filter(pk=foreign.responsibility.pk).exists()


def test_the_chooser_finds_and_takes_what_others_published(world: World, log_in: LogIn) -> None:
    page = StandardPageFactory(parent=world.things[FOREIGN].place, title="Offenes Rathaus", published=True)
    for role in (AUTHOR, COOPERATION_MANAGER):
        client = log_in(role)
        for address in (
            f"{reverse('wagtailadmin_choose_page_search')}?q=Offenes",
            reverse("wagtailadmin_choose_page_child", args=[world.things[FOREIGN].place.pk]),
            f"{reverse('wagtailadmin_choose_page_chosen_multiple')}?id={page.pk}",
        ):
            assert "Offenes Rathaus" in text_of(client.get(address))
