"""The three-way view: what it shows, each button, and everything that can come in between."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as said
from wagtail.models import PageLogEntry

from cms.models import User
from municipalities.models import MunicipalityPage, RoleKind
from services.inheritance import log_actions
from services.inheritance.binding import make_binding
from services.inheritance.marking import marked
from services.models import ChangeNotice, LocalServicePage, LocalTextModule, Outcome, ServicePage
from services.modes import ModuleMode
from tests.factories import LocalServiceFactory, ServiceFactory, StandardPageFactory
from tests.roles import holder, tenant
from tests.services.inheritance.conftest import NOTES, NOW, OURS, PROCEDURE, Publish, again

pytestmark = pytest.mark.django_db

CLASHING = "<p>Bringen Sie ein Foto mit.</p><p>Zahlen Sie am Automaten.</p>"
MERGED = "<p>Bringen Sie ein digitales Foto mit.</p><p>Zahlen Sie mit Karte.</p>"
Post = Callable[..., Any]


@pytest.fixture
def place() -> MunicipalityPage:
    return tenant("Eigenstadt")


@pytest.fixture
def local(place: MunicipalityPage, service: ServicePage) -> LocalServicePage:
    return LocalServiceFactory(
        reference=service,
        parent=place.get_children().get(slug="leistungen").specific,
        published=True,
        texts=[(NOTES, ModuleMode.REPLACE, OURS), (PROCEDURE, ModuleMode.AFTER, "<p>Zimmer 3.</p>")],
    )


@pytest.fixture
def publisher(place: MunicipalityPage) -> User:
    return holder(RoleKind.PUBLISHER, place, first_name="Petra", last_name="Freigabe")


@pytest.fixture
def author(place: MunicipalityPage) -> User:
    return holder(RoleKind.AUTHOR, place, first_name="Anton", last_name="Entwurf")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(local: LocalServicePage, code: str = NOTES) -> str:
    return reverse("reference_decide", args=[local.pk, "de", code])


def words(response: Any) -> str:
    """What stands on the page, without markup."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode())))


def form_of(client: Client, local: LocalServicePage, code: str = NOTES) -> dict[str, str]:
    """The hidden fields, as they were shown."""
    html = client.get(address(local, code)).content.decode()
    return {name: re.search(rf'name="{name}" value="([^"]*)"', html)[1] for name in ("seen", "version")}  # type: ignore[index]


def press(client: Client, local: LocalServicePage, action: str, code: str = NOTES, **more: Any) -> Any:
    return client.post(address(local, code), {**form_of(client, local, code), "action": action, **more}, follow=True)


def text_of(local: LocalServicePage, code: str = NOTES) -> list[str]:
    return [part.text for part in again(local).text_modules.all() if part.code == code]


def notice_of(local: LocalServicePage, code: str = NOTES) -> ChangeNotice:
    return ChangeNotice.objects.get(page=local, code=code)


def draft_text(*paragraphs: str) -> str:
    """Rich text as the editor sends it."""
    blocks = [
        {"key": str(n), "text": text, "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": []}
        for n, text in enumerate(paragraphs)
    ]
    return json.dumps({"blocks": blocks, "entityMap": {}})


# What is shown


def test_three_texts_stand_side_by_side_with_what_changed(
    local: LocalServicePage, service: ServicePage, publisher: User, publish: Publish
) -> None:
    publish(service, notes=NOW)
    html = client_of(publisher).get(address(local)).content.decode()
    assert re.search(r"<ins>.*?digitales.*?</ins>", html)
    assert re.search(r"<del>.*?bar\..*?</del>", html)
    shown = words(client_of(publisher).get(address(local)))
    assert f"{said('[new:')} digitales" in shown
    assert f"{said('[struck out:')} bar." in shown


def test_plain_text_of_a_reference_is_text_and_no_markup(place: MunicipalityPage, publisher: User) -> None:
    service = ServiceFactory(published=True, teaser="Alt")
    local = LocalServiceFactory(
        reference=service,
        parent=place.get_children().get(slug="leistungen").specific,
        published=True,
        texts=[("24", ModuleMode.REPLACE, "<p>Unser Satz.</p>")],
    )
    service = again(service)
    service.teaser = "<script>alert(1)</script> & mehr"
    service.save_revision().publish()
    html = client_of(publisher).get(address(local, "24")).content.decode()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


