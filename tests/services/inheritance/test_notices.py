"""Who is asked about a changed reference, when the question is answered, and that nobody is asked twice."""

from typing import Any

import pytest

from cms.models import User
from services.inheritance.decisions import Choice, decide
from services.inheritance.views.waiting import count_questions, pages_with_questions
from services.models import ChangeNotice, LocalServicePage, LocalTextModule, Outcome, ServicePage
from services.modes import ModuleMode
from tests.factories import LocalServiceFactory
from tests.services.inheritance.conftest import NOTES, NOW, OURS, THEN, Publish, again

pytestmark = pytest.mark.django_db


def outcomes(page: LocalServicePage) -> list[tuple[int, str, str]]:
    rows = ChangeNotice.objects.filter(page=page.pk).order_by("version__number", "code")
    return list(rows.values_list("version__number", "code", "outcome"))


def test_own_texts_of_a_changed_module_are_responsible(
    service: ServicePage, replacing: LocalServicePage, adding: LocalServicePage, publish: Publish
) -> None:
    other = LocalServiceFactory(reference=service, published=True, texts=[("06", ModuleMode.REPLACE, "<p>Ja.</p>")])
    publish(service, notes=NOW)
    assert outcomes(replacing) == [(2, NOTES, Outcome.OPEN)]
    assert outcomes(adding) == [(2, NOTES, Outcome.OPEN)]
    assert outcomes(other) == []


def test_until_then_the_page_says_what_the_municipality_decided(
    service: ServicePage, replacing: LocalServicePage, publish: Publish, client: Any
) -> None:
    publish(service, notes=NOW, procedure="<p>Neu ist der Ablauf.</p>")
    text = client.get(again(replacing).url).content.decode()
    assert "Zahlen Sie mit Karte." in text
    assert "digitales Foto" not in text
    assert "Neu ist der Ablauf." in text


def test_of_two_changes_the_newer_one_asks(service: ServicePage, replacing: LocalServicePage, publish: Publish) -> None:
    publish(service, notes=NOW)
    publish(service, notes="<p>Ein Foto machen wir vor Ort.</p>")
    assert outcomes(replacing) == [(2, NOTES, Outcome.SUPERSEDED), (3, NOTES, Outcome.OPEN)]


def test_a_change_taken_back_asks_no_more(service: ServicePage, replacing: LocalServicePage, publish: Publish) -> None:
    publish(service, notes=NOW)
    publish(service, notes=THEN)
    assert outcomes(replacing) == [(2, NOTES, Outcome.WITHDRAWN)]


@pytest.mark.parametrize(
    ("choice", "outcome"),
    [(Choice.KEEP, Outcome.KEPT), (Choice.TAKE, Outcome.TAKEN), (Choice.MERGE, Outcome.MERGED)],
)
def test_a_decision_answers(
    service: ServicePage, replacing: LocalServicePage, publish: Publish, user: User, choice: Choice, outcome: Outcome
) -> None:
    publish(service, notes=NOW)
    decide(again(replacing), NOTES, choice, user, publish=True)
    notice = ChangeNotice.objects.get(page=replacing.pk)
    assert (notice.outcome, notice.decided_by) == (outcome, user)


def test_a_draft_of_a_decision_is_no_answer(
    service: ServicePage, replacing: LocalServicePage, publish: Publish, user: User
) -> None:
    publish(service, notes=NOW)
    decide(again(replacing), NOTES, Choice.TAKE, user, publish=False)
    assert outcomes(replacing) == [(2, NOTES, Outcome.OPEN)]
    publish(again(replacing).get_latest_revision_as_object())
    assert outcomes(replacing) == [(2, NOTES, Outcome.OPEN)], "the published text has no decision yet"
    with_decision = again(replacing).revisions.order_by("-pk")[1]
    with_decision.publish()
    assert outcomes(replacing) == [(2, NOTES, Outcome.TAKEN)]


def test_a_draft_from_before_the_change_is_asked_about_once_it_is_published(
    service: ServicePage, publish: Publish
) -> None:
    page = LocalServiceFactory(reference=service, published=True)
    draft = again(page)
    draft.text_modules = [LocalTextModule(code=NOTES, mode=ModuleMode.REPLACE, text=OURS)]
    draft.save_revision()
    publish(service, notes=NOW)
    assert outcomes(page) == []
    again(page).get_latest_revision().publish()
    assert outcomes(page) == [(2, NOTES, Outcome.OPEN)]


@pytest.mark.parametrize("choice", [Choice.KEEP, Choice.TAKE, Choice.MERGE])
def test_an_older_text_that_is_brought_back_is_asked_about_again(
    service: ServicePage, replacing: LocalServicePage, publish: Publish, user: User, choice: Choice
) -> None:
    old = again(replacing).get_latest_revision()
    publish(service, notes=NOW)
    decide(again(replacing), NOTES, choice, user, publish=True)
    old.publish()
    assert OURS in [part.text for part in again(replacing).text_modules.all()]
    notice = ChangeNotice.objects.get(page=replacing.pk)
    assert (notice.outcome, notice.decided_by, notice.decided_at) == (Outcome.OPEN, None, None)


def test_what_was_asked_while_the_text_was_given_up_is_no_question(
    service: ServicePage, replacing: LocalServicePage, publish: Publish, user: User, client: Any
) -> None:
    publish(service, notes=NOW)
    # As somebody did who published the page in the same moment.
    LocalTextModule.objects.filter(page=replacing.pk, code=NOTES).delete()
    assert count_questions(user) == 0
    assert list(pages_with_questions(user)) == []
    publish(service, synonyms="Quastenschein")
    assert outcomes(replacing) == [(2, NOTES, Outcome.TAKEN)]


def test_who_rewrites_the_text_has_answered(
    service: ServicePage, replacing: LocalServicePage, publish: Publish, user: User
) -> None:
    publish(service, notes=NOW)
    page = again(replacing)
    parts = list(page.text_modules.all())
    for part in parts:
        if part.code == NOTES:
            part.text, part.based_on = "<p>Ganz neu.</p>", service.versions.last()
    page.text_modules = parts
    page.save_revision(user=user).publish()
    notice = ChangeNotice.objects.get(page=replacing.pk)
    assert (notice.outcome, notice.decided_by) == (Outcome.REWRITTEN, user)


def test_an_english_text_is_responsible_the_english_reference(
    service: ServicePage, replacing: LocalServicePage, publish: Publish
) -> None:
    translation = [("translation", {"language": "en", "title": "Trial", "notes": "<p>Bring a photo.</p>"})]
    publish(service, translations=translation)
    page = again(replacing)
    english = type(page.text_modules.first())(
        language="en", code=NOTES, mode=ModuleMode.REPLACE, text="<p>We take the photo.</p>"
    )
    publish(page, text_modules=[*page.text_modules.all(), english])
    publish(service, notes=NOW)
    assert [(row.version.language, row.code) for row in ChangeNotice.objects.filter(page=page.pk)] == [("de", NOTES)]
    translation[0][1]["notes"] = "<p>Bring a digital photo.</p>"
    publish(service, translations=translation)
    languages = {row.version.language for row in ChangeNotice.objects.filter(page=page.pk)}
    assert languages == {"de", "en"}
    assert OURS in [part.text for part in again(page).text_modules.all()]
