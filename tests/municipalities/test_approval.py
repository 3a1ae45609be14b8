"""From an author's change to the published page."""

import re
from datetime import timedelta
from smtplib import SMTPAuthenticationError
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Revision, Task, WorkflowState

from home.models import StandardPage
from municipalities.models import Approval, MunicipalityPage, RoleKind, Tenant
from municipalities.tenants.settings import apply_approval
from search.models import SearchEntry
from tests.factories import StandardPageFactory
from tests.municipalities.test_two_editors import form_of
from tests.roles import holder, tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> MunicipalityPage:
    return tenant("Freigabehausen")


@pytest.fixture
def leaf(place: MunicipalityPage) -> StandardPage:
    page = StandardPageFactory(parent=place, title="Freibad", slug="freibad", intro="Alt", published=True)
    return StandardPage.objects.get(pk=page.pk)


def at_work(kind: RoleKind, place: MunicipalityPage, **fields: str) -> Client:
    client = Client()
    client.force_login(holder(kind, place, **fields))
    return client


def edit(client: Client, page: Page, action: str, **changes: str) -> Any:
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return client.post(address, form_of(client.get(address), page) | changes | {action: action}, follow=True)


def decide(client: Client, page: Page, name: str, **data: str) -> Any:
    state = page.specific.current_workflow_task_state
    return client.post(reverse("wagtailadmin_pages:workflow_action", args=[page.pk, name, state.pk]), data, follow=True)


def intro(page: Page) -> str:
    return str(StandardPage.objects.get(pk=page.pk).intro)


def history(client: Client, page: Page) -> str:
    return str(client.get(reverse("wagtailadmin_pages:history", args=[page.pk])).content.decode())


def approval(place: MunicipalityPage, kind: str) -> None:
    tenant = Tenant.objects.get(municipality=place)
    tenant.approval = kind
    tenant.save()
    apply_approval(tenant)


def test_an_author_submits_and_a_publisher_approves(
    client: Client, place: MunicipalityPage, leaf: StandardPage, django_capture_on_commit_callbacks: Any
) -> None:
    other = tenant("Nebenan")
    holder(RoleKind.PUBLISHER, other, email="nebenan@example.org")
    author = at_work(RoleKind.AUTHOR, place, email="autor@example.org")
    publisher = at_work(RoleKind.PUBLISHER, place, email="freigabe@example.org")
    local_admin = at_work(RoleKind.LOCAL_ADMIN, place, email="verwaltung@example.org")
    edit(author, leaf, "action-publish", intro="Heimlich")
    assert intro(leaf) == "Alt"
    with django_capture_on_commit_callbacks(execute=True):
        edit(author, leaf, "action-submit", intro="Neu")
    assert intro(leaf) == "Alt"
    assert {address for message in mail.outbox for address in message.to} == {
        "freigabe@example.org",
        "verwaltung@example.org",
    }
    assert leaf.title in publisher.get(reverse("wagtailadmin_home")).content.decode()
    decide(author, leaf, "approve")
    assert intro(leaf) == "Alt"
    with django_capture_on_commit_callbacks(execute=True):
        decide(publisher, leaf, "approve")
    assert intro(leaf) == "Neu"
    assert "Neu" in client.get(leaf.url).content.decode()
    assert mail.outbox[-1].to == ["autor@example.org"]
    shown = history(local_admin, leaf)
    assert "Freigabe" in shown or "Approval" in shown


def test_a_rejection_carries_its_reason_back(
    place: MunicipalityPage, leaf: StandardPage, django_capture_on_commit_callbacks: Any
) -> None:
    author = at_work(RoleKind.AUTHOR, place, email="autor@example.org")
    publisher = at_work(RoleKind.PUBLISHER, place)
    edit(author, leaf, "action-submit", intro="Neu")
    with django_capture_on_commit_callbacks(execute=True):
        decide(publisher, leaf, "reject", comment="Bitte die Preise nennen")
    assert mail.outbox[0].to == ["autor@example.org"]
    assert "Bitte die Preise nennen" in mail.outbox[0].body
    assert "Bitte die Preise nennen" in history(author, leaf)
    assert intro(leaf) == "Alt"
    edit(author, leaf, "action-submit", intro="Mit Preisen")
    decide(publisher, leaf, "approve")
    assert intro(leaf) == "Mit Preisen"