@pytest.mark.parametrize("path", ["xx/16", "de/99", "de/nichts", "fr/16"])
def test_what_does_not_exist_is_not_found(local: LocalServicePage, publisher: User, path: str) -> None:
    response = client_of(publisher).get(f"/admin/stammtexte/entscheiden/{local.pk}/{path}/")
    assert response.status_code == 404


def test_nothing_to_decide_is_said(local: LocalServicePage, publisher: User) -> None:
    response = client_of(publisher).get(address(local))
    assert said("Nothing is to be decided about this text.") in words(response)
    assert 'value="keep"' not in response.content.decode()


# One click each


def test_keep(local: LocalServicePage, service: ServicePage, publisher: User, publish: Publish) -> None:
    publish(service, notes=NOW)
    response = press(client_of(publisher), local, "keep")
    assert text_of(local) == [OURS]
    assert (notice_of(local).outcome, notice_of(local).decided_by) == (Outcome.KEPT, publisher)
    assert said("Your own text stays.") in words(response)
    assert response.redirect_chain[-1][0] == reverse("reference_decisions") + "#main"


def test_take(local: LocalServicePage, service: ServicePage, publisher: User, publish: Publish) -> None:
    publish(service, notes=NOW)
    press(client_of(publisher), local, "take")
    assert text_of(local) == []
    assert notice_of(local).outcome == Outcome.TAKEN
    assert "digitales" in client_of(publisher).get(again(local).url).content.decode()


def test_merge(local: LocalServicePage, service: ServicePage, publisher: User, publish: Publish) -> None:
    publish(service, notes=NOW)
    press(client_of(publisher), local, "merge")
    assert text_of(local) == [MERGED]
    assert notice_of(local).outcome == Outcome.MERGED


def test_the_next_question_follows(
    local: LocalServicePage, service: ServicePage, publisher: User, publish: Publish
) -> None:
    publish(service, notes=NOW, procedure="<p>Neuer Ablauf.</p>")
    response = press(client_of(publisher), local, "keep")
    assert response.redirect_chain[-1][0] == address(local, PROCEDURE) + "#main"


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("theirs", "<p>Zahlen Sie am Automaten.</p>"),
        ("ours", "<p>Zahlen Sie mit Karte.</p>"),
        ("both", "<p>Zahlen Sie am Automaten.</p><p>Zahlen Sie mit Karte.</p>"),
    ],
)
def test_of_conflicts_a_version_is_chosen(
    local: LocalServicePage, service: ServicePage, publisher: User, publish: Publish, choice: str, expected: str
) -> None:
    publish(service, notes=CLASHING)
    client = client_of(publisher)
    response = press(client, local, "merge")
    assert said("Please choose which version is to stand.") in words(response)
    assert text_of(local) == [OURS]
    press(client, local, "merge", **{"conflict-1": choice})
    assert text_of(local) == ["<p>Bringen Sie ein Foto mit.</p>" + expected]
    assert notice_of(local).outcome == Outcome.MERGED


def test_a_merge_is_edited_before_it_is_saved(
    local: LocalServicePage, service: ServicePage, publisher: User, publish: Publish
) -> None:
    publish(service, notes=CLASHING)
    client = client_of(publisher)
    response = press(client, local, "edit", **{"conflict-1": "ours"})
    editor = response.content.decode()
    assert "Zahlen Sie mit Karte." in editor
    assert text_of(local) == [OURS]
    press(client, local, "save", text=draft_text("Zahlen Sie, wie Sie wollen."))
    assert [re.sub(r' data-block-key="\w+"', "", text) for text in text_of(local)] == [
        "<p>Zahlen Sie, wie Sie wollen.</p>"
    ]


@pytest.mark.parametrize("text", ["", "kein JSON", "{}", "[]", "null", '{"blocks": 3}', "\x00", '{"blocks": [{}]}'])
def test_what_no_editor_sends_is_refused_with_a_message(
    local: LocalServicePage, service: ServicePage, publisher: User, publish: Publish, text: str
) -> None:
    publish(service, notes=NOW)
    response = press(client_of(publisher), local, "save", text=text)
    assert response.status_code == 200
    assert text_of(local) == [OURS]
    assert notice_of(local).outcome == Outcome.OPEN


