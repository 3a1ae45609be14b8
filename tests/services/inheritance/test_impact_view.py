"""Publishing a reference that municipalities have own texts for: the impact is seen first, and nothing is lost."""

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as said
from modelcluster.models import get_all_child_relations
from wagtail.fields import StreamField
from wagtail.models import GroupApprovalTask, TaskState, Workflow, WorkflowPage, WorkflowTask
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from cms.models import User
from municipalities.models import RoleKind
from services.inheritance.impact import changes_anything
from services.models import ChangeNotice, LegalChange, LocalServicePage, Outcome, ServicePage
from services.modes import ModuleMode
from services.text_modules import TEXT_MODULES
from tests.factories import LocalServiceFactory, MunicipalityFactory, ServiceFactory
from tests.roles import holder, tenant
from tests.services.inheritance.conftest import NOW, OURS, THEN, Publish, again, draft_above

pytestmark = pytest.mark.django_db

CHILDREN = [relation.get_accessor_name() for relation in get_all_child_relations(ServicePage)]


@pytest.fixture
def editor_user(service: ServicePage) -> User:
    tenant("Irgendwo")
    return holder(RoleKind.REFERENCE_EDITOR, None, first_name="Rita", last_name="Stamm")


@pytest.fixture
def editor(editor_user: User) -> Client:
    client = Client()
    client.force_login(editor_user)
    return client


def form_of(service: ServicePage, **texts: str) -> dict[str, Any]:
    """The form of a reference, as the browser sends it."""
    values = {module.field: getattr(service, module.field) for module in TEXT_MODULES} | texts
    rich = {module.field for module in TEXT_MODULES if module.rich}
    names = ("title_citizen", "synonyms", "place_hint", "processing_time", "originator", "level_note", "leika_key")
    return nested_form_data(
        {
            "action-publish": "yes",
            "title": service.title,
            "slug": service.slug,
            **dict.fromkeys(names, ""),
            **dict.fromkeys(("leika_source", "typification", "seo_title", "search_description"), ""),
            "level": service.level,
            # The browser's editor sends nothing for an empty text.
            **{name: (rich_text(text) if text else "null") if name in rich else text for name, text in values.items()},
            **{field.name: streamfield([]) for field in ServicePage._meta.fields if isinstance(field, StreamField)},
            **{name: inline_formset([]) for name in ("comments", *CHILDREN)},
        }
    )


def impact_of(service: ServicePage) -> str:
    return reverse("reference_impact", args=[service.pk])


def press_publish(client: Client, service: ServicePage, **texts: str) -> Any:
    return client.post(reverse("wagtailadmin_pages:edit", args=[service.pk]), form_of(service, **texts))


def words(response: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode())))


def revision_of(client: Client, service: ServicePage) -> str:
    html = client.get(impact_of(service)).content.decode()
    return re.search(r'name="revision" value="(\d+)"', html)[1]  # type: ignore[index]


def publish_now(client: Client, service: ServicePage, **data: Any) -> Any:
    return client.post(impact_of(service), {"revision": revision_of(client, service), **data}, follow=True)


def plain(html: str) -> str:
    return re.sub(r' data-block-key="\w+"', "", html)


@pytest.mark.parametrize("changes", [{"notes": NOW}, {"processing_time": "drei Wochen"}])
def test_where_all_simply_follow_that_is_said_and_one_click_publishes(
    editor: Client, service: ServicePage, changes: dict[str, str]
) -> None:
    response = press_publish(editor, service, **changes)
    assert response["Location"] == impact_of(service)
    shown = editor.get(impact_of(service))
    assert said("No municipality has texts or facts of its own here: all simply follow.") in words(shown)
    assert not shown.context["fields"], "nobody is asked, so there is nothing to say"
    publish_now(editor, service)
    current = again(service)
    assert {name: plain(getattr(current, name)) for name in changes} == changes


