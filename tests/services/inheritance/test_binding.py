"""What a law demands comes on its day, module by module, except where the municipality objected."""

from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as said

from cms.models import User
from municipalities.models import PageReview
from services.inheritance.binding import apply_binding_changes, lift_binding, make_binding, reminders_due
from services.inheritance.decisions import BindingChangeError, Choice, decide
from services.inheritance.mails import send_binding_reminders, tell_about_changes
from services.inheritance.notices import object_for, object_to
from services.legal_hints import hints_for
from services.models import (
    ChangeNotice,
    LegalChange,
    LocalServicePage,
    LocalTextModule,
    Outcome,
    ReferenceVersion,
    ServicePage,
)
from services.modes import LocalState, ModuleMode
from tests.factories import LocalServiceFactory, MunicipalityFactory, ServiceFactory, UserFactory
from tests.services.inheritance.conftest import NOTES, NOW, OURS, PROCEDURE, Publish, again

pytestmark = pytest.mark.django_db

LAW = "§ 5 Prüfgesetz"
ENGLISH = "<p>Pay by card.</p>"


@pytest.fixture
def day() -> date:
    return timezone.localdate() + timedelta(days=30)


@pytest.fixture
def version(
    service: ServicePage, replacing: LocalServicePage, adding: LocalServicePage, publish: Publish, day: date
) -> ReferenceVersion:
    publish(service, notes=NOW)
    version = service.versions.get(number=2)
    make_binding(version, day, LAW, "Die Gebühr fällt weg.")
    return version


def texts(page: LocalServicePage) -> list[tuple[str, str]]:
    return [(part.code, part.text) for part in again(page).text_modules.all()]


def notice_of(page: LocalServicePage) -> ChangeNotice:
    return ChangeNotice.objects.get(page=page.pk)


def replaced(day: date) -> list[tuple[int, list[str]]]:
    return [(page.pk, codes) for page, codes in apply_binding_changes(day)]


def test_before_its_day_nothing_happens(version: ReferenceVersion, replacing: LocalServicePage, day: date) -> None:
    assert replaced(day - timedelta(days=1)) == []
    assert (NOTES, OURS) in texts(replacing)


def test_on_its_day_the_shared_text_comes_and_the_old_one_stays_in_the_history(
    version: ReferenceVersion, replacing: LocalServicePage, day: date, client: Any
) -> None:
    assert replaced(day) == [(replacing.pk, [NOTES])]
    assert texts(replacing) == [(PROCEDURE, "<p>Zimmer 3.</p>")], "other modules are left alone"
    assert "digitales Foto" in client.get(again(replacing).url).content.decode()
    assert any(
        OURS in [part.text for part in revision.as_object().text_modules.all()]
        for revision in replacing.revisions.all()
    )
    assert notice_of(replacing).outcome == Outcome.REPLACED


def test_what_stands_beside_the_shared_text_stays(
    version: ReferenceVersion, adding: LocalServicePage, day: date
) -> None:
    before = texts(adding)
    replaced(day)
    assert texts(adding) == before
    assert notice_of(adding).outcome == Outcome.OPEN


def test_who_objected_with_a_reason_keeps_the_own_text(
    version: ReferenceVersion, replacing: LocalServicePage, day: date, user: User
) -> None:
    assert object_to(notice_of(replacing), user, "Hier gilt eine Ausnahme.")
    assert replaced(day) == []
    assert (NOTES, OURS) in texts(replacing)
    assert (notice_of(replacing).outcome, notice_of(replacing).reason) == (Outcome.OBJECTED, "Hier gilt eine Ausnahme.")


def test_carried_out_twice_nothing_happens_twice(
    version: ReferenceVersion, replacing: LocalServicePage, day: date
) -> None:
    replaced(day)
    revisions = replacing.revisions.count()
    assert replaced(day) == []
    assert replacing.revisions.count() == revisions


