"""Keep ours, take theirs, merge: what a municipality decides takes effect, and nothing is lost on the way."""

import pytest

from cms.models import User
from services.inheritance.decisions import Choice, NothingToDecideError, decide, three_way
from services.inheritance.standing import open_parts
from services.models import LocalServicePage, ServicePage
from services.modes import ModuleMode
from tests.factories import LocalServiceFactory, ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db

NOTES, PROCEDURE = "16", "11"
THEN = "<p>Bringen Sie ein Foto mit.</p><p>Zahlen Sie bar.</p>"
NOW = "<p>Bringen Sie ein digitales Foto mit.</p><p>Zahlen Sie bar.</p>"
OURS = "<p>Bringen Sie ein Foto mit.</p><p>Zahlen Sie mit Karte.</p>"
BOTH = "<p>Bringen Sie ein digitales Foto mit.</p><p>Zahlen Sie mit Karte.</p>"


def change_reference(local: LocalServicePage, notes: str) -> LocalServicePage:
    service = ServicePage.objects.get(pk=local.reference_id)
    service.notes = notes
    service.save_revision().publish()
    return again(local)


def again(local: LocalServicePage) -> LocalServicePage:
    return LocalServicePage.objects.get(pk=local.pk)


def texts(local: LocalServicePage) -> list[tuple[str, str]]:
    return [(part.code, part.text) for part in local.text_modules.all()]


@pytest.fixture
def user() -> User:
    return UserFactory(admin=True)


@pytest.fixture
def local() -> LocalServicePage:
    service = ServiceFactory(published=True, notes=THEN)
    written = LocalServiceFactory(
        reference=service,
        published=True,
        texts=[(NOTES, ModuleMode.REPLACE, OURS), (PROCEDURE, ModuleMode.AFTER, "<p>Zimmer 3.</p>")],
    )
    return change_reference(written, NOW)


def test_keeping_ours_changes_no_text_and_asks_no_more(local: LocalServicePage, user: User) -> None:
    assert [part.code for part in open_parts(local)] == [NOTES]
    decide(local, NOTES, Choice.KEEP, user, publish=True)
    assert texts(again(local)) == [(NOTES, OURS), (PROCEDURE, "<p>Zimmer 3.</p>")]
    assert open_parts(again(local)) == []


def test_taking_theirs_gives_the_own_text_up_but_not_the_history(local: LocalServicePage, user: User) -> None:
    decide(local, NOTES, Choice.TAKE, user, publish=True)
    assert texts(again(local)) == [(PROCEDURE, "<p>Zimmer 3.</p>")]
    kept = [revision.as_object() for revision in local.revisions.all()]
    assert any((NOTES, OURS) in texts(version) for version in kept)


def test_merging_takes_over_what_does_not_touch_ours(local: LocalServicePage, user: User) -> None:
    decide(local, NOTES, Choice.MERGE, user, publish=True)
    assert (NOTES, BOTH) in texts(again(local))
    assert open_parts(again(local)) == []


def test_a_merge_with_conflicts_is_a_draft_with_both(local: LocalServicePage, user: User) -> None:
    local = change_reference(local, "<p>Bringen Sie ein Foto mit.</p><p>Zahlen Sie am Automaten.</p>")
    assert three_way(local, NOTES).has_conflicts
    decide(local, NOTES, Choice.MERGE, user, publish=True)
    assert (NOTES, OURS) in texts(again(local))
    draft = dict(texts(again(local).get_latest_revision_as_object()))[NOTES]
    assert "Karte" in draft
    assert "Automaten" in draft


def test_who_may_not_publish_decides_in_a_draft(local: LocalServicePage, user: User) -> None:
    decide(local, NOTES, Choice.TAKE, user, publish=False)
    assert (NOTES, OURS) in texts(again(local))
    assert NOTES not in dict(texts(again(local).get_latest_revision_as_object()))


def test_a_draft_above_the_published_page_stays_a_draft(local: LocalServicePage, user: User) -> None:
    draft = again(local)
    draft.processing_time = "zwei Wochen"
    draft.save_revision()
    decide(local, NOTES, Choice.MERGE, user, publish=True)
    assert again(local).processing_time == ""
    assert (NOTES, BOTH) in texts(again(local))
    latest = again(local).get_latest_revision_as_object()
    assert (latest.processing_time, dict(texts(latest))[NOTES]) == ("zwei Wochen", BOTH)
    assert again(local).has_unpublished_changes


@pytest.mark.parametrize("choice", [Choice.KEEP, Choice.MERGE])
def test_what_is_kept_comes_back_into_a_draft_that_had_given_it_up(
    local: LocalServicePage, user: User, choice: Choice
) -> None:
    decide(local, NOTES, Choice.TAKE, user, publish=False)
    decide(again(local), NOTES, choice, user, publish=True)
    public = dict(texts(again(local)))
    assert NOTES in public
    draft = again(local).get_latest_revision_as_object()
    assert dict(texts(draft)) == public
    assert open_parts(draft) == []


def test_where_there_is_no_own_text_there_is_nothing_to_decide(local: LocalServicePage, user: User) -> None:
    with pytest.raises(NothingToDecideError):
        decide(local, "06", Choice.KEEP, user, publish=True)