def test_who_is_asked_to_check_after_a_change_of_law_is_named(
    editor: Client, service: ServicePage, replacing: LocalServicePage
) -> None:
    LocalServiceFactory(
        reference=service, place=MunicipalityFactory(published=True, title="Ohneeigenes"), published=True
    )
    change = LegalChange(changed_on=timezone.localdate(), law="§ 7 Probegesetz")
    draft_above(service, notes=NOW, legal_changes=[change])
    shown = words(editor.get(impact_of(service)))
    asked = shown.split(said("Are asked to check what they wrote themselves"))[1][:60]
    assert "§ 7 Probegesetz" in shown
    assert "Musterstadt" in asked
    assert "Ohneeigenes" not in asked
    publish_now(editor, service)
    draft_above(service, notes="<p>Wieder anders.</p>")
    assert "§ 7 Probegesetz" not in words(editor.get(impact_of(service))), "they know it already"


def test_what_nobody_takes_over_is_published_at_once(editor: Client, service: ServicePage) -> None:
    response = press_publish(editor, service, title="Neuer Titel")
    assert impact_of(service) not in response["Location"]
    assert again(service).title == "Neuer Titel"


def test_an_empty_field_that_the_form_fills_with_nothing_is_no_change(service: ServicePage) -> None:
    basis = {"law": "BMG", "section": "§ 17", "title": "Anmeldung", "source": "Gesetzestext", "confirmed": True}
    service.legal_bases = [("legal_basis", basis)]
    service.save_revision().publish()
    draft = again(service)
    draft.legal_bases = [("legal_basis", basis | {"url": ""})]
    assert not changes_anything(draft)
    draft.legal_bases = [("legal_basis", basis | {"section": "§ 19"})]
    assert changes_anything(draft)


def test_a_first_publication_concerns_nobody(editor: Client) -> None:
    new = ServiceFactory(notes=THEN, live=False)
    response = press_publish(editor, new, notes=NOW)
    assert impact_of(new) not in response["Location"]
    assert again(new).live


def test_own_facts_stay_and_that_nobody_is_asked_is_said(
    editor: Client, service: ServicePage, replacing: LocalServicePage, publish: Publish
) -> None:
    publish(replacing, processing_time="acht Wochen")
    response = press_publish(editor, service, processing_time="drei Wochen")
    assert response["Location"] == impact_of(service)
    shown = words(editor.get(impact_of(service)))
    assert f"{said('Have facts of their own instead')} (1) Musterstadt" in shown
    told = (
        "Own facts, such as costs, stay as they are, and nobody is asked about them. If a law has changed, note that "
        "in the form of the page under “Legal basis changed”: then these municipalities are asked to check them."
    )
    assert said(told) in shown


def test_where_no_text_changes_nothing_becomes_binding(
    editor: Client, service: ServicePage, replacing: LocalServicePage
) -> None:
    press_publish(editor, service, processing_time="drei Wochen")
    response = publish_now(editor, service, is_binding="on", legal_basis="§ 1", effective_on="2999-01-01")
    assert "is_binding" in response.context["form"].errors
    assert "is_binding" in [field.name for field in response.context["fields"]]
    assert again(service).processing_time == ""


def test_what_concerns_own_texts_is_shown_first(
    editor: Client, service: ServicePage, replacing: LocalServicePage, adding: LocalServicePage
) -> None:
    response = press_publish(editor, service, notes=NOW)
    assert response["Location"] == impact_of(service)
    assert again(service).notes == THEN
    assert plain(again(service).get_latest_revision_as_object().notes) == NOW
    shown = editor.get(impact_of(service))
    assert re.search(r"<ins>.*?digitales.*?</ins>", shown.content.decode())
    assert f"{said('Have a text of their own instead')} (1) Musterstadt" in words(shown)
    assert f"{said('Add something of their own')} (1) Nebenan" in words(shown)


