"""All municipalities are asked, answer, and the workflow goes on or back."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db.utils import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Page, TaskState, Workflow, WorkflowPage, WorkflowState, WorkflowTask

from cms.models import User
from home.installation import install_portal
from home.models import StandardPage
from municipalities.bin import put_in_bin
from municipalities.consent import requests
from municipalities.lifecycle.leaving import leave
from municipalities.models import (
    Approval,
    BinnedPage,
    ConsentAnswer,
    ConsentOutcome,
    ConsentParty,
    ConsentRequest,
    ConsentRule,
    ConsentTask,
    ConsentVote,
    MunicipalityPage,
    RoleGroup,
    RoleKind,
    Tenant,
)
from municipalities.tenants.settings import apply_approval
from services.codes import life_event_choices
from services.models import ServiceLifeEvent, ServicePage
from tests.consents import (
    ask,
    consent_task,
    let_the_date_pass,
    local_admin,
    logged_in,
    party,
    send,
    shared_page,
    workflow_of,
)
from tests.factories import MunicipalityFactory, ServiceFactory, StandardPageFactory, UserFactory
from tests.municipalities.test_two_editors import form_of
from tests.roles import holder, tenant

pytestmark = pytest.mark.django_db
AGREE, OBJECT, ABSTAIN = ConsentAnswer


@pytest.fixture(autouse=True)
def _nobody_else() -> None:
    """Where demonstration content is loaded, its municipalities would be asked too."""
    Tenant.objects.all().delete()


@pytest.fixture
def places() -> list[MunicipalityPage]:
    return [tenant(name) for name in ("Ahausen", "Bedorf", "Cestadt")]


@pytest.fixture
def clients(places: list[MunicipalityPage]) -> list[Client]:
    return [local_admin(place) for place in places]


def outcome(consent: ConsentRequest) -> str:
    return str(ConsentRequest.objects.get(pk=consent.pk).outcome)


def intro(consent: ConsentRequest) -> str:
    return str(StandardPage.objects.get(pk=consent.page_id).intro)


def state(consent: ConsentRequest) -> str:
    return str(WorkflowState.objects.filter(object_id=str(consent.page_id)).latest("pk").status)


def answer_all(consent: ConsentRequest, places: Any, clients: Any, answers: Any) -> None:
    for place, client, answer in zip(places, clients, answers, strict=True):
        if answer:
            send(client, party(consent, place), answer, "Weil es so ist")


# The start


def test_who_is_asked_and_until_when_is_fixed_at_the_start(places: list[MunicipalityPage]) -> None:
    MunicipalityPage.objects.filter(pk=places[0].pk).update(kind="district")
    gone = tenant("Ehemals")
    MunicipalityPage.objects.filter(pk=gone.pk).update(valid_until=timezone.localdate() - timedelta(days=1))
    MunicipalityFactory(title="Ohne Redaktion", published=True)
    consent = ask(ConsentRule.SILENCE)
    task = consent.task_state.task.specific
    assert [asked.name for asked in consent.parties.all()] == ["Ahausen", "Bedorf", "Cestadt"]
    assert consent.due == timezone.localdate() + timedelta(days=14)
    tenant("Später dazu")
    ConsentTask.objects.filter(pk=task.pk).update(rule=ConsentRule.UNANIMOUS, days=1)
    consent.refresh_from_db()
    assert (consent.rule, consent.parties.count()) == (ConsentRule.SILENCE, 3)
    assert (consent.subject, consent.revision_id) == ("Betriebsregeln", consent.page.latest_revision_id)


def test_nobody_changes_the_text_meanwhile(places: list[MunicipalityPage]) -> None:
    admin = UserFactory(admin=True)
    page = shared_page()
    # A lock of one's own would let its owner go on writing.
    StandardPage.objects.filter(pk=page.pk).update(locked=True, locked_by=admin)
    page.refresh_from_db()
    consent = ask(page=page, by=admin)
    client = logged_in(admin)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    shown = client.get(address)
    assert consent.due.strftime("%d.%m.%Y") in shown.content.decode()
    assert reverse("consent", args=[consent.pk]) in shown.content.decode()
    data = form_of(shown, page) | {"intro": "Heimlich anders"}
    for action in ("", "action-publish", "action-submit", "action-restart-workflow"):
        client.post(address, data | ({action: action} if action else {}))
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    client.post(f"{bulk}?id={page.pk}")
    client.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    task_state = page.specific.current_workflow_task_state
    client.post(reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", task_state.pk]))
    page = StandardPage.objects.get(pk=page.pk)
    assert (page.intro, page.live, page.latest_revision_id) == ("Alte Regel", True, consent.revision_id)
    assert outcome(consent) == ConsentOutcome.RUNNING


def test_after_the_decision_the_page_is_free_again(places: list[MunicipalityPage], clients: list[Client]) -> None:
    consent = ask(ConsentRule.SILENCE)
    admin = UserFactory(admin=True)
    assert consent.page.specific.get_lock().for_user(admin)
    send(clients[0], party(consent, places[0]), OBJECT, "Nein")
    assert consent.page.specific.get_lock() is None
    assert consent.page.specific.permissions_for_user(admin).can_publish()


def test_what_belongs_to_one_municipality_is_not_put_to_the_others(places: list[MunicipalityPage]) -> None:
    own = Tenant.objects.get(municipality=places[0])
    own.approval = Approval.AUTHORS_PUBLISH
    own.save()
    apply_approval(own)
    home = install_portal().home
    workflow = workflow_of(consent_task())
    WorkflowPage.objects.update_or_create(page_id=home.pk, defaults={"workflow": workflow})
    leaf = StandardPageFactory(parent=places[0], published=True)
    leaf.save_revision()
    assert leaf.get_workflow() is None
    assert shared_page().get_workflow() == workflow
    # Somebody has put the step into the municipality's own workflow.
    workflow.start(StandardPage.objects.get(pk=leaf.pk), None)
    assert not ConsentRequest.objects.exists()
    task_state = TaskState.objects.get(workflow_state__object_id=str(leaf.pk))
    assert task_state.status == TaskState.STATUS_REJECTED
    assert "Ahausen" in task_state.comment


def test_a_step_in_a_municipalitys_own_workflow_harms_nobody(places: list[MunicipalityPage]) -> None:
    consent = ask()
    own = Tenant.objects.get(municipality=places[0])
    WorkflowTask.objects.create(workflow=own.workflow, task=consent.task_state.task, sort_order=1)
    for approval in (Approval.TWO_STEPS, Approval.PUBLISHER):
        own.approval = approval
        own.save()
        apply_approval(own)
    leave(places[0].ags, timezone.localdate())
    assert outcome(consent) == ConsentOutcome.RUNNING


def test_where_nobody_takes_part_the_page_goes_back() -> None:
    page = shared_page()
    page.save_revision()
    workflow = workflow_of(consent_task())
    workflow.start(page, None)
    assert not ConsentRequest.objects.exists()
    assert WorkflowState.objects.get(object_id=str(page.pk)).status == WorkflowState.STATUS_NEEDS_CHANGES


# The result


@pytest.mark.parametrize(
    ("rule", "answers", "result"),
    [
        (ConsentRule.MAJORITY, (AGREE, AGREE, None), ConsentOutcome.PASSED),
        (ConsentRule.MAJORITY, (AGREE, OBJECT, ABSTAIN), ConsentOutcome.NOT_PASSED),
        (ConsentRule.MAJORITY, (OBJECT, OBJECT, None), ConsentOutcome.NOT_PASSED),
        (ConsentRule.MAJORITY, (AGREE, None, None), ConsentOutcome.RUNNING),
        (ConsentRule.UNANIMOUS, (AGREE, AGREE, ABSTAIN), ConsentOutcome.PASSED),
        (ConsentRule.UNANIMOUS, (OBJECT, None, None), ConsentOutcome.NOT_PASSED),
        (ConsentRule.UNANIMOUS, (AGREE, AGREE, None), ConsentOutcome.RUNNING),
        (ConsentRule.SILENCE, (AGREE, AGREE, None), ConsentOutcome.RUNNING),
        (ConsentRule.SILENCE, (None, OBJECT, None), ConsentOutcome.NOT_PASSED),
        (ConsentRule.SILENCE, (ABSTAIN, AGREE, ABSTAIN), ConsentOutcome.PASSED),
    ],
)
def test_the_decision_falls_as_soon_as_it_is_certain(
    places: list[MunicipalityPage], clients: list[Client], rule: str, answers: Any, result: str
) -> None:
    consent = ask(rule)
    answer_all(consent, places, clients, answers)
    assert outcome(consent) == result
    assert intro(consent) == ("Neue Regel" if result == ConsentOutcome.PASSED else "Alte Regel")
    expected = {
        ConsentOutcome.PASSED: WorkflowState.STATUS_APPROVED,
        ConsentOutcome.NOT_PASSED: WorkflowState.STATUS_NEEDS_CHANGES,
        ConsentOutcome.RUNNING: WorkflowState.STATUS_IN_PROGRESS,
    }
    assert state(consent) == expected[ConsentOutcome(result)]


@pytest.mark.parametrize(
    ("rule", "answers", "result"),
    [
        (ConsentRule.MAJORITY, (AGREE, None, None), ConsentOutcome.PASSED),
        (ConsentRule.MAJORITY, (None, None, None), ConsentOutcome.NOT_PASSED),
        (ConsentRule.UNANIMOUS, (AGREE, AGREE, None), ConsentOutcome.NOT_PASSED),
        (ConsentRule.SILENCE, (None, None, None), ConsentOutcome.PASSED),
    ],
)
def test_at_the_date_the_daily_run_decides_once(
    places: list[MunicipalityPage], clients: list[Client], rule: str, answers: Any, result: str
) -> None:
    consent = ask(rule)
    answer_all(consent, places, clients, answers)
    call_command("close_consents")
    assert outcome(consent) == ConsentOutcome.RUNNING
    let_the_date_pass(consent)
    call_command("close_consents")
    assert outcome(consent) == result
    closed_at = ConsentRequest.objects.get(pk=consent.pk).closed_at
    mail.outbox.clear()
    call_command("close_consents")
    assert ConsentRequest.objects.get(pk=consent.pk).closed_at == closed_at
    assert mail.outbox == []


def test_the_last_day_belongs_to_the_time(places: list[MunicipalityPage], clients: list[Client]) -> None:
    consent = ask(ConsentRule.SILENCE)
    ConsentRequest.objects.filter(pk=consent.pk).update(due=timezone.localdate())
    call_command("close_consents")
    assert outcome(consent) == ConsentOutcome.RUNNING
    send(clients[0], party(consent, places[0]), AGREE)
    assert ConsentVote.objects.count() == 1


def test_an_objection_goes_back_with_its_reason(
    places: list[MunicipalityPage], clients: list[Client], django_capture_on_commit_callbacks: Any
) -> None:
    asker = UserFactory(admin=True, email="zentrale@example.org")
    consent = ask(ConsentRule.UNANIMOUS, by=asker)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        send(clients[1], party(consent, places[1]), OBJECT, "Der zweite Absatz stimmt nicht.")
    task_state = TaskState.objects.get(consent=consent)
    assert "Bedorf: Der zweite Absatz stimmt nicht." in task_state.comment
    # Decided by the municipalities, and by no person.
    assert task_state.finished_by is None
    (message,) = mail.outbox
    assert message.to == ["zentrale@example.org"]
    assert "Der zweite Absatz stimmt nicht." in message.body


def test_the_next_step_follows_the_consent(places: list[MunicipalityPage], clients: list[Client]) -> None:
    page = shared_page()
    page.intro = "Neue Regel"
    page.save_revision()
    last_word = GroupApprovalTask.objects.create(name="Letztes Wort")
    workflow = workflow_of(consent_task(), last_word)
    workflow.start(page, None)
    consent = ConsentRequest.objects.get()
    answer_all(consent, places, clients, (AGREE, AGREE, None))
    assert outcome(consent) == ConsentOutcome.PASSED
    assert intro(consent) == "Alte Regel"
    page = StandardPage.objects.get(pk=page.pk)
    assert page.current_workflow_task == last_word
    page.current_workflow_task_state.approve()
    assert intro(consent) == "Neue Regel"


def test_what_goes_back_is_asked_again_in_a_new_request(places: list[MunicipalityPage], clients: list[Client]) -> None:
    admin = UserFactory(admin=True)
    first = ask(ConsentRule.SILENCE, by=admin)
    send(clients[0], party(first, places[0]), OBJECT, "So nicht")
    page = StandardPage.objects.get(pk=first.page_id)
    client = logged_in(admin)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    client.post(address, form_of(client.get(address), page) | {"intro": "Dritte Fassung", "action-submit": "1"})
    second = ConsentRequest.objects.latest("pk")
    assert second.pk != first.pk
    assert second.parties.awaiting().count() == 3
    assert "Dritte" in str(second.changes)
    assert outcome(first) == ConsentOutcome.NOT_PASSED


def test_where_a_service_stands_in_the_catalogue_is_put_to_them(
    places: list[MunicipalityPage], clients: list[Client]
) -> None:
    service = ServicePage.objects.get(pk=ServiceFactory(title="Hundesteuer", published=True).pk)
    (code, label), *_others = life_event_choices()
    service.life_events.add(ServiceLifeEvent(code=code))
    service.save_revision()
    workflow_of(consent_task()).start(ServicePage.objects.get(pk=service.pk), None)
    consent = ConsentRequest.objects.get()
    assert label in clients[2].get(reverse("consent", args=[consent.pk])).content.decode()
    assert not ServiceLifeEvent.objects.filter(service=service.pk).exists()
    answer_all(consent, places, clients, (AGREE, AGREE, None))
    assert ServiceLifeEvent.objects.get(service=service.pk).code == code


# Broken off


def test_a_cancelled_workflow_ends_the_request(places: list[MunicipalityPage], clients: list[Client]) -> None:
    consent = ask()
    send(clients[0], party(consent, places[0]), AGREE)
    consent.task_state.workflow_state.cancel()
    assert outcome(consent) == ConsentOutcome.CANCELLED
    assert send(clients[1], party(consent, places[1]), AGREE).status_code == 403
    again = Workflow.objects.get(workflow_states__object_id=str(consent.page_id))
    again.start(StandardPage.objects.get(pk=consent.page_id), None)
    assert ConsentRequest.objects.running().count() == 1
    assert not ConsentRequest.objects.latest("pk").parties.exclude(votes=None).exists()


def test_whoever_asked_may_stop_asking(places: list[MunicipalityPage], clients: list[Client]) -> None:
    asker = holder(RoleKind.REFERENCE_EDITOR, None)
    consent = ask(by=asker)
    address = reverse("consent_cancel", args=[consent.pk])
    assert clients[0].post(address).status_code == 404
    assert logged_in(holder(RoleKind.REFERENCE_EDITOR, None)).post(address).status_code == 404
    assert outcome(consent) == ConsentOutcome.RUNNING
    client = logged_in(asker)
    assert address in client.get(reverse("consent", args=[consent.pk])).content.decode()
    client.post(address)
    assert outcome(consent) == ConsentOutcome.CANCELLED
    assert client.post(address, follow=True).status_code == 200


def test_whoever_submitted_is_who_asked_also_after_other_steps(
    places: list[MunicipalityPage], clients: list[Client]
) -> None:
    asker, approver = holder(RoleKind.REFERENCE_EDITOR, None), UserFactory(admin=True)
    page = shared_page()
    page.intro = "Neue Regel"
    page.save_revision()
    first = GroupApprovalTask.objects.create(name="Erstes Wort")
    workflow_of(first, consent_task(ConsentRule.SILENCE), consent_task()).start(page, asker)
    state = StandardPage.objects.get(pk=page.pk).current_workflow_task_state
    state.approve(user=approver)
    consent = ConsentRequest.objects.get()
    answer_all(consent, places, clients, (AGREE, AGREE, AGREE))
    # Brought about by the answers, and by nobody in particular.
    second = ConsentRequest.objects.exclude(pk=consent.pk).get()
    assert [consent.requested_by, second.requested_by] == [asker, asker]
    address = reverse("consent_cancel", args=[second.pk])
    assert address in logged_in(asker).get(reverse("consent", args=[second.pk])).content.decode()
    logged_in(asker).post(address)
    assert outcome(second) == ConsentOutcome.CANCELLED


def test_whoever_asked_and_works_here_no_longer_does_not(places: list[MunicipalityPage]) -> None:
    asker = holder(RoleKind.REFERENCE_EDITOR, None)
    consent = ask(by=asker)
    asker.groups.clear()
    assert logged_in(asker).post(reverse("consent_cancel", args=[consent.pk])).status_code in (302, 403, 404)
    assert outcome(consent) == ConsentOutcome.RUNNING


def test_a_deleted_page_leaves_its_record(places: list[MunicipalityPage], clients: list[Client]) -> None:
    consent = ask()
    send(clients[0], party(consent, places[0]), ABSTAIN, "Betrifft uns nicht")
    put_in_bin(consent.page, None)
    assert outcome(consent) == ConsentOutcome.CANCELLED
    BinnedPage.objects.update(binned_at=timezone.now() - timedelta(days=100))
    call_command("empty_bin")
    consent.refresh_from_db()
    assert (consent.page, consent.task_state, consent.subject) == (None, None, "Betriebsregeln")
    shown = clients[0].get(reverse("consent_record", args=[consent.pk])).content.decode()
    assert "Betrifft uns nicht" in shown
    assert "Neue" in shown


def test_a_page_deleted_at_once_ends_the_request(places: list[MunicipalityPage]) -> None:
    consent = ask()
    StandardPage.objects.get(pk=consent.page_id).delete()
    assert outcome(consent) == ConsentOutcome.CANCELLED
    call_command("close_consents")


@pytest.mark.parametrize("below", [False, True])
def test_a_page_that_becomes_a_municipalitys_own_is_asked_about_no_longer(
    editor: Client, places: list[MunicipalityPage], below: bool
) -> None:
    above = shared_page(title="Darüber")
    consent = ask(page=shared_page(parent=above)) if below else ask(page=above)
    other = ask(page=shared_page(title="Anderes"))
    editor.post(reverse("wagtailadmin_pages:move_confirm", args=[above.pk, other.page_id]))
    assert outcome(consent) == ConsentOutcome.RUNNING
    editor.post(reverse("wagtailadmin_pages:move_confirm", args=[above.pk, places[0].pk]))
    assert StandardPage.objects.get(pk=above.pk).is_descendant_of(places[0])
    assert (outcome(consent), state(consent)) == (ConsentOutcome.CANCELLED, WorkflowState.STATUS_CANCELLED)
    assert outcome(other) == ConsentOutcome.RUNNING


def test_another_text_than_the_one_asked_about_is_not_published(
    places: list[MunicipalityPage], clients: list[Client]
) -> None:
    consent = ask()
    page = StandardPage.objects.get(pk=consent.page_id)
    # Past every lock, as a program may do.
    page.intro = "Untergeschoben"
    page.save_revision()
    answer_all(consent, places, clients, (AGREE, AGREE, None))
    assert outcome(consent) == ConsentOutcome.CANCELLED
    assert intro(consent) == "Alte Regel"


def test_a_page_that_cannot_be_published_loses_no_answer(
    places: list[MunicipalityPage], clients: list[Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    consent, other = ask(), ask(ConsentRule.SILENCE, page=shared_page(title="Anderes"))
    with monkeypatch.context() as patch:

        def fail(*args: Any, **kwargs: Any) -> None:
            raise IntegrityError("no")

        patch.setattr(TaskState, "approve", fail)
        answer_all(consent, places, clients, (AGREE, AGREE, None))
        assert ConsentVote.objects.count() == 2
        assert outcome(consent) == ConsentOutcome.RUNNING
        let_the_date_pass(other)
        with pytest.raises(CommandError, match="Betriebsregeln"):
            call_command("close_consents")
    call_command("close_consents")
    assert (outcome(consent), outcome(other)) == (ConsentOutcome.PASSED, ConsentOutcome.PASSED)
    assert intro(consent) == "Neue Regel"


def test_a_step_that_is_given_up_ends_the_request(places: list[MunicipalityPage]) -> None:
    consent = ask()
    consent.task_state.task.deactivate()
    assert outcome(consent) == ConsentOutcome.CANCELLED


# Municipalities that leave


def test_a_municipality_that_leaves_no_longer_counts(places: list[MunicipalityPage], clients: list[Client]) -> None:
    consent = ask(ConsentRule.UNANIMOUS)
    answer_all(consent, places, clients, (AGREE, AGREE, None))
    person = UserFactory(admin=True)
    leave(places[2].ags, timezone.localdate())
    assert send(logged_in(person), party(consent, places[2]), OBJECT, "Zu spät").status_code == 403
    call_command("close_consents")
    assert outcome(consent) == ConsentOutcome.PASSED
    shown = clients[0].get(reverse("consent_record", args=[consent.pk])).content.decode()
    assert "Cestadt" in shown


def test_the_answer_of_one_that_left_stays_in_the_record_and_counts_no_more(
    places: list[MunicipalityPage], clients: list[Client]
) -> None:
    consent = ask()
    answer_all(consent, places, clients, (None, None, OBJECT))
    leave(places[2].ags, timezone.localdate())
    answer_all(consent, places[:1], clients[:1], (AGREE,))
    let_the_date_pass(consent)
    call_command("close_consents")
    assert outcome(consent) == ConsentOutcome.PASSED
    assert "Weil es so ist" in clients[0].get(reverse("consent_record", args=[consent.pk])).content.decode()


# Who answers


def test_the_named_representative_answers_and_else_the_local_administrators(
    places: list[MunicipalityPage], clients: list[Client]
) -> None:
    consent = ask(ConsentRule.UNANIMOUS)
    named = holder(RoleKind.AUTHOR, places[0])
    Tenant.objects.filter(municipality=places[0]).update(representative=named)
    asked = party(consent, places[0])
    refused = send(clients[0], asked, AGREE, "Verwaltung")
    assert refused.status_code == 403
    assert "Verwaltung" in refused.content.decode()
    send(logged_in(named), asked, AGREE)
    assert asked.votes.get().capacity == "representative"
    # The role ends, and with it the voice.
    named.groups.clear()
    named.groups.add(RoleGroup.objects.get(kind=RoleKind.AUTHOR, municipality=places[1]).group)
    assert send(logged_in(named), asked, ABSTAIN).status_code == 403
    send(clients[0], asked, ABSTAIN)
    assert asked.votes.last().capacity == "local_administrator"
    named.groups.clear()
    assert reverse("wagtailadmin_home") in send(logged_in(named), asked, AGREE).redirect_chain[-1][0]
    assert asked.votes.count() == 2


@pytest.mark.parametrize("kind", [RoleKind.AUTHOR, RoleKind.PUBLISHER])
def test_others_read_and_do_not_answer(places: list[MunicipalityPage], kind: RoleKind) -> None:
    consent = ask()
    client = logged_in(holder(kind, places[0]))
    shown = client.get(reverse("consent", args=[consent.pk]))
    assert "Neue" in shown.content.decode()
    assert not shown.context["forms"]
    assert send(client, party(consent, places[0]), AGREE).status_code == 403
    assert not ConsentVote.objects.exists()


def test_nobody_answers_for_another_municipality(places: list[MunicipalityPage], clients: list[Client]) -> None:
    consent = ask()
    for client in (clients[0], logged_in(UserFactory(admin=True)), logged_in(holder(RoleKind.REFERENCE_EDITOR, None))):
        refused = send(client, party(consent, places[1]), OBJECT, "Für die Nachbarn")
        assert refused.status_code == 403
        assert "Bedorf" in refused.context["refusal"]
        assert "Für die Nachbarn" in refused.content.decode()
    assert not ConsentVote.objects.exists()


def test_a_party_of_another_request_is_not_there(places: list[MunicipalityPage], clients: list[Client]) -> None:
    first, second = ask(), ask(page=shared_page(title="Anderes"))
    address = reverse("consent_answer", args=[first.pk, party(second, places[0]).pk])
    assert clients[0].post(address, {"answer": AGREE}).status_code == 404


def test_after_the_date_nothing_is_taken(places: list[MunicipalityPage], clients: list[Client]) -> None:
    consent = ask()
    let_the_date_pass(consent)
    refused = send(clients[0], party(consent, places[0]), AGREE, "Doch noch")
    assert refused.status_code == 403
    assert "Doch noch" in refused.content.decode()
    assert not refused.context["forms"]
    assert not ConsentVote.objects.exists()


def test_an_answer_may_be_changed_and_every_one_is_kept(places: list[MunicipalityPage], clients: list[Client]) -> None:
    consent = ask()
    asked = party(consent, places[0])
    send(clients[0], asked, OBJECT, "Erst dagegen")
    send(clients[0], asked, AGREE, "Dann dafür")
    assert list(asked.votes.values_list("answer", "reason")) == [(OBJECT, "Erst dagegen"), (AGREE, "Dann dafür")]
    assert requests.tally_of(consent).agree == 1
    assert requests.tally_of(consent).object == 0
    first = asked.votes.first()
    first.reason = "Geschönt"
    for tamper in (first.save, first.delete, asked.votes.all().delete, lambda: asked.votes.update(reason="x")):
        with pytest.raises(TypeError):
            tamper()


def test_the_reason_of_an_objection_is_none_for_agreeing(places: list[MunicipalityPage], clients: list[Client]) -> None:
    asked = party(ask(), places[0])
    send(clients[0], asked, OBJECT, "Uns fehlt ein Satz.")
    # The form came with the reason in it.
    send(clients[0], asked, AGREE, "Uns fehlt ein Satz.")
    assert list(asked.votes.values_list("answer", "reason"))[-1] == (AGREE, "")


def test_two_for_one_municipality_do_not_overwrite_each_other(
    places: list[MunicipalityPage], clients: list[Client]
) -> None:
    consent = ask()
    asked = party(consent, places[0])
    second = local_admin(places[0])
    send(clients[0], asked, AGREE, seen="")
    refused = send(second, asked, OBJECT, "Gleichzeitig", seen="")
    assert refused.status_code == 409
    assert "Gleichzeitig" in refused.content.decode()
    assert asked.votes.count() == 1
    # The same form twice, as an impatient finger sends it.
    assert send(clients[0], asked, AGREE, seen="").status_code == 409
    assert asked.votes.count() == 1


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"answer": "object"},
        {"answer": "object", "reason": "   "},
        {"answer": "maybe", "reason": "x"},
        {"answer": "agree", "reason": "x" * 4000},
        {"answer": "object", "reason": "x\x00y"},
        {"answer": "agree", "seen": "9" * 5000},
        {"answer": "agree", "seen": "abc"},
        {"answer": ["agree", "object"], "reason": ""},
    ],
)
def test_bad_input_is_told_and_nothing_is_lost(
    places: list[MunicipalityPage], clients: list[Client], data: dict[str, Any]
) -> None:
    consent = ask()
    asked = party(consent, places[0])
    response = clients[0].post(reverse("consent_answer", args=[consent.pk, asked.pk]), data)
    assert response.status_code == 200
    (form,) = response.context["forms"]
    assert form.errors
    assert not ConsentVote.objects.exists()
    if data.get("reason", "").strip() and "\x00" not in data["reason"]:
        assert data["reason"] in response.content.decode()


def test_an_account_that_is_removed_leaves_its_answer(places: list[MunicipalityPage]) -> None:
    person = holder(RoleKind.LOCAL_ADMIN, places[0], first_name="Ruth", last_name="Weg")
    consent = ask()
    send(logged_in(person), party(consent, places[0]), AGREE, "Gut so")
    User.objects.get(pk=person.pk).delete()
    vote = ConsentVote.objects.get()
    assert (vote.by, vote.reason, vote.capacity) == (None, "Gut so", "local_administrator")


# The workflow that every portal has


def test_the_portal_comes_with_a_workflow_once() -> None:
    for there in ConsentTask.objects.all():
        there.workflows.delete()
        there.delete()
    install_portal()
    install_portal()
    task = ConsentTask.objects.get()
    assert task.workflows.get().active
    assert not WorkflowPage.objects.filter(workflow__in=task.workflows).exists()
    task.active = False
    task.save()
    install_portal()
    assert ConsentTask.objects.count() == 1


def test_portal_administrators_make_the_step_in_wagtails_screens(editor: Client) -> None:
    address = reverse("wagtailadmin_workflows:add_task", args=["municipalities", "consenttask"])
    assert editor.get(address).status_code == 200
    editor.post(address, {"name": "Einstimmig", "rule": "unanimous", "days": "30"})
    task = ConsentTask.objects.get(name="Einstimmig")
    assert (task.rule, task.days) == (ConsentRule.UNANIMOUS, 30)
    edit = reverse("wagtailadmin_workflows:edit_task", args=[task.pk])
    for days in ("0", "-1", "999999", "x", ""):
        assert editor.post(edit, {"rule": "unanimous", "days": days}).context["form"].errors
    editor.post(edit, {"rule": "silence", "days": "7"})
    task.refresh_from_db()
    assert (task.rule, task.days) == (ConsentRule.SILENCE, 7)


def test_the_whole_way_in_the_editors_interface(
    editor: Client, places: list[MunicipalityPage], clients: list[Client]
) -> None:
    page = shared_page()
    task = ConsentTask.objects.first()
    workflow = task.workflows.get()
    WorkflowPage.objects.create(page_id=page.pk, workflow=workflow)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    editor.post(address, form_of(editor.get(address), page) | {"intro": "Neue Regel", "action-submit": "1"})
    consent = ConsentRequest.objects.get()
    answer_all(consent, places, clients, (AGREE, AGREE, None))
    assert intro(consent) == "Neue Regel"
    assert Page.objects.get(pk=page.pk).has_unpublished_changes is False
    history = editor.get(reverse("wagtailadmin_pages:workflow_history", args=[page.pk])).content.decode()
    assert workflow.name in history


def test_the_parties_are_asked_once(places: list[MunicipalityPage]) -> None:
    consent = ask()
    with pytest.raises(IntegrityError):
        ConsentParty.objects.create(consent=consent, municipality=places[0], name="Noch einmal")