def test_nothing_is_announced_before_it_holds(
    place: MunicipalityPage, leaf: StandardPage, django_capture_on_commit_callbacks: Any
) -> None:
    holder(RoleKind.PUBLISHER, place, email="freigabe@example.org")
    author = at_work(RoleKind.AUTHOR, place)
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            edit(author, leaf, "action-submit", intro="Verworfen")
            transaction.set_rollback(True)
        assert not WorkflowState.objects.exists()
        edit(author, leaf, "action-submit", intro="Neu")
        # However long the mail server takes, nobody else waits for it: all is saved by then.
        assert mail.outbox == []
    assert [message.to for message in mail.outbox] == [["freigabe@example.org"]]


def test_a_mail_server_that_fails_stops_nobody(
    place: MunicipalityPage,
    leaf: StandardPage,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    def refuse(connection: Any) -> None:
        raise SMTPAuthenticationError(535, b"no")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.open", refuse)
    publisher = at_work(RoleKind.PUBLISHER, place, email="freigabe@example.org")
    author = at_work(RoleKind.AUTHOR, place, email="autor@example.org")
    with django_capture_on_commit_callbacks(execute=True):
        edit(author, leaf, "action-submit", intro="Neu")
    with django_capture_on_commit_callbacks(execute=True):
        decide(publisher, leaf, "approve")
    assert intro(leaf) == "Neu"


def test_with_two_steps_a_local_administrator_approves_as_well(place: MunicipalityPage, leaf: StandardPage) -> None:
    approval(place, Approval.TWO_STEPS)
    publisher, local_admin = at_work(RoleKind.PUBLISHER, place), at_work(RoleKind.LOCAL_ADMIN, place)
    edit(at_work(RoleKind.AUTHOR, place), leaf, "action-submit", intro="Neu")
    decide(publisher, leaf, "approve")
    assert intro(leaf) == "Alt"
    decide(publisher, leaf, "approve")
    assert intro(leaf) == "Alt"
    decide(local_admin, leaf, "approve")
    assert intro(leaf) == "Neu"


def test_what_waits_for_a_step_that_is_given_up_goes_on(place: MunicipalityPage, leaf: StandardPage) -> None:
    approval(place, Approval.TWO_STEPS)
    edit(at_work(RoleKind.AUTHOR, place), leaf, "action-submit", intro="Neu")
    decide(at_work(RoleKind.PUBLISHER, place), leaf, "approve")
    approval(place, Approval.PUBLISHER)
    assert intro(leaf) == "Neu"
    assert not WorkflowState.objects.active().exists()


def test_the_second_step_is_one_and_the_same_each_time(place: MunicipalityPage, leaf: StandardPage) -> None:
    for chosen in (Approval.TWO_STEPS, Approval.PUBLISHER, Approval.TWO_STEPS):
        approval(place, chosen)
    assert Task.objects.filter(name__endswith=place.title).count() == 2
    assert all(task.active for task in Tenant.objects.get(municipality=place).workflow.tasks)


# The settings of a municipality


def settings_of(client: Client, place: MunicipalityPage, **data: str) -> Any:
    address = reverse("municipality_settings", args=[place.pk])
    if not data:
        return client.get(address)
    return client.post(address, {"approval": Approval.PUBLISHER, "review_months": "12", **data}, follow=True)


def test_a_local_administrator_lets_authors_publish_and_takes_it_back(
    place: MunicipalityPage, leaf: StandardPage
) -> None:
    author, local_admin = at_work(RoleKind.AUTHOR, place), at_work(RoleKind.LOCAL_ADMIN, place)
    assert settings_of(local_admin, place).status_code == 200
    settings_of(local_admin, place, approval=Approval.AUTHORS_PUBLISH)
    edit(author, leaf, "action-publish", intro="Selbst")
    assert intro(leaf) == "Selbst"
    settings_of(local_admin, place, approval=Approval.PUBLISHER)
    edit(author, leaf, "action-publish", intro="Nicht mehr")
    assert intro(leaf) == "Selbst"
    edit(author, leaf, "action-submit", intro="Eingereicht")
    assert WorkflowState.objects.active().count() == 1
    assert re.search("Einstellungen|Settings", history(local_admin, place))


@pytest.mark.parametrize("kind", [RoleKind.AUTHOR, RoleKind.PUBLISHER])
def test_nobody_else_changes_the_settings(place: MunicipalityPage, kind: RoleKind) -> None:
    assert settings_of(at_work(kind, place), place).status_code == 404
    assert settings_of(at_work(kind, place), place, approval=Approval.AUTHORS_PUBLISH).status_code == 404
    assert Tenant.objects.get(municipality=place).approval == Approval.PUBLISHER


def test_a_local_administrator_changes_the_own_municipality_only(place: MunicipalityPage) -> None:
    other = tenant("Nebenan")
    local_admin = at_work(RoleKind.LOCAL_ADMIN, place)
    assert settings_of(local_admin, other, approval=Approval.AUTHORS_PUBLISH).status_code == 404
    response = local_admin.get(reverse("municipality_settings_list"), follow=True)
    assert response.redirect_chain[-1][0] == reverse("municipality_settings", args=[place.pk])


def test_an_unknown_way_of_approval_changes_nothing(place: MunicipalityPage) -> None:
    response = settings_of(at_work(RoleKind.LOCAL_ADMIN, place), place, approval="niemand")
    assert response.context["form"].errors
    assert Tenant.objects.get(municipality=place).approval == Approval.PUBLISHER


# Planned publication and expiry


def pass_time(page: Page) -> None:
    """As if the planned moment had come."""
    past = timezone.now() - timedelta(minutes=1)
    Page.objects.filter(pk=page.pk, expire_at__isnull=False).update(expire_at=past)
    for revision in Revision.objects.filter(object_id=str(page.pk), approved_go_live_at__isnull=False):
        revision.content["go_live_at"] = past.isoformat()
        revision.approved_go_live_at = past
        revision.save()
    call_command("publish_scheduled")


def max_age(response: Any) -> int:
    return int(re.search(r"s-maxage=(\d+)", response["Cache-Control"]).group(1))


def test_a_planned_page_appears_and_is_found(client: Client, place: MunicipalityPage) -> None:
    page = StandardPageFactory(parent=place, live=False)
    page.go_live_at = timezone.now() + timedelta(hours=1)
    page.save_revision().publish()
    assert client.get(page.url).status_code == 404
    pass_time(page)
    assert client.get(page.url).status_code == 200
    assert SearchEntry.objects.filter(page=page).exists()


def test_no_cache_keeps_a_page_beyond_its_planned_change(client: Client, leaf: StandardPage) -> None:
    assert max_age(client.get(leaf.url)) == 60
    leaf.intro, leaf.go_live_at = "Ab dann", timezone.now() + timedelta(seconds=20)
    leaf.save_revision().publish()
    assert max_age(client.get(leaf.url)) <= 20
    pass_time(leaf)
    response = client.get(leaf.url)
    assert "Ab dann" in response.content.decode()
    assert max_age(response) == 60


def test_a_page_expires_and_is_found_no_more(client: Client, leaf: StandardPage) -> None:
    child = StandardPageFactory(parent=leaf, published=True)
    leaf.expire_at = timezone.now() + timedelta(seconds=20)
    leaf.save_revision().publish()
    assert max_age(client.get(leaf.url)) <= 20
    assert max_age(client.get(child.url)) <= 20
    pass_time(leaf)
    assert client.get(leaf.url).status_code == 404
    assert not SearchEntry.objects.filter(page=leaf).exists()