def test_a_draft_above_stays_a_draft_without_the_replaced_text(
    version: ReferenceVersion, replacing: LocalServicePage, day: date
) -> None:
    draft = again(replacing)
    draft.processing_time = "zwei Wochen"
    draft.save_revision()
    replaced(day)
    draft = again(replacing).get_latest_revision_as_object()
    assert again(replacing).processing_time == ""
    assert (draft.processing_time, [part.code for part in draft.text_modules.all()]) == ("zwei Wochen", [PROCEDURE])


def test_texts_in_other_languages_go_with_the_german_one(
    version: ReferenceVersion, replacing: LocalServicePage, day: date, publish: Publish
) -> None:
    english = LocalTextModule(language="en", code=NOTES, mode=ModuleMode.REPLACE, text="<p>Pay by card.</p>")
    publish(replacing, text_modules=[*again(replacing).text_modules.all(), english])
    replaced(day)
    assert texts(replacing) == [(PROCEDURE, "<p>Zimmer 3.</p>")]


def test_an_old_text_that_is_brought_back_after_the_day_is_replaced_again(
    version: ReferenceVersion, replacing: LocalServicePage, day: date
) -> None:
    old = again(replacing).get_latest_revision()
    replaced(day)
    old.publish()
    assert (NOTES, OURS) in texts(replacing)
    assert notice_of(replacing).outcome == Outcome.OPEN
    assert replaced(day) == [(replacing.pk, [NOTES])]
    assert (NOTES, OURS) not in texts(replacing)


def test_a_page_that_gets_another_reference_follows_the_law_of_that_one_alone(
    version: ReferenceVersion, replacing: LocalServicePage, publish: Publish, day: date
) -> None:
    publish(replacing, reference=ServiceFactory(published=True, notes="<p>Ganz anders.</p>"))
    assert replaced(day) == []
    assert (NOTES, OURS) in texts(replacing)


# Own texts in another language alone


@pytest.fixture
def english(service: ServicePage, client: Any, day: date, publish: Publish) -> LocalServicePage:
    """A page whose only text in the module is English, and a change of the German reference that the law demands."""
    part = LocalTextModule(language="en", code=NOTES, mode=ModuleMode.REPLACE, text=ENGLISH)
    page = LocalServiceFactory(reference=service, published=True)
    publish(page, text_modules=[part])
    publish(service, notes=NOW)
    make_binding(service.versions.get(language="de", number=2), day, LAW, "")
    publish(service, synonyms="Quastenschein")
    return page


def test_the_only_own_text_in_another_language_goes_too_and_stays_in_the_history(
    english: LocalServicePage, day: date, client: Any
) -> None:
    assert notice_of(english).outcome == Outcome.OPEN, "the municipality is asked"
    assert replaced(day) == [(english.pk, [NOTES])]
    assert texts(english) == []
    assert "digitales Foto" in client.get(f"{again(english).url}").content.decode()
    assert any(
        ENGLISH in [part.text for part in revision.as_object().text_modules.all()]
        for revision in english.revisions.all()
    )
    assert replaced(day) == []


def test_the_shared_text_of_the_language_takes_its_place(
    service: ServicePage, english: LocalServicePage, day: date, publish: Publish, client: Any
) -> None:
    words = {"language": "en", "title": "Licence", "notes": "<p>Bring a digital photo.</p>"}
    publish(service, translations=[("translation", words)])
    assert "Pay by card" in client.get(f"{again(english).url}en/").content.decode()
    replaced(day)
    shown = client.get(f"{again(english).url}en/").content.decode()
    assert "Bring a digital photo." in shown
    assert "Pay by card" not in shown


def test_what_stands_beside_it_in_another_language_stays(service: ServicePage, day: date, publish: Publish) -> None:
    page = LocalServiceFactory(reference=service, published=True)
    beside = LocalTextModule(language="en", code=NOTES, mode=ModuleMode.AFTER, text=ENGLISH)
    other = LocalTextModule(language="en", code=PROCEDURE, mode=ModuleMode.REPLACE, text=ENGLISH)
    publish(page, text_modules=[beside, other])
    publish(service, notes=NOW)
    make_binding(service.versions.get(number=2), day, LAW, "")
    assert replaced(day) == []
    assert texts(page) == [(NOTES, ENGLISH), (PROCEDURE, ENGLISH)]