def test_a_merge_links_to_nothing_foreign(
    local: LocalServicePage, service: ServicePage, publisher: User, publish: Publish
) -> None:
    secret = StandardPageFactory(parent=tenant("Fremdstadt"), live=False)
    publish(service, notes=NOW)
    content = json.loads(draft_text("hier"))
    content["entityMap"] = {"0": {"type": "LINK", "mutability": "MUTABLE", "data": {"id": secret.pk, "url": "/"}}}
    content["blocks"][0]["entityRanges"] = [{"offset": 0, "length": 4, "key": 0}]
    response = press(client_of(publisher), local, "save", text=json.dumps(content))
    assert said("You have chosen a %(kind)s that belongs to another municipality. Please choose another.")[
        -20:
    ] in words(response)
    assert text_of(local) == [OURS]


@pytest.mark.parametrize("is_binding", [False, True])
def test_taking_the_shared_text_takes_all_own_ones_which_is_said_and_stays_in_the_history(
    service: ServicePage, local: LocalServicePage, publisher: User, publish: Publish, *, is_binding: bool
) -> None:
    beside = LocalTextModule(code=NOTES, mode=ModuleMode.AFTER, text="<p>Der Automat steht im Foyer.</p>")
    publish(local, text_modules=[*again(local).text_modules.all(), beside])
    publish(service, notes=NOW)
    if is_binding:
        make_binding(service.versions.get(number=2), timezone.localdate() + timedelta(days=9), "§ 1", "")
    client = client_of(publisher)
    said_there = (
        "If you take the shared text now, your own texts before and after it go as well; on the day itself they would "
        "stay. What goes stays in the history of the page."
        if is_binding
        else "If you take the shared text, your own texts before and after it go as well. All of them stay in the "
        "history of the page."
    )
    assert said(said_there) in words(client.get(address(local)))
    client.post(address(local), form_of(client, local) | {"action": "take"})
    assert [part.code for part in again(local).text_modules.all()] == [PROCEDURE]
    kept = [{part.text for part in one.as_object().text_modules.all()} for one in local.revisions.all()]
    assert any({OURS, beside.text} <= texts for texts in kept)


def test_a_text_beside_the_reference_is_kept_or_removed(
    local: LocalServicePage, service: ServicePage, publisher: User, publish: Publish
) -> None:
    publish(service, procedure="<p>Neuer Ablauf.</p>")
    client = client_of(publisher)
    html = client.get(address(local, PROCEDURE)).content.decode()
    assert said("Remove our text") in html
    assert 'value="merge"' not in html
    assert press(client, local, "merge", PROCEDURE).status_code == 200
    assert text_of(local, PROCEDURE) == ["<p>Zimmer 3.</p>"]
    press(client, local, "take", PROCEDURE)
    assert text_of(local, PROCEDURE) == []


def test_a_binding_change_beside_an_own_text_is_named(
    local: LocalServicePage, service: ServicePage, publisher: User, publish: Publish
) -> None:
    publish(service, procedure="<p>Neuer Ablauf.</p>")
    day = timezone.localdate() + timedelta(days=9)
    make_binding(service.versions.get(number=2), day, "§ 5 Probegesetz", "")
    shown = words(client_of(publisher).get(address(local, PROCEDURE)))
    assert "§ 5 Probegesetz" in shown
    assert f"{day:%d.%m.%Y}" in shown


def test_paragraphs_that_have_only_spaces_in_common_are_shown_whole() -> None:
    before, after = (
        "<p>Legen Sie für jede Person eine Urkunde vor.</p>",
        "<p>Geben Sie alles beim neuen Amt ab, bitte.</p>",
    )
    assert marked(before, after).count("<ins>") == 1
    assert marked(before, before.replace("Urkunde", "Kopie")).count("<ins>") == 1
    assert "Legen Sie für jede Person" in str(marked(before, before.replace("Urkunde", "Kopie"))).split("<del>")[0]


# Who may not publish


