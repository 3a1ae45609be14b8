"""What no button offers: foreign keys put into the forms and addresses of own things."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from cms.models import PortalImage, User
from home.models import StandardPage
from municipalities.models import MunicipalityKind, MunicipalityPage
from services.models import Responsibility
from tests.factories import ImageFactory, MunicipalityFactory, StandardPageFactory
from tests.isolation.world import (
    AUTHOR,
    CENTRAL,
    COOPERATION_MANAGER,
    FOREIGN,
    LOCAL_ADMIN,
    OWN,
    PORTAL_ADMIN,
    PUBLISHED,
    PUBLISHER,
    REFERENCE_EDITOR,
    SECRETS,
    World,
    fingerprint,
)

LogIn = Callable[[str], Client]
SECRET = SECRETS[FOREIGN].lower()
COMMENTS = {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}


def text_of(response: Any) -> str:
    return response.content.decode().lower()


def page_form(page: Page, **more: Any) -> dict[str, Any]:
    """The form of a standard page as the editor sends it."""
    return {"title": page.title, "slug": page.slug, "intro": "", "body-count": "0", **COMMENTS, **more}


def body(*blocks: tuple[str, Any]) -> dict[str, Any]:
    """Stream blocks as the form sends them."""
    data: dict[str, Any] = {"body-count": str(len(blocks))}
    for number, (kind, value) in enumerate(blocks):
        data |= {
            f"body-{number}-type": kind,
            f"body-{number}-order": str(number),
            f"body-{number}-deleted": "",
            f"body-{number}-id": "",
        }
        data |= {
            f"body-{number}-value{key}": part
            for key, part in (value if isinstance(value, dict) else {"": value}).items()
        }
    return data


@pytest.fixture
def own_page(world: World) -> StandardPage:
    return StandardPageFactory(parent=world.things[OWN].place, title="Eigene Seite", published=True)


def link_to(page: Page) -> str:
    """Rich text with a link, as the editor sends it."""
    entity = {"type": "LINK", "mutability": "MUTABLE", "data": {"id": page.pk, "url": "/"}}
    block = {"key": "a", "text": "hier", "type": "unstyled", "depth": 0, "inlineStyleRanges": []}
    block["entityRanges"] = [{"offset": 0, "length": 4, "key": 0}]
    return json.dumps({"blocks": [block], "entityMap": {"0": entity}})


# Pages


@pytest.mark.parametrize("role", [AUTHOR, PUBLISHER, LOCAL_ADMIN])
def test_no_copy_lands_below_another_municipality(
    world: World, log_in: LogIn, own_page: StandardPage, role: str
) -> None:
    before = fingerprint()
    data = {"new_title": "Kopie", "new_slug": "kopie", "new_parent_page": world.things[FOREIGN].place.pk, "alias": ""}
    response = log_in(role).post(reverse("wagtailadmin_pages:copy", args=[own_page.pk]), data)
    assert fingerprint() == before
    assert SECRET not in text_of(response)


def test_an_own_copy_is_made(world: World, log_in: LogIn, own_page: StandardPage) -> None:
    data = {"new_title": "Kopie", "new_slug": "kopie", "new_parent_page": world.things[OWN].place.pk, "alias": ""}
    log_in(AUTHOR).post(reverse("wagtailadmin_pages:copy", args=[own_page.pk]), data)
    assert world.things[OWN].place.get_children().filter(slug="kopie").exists()


def test_nothing_moves_to_another_municipality(world: World, log_in: LogIn, own_page: StandardPage) -> None:
    before = fingerprint()
    address = reverse("wagtailadmin_pages:move_confirm", args=[own_page.pk, world.things[FOREIGN].place.pk])
    assert log_in(PUBLISHER).post(address).status_code == 404
    assert fingerprint() == before


@pytest.mark.parametrize("role", [PUBLISHER, LOCAL_ADMIN, PORTAL_ADMIN])
def test_only_the_portal_decides_what_reaches_beyond_a_municipality(world: World, log_in: LogIn, role: str) -> None:
    place = MunicipalityPage.objects.get(pk=world.things[OWN].place.pk)
    other_kind = ({MunicipalityKind.TOWN, MunicipalityKind.MUNICIPALITY} - {place.kind}).pop()
    beyond = {"slug": "anderswo", "kind": other_kind, "district": MunicipalityFactory(is_district=True).pk}
    client, address = log_in(role), reverse("wagtailadmin_pages:edit", args=[place.pk])
    shown = {*beyond, "show_in_menus"} & client.get(address).context["form"].fields.keys()
    form = page_form(place, official_name=place.official_name, **{"sources-count": "0", "social_links-count": "0"})
    for formset in ("postal_codes", "localities"):
        form |= {f"{formset}-TOTAL_FORMS": "0", f"{formset}-INITIAL_FORMS": "0"}
    form |= {"ags": place.ags, "intro": "Willkommen", "show_in_menus": "on", "action-publish": "1", **beyond}
    response = client.post(address, form)
    assert response.status_code == 302, response.context["form"].errors
    place.refresh_from_db()
    assert place.intro == "Willkommen"
    is_portal_admin = role == PORTAL_ADMIN
    assert shown == ({*beyond, "show_in_menus"} if is_portal_admin else set())
    now = {"slug": place.slug, "kind": place.kind, "district": place.district_id}
    assert [name for name in beyond if now[name] == beyond[name]] == (list(beyond) if is_portal_admin else [])
    assert place.show_in_menus is is_portal_admin


@pytest.mark.parametrize("action", ["delete", "move", "publish", "unpublish"])
@pytest.mark.parametrize("ids", ["foreign", "both", "all"])
def test_bulk_actions_take_only_own_pages(
    world: World, log_in: LogIn, own_page: StandardPage, action: str, ids: str
) -> None:
    before = fingerprint()
    foreign = world.things[FOREIGN]
    query = {
        "foreign": f"id={foreign.page.pk}",
        "both": f"id={own_page.pk}&id={foreign.page.pk}",
        "all": f"id=all&childOf={foreign.place.pk}&parentId={foreign.place.pk}",
    }[ids]
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
    for response in (
        log_in(PUBLISHER).get(f"{address}?{query}"),
        log_in(PUBLISHER).post(f"{address}?{query}", {"chooser": world.things[OWN].place.pk}),
    ):
        assert response.status_code == 404
    assert fingerprint() == before


def test_bulk_move_does_not_lead_to_another_municipality(world: World, log_in: LogIn, own_page: StandardPage) -> None:
    before = fingerprint()
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"])
    response = log_in(PUBLISHER).post(f"{address}?id={own_page.pk}", {"chooser": world.things[FOREIGN].place.pk})
    assert fingerprint() == before
    assert SECRET not in text_of(response)


@pytest.mark.parametrize("what", ["image", "document", "draft", "linked draft"])
def test_a_page_cannot_show_or_link_what_is_not_open_to_its_author(
    world: World, log_in: LogIn, own_page: StandardPage, what: str
) -> None:
    foreign = world.things[FOREIGN]
    blocks = {
        "image": ("image", {"-image": foreign.image.pk, "-decorative": "on", "-alt_text": ""}),
        "document": ("document", foreign.document.pk),
        "draft": ("text", link_to(foreign.page)),
        "linked draft": ("notice", {"-title": "Hinweis", "-text": link_to(foreign.page)}),
    }
    before = own_page.latest_revision_id
    response = log_in(AUTHOR).post(
        reverse("wagtailadmin_pages:edit", args=[own_page.pk]), page_form(own_page, **body(blocks[what]))
    )
    own_page.refresh_from_db()
    assert own_page.latest_revision_id == before
    assert "gehört zu einer anderen kommune" in text_of(response) or response.status_code == 200
    assert own_page.latest_revision_id == before


def test_a_page_may_link_what_others_have_published(world: World, log_in: LogIn, own_page: StandardPage) -> None:
    before = own_page.latest_revision_id
    form = page_form(own_page, **body(("text", link_to(world.things[PUBLISHED].page))))
    log_in(AUTHOR).post(reverse("wagtailadmin_pages:edit", args=[own_page.pk]), form)
    own_page.refresh_from_db()
    assert own_page.latest_revision_id != before


def test_a_page_may_show_own_and_shared_images(world: World, log_in: LogIn, own_page: StandardPage) -> None:
    for image in (world.things[OWN].image, world.things[CENTRAL].image):
        before = own_page.latest_revision_id
        block = ("image", {"-image": image.pk, "-decorative": "on", "-alt_text": ""})
        log_in(AUTHOR).post(reverse("wagtailadmin_pages:edit", args=[own_page.pk]), page_form(own_page, **body(block)))
        own_page.refresh_from_db()
        assert own_page.latest_revision_id != before


def test_no_revision_or_comment_of_another_page_comes_in_by_an_own_one(
    world: World, log_in: LogIn, own_page: StandardPage
) -> None:
    foreign, client = world.things[FOREIGN], log_in(PUBLISHER)
    for name in ("revisions_view", "revisions_revert"):
        address = reverse(f"wagtailadmin_pages:{name}", args=[own_page.pk, foreign.revision.pk])
        assert client.get(address).status_code == 404
    before = fingerprint()
    formset = {"comments-TOTAL_FORMS": "1", "comments-INITIAL_FORMS": "1", "comments-0-id": foreign.comment.pk}
    formset |= {"comments-0-text": "überschrieben", "comments-0-contentpath": "title", "comments-0-DELETE": "on"}
    client.post(reverse("wagtailadmin_pages:edit", args=[own_page.pk]), page_form(own_page) | formset)
    assert fingerprint()[6] == before[6]


def test_no_task_of_another_page_is_decided_by_an_own_one(world: World, log_in: LogIn, own_page: StandardPage) -> None:
    before = fingerprint()[5]
    foreign = world.things[FOREIGN]
    for name in ("workflow_action", "collect_workflow_action_data"):
        address = reverse(f"wagtailadmin_pages:{name}", args=[own_page.pk, "approve", foreign.task_state.pk])
        response = log_in(PUBLISHER).post(address, {"comment": ""}, follow=True)
        assert SECRET not in text_of(response)
    assert fingerprint()[5] == before


@pytest.mark.parametrize(
    "query",
    [
        "fields=*&child_of={place}",
        "fields=*&descendant_of={place}",
        "search=geheimnis",
        "for_explorer=1&child_of={place}",
        "id={page}",
        "slug=geheimnis&fields=*,-title",
    ],
)
def test_the_api_tells_nothing_of_others(world: World, log_in: LogIn, query: str) -> None:
    foreign = world.things[FOREIGN]
    address = reverse("wagtailadmin_api:pages:listing")
    response = log_in(AUTHOR).get(f"{address}?{query.format(place=foreign.place.pk, page=foreign.page.pk)}")
    assert SECRET not in text_of(response)


@pytest.mark.parametrize("query", ["q=geheimnis", "page_type=home.standardpage", "user_perms=copy_to"])
@pytest.mark.parametrize("view", ["wagtailadmin_choose_page", "wagtailadmin_choose_page_search"])
def test_choosers_offer_no_drafts_of_others(world: World, log_in: LogIn, view: str, query: str) -> None:
    response = log_in(COOPERATION_MANAGER).get(f"{reverse(view)}?{query}")
    assert response.status_code == 200
    assert SECRET not in text_of(response)


def test_the_chooser_offers_the_published_title_and_not_the_next_one(world: World, log_in: LogIn) -> None:
    address = reverse("wagtailadmin_choose_page_child", args=[world.things[FOREIGN].place.pk])
    page = text_of(log_in(AUTHOR).get(address))
    # The answer is JSON, in which letters beyond ASCII are written as numbers.
    assert "ffentlichtes" in page
    assert SECRET not in page


@pytest.mark.parametrize("export", ["csv", "xlsx"])
@pytest.mark.parametrize("report", ["locked_pages", "workflow", "workflow_tasks", "site_history", "aging_pages"])
def test_exports_of_reports_hold_nothing_of_others(world: World, log_in: LogIn, report: str, export: str) -> None:
    response = log_in(PUBLISHER).get(f"{reverse(f'wagtailadmin_reports:{report}')}?export={export}")
    content = b"".join(response.streaming_content) if response.streaming else response.content
    assert SECRET.encode() not in content.lower()


# Images and documents


@pytest.mark.parametrize(("view", "thing"), [("wagtailimages:edit", "image"), ("wagtaildocs:edit", "document")])
def test_media_stay_out_of_foreign_collections(world: World, log_in: LogIn, view: str, thing: str) -> None:
    own, foreign = world.things[OWN], world.things[FOREIGN]
    media = getattr(own, thing)
    data = {"title": "Neuer Name", "collection": foreign.collection.pk, "description": "Ein Bild"}
    response = log_in(PUBLISHER).post(reverse(view, args=[media.pk]), data)
    media.refresh_from_db()
    assert media.collection_id == own.collection.pk
    assert SECRET not in text_of(response)


def test_media_choosers_show_own_and_shared_collections(world: World, log_in: LogIn) -> None:
    for view in ("wagtailimages_chooser:choose_results", "wagtaildocs_chooser:choose_results"):
        page = text_of(log_in(AUTHOR).get(f"{reverse(view)}?collection_id={world.things[FOREIGN].collection.pk}"))
        assert SECRET not in page
        assert SECRETS[OWN].lower() in text_of(log_in(AUTHOR).get(reverse(view)))


# People and responsibilities


def test_only_own_roles_are_given(world: World, log_in: LogIn) -> None:
    own, foreign = world.things[OWN], world.things[FOREIGN]
    data = {"email": "neu@example.org", "first_name": "Neu", "last_name": "Neu", "is_superuser": "on"}
    client = log_in(LOCAL_ADMIN)
    client.post(reverse("wagtailusers_users:add"), {**data, "groups": [foreign.group.pk]})
    assert not User.objects.filter(email="neu@example.org").exists()
    client.post(reverse("wagtailusers_users:add"), {**data, "groups": [own.group.pk]})
    invited = User.objects.get(email="neu@example.org")
    assert (list(invited.groups.all()), invited.is_superuser) == ([own.group], False)


def test_roles_elsewhere_are_neither_seen_nor_taken(world: World, log_in: LogIn) -> None:
    own, foreign = world.things[OWN], world.things[FOREIGN]
    person = own.person
    person.groups.add(foreign.group)
    address = reverse("wagtailusers_users:edit", args=[person.pk])
    client = log_in(LOCAL_ADMIN)
    assert "fremdstadt" not in text_of(client.get(address))
    data = {"username": "gekapert", "email": "gekapert@example.org", "first_name": "x", "last_name": "x", "groups": []}
    client.post(address, data)
    person.refresh_from_db()
    assert "gekapert" not in person.username + person.email
    assert list(person.groups.all()) == [foreign.group]
    assert person.is_active


def test_nobody_takes_over_a_portal_administrator(world: World, log_in: LogIn) -> None:
    admin = User.objects.get(username="portalverwaltung")
    admin.groups.add(world.things[OWN].group)
    before = fingerprint()
    data = {"username": admin.username, "email": "gekapert@example.org", "first_name": "x", "last_name": "x"}
    log_in(LOCAL_ADMIN).post(reverse("wagtailusers_users:edit", args=[admin.pk]), data)
    admin.refresh_from_db()
    assert admin.email != "gekapert@example.org"
    assert fingerprint() == before


@pytest.mark.parametrize(("role", "works"), [(PUBLISHER, False), (REFERENCE_EDITOR, True)])
def test_responsibilities_are_made_for_the_own_municipality(
    world: World, log_in: LogIn, role: str, works: bool
) -> None:
    foreign = world.things[FOREIGN]
    row = foreign.responsibility
    data = {"service": row.service_id, "area": foreign.place.pk, "office": row.office_id, "role": "receives"}
    data |= {"arrangement": "statutory", "evidence": "unconfirmed", "note": ""}
    log_in(role).post(reverse("wagtailsnippets_services_responsibility:add"), data)
    assert Responsibility.objects.filter(area=foreign.place.pk, role="receives").exists() is works


def test_an_own_responsibility_does_not_move_to_another_municipality(world: World, log_in: LogIn) -> None:
    own, foreign = world.things[OWN], world.things[FOREIGN]
    row = own.responsibility
    data = {"service": row.service_id, "area": foreign.place.pk, "office": row.office_id, "role": row.role}
    data |= {"arrangement": "statutory", "evidence": "unconfirmed", "note": ""}
    log_in(PUBLISHER).post(reverse("wagtailsnippets_services_responsibility:edit", args=[row.pk]), data)
    row.refresh_from_db()
    assert row.area_id == own.place.pk


def test_images_of_other_collections_are_not_uploaded_to(world: World, log_in: LogIn) -> None:
    image = ImageFactory.build(title="Probe")
    data = {"title": "Probe", "description": "Probe", "collection": world.things[FOREIGN].collection.pk}
    log_in(AUTHOR).post(reverse("wagtailimages:add"), {**data, "file": image.file})
    assert not PortalImage.objects.filter(title="Probe", collection=world.things[FOREIGN].collection.pk).exists()