def test_an_objection_keeps_every_language(
    version: ReferenceVersion,
    service: ServicePage,
    replacing: LocalServicePage,
    day: date,
    publish: Publish,
    user: User,
) -> None:
    words = {"language": "en", "title": "Licence", "notes": "<p>Bring a photo.</p>"}
    publish(service, translations=[("translation", words)])
    part = LocalTextModule(language="en", code=NOTES, mode=ModuleMode.REPLACE, text=ENGLISH)
    publish(replacing, text_modules=[*again(replacing).text_modules.all(), part])
    publish(service, translations=[("translation", words | {"notes": "<p>Bring a digital photo.</p>"})])
    make_binding(service.versions.get(language="en", number=2), day, LAW, "")
    object_for(again(replacing), NOTES, user, "Hier gilt eine Ausnahme.")
    assert replaced(day) == []
    assert {text for _code, text in texts(replacing)} >= {OURS, ENGLISH}


def test_an_objection_in_the_only_language_keeps_the_text(
    service: ServicePage, english: LocalServicePage, day: date, publish: Publish, user: User
) -> None:
    for text in ("<p>Bring a photo.</p>", "<p>Bring a digital photo.</p>"):
        words = {"language": "en", "title": "Licence", "notes": text}
        publish(service, translations=[("translation", words)])
    make_binding(service.versions.get(language="en", number=2), day, LAW, "")
    assert ChangeNotice.objects.waiting().filter(page=english.pk).count() == 2
    object_for(again(english), NOTES, user, "Hier gilt eine Ausnahme.")
    assert replaced(day) == []
    assert texts(english) == [(NOTES, ENGLISH)]


def test_the_municipality_sees_the_text_and_takes_the_shared_one(
    english: LocalServicePage, client: Any, user: User
) -> None:
    client.force_login(user)
    address = reverse("reference_decide", args=[english.pk, "en", NOTES])
    assert address in client.get(reverse("reference_decisions")).content.decode()
    page = BeautifulSoup(client.get(address).content, "html.parser")
    assert "Pay by card" in page.get_text()
    seen = {str(field["name"]): field["value"] for field in page.select("form input[type=hidden][value]")}
    client.post(address, seen | {"action": "take"})
    assert texts(english) == []
    assert notice_of(english).outcome == Outcome.TAKEN


def test_the_municipality_objects_for_the_text(english: LocalServicePage, client: Any, user: User, day: date) -> None:
    client.force_login(user)
    address = reverse("reference_decide", args=[english.pk, "en", NOTES])
    page = BeautifulSoup(client.get(address).content, "html.parser")
    seen = {str(field["name"]): field["value"] for field in page.select("form input[type=hidden][value]")}
    client.post(address, seen | {"action": "object", "reason": "Hier gilt eine Ausnahme."})
    assert notice_of(english).outcome == Outcome.OBJECTED
    assert replaced(day) == []
    assert texts(english) == [(NOTES, ENGLISH)]


def test_giving_up_the_german_text_before_leaves_no_old_law_in_another_language(
    service: ServicePage, replacing: LocalServicePage, day: date, publish: Publish, user: User
) -> None:
    part = LocalTextModule(language="en", code=NOTES, mode=ModuleMode.REPLACE, text=ENGLISH)
    publish(replacing, text_modules=[*again(replacing).text_modules.all(), part])
    publish(service, notes=NOW)
    decide(again(replacing), NOTES, Choice.TAKE, user, publish=True)
    assert (NOTES, ENGLISH) in texts(replacing)
    make_binding(service.versions.get(number=2), day, LAW, "")
    replaced(day)
    assert (NOTES, ENGLISH) not in texts(replacing)


def test_a_change_that_the_law_demands_is_not_simply_kept_or_merged(
    version: ReferenceVersion, replacing: LocalServicePage, adding: LocalServicePage, user: User
) -> None:
    for choice in (Choice.KEEP, Choice.MERGE):
        with pytest.raises(BindingChangeError):
            decide(again(replacing), NOTES, choice, user, publish=True)
    decide(again(replacing), NOTES, Choice.TAKE, user, publish=True)
    assert notice_of(replacing).outcome == Outcome.TAKEN
    decide(again(adding), NOTES, Choice.KEEP, user, publish=True)
    assert notice_of(adding).outcome == Outcome.KEPT