def test_an_author_decides_in_the_draft_and_is_told(
    local: LocalServicePage, service: ServicePage, author: User, publisher: User, publish: Publish
) -> None:
    publish(service, notes=NOW)
    response = press(client_of(author), local, "merge")
    assert said(
        "Somebody who may publish has to publish it; until then the public reads what it read before."
    ) in words(response)
    assert text_of(local) == [OURS]
    assert notice_of(local).outcome == Outcome.OPEN
    settled = said("The draft of this page holds a decision already. It counts once somebody publishes the draft.")
    assert settled in words(client_of(author).get(address(local)))
    listed = words(client_of(author).get(reverse("reference_decisions")))
    assert said("Decided in the draft; somebody has to publish it") in listed
    draft = again(local)
    revision = draft.get_latest_revision_as_object().save_revision(user=publisher)
    revision.publish(user=publisher)
    assert text_of(local) == [MERGED]
    assert (notice_of(local).outcome, notice_of(local).decided_by) == (Outcome.MERGED, publisher)


def test_who_publishes_reads_what_the_draft_has_decided(
    local: LocalServicePage, service: ServicePage, author: User, publisher: User, publish: Publish
) -> None:
    publish(service, notes=NOW)
    press(client_of(author), local, "merge")
    seen = words(client_of(publisher).get(address(local)))
    told, _rest = seen.split(said("Underlined: new since your text was written. Struck out: no longer there."))
    assert said("In the draft your own text reads anew:") in told
    assert said("Look at the draft and publish it") in told
    assert "Bringen Sie ein digitales Foto mit.Zahlen Sie mit Karte." in told
    assert said("What you choose below takes the place of what the draft says.") in told
    press(client_of(publisher), local, "keep")
    assert text_of(local) == [OURS]
    draft = again(local).get_latest_revision_as_object()
    assert [part.text for part in draft.text_modules.all() if part.code == NOTES] == [OURS]


def test_an_author_decides_anew_in_the_draft(
    local: LocalServicePage, service: ServicePage, author: User, publisher: User, publish: Publish
) -> None:
    def drafted() -> list[str]:
        draft = again(local).get_latest_revision_as_object()
        return [part.text for part in draft.text_modules.all() if part.code == NOTES]

    publish(service, notes=NOW)
    for action, texts in (("keep", [OURS]), ("merge", [MERGED]), ("take", []), ("merge", [MERGED]), ("keep", [OURS])):
        press(client_of(author), local, action)
        assert drafted() == texts
    assert text_of(local) == [OURS]
    assert notice_of(local).outcome == Outcome.OPEN


@pytest.mark.parametrize("who", ["author", "publisher"])
@pytest.mark.parametrize("action", ["keep", "take", "merge", "save"])
def test_who_has_not_seen_what_somebody_else_decided_in_the_draft_is_told(
    local: LocalServicePage,
    service: ServicePage,
    author: User,
    place: MunicipalityPage,
    publish: Publish,
    who: str,
    action: str,
) -> None:
    publish(service, notes=NOW)
    second = client_of(holder(RoleKind(who), place, first_name="Berta"))
    shown = form_of(second, local)
    press(client_of(author), local, "save", text=draft_text("Satz von Anton."))
    before = again(local).latest_revision_id
    answer = second.post(address(local), {**shown, "action": action, "text": draft_text("Satz von Berta.")})
    assert said("Not saved: your own text has changed meanwhile. Please look at it again below.") in words(answer)
    assert ("Satz von Berta." in answer.content.decode()) == (action == "save")
    assert again(local).latest_revision_id == before
    assert text_of(local) == [OURS]


def test_an_author_who_gave_the_text_up_in_the_draft_still_sees_what_it_was_about(
    local: LocalServicePage, service: ServicePage, author: User, publisher: User, publish: Publish
) -> None:
    publish(service, notes=NOW)
    press(client_of(author), local, "take")
    for person in (author, publisher):
        seen = words(client_of(person).get(address(local)))
        assert said("In the draft your own text is gone.") in seen
        assert said("Nothing is to be decided about this text.") not in seen
        assert "Zahlen Sie mit Karte." in seen
    press(client_of(author), local, "keep")
    (kept,) = [p for p in again(local).get_latest_revision_as_object().text_modules.all() if p.code == NOTES]
    assert kept.text == OURS
    assert said("In the draft your own text stays as it is.") in words(client_of(publisher).get(address(local)))