def test_publishing_from_there_takes_the_note_along(
    editor: Client,
    editor_user: User,
    service: ServicePage,
    replacing: LocalServicePage,
    django_capture_on_commit_callbacks: Any,
) -> None:
    press_publish(editor, service, notes=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        response = publish_now(editor, service, note="Neues Passgesetz.")
    version = service.versions.get(number=2)
    assert plain(again(service).notes) == NOW
    assert (version.note, version.is_binding, version.published_by) == ("Neues Passgesetz.", False, editor_user)
    assert response.redirect_chain[-1][0] == reverse("reference_version", args=[version.pk])
    assert ChangeNotice.objects.get(page=replacing).outcome == Outcome.OPEN


def test_a_binding_change_is_announced_in_the_same_step(
    editor: Client,
    service: ServicePage,
    replacing: LocalServicePage,
    mailoutbox: list[Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    holder(RoleKind.PUBLISHER, tenant("Anderswo"))
    press_publish(editor, service, notes=NOW)
    day = timezone.localdate() + timedelta(days=30)
    with django_capture_on_commit_callbacks(execute=True):
        publish_now(editor, service, is_binding="on", legal_basis="§ 1 Prüfgesetz", effective_on=day.isoformat())
    version = service.versions.get(number=2)
    assert (version.is_binding, version.legal_basis, version.effective_on) == (True, "§ 1 Prüfgesetz", day)
    assert again(replacing).text_modules.get(code="16").text == OURS


def test_the_way_to_the_board_takes_no_more_queries_for_many_municipalities(
    editor: Client, service: ServicePage, replacing: LocalServicePage
) -> None:
    def queries() -> list[int]:
        steps = []
        page = again(service)
        form = form_of(page, notes=f"<p>Fassung {service.versions.count()}</p>")
        edit = reverse("wagtailadmin_pages:edit", args=[service.pk])
        for send in (
            lambda: editor.post(edit, form),
            lambda: editor.get(impact_of(service)),
            lambda: editor.post(impact_of(service), {"revision": again(service).latest_revision_id}),
            lambda: editor.get(reverse("reference_version", args=[service.versions.last().pk])),
        ):
            with CaptureQueriesContext(connection) as captured:
                send()
            steps.append(len(captured))
        return steps

    queries()
    few = queries()
    for _number in range(8):
        place = MunicipalityFactory(published=True)
        LocalServiceFactory(reference=service, place=place, published=True, texts=[("16", ModuleMode.REPLACE, OURS)])
    assert queries() == few


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"is_binding": "on", "effective_on": "2999-01-01"}, "legal_basis"),
        ({"is_binding": "on", "legal_basis": "   ", "effective_on": "2999-01-01"}, "legal_basis"),
        ({"is_binding": "on", "legal_basis": "§ 1"}, "effective_on"),
        ({"is_binding": "on", "legal_basis": "§ 1", "effective_on": "2001-01-01"}, "effective_on"),
        ({"is_binding": "on", "legal_basis": "§ 1", "effective_on": "bald"}, "effective_on"),
        ({"is_binding": "on", "legal_basis": "x" * 300, "effective_on": "2999-01-01"}, "legal_basis"),
        ({"legal_basis": "§ 1"}, "is_binding"),
        ({"note": "x" * 2000}, "note"),
        ({"note": "\x00"}, "note"),
    ],
)
def test_bad_input_is_said_at_the_field_and_nothing_is_published(
    editor: Client, service: ServicePage, replacing: LocalServicePage, data: dict[str, str], field: str
) -> None:
    press_publish(editor, service, notes=NOW)
    response = publish_now(editor, service, **data)
    assert field in response.context["form"].errors
    assert again(service).notes == THEN
    assert service.versions.count() == 1


def test_of_two_central_editors_the_second_is_told(
    editor: Client, service: ServicePage, replacing: LocalServicePage
) -> None:
    press_publish(editor, service, notes=NOW)
    seen = revision_of(editor, service)
    newer = again(service).get_latest_revision_as_object()
    newer.notes = "<p>Noch etwas anderes.</p>"
    newer.save_revision()
    response = editor.post(impact_of(service), {"revision": seen, "note": "Mein langer Hinweis."})
    told = "Not published: somebody has saved a newer draft meanwhile. Please look at its impact below."
    assert said(told) in words(response)
    assert "Noch etwas anderes." in words(response)
    assert "Mein langer Hinweis." in response.content.decode()
    assert again(service).notes == THEN


def test_pressing_twice_publishes_once(editor: Client, service: ServicePage, replacing: LocalServicePage) -> None:
    press_publish(editor, service, notes=NOW)
    seen = revision_of(editor, service)
    for _time in range(2):
        response = editor.post(impact_of(service), {"revision": seen}, follow=True)
    assert said("There is nothing to publish: the draft says what is published already.") in words(response)
    assert service.versions.count() == 2