def test_a_decision_from_before_counts_no_more(
    service: ServicePage, replacing: LocalServicePage, publish: Publish, day: date, user: User
) -> None:
    publish(service, notes=NOW)
    decide(again(replacing), NOTES, Choice.KEEP, user, publish=True)
    make_binding(service.versions.get(number=2), day, LAW, "")
    assert notice_of(replacing).outcome == Outcome.OPEN
    replaced(day)
    assert NOTES not in dict(texts(replacing))


def test_rewriting_the_text_is_no_objection(
    version: ReferenceVersion, replacing: LocalServicePage, publish: Publish, day: date
) -> None:
    parts = list(again(replacing).text_modules.all())
    for part in parts:
        part.text, part.based_on = "<p>Anders gesagt.</p>", version
    publish(replacing, text_modules=parts)
    assert notice_of(replacing).outcome == Outcome.OPEN
    replaced(day)
    assert NOTES not in dict(texts(replacing))


def test_a_binding_that_was_lifted_replaces_nothing(
    version: ReferenceVersion, replacing: LocalServicePage, day: date
) -> None:
    lift_binding(version)
    assert replaced(day) == []
    assert notice_of(replacing).outcome == Outcome.OPEN


@pytest.mark.parametrize(("days", "law", "field"), [(0, LAW, "effective_on"), (1, "  ", "legal_basis")])
def test_a_day_that_is_over_or_a_change_without_law_is_refused(
    service: ServicePage, days: int, law: str, field: str
) -> None:
    version = service.versions.get()
    with pytest.raises(ValidationError) as refused:
        make_binding(version, timezone.localdate() + timedelta(days=days), law, "")
    assert field in refused.value.message_dict
    assert not ReferenceVersion.objects.get(pk=version.pk).is_binding


def test_reminders_come_at_their_time_and_once(
    version: ReferenceVersion,
    replacing: LocalServicePage,
    adding: LocalServicePage,
    day: date,
    monkeypatch: Any,
    user: User,
) -> None:
    monkeypatch.setattr("services.inheritance.mails.responsible", lambda page, place: [user])
    mail.outbox.clear()
    for before, expected in [(15, 0), (14, 1), (13, 1), (5, 1), (3, 2), (2, 2), (1, 2), (0, 2)]:
        send_binding_reminders(day - timedelta(days=before))
        assert len(mail.outbox) == expected, before
    assert LAW in mail.outbox[0].body
    assert "Musterstadt" in mail.outbox[0].body


def test_a_day_on_which_nothing_ran_is_made_up_for(
    version: ReferenceVersion, day: date, monkeypatch: Any, user: User
) -> None:
    monkeypatch.setattr("services.inheritance.mails.responsible", lambda page, place: [user])
    mail.outbox.clear()
    send_binding_reminders(day - timedelta(days=6))
    send_binding_reminders(day - timedelta(days=1))
    assert len(mail.outbox) == 2


def test_an_interruption_half_way_leaves_the_rest_for_the_next_time(
    version: ReferenceVersion, service: ServicePage, replacing: LocalServicePage, day: date, monkeypatch: Any
) -> None:
    other = LocalServiceFactory(reference=service, published=True, texts=[(NOTES, ModuleMode.REPLACE, OURS)])
    ChangeNotice.objects.create(version=version, page=other, code=NOTES)
    steps = apply_binding_changes(day)
    done = next(steps)[0].pk
    steps.close()
    left = {replacing.pk, other.pk} - {done}
    assert {page for page, _codes in replaced(day)} == left


def test_the_daily_command_does_all_of_it(
    version: ReferenceVersion, replacing: LocalServicePage, day: date, monkeypatch: Any, capsys: Any
) -> None:
    ReferenceVersion.objects.filter(pk=version.pk).update(effective_on=timezone.localdate())
    call_command("follow_references")
    assert NOTES not in dict(texts(replacing))
    assert again(replacing).url_path in capsys.readouterr().out


