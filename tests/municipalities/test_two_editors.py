"""Two people on one page, and one whose role goes while writing: nobody's text is lost, nothing is overwritten."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from cms.models import User
from home.models import StandardPage
from municipalities.models import MunicipalityPage, RoleKind
from search.models import SearchEntry
from tests.factories import StandardPageFactory
from tests.roles import holder, tenant

pytestmark = pytest.mark.django_db
PUBLISH = {"action-publish": "action-publish"}


@pytest.fixture
def place() -> MunicipalityPage:
    return tenant("Doppelhausen")


@pytest.fixture
def leaf(place: MunicipalityPage) -> StandardPage:
    return StandardPageFactory(parent=place, title="Freibad", slug="freibad", intro="Anfang", published=True)


@pytest.fixture
def anna(place: MunicipalityPage) -> Client:
    return logged_in(place, "anna")


@pytest.fixture
def bert(place: MunicipalityPage) -> Client:
    return logged_in(place, "bert")


def logged_in(place: MunicipalityPage, name: str, kind: RoleKind = RoleKind.PUBLISHER) -> Client:
    client = Client()
    client.force_login(holder(kind, place, username=name, first_name=name.title(), last_name="Beispiel"))
    return client


def person_of(client: Client) -> User:
    return User.objects.get(pk=client.session["_auth_user_id"])


def edit(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def open_form(client: Client, page: Page) -> dict[str, Any]:
    """What the browser would send back unchanged."""
    return form_of(client.get(edit(page)), page)


def form_of(response: Any, page: Page) -> dict[str, Any]:
    context = response.context
    data = nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "intro": context["form"]["intro"].value() or "",
            "body": streamfield([("text", rich_text("<p>Text</p>"))]),
            "seo_title": "",
            "search_description": "",
            "form_key": context["form"]["form_key"].value(),
        }
    )
    shown = context["page"]
    if shown.latest_revision_id:
        data |= {
            "loaded_revision_id": str(shown.latest_revision_id),
            "loaded_revision_created_at": context["loaded_revision_created_at"],
        }
    return data


def save(client: Client, page: Page, form: dict[str, Any], *, background: bool = False, **changes: str) -> Any:
    headers = {"accept": "application/json"} if background else {"accept": "text/html"}
    return client.post(edit(page), form | changes, headers=headers)


def intros(page: Page) -> list[str]:
    return [revision.content["intro"] for revision in page.revisions.order_by("pk")]


@pytest.mark.parametrize("action", [{}, PUBLISH, {"action-submit": "action-submit"}])
def test_the_second_save_is_refused_and_loses_nothing(
    anna: Client, bert: Client, leaf: StandardPage, action: dict[str, str]
) -> None:
    first, second = open_form(anna, leaf), open_form(bert, leaf)
    assert save(anna, leaf, first, intro="Von Anna").status_code == 302
    second |= nested_form_data({"body": streamfield([("text", rich_text('<p data-block-key="abcde">Text</p>'))])})
    response = save(bert, leaf, second, intro="Von Bert", **action)
    html = response.content.decode()
    assert response.status_code == 200
    assert intros(leaf)[-1] == "Von Anna"
    assert "Anna Beispiel" in html
    assert response.context["form"]["intro"].value() == "Von Bert"
    assert response.context["newer"].content["intro"] == "Von Anna"
    compared = "".join(str(one.htmldiff()) for one in response.context["newer_comparison"] if one.is_field)
    assert "Anna" in compared
    assert "Bert" in compared
    # The editor in the browser writes the same text with other markup; that is no difference to anybody.
    assert [str(one.field_label()).lower() for one in response.context["newer_comparison"]] == ["einleitung"]
    assert StandardPage.objects.get(pk=leaf.pk).intro == "Anfang"


@pytest.mark.parametrize(
    "other",
    ['<p>Hier <a href="https://b.example">lang</a></p>', "<p>Hier <b>lang</b></p>", "<ul><li>Hier lang</li></ul>"],
)
def test_what_differs_without_a_different_word_is_told(
    anna: Client, bert: Client, leaf: StandardPage, other: str
) -> None:
    """The comparison looks at words alone: a link that leads elsewhere must not be lost from view."""
    first, second = open_form(anna, leaf), open_form(bert, leaf)
    mine = '<p data-block-key="abcde">Hier <a href="https://a.example">lang</a></p>'
    first |= nested_form_data({"body": streamfield([("text", rich_text(other))])})
    second |= nested_form_data({"body": streamfield([("text", rich_text(mine))])})
    assert save(anna, leaf, first).status_code == 302
    response = save(bert, leaf, second)
    (row,) = response.context["newer_comparison"]
    assert row.field.name == "body"
    assert row.has_same_words
    with translation.override("de"):
        said = gettext(
            "The words are the same. Something else differs, such as formatting, a link, a picture or the order."
        )
    assert said in response.content.decode()


def test_sending_it_again_does_not_help_and_keeping_it_as_a_draft_does(
    anna: Client, bert: Client, leaf: StandardPage
) -> None:
    first, second = open_form(anna, leaf), open_form(bert, leaf)
    save(anna, leaf, first, intro="Von Anna", **PUBLISH)
    response = save(bert, leaf, second, intro="Von Bert", **PUBLISH)
    again = form_of(response, leaf) | {"intro": "Von Bert"}
    assert save(bert, leaf, again, **PUBLISH).status_code == 200
    seen = {"seen_revision_id": str(response.context["newer"].pk)}
    assert save(bert, leaf, again, **PUBLISH, **seen).status_code == 200
    assert StandardPage.objects.get(pk=leaf.pk).intro == "Von Anna"
    assert save(bert, leaf, again, **seen).status_code == 302
    assert intros(leaf)[-2:] == ["Von Anna", "Von Bert"]
    assert StandardPage.objects.get(pk=leaf.pk).intro == "Von Anna"
    assert save(bert, leaf, open_form(bert, leaf), **PUBLISH).status_code == 302
    assert StandardPage.objects.get(pk=leaf.pk).intro == "Von Bert"


def test_a_third_version_in_between_is_seen_as_well(anna: Client, bert: Client, leaf: StandardPage) -> None:
    second = open_form(bert, leaf)
    save(anna, leaf, open_form(anna, leaf), intro="Erste von Anna")
    response = save(bert, leaf, second, intro="Von Bert")
    seen = {"seen_revision_id": str(response.context["newer"].pk)}
    save(anna, leaf, open_form(anna, leaf), intro="Zweite von Anna")
    assert save(bert, leaf, second, intro="Von Bert", **seen).status_code == 200
    assert intros(leaf)[-1] == "Zweite von Anna"


def test_a_page_without_any_saved_version_is_guarded_too(anna: Client, bert: Client, place: MunicipalityPage) -> None:
    page = StandardPageFactory(parent=place, title="Neu", slug="neu")
    first, second = open_form(anna, page), open_form(bert, page)
    assert save(anna, page, first, intro="Von Anna").status_code == 302
    assert save(bert, page, second, intro="Von Bert").status_code == 200
    assert intros(page) == ["Von Anna"]


def test_what_a_form_saves_in_the_background_does_not_stand_in_its_own_way(anna: Client, leaf: StandardPage) -> None:
    form = open_form(anna, leaf)
    saved = json.loads(save(anna, leaf, form, background=True, intro="Von selbst").content)
    assert saved["success"]
    # The browser may send before it has heard of the automatic save.
    assert save(anna, leaf, form, intro="Fertig", **PUBLISH).status_code == 302
    assert StandardPage.objects.get(pk=leaf.pk).intro == "Fertig"


def test_approving_leaves_no_draft_behind(place: MunicipalityPage, anna: Client, leaf: StandardPage) -> None:
    """The browser saves in the background as well, once the button has put its field into the form."""
    author = logged_in(place, "arno", RoleKind.AUTHOR)
    save(author, leaf, open_form(author, leaf), intro="Von Arno", **{"action-submit": "action-submit"})
    form = open_form(anna, leaf) | {"action-workflow-action": "true", "workflow-action-name": "approve"}
    submitted = leaf.revisions.count()
    assert not json.loads(save(anna, leaf, form, background=True).content)["success"]
    assert leaf.revisions.count() == submitted
    assert save(anna, leaf, form).status_code == 302
    approved = StandardPage.objects.get(pk=leaf.pk)
    assert (approved.live, approved.intro, approved.has_unpublished_changes) == (True, "Von Arno", False)


def test_two_windows_of_one_person_are_two_editors(anna: Client, leaf: StandardPage) -> None:
    first, second = open_form(anna, leaf), open_form(anna, leaf)
    assert json.loads(save(anna, leaf, first, background=True, intro="Fenster 1").content)["success"]
    assert save(anna, leaf, second, intro="Fenster 2").status_code == 200
    assert not json.loads(save(anna, leaf, second, background=True, intro="Fenster 2").content)["success"]
    assert intros(leaf)[-1] == "Fenster 1"


def test_going_back_to_an_old_version_is_refused_when_there_is_a_newer_one(
    anna: Client, bert: Client, leaf: StandardPage
) -> None:
    oldest = leaf.revisions.order_by("pk").first()
    address = reverse("wagtailadmin_pages:revisions_revert", args=[leaf.pk, oldest.pk])
    form = form_of(anna.get(address), leaf)
    save(bert, leaf, open_form(bert, leaf), intro="Von Bert")
    assert anna.post(address, form | PUBLISH).status_code == 200
    assert StandardPage.objects.get(pk=leaf.pk).intro == "Anfang"


def test_a_mistake_in_the_form_does_not_make_it_current(anna: Client, bert: Client, leaf: StandardPage) -> None:
    second = open_form(bert, leaf)
    save(anna, leaf, open_form(anna, leaf), intro="Von Anna")
    response = save(bert, leaf, second, title="", **PUBLISH)
    assert save(bert, leaf, form_of(response, leaf) | {"intro": "Von Bert"}, **PUBLISH).status_code == 200
    assert StandardPage.objects.get(pk=leaf.pk).intro == "Anfang"


# A role that goes


@pytest.mark.parametrize("role", [RoleKind.AUTHOR, RoleKind.PUBLISHER])
def test_whoever_loses_the_role_while_writing_gets_the_text_back(
    place: MunicipalityPage, leaf: StandardPage, role: RoleKind
) -> None:
    client = logged_in(place, "carla", role)
    form = open_form(client, leaf)
    person_of(client).groups.clear()
    response = save(client, leaf, form, intro="Mühsam getippt", **PUBLISH)
    html = response.content.decode()
    assert response.status_code == 403
    assert "Mühsam getippt" in html
    assert "Text" in html
    assert form["form_key"] not in html
    assert StandardPage.objects.get(pk=leaf.pk).intro == "Anfang"
    background = save(client, leaf, form, background=True, intro="Mühsam getippt")
    assert background.status_code == 403
    assert json.loads(background.content)["error_message"]


def test_nothing_tells_whether_the_page_exists(place: MunicipalityPage) -> None:
    foreign = StandardPageFactory(parent=tenant("Anderswo"), title="Geheim", live=False)
    client = logged_in(place, "dora")
    form = {"title": "Probe", "form_key": "x"}
    answers = [client.post(edit(foreign), form)]
    foreign.pk = 987_654_321
    answers.append(client.post(edit(foreign), form))
    assert {answer.status_code for answer in answers} == {403}
    shown = [answer.content.decode().split("</head>")[1].split("<script")[0] for answer in answers]
    assert shown[0] == shown[1]


def test_whoever_is_blocked_or_logged_out_gets_the_text_back(leaf: StandardPage, anna: Client) -> None:
    form = open_form(anna, leaf)
    anna.logout()
    response = save(anna, leaf, form, intro="Noch nicht gespeichert")
    assert response.status_code == 403
    assert "Noch nicht gespeichert" in response.content.decode()


def test_a_publisher_who_became_an_author_keeps_the_text_as_a_draft(
    leaf: StandardPage, place: MunicipalityPage
) -> None:
    client = logged_in(place, "emil")
    form = open_form(client, leaf)
    person_of(client).groups.set([place.roles.get(kind=RoleKind.AUTHOR).group])
    response = client.post(edit(leaf), form | PUBLISH | {"intro": "Von Emil"}, follow=True)
    assert response.status_code == 200
    assert intros(leaf)[-1] == "Von Emil"
    assert StandardPage.objects.get(pk=leaf.pk).intro == "Anfang"
    assert any(message.level_tag == "warning" for message in response.context["messages"])


# A large move


def test_five_hundred_pages_move_together(anna: Client, place: MunicipalityPage) -> None:
    top = StandardPageFactory(parent=place, title="Archiv", slug="archiv", published=True)
    for year in range(25):
        index = top.add_child(instance=StandardPage(title=f"Jahr {year}", slug=f"jahr-{year}"))
        for number in range(19):
            index.add_child(instance=StandardPage(title=f"Akte {year}-{number}", slug=f"akte-{number}"))
    target = StandardPageFactory(parent=place, title="Ablage", slug="ablage", published=True)
    last = Page.objects.get(slug="akte-18", title="Akte 24-18")
    old = last.url
    address = reverse("wagtailadmin_pages:move_confirm", args=[top.pk, target.pk])
    assert "500" in anna.get(address).content.decode()
    assert anna.post(address).status_code == 302
    moved = Page.objects.get(pk=last.pk)
    assert moved.url == f"{place.url}ablage/archiv/jahr-24/akte-18/"
    assert anna.get(old)["Location"] == moved.url
    assert anna.get(moved.url).status_code == 200
    assert Page.objects.get(pk=top.pk).get_descendant_count() == 500
    assert set(SearchEntry.objects.below(top).values_list("url", flat=True)) <= {
        page.url for page in Page.objects.descendant_of(target)
    }
