"""The board: who made what of a change, who sees whom, and what is done from there."""

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

from municipalities.models import MunicipalityPage, RoleKind
from services.inheritance.access import may_see_version
from services.models import (
    ChangeNotice,
    FollowUp,
    LocalServicePage,
    LocalTextModule,
    Outcome,
    ReferenceVersion,
    ServicePage,
)
from services.modes import ModuleMode
from tests.factories import LocalServiceFactory, ServiceFactory, UserFactory
from tests.roles import holder, tenant
from tests.services.inheritance.conftest import NOTES, NOW, OURS, THEN, Publish, again

pytestmark = pytest.mark.django_db


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words(response: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode())))


def own_text(place: MunicipalityPage, service: ServicePage) -> LocalServicePage:
    return LocalServiceFactory(
        reference=service,
        parent=place.get_children().get(slug="leistungen").specific,
        published=True,
        texts=[(NOTES, ModuleMode.REPLACE, OURS)],
    )


@pytest.fixture
def places() -> list[MunicipalityPage]:
    return [tenant("Astadt"), tenant("Bstadt")]


@pytest.fixture
def version(places: list[MunicipalityPage], service: ServicePage, publish: Publish) -> ReferenceVersion:
    """A change; Bstadt has objected, Astadt has not decided yet."""
    pages = [own_text(place, service) for place in places]
    publish(service, notes=NOW)
    person = holder(RoleKind.PUBLISHER, places[1], first_name="Bea", last_name="Bstadt")
    ChangeNotice.objects.filter(page=pages[1]).update(
        outcome=Outcome.OBJECTED, reason="Unsere Satzung.", decided_by=person, decided_at=timezone.now()
    )
    return service.versions.get(number=2)


def detail(version: ReferenceVersion) -> str:
    return reverse("reference_version", args=[version.pk])


def test_reference_editors_see_outcomes_and_no_people(version: ReferenceVersion) -> None:
    client = client_of(holder(RoleKind.REFERENCE_EDITOR, None))
    board = words(client.get(reverse("reference_board")))
    assert f"{Outcome.OPEN.label}: 1" in board
    assert f"{Outcome.OBJECTED.label}: 1" in board
    shown = words(client.get(detail(version)))
    for expected in ("Astadt", "Bstadt", "Unsere Satzung."):
        assert expected in shown
    for hidden in ("Bea", said("Somebody else")):
        assert hidden not in shown
    assert "Bea" in words(client_of(UserFactory(admin=True)).get(detail(version)))


def test_municipalities_see_their_own_rows(version: ReferenceVersion, places: list[MunicipalityPage]) -> None:
    mine = client_of(holder(RoleKind.AUTHOR, places[0]))
    board = words(mine.get(reverse("reference_board")))
    assert f"{Outcome.OPEN.label}: 1" in board
    assert str(Outcome.OBJECTED.label) not in board
    shown = words(mine.get(detail(version)))
    assert "Astadt" in shown
    for hidden in ("Bstadt", "Unsere Satzung.", "Bea"):
        assert hidden not in shown
    theirs = words(client_of(holder(RoleKind.AUTHOR, places[1])).get(detail(version)))
    assert "Bea" in theirs


def test_what_waits_in_drafts_is_seen_by_their_municipality_alone(
    version: ReferenceVersion, places: list[MunicipalityPage]
) -> None:
    again(version.notices.get(outcome=Outcome.OPEN).page).unpublish()
    central = client_of(holder(RoleKind.REFERENCE_EDITOR, None))
    assert "Astadt" not in words(central.get(detail(version)))
    assert str(Outcome.OPEN.label) not in words(central.get(reverse("reference_board")))
    assert "Astadt" in words(client_of(holder(RoleKind.AUTHOR, places[0])).get(detail(version)))


def test_own_texts_in_another_language_have_a_column_of_their_own(
    places: list[MunicipalityPage], service: ServicePage, publish: Publish
) -> None:
    english = LocalTextModule(language="en", code=NOTES, mode=ModuleMode.REPLACE, text="<p>Pay by card.</p>")
    page = own_text(places[0], service)
    publish(page, text_modules=[*page.text_modules.all(), english])
    publish(service, notes=NOW)
    shown = words(client_of(holder(RoleKind.REFERENCE_EDITOR, None)).get(detail(service.versions.get(number=2))))
    assert "(English)" in shown
    assert shown.count(str(Outcome.OPEN.label)) == 2


def test_who_was_not_asked_does_not_come_here(version: ReferenceVersion) -> None:
    outsider = holder(RoleKind.LOCAL_ADMIN, tenant("Cstadt"))
    assert not may_see_version(outsider, version)
    client = client_of(outsider)
    assert client.get(detail(version)).status_code == 404
    assert said("No changes.") in words(client.get(reverse("reference_board")))