@pytest.fixture
def broken(service: ServicePage, publish: Publish) -> LocalServicePage:
    """A page that came first and passes no check any more, as after a service that covered it was deleted."""
    place = MunicipalityFactory(published=True, title="Bruchhausen")
    page = LocalServiceFactory(
        reference=service, place=place, published=True, texts=[(NOTES, ModuleMode.REPLACE, OURS)]
    )
    LocalServicePage.objects.filter(pk=page.pk).update(state=LocalState.COVERED_BY)
    return page


def test_a_page_that_cannot_be_published_keeps_no_other_from_following(
    broken: LocalServicePage, version: ReferenceVersion, replacing: LocalServicePage, day: date
) -> None:
    assert replaced(day) == [(replacing.pk, [NOTES])]
    assert notice_of(broken).outcome == Outcome.OPEN


def test_whose_text_could_not_be_replaced_is_told_once_and_so_is_who_oversees(
    broken: LocalServicePage, version: ReferenceVersion, day: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = (UserFactory(email=f"{name}@example.org") for name in ("kommune", "stammtexte"))
    monkeypatch.setattr("services.inheritance.mails.responsible", lambda page, place: [ours if place else theirs])
    ReferenceVersion.objects.filter(pk=version.pk).update(effective_on=timezone.localdate())
    mail.outbox.clear()
    for _day in range(2):
        call_command("follow_references")
        assert sorted(message.to[0] for message in mail.outbox) == ["kommune@example.org", "stammtexte@example.org"]
    assert all("Bruchhausen" in message.body and LAW in message.body for message in mail.outbox)
    assert notice_of(broken).could_not_be_replaced
    client = Client()
    client.force_login(UserFactory(admin=True))
    shown = client.get(reverse("reference_version", args=[version.pk])).content.decode()
    assert shown.count(said("The shared text could not take its place yet; the municipality has been told.")) == 1


def test_what_stands_beside_the_shared_text_is_not_said_to_be_replaced(
    version: ReferenceVersion,
    service: ServicePage,
    replacing: LocalServicePage,
    adding: LocalServicePage,
    day: date,
    monkeypatch: pytest.MonkeyPatch,
    user: User,
    django_capture_on_commit_callbacks: Any,
) -> None:
    assert [notice.page_id for _stage, notice in reminders_due(day - timedelta(days=1))] == [replacing.pk]
    monkeypatch.setattr("services.inheritance.mails.responsible", lambda page, place: [user])
    ChangeNotice.objects.update(told_at=None)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        tell_about_changes(service, [replacing.pk, adding.pk])
    lines = {
        place: line
        for line in mail.outbox[0].body.splitlines()
        for place in ("Musterstadt", "Nebenan")
        if place in line
    }
    assert LAW in lines["Musterstadt"]
    assert LAW not in lines["Nebenan"]


def test_nobody_has_read_the_page_that_the_portal_changed(
    version: ReferenceVersion, service: ServicePage, replacing: LocalServicePage, day: date, publish: Publish
) -> None:
    publish(replacing, processing_time="8 Wochen")
    publish(service, legal_changes=[LegalChange(changed_on=timezone.localdate(), law=LAW)])
    review = PageReview.objects.get(page=replacing.pk)
    replaced(day)
    after = PageReview.objects.get(page=replacing.pk)
    assert (after.due, after.confirmed_at) == (review.due, review.confirmed_at)
    assert hints_for(again(replacing))


@pytest.mark.parametrize("has_row", [True, False])
def test_nor_where_the_last_reading_was_before_there_were_review_dates(
    version: ReferenceVersion, replacing: LocalServicePage, day: date, has_row: bool
) -> None:
    PageReview.objects.filter(page=replacing.pk).update(confirmed_at=None)
    if not has_row:
        PageReview.objects.filter(page=replacing.pk).delete()
    long_ago = timezone.now() - timedelta(days=300)
    LocalServicePage.objects.filter(pk=replacing.pk).update(last_published_at=long_ago)
    replaced(day)
    assert PageReview.objects.get(page=replacing.pk).confirmed_at == long_ago