def test_what_was_locked_meanwhile_stays_unpublished(
    editor: Client, service: ServicePage, replacing: LocalServicePage
) -> None:
    press_publish(editor, service, notes=NOW)
    seen = revision_of(editor, service)
    ServicePage.objects.filter(pk=service.pk).update(locked=True, locked_by=holder(RoleKind.REFERENCE_EDITOR, None))
    response = editor.post(impact_of(service), {"revision": seen})
    assert said("The page is locked. It can be published once it is unlocked.") in words(response)
    assert again(service).notes == THEN


def test_a_draft_that_breaks_a_rule_is_not_published(
    editor: Client, service: ServicePage, replacing: LocalServicePage
) -> None:
    press_publish(editor, service, notes=NOW)
    draft = again(service).get_latest_revision_as_object()
    draft.leika_key = "keiner"
    draft.save_revision(clean=False)
    response = publish_now(editor, service)
    assert response.status_code == 200
    assert said("Fourteen digits.") in words(response)
    assert again(service).notes == THEN


def publish_many(client: Client, *pages: Any, **data: str) -> Any:
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    return client.post(f"{bulk}?{'&'.join(f'id={page.pk}' for page in pages)}", data, follow=True)


def test_of_many_none_is_published_where_one_concerns_own_texts(
    editor: Client, service: ServicePage, replacing: LocalServicePage
) -> None:
    other = ServiceFactory(published=True, notes=THEN)
    for page in (service, other):
        draft = again(page)
        draft.notes = NOW
        draft.save_revision()
    response = publish_many(editor, other, service)
    (message,) = response.context["messages"]
    assert impact_of(service) in str(message)
    assert impact_of(other) not in str(message)
    assert [again(page).notes for page in (service, other)] == [THEN, THEN]
    publish_many(editor, other)
    assert again(other).notes == NOW


def test_what_lies_below_the_chosen_pages_is_looked_at_too(
    editor: Client, service: ServicePage, replacing: LocalServicePage
) -> None:
    service.unpublish()
    draft = again(service)
    draft.notes = NOW
    draft.save_revision()
    parent = service.get_parent()
    response = publish_many(editor, parent, include_descendants="on")
    assert impact_of(service) in str(next(iter(response.context["messages"])))
    assert not again(service).live
    publish_many(editor, parent)
    assert not again(service).live


def test_plans_are_made_after_a_look_at_the_impact(
    editor: Client, service: ServicePage, replacing: LocalServicePage
) -> None:
    later = timezone.localtime() + timedelta(days=3)
    response = press_publish(editor, service, notes=NOW, go_live_at=later.strftime("%d.%m.%Y %H:%M"))
    assert response["Location"] == impact_of(service)
    assert again(service).scheduled_revision is None
    shown = editor.get(impact_of(service))
    assert said("Plan the publication") in words(shown)
    assert not shown.context["fields"]
    publish_now(editor, service)
    assert again(service).scheduled_revision is not None
    assert again(service).notes == THEN
    assert service.versions.count() == 1
    told = "A version is planned already. Before another is published, that plan has to be cancelled."
    assert said(told) in words(editor.get(impact_of(service)))


@pytest.fixture
def waiting(service: ServicePage, replacing: LocalServicePage, editor_user: User) -> GroupApprovalTask:
    """A changed reference that waits for the central editors."""
    workflow = Workflow.objects.create(name="Stammtexte")
    task = GroupApprovalTask.objects.create(name="Stammredaktion")
    task.groups.set(editor_user.groups.all())
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    WorkflowPage.objects.create(page=service.get_parent(), workflow=workflow)
    draft = again(service)
    draft.notes = NOW
    draft.save_revision(user=editor_user)
    workflow.start(draft, editor_user)
    return task


def decide(client: Client, service: ServicePage, action: str, **more: Any) -> Any:
    state = again(service).current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[service.pk, action, state.pk])
    return client.post(address, more.pop("data", {}), **more)