def test_the_board_is_narrowed_down(version: ReferenceVersion, service: ServicePage, publish: Publish) -> None:
    client = client_of(holder(RoleKind.REFERENCE_EDITOR, None))
    quiet = ServiceFactory(published=True, title="Stille Leistung", notes=THEN)
    publish(quiet, notes=NOW)
    address = reverse("reference_board")
    assert "Stille Leistung" in words(client.get(address))
    assert "Stille Leistung" not in words(client.get(f"{address}?open=1"))
    assert "Stille Leistung" not in words(client.get(f"{address}?service={service.pk}"))
    for nonsense in ("x", "9" * 40, "0", "%00"):
        assert client.get(f"{address}?service={nonsense}&p={nonsense}").status_code in (200, 404)


def test_many_changes_take_no_more_queries_than_one(version: ReferenceVersion, places: list[Any], publish: Any) -> None:
    client = client_of(holder(RoleKind.REFERENCE_EDITOR, None))
    counts = []
    for _number in range(2):
        client.get(reverse("reference_board"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("reference_board"))
        counts.append(len(queries))
        for _service in range(3):
            another = ServiceFactory(published=True, notes=THEN)
            own_text(places[0], another)
            publish(another, notes=NOW)
    assert counts[0] == counts[1]


# Binding


def binding_form(**more: str) -> dict[str, str]:
    day = timezone.localdate() + timedelta(days=14)
    return {"legal_basis": "§ 2 Prüfgesetz", "effective_on": day.isoformat(), "note": "Neu.", **more}


def test_a_change_is_made_binding_and_municipalities_are_told(
    version: ReferenceVersion, mailoutbox: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    client = client_of(holder(RoleKind.REFERENCE_EDITOR, None))
    mailoutbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("reference_make_binding", args=[version.pk]), binding_form())
    version.refresh_from_db()
    assert (version.is_binding, version.legal_basis) == (True, "§ 2 Prüfgesetz")
    client.post(reverse("reference_lift_binding", args=[version.pk]))
    version.refresh_from_db()
    assert not version.is_binding


@pytest.mark.parametrize("field", ["legal_basis", "effective_on"])
def test_without_law_or_day_no_change_is_binding(version: ReferenceVersion, field: str) -> None:
    client = client_of(holder(RoleKind.REFERENCE_EDITOR, None))
    response = client.post(reverse("reference_make_binding", args=[version.pk]), binding_form(**{field: ""}))
    assert field in response.context["form"].errors
    version.refresh_from_db()
    assert not version.is_binding


def test_municipalities_bind_nobody(version: ReferenceVersion, places: list[MunicipalityPage]) -> None:
    client = client_of(holder(RoleKind.LOCAL_ADMIN, places[0]))
    for name in ("reference_make_binding", "reference_lift_binding"):
        assert client.post(reverse(name, args=[version.pk]), binding_form()).status_code == 404
    version.refresh_from_db()
    assert not version.is_binding


# Progress


def test_progress_is_told_until_it_is_done(version: ReferenceVersion, service: ServicePage) -> None:
    client = client_of(holder(RoleKind.REFERENCE_EDITOR, None))
    work = FollowUp.objects.create(service=service, total=40, done=10)
    address = reverse("reference_progress", args=[work.pk])
    html = client.get(address).content.decode()
    assert 'value="25"' in html
    assert f'data-progress-url="{address}"' in html
    waits = said("It waits for the background service.")
    assert waits not in html
    FollowUp.objects.filter(pk=work.pk).update(moved_at=timezone.now() - timedelta(minutes=5))
    assert waits in client.get(address).content.decode()
    assert waits in words(client.get(reverse("reference_board")))
    FollowUp.objects.filter(pk=work.pk).update(finished_at=timezone.now(), done=40)
    html = client.get(address).content.decode()
    assert 'value="100"' in html
    assert "data-progress-url" not in html
    assert waits not in html


def test_nobody_is_said_to_have_no_own_text_before_all_were_looked_at(version: ReferenceVersion) -> None:
    ChangeNotice.objects.all().delete()
    client = client_of(holder(RoleKind.REFERENCE_EDITOR, None))
    none = said("No municipality has a text of its own there.")
    assert none in words(client.get(detail(version)))
    FollowUp.objects.filter(service=version.service).update(finished_at=None)
    shown = words(client.get(detail(version)))
    assert none not in shown
    assert said("The municipalities' own texts are still being looked through.") in shown


def test_of_two_publications_at_once_each_shows_its_own_progress(
    version: ReferenceVersion, service: ServicePage, publish: Publish
) -> None:
    publish(service, notes="<p>Noch einmal anders.</p>")
    first, second = FollowUp.objects.filter(service=service).order_by("pk")
    client = client_of(UserFactory(admin=True))
    for number, work in ((2, first), (3, second)):
        address = reverse("reference_version", args=[service.versions.get(number=number).pk])
        assert client.get(address).context["progress"].work == work


def test_municipalities_see_no_progress(version: ReferenceVersion, places: list[MunicipalityPage]) -> None:
    work = FollowUp.objects.filter(service=version.service).latest("pk")
    client = client_of(holder(RoleKind.LOCAL_ADMIN, places[0]))
    assert client.get(reverse("reference_progress", args=[work.pk])).status_code == 404
    assert "reference-progress" not in client.get(detail(version)).content.decode()


# Translations


@pytest.fixture
def translated(service: ServicePage, publish: Publish) -> ServicePage:
    english = {"language": "en", "title": "Passport", "notes": "<p>Bring a photo.</p>"}
    return publish(publish(service, translations=[("translation", english)]), notes=NOW)


def test_a_translation_is_confirmed(translated: ServicePage) -> None:
    client = client_of(holder(RoleKind.REFERENCE_EDITOR, None))
    address = reverse("reference_confirm_translation", args=[translated.pk, "en"])
    board = client.get(reverse("reference_board")).content.decode()
    assert address in board
    german = re.search(rf'{address}.*?name="german" value="(\d+)"', board, re.DOTALL)
    assert german
    client.post(address, {"german": "1"})
    assert address in client.get(reverse("reference_board")).content.decode()
    client.post(address, {"german": german[1]})
    assert address not in client.get(reverse("reference_board")).content.decode()


@pytest.mark.parametrize("language", ["de", "xx", "fr"])
def test_only_translations_are_confirmed(translated: ServicePage, language: str) -> None:
    client = client_of(holder(RoleKind.REFERENCE_EDITOR, None))
    response = client.post(f"/admin/stammtexte/{translated.pk}/uebersetzung/{language}/stimmt/", {"german": "\x00"})
    assert response.status_code in (302, 404)


# A reference that goes


def test_local_pages_outlive_their_reference(version: ReferenceVersion, service: ServicePage, client: Client) -> None:
    page = LocalServicePage.objects.filter(reference=service).first()
    assert page is not None
    again(service).unpublish()
    assert "mit Karte" in client.get(again(page).url).content.decode()
    again(service).delete()
    assert not ReferenceVersion.objects.filter(pk=version.pk).exists()
    assert "mit Karte" in client.get(again(page).url).content.decode()
    gaps = words(client_of(UserFactory(admin=True)).get(reverse("content_gaps")))
    assert page.title in gaps.split(said("Local pages without a reference text"))[1]


# Follow-up work that a worker left behind


def left_behind(service: ServicePage, minutes: int = 10) -> FollowUp:
    """Work of which a worker that was killed has left something."""
    work = FollowUp.objects.create(service=service, total=2)
    FollowUp.objects.filter(pk=work.pk).update(moved_at=timezone.now() - timedelta(minutes=minutes))
    return work


def go_on(work: FollowUp) -> str:
    return reverse("reference_go_on", args=[work.pk])


def test_work_that_was_left_behind_goes_on_at_once(
    version: ReferenceVersion, django_capture_on_commit_callbacks: Any
) -> None:
    work = left_behind(version.service)
    client = client_of(holder(RoleKind.REFERENCE_EDITOR, None))
    FollowUp.objects.exclude(pk=work.pk).delete()
    for page in (reverse("reference_board"), detail(version)):
        assert f'action="{go_on(work)}"' in client.get(page).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(go_on(work), {"next": detail(version)})
    assert answer["Location"] == detail(version)
    work.refresh_from_db()
    assert (work.done, work.percent) == (2, 100)
    assert go_on(work) not in client.get(detail(version)).content.decode()


def test_work_is_taken_up_once_whoever_presses_twice(
    version: ReferenceVersion, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    work, queued = left_behind(version.service), []
    monkeypatch.setattr("services.inheritance.follow_up.enqueue", queued.append)
    client = client_of(holder(RoleKind.REFERENCE_EDITOR, None))
    with django_capture_on_commit_callbacks(execute=True):
        for _time in range(2):
            assert client.post(go_on(work)).status_code == 302
    assert queued == [work.pk]
    FollowUp.objects.filter(pk=work.pk).update(finished_at=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        assert said("The follow-up work is done already.") in words(client.post(go_on(work), follow=True))
    assert queued == [work.pk]


def test_work_that_moves_is_left_alone(
    version: ReferenceVersion, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    work, queued = left_behind(version.service, minutes=2), []
    monkeypatch.setattr("services.inheritance.follow_up.enqueue", queued.append)
    client = client_of(holder(RoleKind.REFERENCE_EDITOR, None))
    assert go_on(work) not in client.get(reverse("reference_board")).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(go_on(work))
    assert not queued


def test_only_who_may_publish_the_reference_has_the_work_go_on(
    version: ReferenceVersion, places: list[MunicipalityPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    work, queued = left_behind(version.service), []
    monkeypatch.setattr("services.inheritance.follow_up.enqueue", queued.append)
    client = client_of(holder(RoleKind.LOCAL_ADMIN, places[0]))
    for page in (reverse("reference_board"), detail(version)):
        assert go_on(work) not in client.get(page).content.decode()
    client.post(go_on(work))
    work.refresh_from_db()
    assert work.moved_at < timezone.now() - timedelta(minutes=9)
    assert client_of(holder(RoleKind.REFERENCE_EDITOR, None)).get(go_on(work)).status_code == 405