def test_the_history_tells_a_text_beside_the_reference_that_was_removed_from_one_it_took_the_place_of(
    local: LocalServicePage, service: ServicePage, publisher: User, publish: Publish
) -> None:
    publish(service, notes=NOW, procedure="<p>Neuer Ablauf.</p>")
    press(client_of(publisher), local, "take")
    press(client_of(publisher), local, "take", PROCEDURE)
    entries = PageLogEntry.objects.filter(page=local.pk, action__startswith="portal.reference").order_by("pk")
    assert [entry.action for entry in entries] == [log_actions.TAKEN, log_actions.REMOVED]
    history = words(client_of(publisher).get(reverse("wagtailadmin_pages:history", args=[local.pk])))
    assert said("Shared text changed: own text removed") in history


def test_an_author_does_not_meet_the_same_question_again(
    local: LocalServicePage, service: ServicePage, author: User, publish: Publish
) -> None:
    publish(service, notes=NOW, procedure="<p>Neuer Ablauf.</p>")
    assert press(client_of(author), local, "keep").redirect_chain[-1][0] == address(local, PROCEDURE) + "#main"
    assert (
        press(client_of(author), local, "keep", PROCEDURE).redirect_chain[-1][0]
        == reverse("reference_decisions") + "#main"
    )


# What can come in between


def test_somebody_else_has_decided(
    local: LocalServicePage, service: ServicePage, publisher: User, publish: Publish
) -> None:
    publish(service, notes=NOW)
    client = client_of(publisher)
    shown = form_of(client, local)
    press(client, local, "keep")
    response = client.post(address(local), {**shown, "action": "take"})
    assert said("Not saved: this has been decided meanwhile.") in words(response)
    assert str(Outcome.KEPT.label) in words(response)
    assert "Petra Freigabe" in words(response)
    assert text_of(local) == [OURS]


def test_the_reference_changes_again_while_somebody_decides(
    local: LocalServicePage, service: ServicePage, publisher: User, publish: Publish
) -> None:
    publish(service, notes=NOW)
    client = client_of(publisher)
    shown = form_of(client, local)
    publish(service, notes="<p>Bringen Sie drei Fotos mit.</p>")
    response = client.post(address(local), {**shown, "action": "save", "text": draft_text("Mein langer Satz.")})
    told = "Not saved: the shared text has changed again meanwhile. Please look at the new version below."
    assert said(told) in words(response)
    assert "drei" in words(response)
    assert "Mein langer Satz." in response.content.decode()
    assert text_of(local) == [OURS]


def test_the_own_text_changes_while_somebody_decides(
    local: LocalServicePage, service: ServicePage, publisher: User, publish: Publish
) -> None:
    publish(service, notes=NOW)
    client = client_of(publisher)
    shown = form_of(client, local)
    page = again(local)
    part = page.text_modules.get(code=NOTES)
    part.text = "<p>Anders.</p>"
    page.text_modules = [part]
    page.save_revision().publish()
    response = client.post(address(local), {**shown, "action": "take"})
    told = "Not saved: your own text has changed meanwhile. Please look at it again below."
    assert said(told) in words(response)
    assert text_of(local) == ["<p>Anders.</p>"]


def test_a_locked_page_stays_as_it_is(
    local: LocalServicePage, service: ServicePage, publisher: User, author: User, publish: Publish
) -> None:
    publish(service, notes=NOW)
    client = client_of(publisher)
    shown = form_of(client, local)
    LocalServicePage.objects.filter(pk=local.pk).update(locked=True, locked_by=author, locked_at=timezone.now())
    response = client.post(address(local), {**shown, "action": "take"})
    told = said("The page is locked: %(reason)s Decide once it is unlocked.").split("%")[0]
    assert told in words(response)
    assert text_of(local) == [OURS]


