"""What follows a publication in many municipalities: in steps, resumed after an interruption, nothing twice."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.signals import page_published

from search.models import SearchEntry
from services.inheritance import follow_up
from services.inheritance.binding import make_binding
from services.models import ChangeNotice, FollowUp, LocalServicePage, ServicePage
from services.modes import ModuleMode
from tests.factories import LocalServiceFactory, ServiceFactory, UserFactory
from tests.services.inheritance.conftest import NOTES, NOW, OURS, THEN, Publish, again

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(service: ServicePage, monkeypatch: pytest.MonkeyPatch) -> list[LocalServicePage]:
    monkeypatch.setattr(follow_up, "STEP", 2)
    pages = [
        LocalServiceFactory(reference=service, published=True, texts=[(NOTES, ModuleMode.REPLACE, OURS)])
        for _number in range(5)
    ]
    FollowUp.objects.all().delete()
    return pages


def publish_without_worker(service: ServicePage) -> FollowUp:
    page = again(service)
    page.notes, page.synonyms = NOW, "Quastenschein"
    page.save_revision().publish()
    return FollowUp.objects.get()


def test_all_follow_and_the_progress_says_so(service: ServicePage, many: Any, publish: Publish) -> None:
    publish(service, notes=NOW, synonyms="Quastenschein")
    work = FollowUp.objects.get()
    assert (work.total, work.done, work.percent) == (5, 5, 100)
    assert work.finished_at is not None
    assert ChangeNotice.objects.count() == 5
    assert SearchEntry.objects.filter(synonyms__contains="Quastenschein").count() == 6


def test_where_nobody_has_own_pages_nothing_follows(publish: Publish) -> None:
    publish(ServiceFactory(published=True), notes=NOW)
    assert not FollowUp.objects.exists()


def test_an_interruption_half_way_is_resumed_where_it_was(
    service: ServicePage, many: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    someone = UserFactory(email="jemand@example.org")
    monkeypatch.setattr("services.inheritance.mails.responsible", lambda page, place: [someone])
    work = publish_without_worker(service)
    seen: list[int] = []
    monkeypatch.setattr(follow_up, "page_steps", [seen.extend])
    with django_capture_on_commit_callbacks(execute=True):
        follow_up.step(work.pk)

    def fail(keys: list[int]) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(follow_up, "page_steps", [seen.extend, fail])
    before = list(seen)
    with pytest.raises(KeyboardInterrupt):
        follow_up.step(work.pk)
    work.refresh_from_db()
    assert (work.done, work.percent, ChangeNotice.objects.count()) == (2, 40, 2), "the step that failed left nothing"
    seen[:] = before
    monkeypatch.setattr(follow_up, "page_steps", [seen.extend])
    with django_capture_on_commit_callbacks(execute=True):
        call_command("follow_references")
    assert sorted(seen) == sorted(page.pk for page in many), "each page once"
    assert ChangeNotice.objects.count() == 5
    assert len(mail.outbox) == 3, "one e-mail for each step, none twice"


def test_two_workers_share_the_work(service: ServicePage, many: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    work = publish_without_worker(service)
    seen: list[int] = []

    def meanwhile_another(keys: list[int]) -> None:
        seen.extend(keys)

    monkeypatch.setattr(follow_up, "page_steps", [meanwhile_another])
    while follow_up.step(work.pk) and follow_up.step(work.pk):
        pass
    follow_up.work_off(work.pk)
    assert sorted(seen) == sorted(page.pk for page in many)


def test_a_queue_that_refuses_does_not_take_the_publication_back(
    service: ServicePage, many: Any, monkeypatch: pytest.MonkeyPatch, publish: Publish
) -> None:
    def refuse(key: int) -> None:
        raise OSError

    monkeypatch.setattr(follow_up, "follow_up_task", SimpleNamespace(enqueue=refuse))
    publish(service, notes=NOW)
    assert again(service).notes == NOW
    call_command("follow_references")
    assert FollowUp.objects.get().percent == 100


def test_publishing_takes_as_many_queries_for_one_municipality_as_for_many(service: ServicePage) -> None:
    """What grows with the municipalities is none of the time for which the editor waits."""

    def queries() -> int:
        page = again(service)
        page.notes = f"<p>Fassung {service.versions.count()}</p>"
        revision = page.save_revision()
        with CaptureQueriesContext(connection) as captured:
            revision.publish()
        return len(captured)

    LocalServiceFactory(reference=service, published=True, texts=[(NOTES, ModuleMode.REPLACE, OURS)])
    queries()
    few = queries()
    for _number in range(10):
        LocalServiceFactory(reference=service, published=True, texts=[(NOTES, ModuleMode.REPLACE, OURS)])
    assert queries() == few


def test_editors_are_told_when_the_reference_is_withdrawn_and_their_page_still_answers(
    service: ServicePage,
    replacing: LocalServicePage,
    client: Any,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    someone = UserFactory(email="jemand@example.org")
    monkeypatch.setattr("services.inheritance.mails.responsible", lambda page, place: [someone])
    with django_capture_on_commit_callbacks(execute=True):
        service.unpublish()
    assert [message.to for message in mail.outbox] == [[someone.email]]
    response = client.get(again(replacing).url)
    assert response.status_code == 200
    assert "Zahlen Sie mit Karte." in response.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        again(service).delete()
    assert client.get(again(replacing).url).status_code == 200


def test_work_that_fails_keeps_nothing_else_from_being_done(
    service: ServicePage, replacing: LocalServicePage, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(service, notes=NOW)
    version = service.versions.get(number=2)
    make_binding(version, timezone.localdate() + timedelta(days=5), "§ 1", "")
    type(version).objects.filter(pk=version.pk).update(effective_on=timezone.localdate())
    failing = FollowUp.objects.create(service=service, total=1)
    other = FollowUp.objects.create(service=ServiceFactory(published=True))

    def fail(keys: list[int]) -> None:
        raise RuntimeError

    monkeypatch.setattr(follow_up, "page_steps", [fail])
    call_command("follow_references")
    failing.refresh_from_db()
    other.refresh_from_db()
    assert failing.finished_at is None
    assert other.finished_at is not None
    assert OURS not in [part.text for part in again(replacing).text_modules.all()]


def test_a_publication_that_is_cut_off_leaves_nothing_half_done(
    service: ServicePage, replacing: LocalServicePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the public would read a text of which no version tells, and nobody would be asked."""
    draft = again(service)
    draft.notes = NOW
    revision = draft.save_revision()

    def cut_off(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(page_published, "send", cut_off)
        with pytest.raises(KeyboardInterrupt):
            revision.publish()
    assert again(service).notes == THEN
    revision.publish()
    assert service.versions.count() == 2
