"""Placeholders never reach the public, whichever way a page is published; drafts may hold them."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as said
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Page, PageLogEntry

from cms.publishing import PublicationRefusedError
from municipalities.models import MunicipalityPage, RoleKind
from services.models import LocalServicePage, ServicePage
from services.placeholders import find_placeholder
from services.publication import PUBLICATION_REFUSED
from tests.factories import LocalServiceFactory, ServiceFactory
from tests.forms import local_page
from tests.roles import holder, tenant

PUBLISH = {"action-publish": "action-publish"}
SUBMIT = {"action-submit": "action-submit"}


@pytest.mark.parametrize(
    "text",
    [
        "Das kostet XX Euro.",
        "Das kostet xx,xx €.",
        "Telefon 02431 85XX",
        "gültig ab XX.XX.2027",
        "Wenden Sie sich an […].",
        "Wenden Sie sich an [...].",
        "Wenden Sie sich an [ … ].",
        "TODO: Öffnungszeiten",
        "Öffnungszeiten???",
        "Ansprechpartner: XXX",
        "Gebühr tbd",
        "Gebühr: T.B.D.",
        "Lorem ipsum dolor sit amet",
        "…",
        " ... ",
        "nach § 20 XX",
        "nach § XX",
        "siehe Anlage xx",
        "Artikel XX,XX",
        "Raum X\u00adX",
        "Rufen Sie an: XX. Danach hören Sie von uns.",
    ],
)
def test_placeholders_are_found(text: str) -> None:
    assert find_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "T-Shirts bis Größe XXL",
        "Beschluss der XX. Wahlperiode",
        "XX. Änderungssatzung zur Gebührensatzung vom 1. Mai 2020",
        "XXX. Satzung zur Änderung der Hauptsatzung",
        "Gesetz über die Zuständigkeiten, Kapitel XIX",
        "Anlage XX zur Verordnung, Artikel\u00a0XXX und Teil XX.",
        "BIC WELADED1XXX",
        "https://example.org/xx/???",
        "Haben Sie Fragen? Rufen Sie an!",
        "Wer hilft mir??",
        "Und so weiter …",
        "Die Methode heißt Todomat.",
        "Geschlecht X im Pass",
        "Fax, Mail oder Text",
    ],
)
def test_what_only_looks_alike_is_none(text: str) -> None:
    assert find_placeholder(text) == ""


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"])), st.text())
def test_wherever_it_stands_it_is_found_and_shown(before: str, after: str) -> None:
    found = find_placeholder(f"{before} […] {after}")
    assert found
    assert find_placeholder(found), "the words shown hold a placeholder"


def test_a_text_of_nothing_but_dots_and_a_letter_is_read_at_once() -> None:
    start = time.perf_counter()
    assert find_placeholder("." * 50_000 + "a") == ""
    # Quadratic work would take many seconds.
    assert time.perf_counter() - start < 1


def test_the_words_around_are_shown_and_not_the_whole_text() -> None:
    text = f"{'Vorher. ' * 50}Die Gebühr beträgt XX Euro je Antrag. {'Nachher. ' * 50}"
    found = find_placeholder(text)
    assert "Gebühr beträgt XX Euro" in found
    assert len(found) < 160


# Ways to the public


@pytest.fixture
def place(db: None) -> MunicipalityPage:
    return tenant("Platzhausen")


@pytest.fixture
def service(db: None) -> ServicePage:
    return ServiceFactory(title="Angelschein", published=True)


@pytest.fixture
def local(place: MunicipalityPage, service: ServicePage) -> LocalServicePage:
    page = LocalServiceFactory(
        place=place, reference=service, published=True, texts=[("16", "after", "<p>Kommen Sie.</p>")]
    )
    return LocalServicePage.objects.get(pk=page.pk)


def at_work(place: MunicipalityPage, kind: RoleKind, **fields: str) -> Client:
    client = Client()
    client.force_login(holder(kind, place, **fields))
    return client


def send(client: Client, page: LocalServicePage, text: str, **more: str) -> Any:
    data = local_page(page.reference_id, [("16", "after", f"<p>{text}</p>")])
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    context = client.get(address).context
    data |= {
        "form_key": context["form"]["form_key"].value(),
        "loaded_revision_id": context["page"].latest_revision_id,
        "loaded_revision_created_at": context["loaded_revision_created_at"],
    }
    return client.post(address, data | more, follow=True)


def live_text(page: Page) -> str:
    return "".join(part.text for part in LocalServicePage.objects.get(pk=page.pk).text_modules.all())


def draft_text(page: Page) -> str:
    return "".join(
        part.text for part in Page.objects.get(pk=page.pk).get_latest_revision_as_object().text_modules.all()
    )


def unfinished(page: LocalServicePage, **values: Any) -> Any:
    """A revision as it may lie there from before, or be written past the form."""
    draft = LocalServicePage.objects.get(pk=page.pk)
    parts = list(draft.text_modules.all())
    parts[0].text = "<p>Das kostet XX Euro.</p>"
    draft.text_modules = parts
    for name, value in values.items():
        setattr(draft, name, value)
    return draft.save_revision()


def test_a_draft_may_hold_one_and_its_publication_is_refused_at_the_spot(
    place: MunicipalityPage, local: LocalServicePage
) -> None:
    publisher = at_work(place, RoleKind.PUBLISHER)
    send(publisher, local, "Das kostet XX Euro.")
    assert "XX Euro" in draft_text(local)
    answer = send(publisher, local, "Das kostet XX Euro.", **PUBLISH)
    assert "XX" not in live_text(local)
    form = answer.context["form"]
    (part,) = [one for one in form.formsets["text_modules"].forms if one.errors]
    assert "Das kostet XX Euro." in str(part.errors["text"])
    summary, outcome = form.non_field_errors()
    # Tab, module and words.
    assert "Texte" in summary
    assert str(local.text_modules.get()) in summary
    assert "XX Euro" in summary
    assert outcome == said("The page was not published. You may still save it as a draft.")
    send(publisher, local, "Das kostet 12 Euro.", **PUBLISH)
    assert "12 Euro" in live_text(local)


def test_a_part_that_is_taken_out_is_no_obstacle(place: MunicipalityPage, local: LocalServicePage) -> None:
    publisher = at_work(place, RoleKind.PUBLISHER)
    send(publisher, local, "Das kostet XX Euro.", **{"text_modules-0-DELETE": "1"}, **PUBLISH)
    assert "XX" not in live_text(local)


def test_an_author_does_not_hand_it_in(place: MunicipalityPage, local: LocalServicePage) -> None:
    author = at_work(place, RoleKind.AUTHOR)
    answer = send(author, local, "Das kostet XX Euro.", **SUBMIT)
    assert answer.context["form"].non_field_errors()
    assert Page.objects.get(pk=local.pk).current_workflow_state is None
    send(author, local, "Das kostet 5 Euro.", **SUBMIT)
    assert Page.objects.get(pk=local.pk).current_workflow_state is not None


def test_an_approval_publishes_none_and_a_rejection_is_possible(
    place: MunicipalityPage, local: LocalServicePage
) -> None:
    author, publisher = at_work(place, RoleKind.AUTHOR), at_work(place, RoleKind.PUBLISHER)
    send(author, local, "Das kostet 5 Euro.", **SUBMIT)
    unfinished(local)
    page = Page.objects.get(pk=local.pk).specific
    state = page.current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    answer = publisher.post(address, follow=True)
    assert answer.status_code == 200
    assert "XX Euro" in " ".join(map(str, answer.context["messages"]))
    in_window = publisher.post(address, headers={"x-requested-with": "XMLHttpRequest"})
    assert in_window.json()["step"] == "success"
    assert "XX" not in live_text(local)
    state.refresh_from_db()
    assert state.status == state.STATUS_IN_PROGRESS
    reject = {"action-workflow-action": "1", "workflow-action-name": "reject"}
    send(publisher, local, "Das kostet XX Euro.", **reject)
    state.refresh_from_db()
    assert state.status == state.STATUS_REJECTED


def test_of_many_pages_none_is_published_and_each_is_named(
    place: MunicipalityPage, local: LocalServicePage, editor: Client
) -> None:
    other = LocalServiceFactory(
        place=place, published=True, texts=[("06", "after", "<p>Kommen Sie.</p>")], reference__title="Bootsschein"
    )
    good = LocalServiceFactory(place=place, reference__title="Drachenschein")
    good.live = False
    good.save()
    for page in (local, other):
        unfinished(page)
    good.save_revision()
    keys = "&".join(f"id={page.pk}" for page in (good, local, other))
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    answer = editor.post(f"{address}?{keys}", {"include_descendants": ""}, follow=True)
    told = " ".join(map(str, answer.context["messages"]))
    assert "Angelschein" in told
    assert "Bootsschein" in told
    assert not Page.objects.get(pk=good.pk).live
    assert "XX" not in live_text(local) + live_text(other)


def test_a_plan_ends_as_a_draft_and_editors_are_told(place: MunicipalityPage, local: LocalServicePage) -> None:
    holder(RoleKind.PUBLISHER, place, email="freigabe@example.org")
    revision = unfinished(local)
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.save()
    call_command("publish_scheduled")
    assert "XX" not in live_text(local)
    assert "XX" in draft_text(local)
    (message,) = mail.outbox
    assert message.to == ["freigabe@example.org"]
    assert "XX Euro" in message.body
    entry = PageLogEntry.objects.get(page=local.pk, action=PUBLICATION_REFUSED)
    assert "XX Euro" in entry.message
    mail.outbox.clear()
    call_command("publish_scheduled")
    assert mail.outbox == []


def translated(**texts: str) -> dict[str, Any]:
    return {"type": "translation", "value": {"language": "en", "title": "Fishing licence", **texts}}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "tab"),
    [
        ({"notes": "<p>Mehr dazu: <b>X</b>X</p>"}, "Texte"),
        ({"teaser": "…"}, "Texte"),
        ({"title_citizen": "TODO"}, "Texte"),
        ({"costs": [("cost", {"type": "free", "condition": "für XX"})]}, "Recht"),
        ({"documents": [("document", {"name": "[...]"})]}, "Recht"),
        ({"processing_time": "XX Wochen"}, "Recht"),
        ({"translations": [translated(title="Fishing in XX")]}, "Übersetzungen"),
        ({"translations": [translated(teaser="TODO")]}, "Übersetzungen"),
        ({"translations": [translated(notes="<p>It costs X<b>X</b> Euro.</p>")]}, "Übersetzungen"),
    ],
)
def test_every_field_of_a_reference_is_looked_at(service: ServicePage, values: dict[str, Any], tab: str) -> None:
    for name, value in values.items():
        setattr(service, name, value)
    revision = service.save_revision()
    with pytest.raises(PublicationRefusedError) as caught:
        revision.publish()
    assert tab in str(caught.value)
    assert "Angelschein" in str(caught.value)