def test_what_waits_for_approval_is_not_lost(
    local: LocalServicePage, service: ServicePage, publisher: User, author: User, publish: Publish
) -> None:
    publish(service, notes=NOW)
    client = client_of(publisher)
    shown = form_of(client, local)
    draft = again(local)
    draft.processing_time = "zwei Wochen"
    draft.save_revision(user=author)
    draft.get_workflow().start(draft, author)
    response = client.post(address(local), {**shown, "action": "take"})
    told = (
        "A version of this page waits for approval. Approve it or cancel the approval first, so that nothing of it is "
        "lost. Then decide here."
    )
    assert said(told) in words(response)
    assert text_of(local) == [OURS]
    assert again(local).current_workflow_state is not None


def test_a_draft_with_another_text_is_told_of_and_survives(
    local: LocalServicePage, service: ServicePage, publisher: User, publish: Publish
) -> None:
    publish(service, notes=CLASHING)
    draft = again(local)
    part = draft.text_modules.get(code=NOTES)
    part.text = OURS + "<p>Neuer Absatz im Entwurf.</p>"
    draft.text_modules = [part]
    draft.save_revision()
    client = client_of(publisher)
    told = (
        "Here you see your text as it is published. In the draft above it stands another. What you decide holds for "
        "both; where you merge, the text of the draft is merged for itself."
    )
    assert said(told) in words(client.get(address(local)))
    press(client, local, "merge", **{"conflict-1": "theirs"})
    assert text_of(local) == [CLASHING]
    (kept,) = again(local).get_latest_revision_as_object().text_modules.all()
    assert "Neuer Absatz im Entwurf." in kept.text


def test_a_withdrawn_reference_takes_the_place_of_nothing(
    local: LocalServicePage, service: ServicePage, publisher: User, publish: Publish
) -> None:
    publish(service, notes=NOW)
    client = client_of(publisher)
    shown = form_of(client, local)
    again(service).unpublish()
    response = client.post(address(local), {**shown, "action": "take"})
    told = "The shared text is not published at the moment. Your own text stays as it is."
    assert said(told) in words(response)
    assert text_of(local) == [OURS]


def test_something_else_on_the_page_is_wrong(
    local: LocalServicePage, service: ServicePage, publisher: User, publish: Publish
) -> None:
    publish(service, notes=NOW)
    client = client_of(publisher)
    LocalServicePage.objects.filter(pk=local.pk).update(state="not_offered")
    response = press(client, local, "keep")
    told = said("Not saved, because something else on the page has to be mended first: %(reasons)s").split("%")[0]
    assert told in words(response)
    assert notice_of(local).outcome == Outcome.OPEN


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"action": "x"},
        {"action": "take"},
        {"action": "take", "seen": "9" * 5000},
        {"action": "merge", "seen": "\x00"},
    ],
)
def test_what_no_button_sends_changes_nothing(
    local: LocalServicePage, service: ServicePage, publisher: User, publish: Publish, data: dict[str, str]
) -> None:
    publish(service, notes=NOW)
    assert client_of(publisher).post(address(local), data).status_code == 200
    assert text_of(local) == [OURS]


def test_others_do_not_come_here(local: LocalServicePage, service: ServicePage, publish: Publish) -> None:
    publish(service, notes=NOW)
    foreign = holder(RoleKind.PUBLISHER, tenant("Fremdstadt"))
    assert client_of(foreign).get(address(local)).status_code == 404
    assert client_of(foreign).post(address(local), {"action": "take"}).status_code == 404
    assert text_of(local) == [OURS]


# Binding changes


@pytest.fixture
def bound(local: LocalServicePage, service: ServicePage, publish: Publish) -> LocalServicePage:
    publish(service, notes=NOW)
    version = service.versions.get(number=2)
    make_binding(version, timezone.localdate() + timedelta(days=20), "§ 1 Prüfgesetz", "Neu seit Mai.")
    return local


def test_who_merged_before_the_change_was_binding_sees_the_change(
    local: LocalServicePage, service: ServicePage, publisher: User, publish: Publish
) -> None:
    publish(service, notes=NOW)
    press(client_of(publisher), local, "merge")
    make_binding(service.versions.get(number=2), timezone.localdate() + timedelta(days=20), "§ 1 Prüfgesetz", "")
    response = client_of(publisher).get(address(local))
    assert said("Shared text before the binding change") in words(response)
    assert re.search(r"<ins>.*?digitales.*?</ins>", response.content.decode())
    assert re.search(r'value="object"', response.content.decode())
    form = client_of(publisher).get(reverse("wagtailadmin_pages:edit", args=[local.pk]))
    day = f"{timezone.localdate() + timedelta(days=20):%d.%m.%Y}"
    told = said("Binding (%(law)s): on %(day)s the shared text takes the place of yours.")
    assert told % {"law": "§ 1 Prüfgesetz", "day": day} in words(form)


