"""What own texts are held against, and that all who speak of a changed reference go by the same."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cms.models import User
from municipalities.models import MunicipalityPage
from services.freshness import freshness
from services.inheritance.comparison import compare
from services.inheritance.decisions import Choice, decide
from services.inheritance.impact import impact
from services.inheritance.standing import References, open_parts
from services.inheritance.views.waiting import count_questions
from services.models import ChangeNotice, LocalServicePage, LocalTextModule, Outcome, ServicePage
from services.modes import ModuleMode
from tests.factories import LocalServiceFactory, MunicipalityFactory, ServiceFactory
from tests.services.inheritance.conftest import NOTES, NOW, OURS, Publish, again

pytestmark = pytest.mark.django_db


def english(text: str = "<p>Pay by card.</p>", mode: str = ModuleMode.REPLACE) -> LocalTextModule:
    return LocalTextModule(language="en", code=NOTES, mode=mode, text=text)


def translated(**texts: str) -> list[Any]:
    return [("translation", {"language": "en", "title": "Licence", **texts})]


def asked(page: LocalServicePage) -> set[tuple[str, str, int]]:
    """Languages of own texts that wait, with the version that asks."""
    rows = ChangeNotice.objects.waiting().filter(page=page.pk).select_related("version")
    return {(row.language, row.version.language, row.version.number) for row in rows}


def is_fresh(page: LocalServicePage) -> bool:
    place = MunicipalityPage.objects.ancestor_of(page).get()
    (found,) = freshness([place], timezone.localdate())
    return not next(result for result in found.results if result.kind.name == "references").found.to_mend


@pytest.fixture
def local(service: ServicePage, publish: Publish) -> LocalServicePage:
    page = LocalServiceFactory(reference=service, place=MunicipalityFactory(published=True), published=True)
    return publish(page, text_modules=[english()])


def test_a_text_in_a_language_without_translation_is_held_against_the_german_one(
    service: ServicePage, local: LocalServicePage, publish: Publish, user: User
) -> None:
    assert is_fresh(local)
    publish(service, procedure="<p>Neu ist der Ablauf.</p>")
    assert (open_parts(again(local)), asked(local)) == ([], set())
    publish(service, notes=NOW)
    assert [part.language for part in open_parts(again(local))] == ["en"]
    assert asked(local) == {("en", "de", 3)}
    assert not is_fresh(local)
    comparison = compare(again(local), "en", NOTES)
    assert comparison is not None
    assert (comparison.then.number, comparison.now.number, comparison.is_translated) == (1, 3, False)
    assert comparison.merge is None, "two languages do not merge"
    decide(again(local), NOTES, Choice.KEEP, user, publish=True, language="en")
    assert (open_parts(again(local)), asked(local)) == ([], set())
    assert is_fresh(local)


def test_german_and_english_texts_are_asked_about_each_for_itself(
    service: ServicePage, replacing: LocalServicePage, publish: Publish, user: User, client: Any
) -> None:
    publish(replacing, text_modules=[*again(replacing).text_modules.all(), english()])
    publish(service, notes=NOW)
    assert asked(replacing) == {("de", "de", 2), ("en", "de", 2)}
    assert count_questions(user) == 2
    client.force_login(user)
    listed = client.get(reverse("reference_decisions")).content.decode()
    assert "(English)" in listed
    address = reverse("reference_decide", args=[replacing.pk, "en", NOTES])
    assert address in listed
    shown = client.get(address).content.decode()
    assert 'value="keep"' in shown
    assert 'value="merge"' not in shown
    decide(again(replacing), NOTES, Choice.TAKE, user, publish=True)
    assert asked(replacing) == {("en", "de", 2)}
    assert "<p>Pay by card.</p>" in [part.text for part in again(replacing).text_modules.all()]


def test_the_first_translation_asks_about_texts_that_were_there_before(
    service: ServicePage, local: LocalServicePage, publish: Publish
) -> None:
    publish(service, translations=translated(procedure="<p>Come to us.</p>"))
    assert asked(local) == set(), "another module"
    publish(service, translations=translated(procedure="<p>Come to us.</p>", notes="<p>Bring a photo.</p>"))
    assert asked(local) == {("en", "en", 2)}
    comparison = compare(again(local), "en", NOTES)
    assert comparison is not None
    assert (comparison.is_base_known, comparison.now.number) == (False, 2)
    assert comparison.merge is not None
    assert {"Bring a photo.", "Pay by card."} <= {text.strip("</p>") for text in comparison.merge.html.split("<p>")}
    publish(service, translations=[])
    assert asked(local) == set(), "people read there again what the text was written against"
    publish(service, notes=NOW)
    assert asked(local) == {("en", "de", 2)}


def test_saving_a_page_for_another_reason_decides_nothing(
    service: ServicePage, local: LocalServicePage, publish: Publish
) -> None:
    publish(service, translations=translated(notes="<p>Bring a photo.</p>"))
    publish(local, processing_time="drei Tage")
    LocalTextModule.objects.filter(page=local.pk).update(based_on=None)
    publish(local, processing_time="vier Tage")
    assert open_parts(again(local))
    assert asked(local) == {("en", "en", 1)}


def test_a_draft_of_which_nobody_knows_when_it_was_written_is_asked_about(
    service: ServicePage, publish: Publish
) -> None:
    page = LocalServiceFactory(reference=service, published=True)
    draft = again(page)
    draft.text_modules = [LocalTextModule(code=NOTES, mode=ModuleMode.REPLACE, text=OURS)]
    revision = draft.save_revision()
    # As drafts were before versions were kept.
    for row in revision.content["text_modules"]:
        del row["based_on"]
    revision.save()
    again(page).get_latest_revision().publish()
    assert asked(page) == {("de", "de", 1)}


def test_where_nobody_knows_the_base_nothing_of_either_side_is_lost(
    service: ServicePage, replacing: LocalServicePage, publish: Publish
) -> None:
    LocalTextModule.objects.filter(page=replacing.pk).update(based_on=None)
    publish(service, notes=NOW)
    comparison = compare(again(replacing), "de", NOTES)
    assert comparison is not None
    assert comparison.is_open
    assert comparison.merge is not None
    assert "digitales" in comparison.merge.html
    assert "mit Karte" in comparison.merge.html


def test_a_reference_that_is_published_later_asks_about_what_was_written_before(publish: Publish) -> None:
    service = ServiceFactory(live=False)
    page = LocalServiceFactory(reference=service, published=True, texts=[(NOTES, ModuleMode.REPLACE, OURS)])
    assert open_parts(again(page)) == []
    publish(service, notes=NOW)
    assert asked(page) == {("de", "de", 1)}


def test_who_objected_has_decided_until_the_next_change(
    service: ServicePage, replacing: LocalServicePage, publish: Publish, user: User
) -> None:
    publish(service, notes=NOW)
    notice = ChangeNotice.objects.get(page=replacing.pk)
    ChangeNotice.objects.filter(pk=notice.pk).update(outcome=Outcome.OBJECTED, reason="Darum.")
    assert open_parts(again(replacing)) == []
    assert is_fresh(replacing)
    comparison = compare(again(replacing), "de", NOTES)
    assert comparison is not None
    assert not comparison.is_waiting
    assert comparison.then.number == 1, "it was not written anew"
    publish(service, notes="<p>Ein Foto machen wir vor Ort.</p>")
    assert [part.code for part in open_parts(again(replacing))] == [NOTES]
    assert not is_fresh(replacing)


def test_texts_of_another_reference_are_compared_with_nothing_of_it(
    service: ServicePage, replacing: LocalServicePage, publish: Publish
) -> None:
    other = ServiceFactory(published=True, notes="<p>Ganz anders.</p>")
    publish(service, notes=NOW)
    publish(replacing, reference=other)
    comparison = compare(again(replacing), "de", NOTES)
    assert comparison is not None
    assert (comparison.then.service_id, comparison.then.text(NOTES)) == (other.pk, "")
    assert {row.version.service_id for row in ChangeNotice.objects.waiting()} == {other.pk}
    assert ChangeNotice.objects.get(version__service=service).outcome == Outcome.WITHDRAWN


def test_the_impact_names_those_whose_texts_are_held_against_the_german_one(
    service: ServicePage, local: LocalServicePage, publish: Publish
) -> None:
    hidden = LocalServiceFactory(
        reference=service, live=False, place=MunicipalityFactory(published=True, title="Entwurfsdorf")
    )
    hidden.text_modules = [LocalTextModule(code=NOTES, mode=ModuleMode.REPLACE, text=OURS)]
    hidden.save()
    draft = again(service)
    draft.notes = NOW
    place = MunicipalityPage.objects.ancestor_of(local).get()
    found = impact(draft, timezone.localdate())
    named = [(module.language, module.code, module.replacing) for module in found.modules]
    assert named == [("de", NOTES, []), ("en", NOTES, [place])], "drafts are nobody's business"
    publish(service, translations=translated(notes="<p>Bring a photo.</p>"))
    draft = again(service)
    draft.notes = NOW
    found = impact(draft, timezone.localdate())
    assert [(module.language, module.replacing) for module in found.modules] == [("de", [])]


def test_old_versions_are_not_read(service: ServicePage, replacing: LocalServicePage, publish: Publish) -> None:
    for number in range(4):
        publish(service, notes=f"<p>Fassung {number}</p>")
    references = References.of_page(again(replacing))
    assert sorted(version.number for version in references.versions) == [1, 5]
    assert [part.code for part in open_parts(again(replacing))] == [NOTES]