def test_an_approval_that_publishes_leads_over_the_impact(
    editor: Client, service: ServicePage, waiting: GroupApprovalTask
) -> None:
    response = decide(editor, service, "approve", data={"comment": "Gut so."})
    assert response["Location"].startswith(impact_of(service))
    in_window = decide(editor, service, "approve", headers={"x-requested-with": "XMLHttpRequest"})
    assert in_window.json() == {"step": "success", "redirect": impact_of(service)}
    assert again(service).notes == THEN
    shown = editor.get(response["Location"])
    assert said("Approve and publish") in words(shown)
    assert shown.context["form"]["comment"].value() == "Gut so."
    day = timezone.localdate() + timedelta(days=30)
    publish_now(editor, service, comment="Gut so.", is_binding="on", legal_basis="§ 1", effective_on=day.isoformat())
    assert again(service).notes == NOW
    assert again(service).current_workflow_state is None
    assert TaskState.objects.get(task=waiting).comment == "Gut so."
    assert service.versions.get(number=2).effective_on == day


def test_approving_in_the_form_saves_what_was_typed_and_leads_there_too(
    editor: Client, service: ServicePage, waiting: GroupApprovalTask
) -> None:
    typed = "<p>Bringen Sie zwei Fotos mit.</p>"
    response = press_publish(
        editor,
        service,
        notes=typed,
        **{
            "action-publish": "",
            "action-workflow-action": "1",
            "workflow-action-name": "approve",
            "workflow-action-extra-data": json.dumps({"comment": "Ergänzt."}),
        },
    )
    assert response["Location"].startswith(impact_of(service))
    assert again(service).notes == THEN
    assert editor.get(response["Location"]).context["form"]["comment"].value() == "Ergänzt."
    publish_now(editor, service)
    assert plain(again(service).notes) == typed


def test_what_cannot_be_published_stays_unapproved(
    editor: Client, service: ServicePage, waiting: GroupApprovalTask
) -> None:
    draft = again(service).get_latest_revision_as_object()
    draft.notes = "<p>Das kostet XX Euro.</p>"
    draft.save_revision()
    assert publish_now(editor, service).status_code == 200
    assert again(service).notes == THEN
    assert TaskState.objects.get(task=waiting).status == TaskState.STATUS_IN_PROGRESS


def test_a_step_before_the_last_and_a_rejection_go_without(
    editor: Client, service: ServicePage, waiting: GroupApprovalTask, editor_user: User
) -> None:
    second = GroupApprovalTask.objects.create(name="Danach")
    WorkflowTask.objects.create(workflow=Workflow.objects.get(name="Stammtexte"), task=second, sort_order=2)
    obstacle = said("The page waits for approval. It is published when it is approved, in the form of the page.")
    assert obstacle in words(editor.get(impact_of(service)))
    response = decide(editor, service, "approve")
    assert impact_of(service) not in response["Location"]
    assert again(service).current_workflow_task.name == "Danach"
    assert again(service).notes == THEN
    second.groups.set(editor_user.groups.all())
    decide(editor, service, "reject", data={"comment": "Bitte kürzer."})
    assert TaskState.objects.get(task=second).status == TaskState.STATUS_REJECTED


@pytest.mark.parametrize("data", [{}, {"revision": "x"}, {"revision": "9" * 40}, {"revision": "\x00"}])
def test_what_no_button_sends_publishes_nothing(
    editor: Client, service: ServicePage, replacing: LocalServicePage, data: dict[str, str]
) -> None:
    press_publish(editor, service, notes=NOW)
    assert editor.post(impact_of(service), data).status_code == 200
    assert again(service).notes == THEN


def test_municipalities_do_not_see_drafts_of_references(service: ServicePage, replacing: LocalServicePage) -> None:
    client = Client()
    client.force_login(holder(RoleKind.LOCAL_ADMIN, tenant("Eigenstadt")))
    assert client.get(impact_of(service)).status_code == 404


def test_a_placeholder_is_not_published_from_here_either(
    editor: Client, service: ServicePage, replacing: LocalServicePage
) -> None:
    draft = again(service)
    draft.notes = "<p>Das kostet XX Euro.</p>"
    draft.save_revision()
    response = publish_now(editor, service)
    assert response.status_code == 200
    assert "XX Euro" in " ".join(map(str, response.context["messages"]))
    assert again(service).notes == THEN