def test_a_binding_change_is_taken_or_objected_to(bound: LocalServicePage, publisher: User) -> None:
    client = client_of(publisher)
    html = client.get(address(bound)).content.decode()
    assert "§ 1 Prüfgesetz" in html
    assert "Neu seit Mai." in html
    assert not re.search(r'value="(keep|merge|edit)"', html)
    assert press(client, bound, "keep").status_code == 200
    assert text_of(bound) == [OURS]
    press(client, bound, "take")
    assert text_of(bound) == []
    assert notice_of(bound).outcome == Outcome.TAKEN


def test_an_objection_needs_a_reason(bound: LocalServicePage, publisher: User) -> None:
    client = client_of(publisher)
    for reason in ("", "   ", "x" * 1001, "\x00"):
        response = press(client, bound, "object", reason=reason)
        assert said("Not saved. Please look at the message at the reason.") in words(response)
        assert reason.strip() in response.content.decode() or reason == "\x00"
        assert notice_of(bound).outcome == Outcome.OPEN
    press(client, bound, "object", reason="Bei uns gilt die Satzung.")
    assert (notice_of(bound).outcome, notice_of(bound).reason) == (Outcome.OBJECTED, "Bei uns gilt die Satzung.")
    assert text_of(bound) == [OURS]


def test_an_objection_is_taken_back_until_the_day(bound: LocalServicePage, publisher: User) -> None:
    client = client_of(publisher)
    press(client, bound, "object", reason="Satzung.")
    assert 'value="take_back"' in client.get(address(bound)).content.decode()
    client.post(address(bound), {"action": "take_back"})
    assert (notice_of(bound).outcome, notice_of(bound).reason) == (Outcome.OPEN, "")
    press(client, bound, "object", reason="Doch.")
    bound.reference.versions.filter(is_binding=True).update(effective_on=timezone.localdate())
    assert 'value="take_back"' not in client.get(address(bound)).content.decode()
    client.post(address(bound), {"action": "take_back"})
    assert notice_of(bound).outcome == Outcome.OBJECTED


def test_authors_object_to_nothing(bound: LocalServicePage, author: User, publisher: User) -> None:
    client = client_of(author)
    assert 'value="object"' not in client.get(address(bound)).content.decode()
    press(client, bound, "object", reason="Ich finde nicht.")
    assert notice_of(bound).outcome == Outcome.OPEN
    press(client_of(publisher), bound, "object", reason="Satzung.")
    client.post(address(bound), {"action": "take_back"})
    assert notice_of(bound).outcome == Outcome.OBJECTED


def test_nobody_takes_what_is_not_what_they_have_seen(
    local: LocalServicePage, service: ServicePage, publisher: User, publish: Publish
) -> None:
    publish(service, notes=NOW)
    client = client_of(publisher)
    shown = form_of(client, local)
    day = timezone.localdate() + timedelta(days=20)
    make_binding(service.versions.get(number=2), day, "§ 1 Prüfgesetz", "")
    client.post(address(local), {**shown, "action": "keep"})
    assert notice_of(local).outcome == Outcome.OPEN


# History


def test_each_decision_stands_in_the_history_with_the_old_text(
    local: LocalServicePage, service: ServicePage, publisher: User, publish: Publish
) -> None:
    publish(service, notes=NOW)
    client = client_of(publisher)
    press(client, local, "take")
    entry = PageLogEntry.objects.get(page=local.pk, action=log_actions.TAKEN)
    assert entry.user == publisher
    history = words(client.get(reverse("wagtailadmin_pages:history", args=[local.pk])))
    assert f"{said('Shared text changed: shared text taken')} ({said('Notes')})" in history
    kept = [revision.as_object().text_modules.all() for revision in again(local).revisions.all()]
    assert any(part.text == OURS for parts in kept for part in parts)
