"""What lies around a decision: approvals and plans that run on, a reference that is gone, the history."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import PageLogEntry, WorkflowState

from municipalities.models import MunicipalityPage, RoleKind
from services.inheritance import log_actions
from services.inheritance.binding import apply_binding_changes, make_binding
from services.inheritance.decisions import Choice, decide
from services.models import LocalServicePage, Outcome, ServicePage
from services.modes import ModuleMode
from tests.factories import LocalServiceFactory
from tests.roles import holder, tenant
from tests.services.inheritance.conftest import NOTES, NOW, OURS, Publish, again, draft_above

pytestmark = pytest.mark.django_db

DAYS = timedelta(days=30)


@pytest.fixture
def place() -> MunicipalityPage:
    return tenant("Eigenstadt")


@pytest.fixture
def bound(place: MunicipalityPage, service: ServicePage, publish: Publish) -> LocalServicePage:
    local = LocalServiceFactory(
        reference=service,
        parent=place.get_children().get(slug="leistungen").specific,
        published=True,
        texts=[(NOTES, ModuleMode.REPLACE, OURS)],
    )
    publish(service, notes=NOW)
    make_binding(service.versions.get(number=2), timezone.localdate() + DAYS, "§ 1 Prüfgesetz", "")
    return again(local)


def on_the_day() -> list[Any]:
    return list(apply_binding_changes(timezone.localdate() + DAYS))


def texts(page: Any) -> list[str]:
    return [part.text for part in page.text_modules.all()]


def test_what_waits_for_approval_waits_on(bound: LocalServicePage, place: MunicipalityPage) -> None:
    author = holder(RoleKind.AUTHOR, place)
    bound.processing_time = "zwei Wochen"
    bound.save_revision(user=author)
    bound.get_workflow().start(bound, author)
    assert on_the_day()
    assert (again(bound).processing_time, texts(again(bound))) == ("", [])
    state = again(bound).current_workflow_state
    assert (state.status, state.requested_by) == (WorkflowState.STATUS_IN_PROGRESS, author)
    waiting = state.current_task_state.revision.as_object()
    assert (waiting.processing_time, texts(waiting)) == ("zwei Wochen", [])


@pytest.mark.parametrize("has_newer_draft", [False, True])
def test_what_is_planned_stays_planned_and_brings_no_old_text_back(
    bound: LocalServicePage, has_newer_draft: bool
) -> None:
    later = timezone.now() + timedelta(days=60)
    bound.processing_time, bound.go_live_at = "zwei Wochen", later
    bound.save_revision().publish()
    if has_newer_draft:
        draft_above(bound, processing_time="drei Wochen")
    assert again(bound).scheduled_revision is not None
    assert on_the_day()
    planned = again(bound).scheduled_revision
    assert planned is not None
    assert planned.approved_go_live_at == later
    assert (planned.as_object().processing_time, texts(planned.as_object())) == ("zwei Wochen", [])
    newest = again(bound).get_latest_revision_as_object()
    assert newest.processing_time == ("drei Wochen" if has_newer_draft else "zwei Wochen")
    assert texts(newest) == []
    assert (again(bound).live, texts(again(bound))) == (True, [])


@pytest.mark.parametrize("has_newer_draft", [False, True])
def test_a_page_that_is_only_planned_yet_appears_without_the_old_text(
    service: ServicePage, place: MunicipalityPage, publish: Publish, has_newer_draft: bool
) -> None:
    page = LocalServiceFactory(reference=service, place=place, live=False, texts=[(NOTES, ModuleMode.REPLACE, OURS)])
    later = timezone.now() + timedelta(days=60)
    planned = again(page)
    planned.processing_time, planned.go_live_at = "zwei Wochen", later
    planned.save_revision().publish()
    if has_newer_draft:
        draft_above(page, processing_time="drei Wochen")
    publish(service, notes=NOW)
    make_binding(service.versions.get(number=2), timezone.localdate() + DAYS, "§ 1 Prüfgesetz", "")
    assert on_the_day()
    (revision,) = again(page).revisions.exclude(approved_go_live_at=None)
    assert revision.approved_go_live_at == later
    assert (revision.as_object().processing_time, texts(revision.as_object())) == ("zwei Wochen", [])
    newest = again(page).get_latest_revision_as_object()
    assert (newest.processing_time, texts(newest)) == ("drei Wochen" if has_newer_draft else "zwei Wochen", [])
    assert not again(page).live


def test_a_withdrawn_reference_replaces_nothing_on_its_day(bound: LocalServicePage, service: ServicePage) -> None:
    again(service).unpublish()
    assert on_the_day() == []
    assert texts(again(bound)) == [OURS]
    again(service).save_revision().publish()
    assert on_the_day()
    assert texts(again(bound)) == []


def test_what_happened_by_law_stands_in_the_history(bound: LocalServicePage) -> None:
    on_the_day()
    entry = PageLogEntry.objects.get(page=bound.pk, action=log_actions.REPLACED)
    assert entry.user is None
    assert (entry.data["code"], entry.data["language"]) == (NOTES, "de")
    assert bound.change_notices.get().outcome == Outcome.REPLACED


def test_a_text_given_up_in_the_draft_alone_is_back_there_once_the_publisher_keeps_it(
    service: ServicePage, replacing: LocalServicePage, publish: Publish, user: Any
) -> None:
    publish(service, notes=NOW)
    decide(again(replacing), NOTES, Choice.TAKE, user, publish=False)
    assert OURS in texts(again(replacing))
    assert decide(again(replacing), NOTES, Choice.KEEP, user, publish=True)
    assert OURS in texts(again(replacing))
    assert OURS in texts(again(replacing).get_latest_revision_as_object())
