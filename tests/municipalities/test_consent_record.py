"""What is to be read of requests for consent: list, text, record, start page, e-mails."""

import re
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from home.models import LifeEventPage, StandardPage
from municipalities.consent import mails
from municipalities.consent.texts import changes_of, text_of
from municipalities.models import (
    ConsentAnswer,
    ConsentParty,
    ConsentRequest,
    ConsentRule,
    MunicipalityPage,
    RoleKind,
    Tenant,
)
from services.models import ServicePage
from tests.consents import ask, let_the_date_pass, local_admin, logged_in, party, send, shared_page
from tests.factories import ServiceFactory, StandardPageFactory, UserFactory
from tests.roles import holder, tenant

pytestmark = pytest.mark.django_db
AGREE, OBJECT, ABSTAIN = ConsentAnswer


@pytest.fixture(autouse=True)
def _nobody_else() -> None:
    """Where demonstration content is loaded, its municipalities would be asked too."""
    Tenant.objects.all().delete()


@pytest.fixture
def places() -> list[MunicipalityPage]:
    return [tenant(name) for name in ("Ahausen", "Bedorf")]


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def record(client: Client, consent: ConsentRequest) -> Any:
    return client.get(reverse("consent_record", args=[consent.pk]))


# The text


def test_the_change_is_shown_and_nothing_written_later(places: list[MunicipalityPage]) -> None:
    page = shared_page(body=[("text", "<p>Alle Kommunen zahlen gleich viel.</p>")])
    page.body = [("text", "<p>Alle Kommunen zahlen nach Einwohnern.</p>")]
    consent = ask(page=page)
    Page.objects.filter(pk=page.pk).update(title="Späterer Titel")
    shown = logged_in(holder(RoleKind.AUTHOR, places[0])).get(reverse("consent", args=[consent.pk]))
    html = shown.content.decode()
    assert "<del>Alte</del> <ins>Neue</ins>" in html.replace("</del><ins>", "</del> <ins>")
    assert "nach Einwohnern" in html
    assert "Späterer Titel" not in html
    assert shown.context["consent"].subject == "Betriebsregeln"


def test_a_new_page_is_shown_as_a_whole(places: list[MunicipalityPage]) -> None:
    page = StandardPage.objects.get(pk=StandardPageFactory(title="Neue Seite", intro="Alt", live=False).pk)
    consent = ask(page=page, intro="Zum ersten Mal")
    assert consent.changes == []
    assert "Zum ersten Mal" in str(consent.text)
    assert "None" not in str(consent.text)


def test_a_link_that_leads_elsewhere_is_said(places: list[MunicipalityPage]) -> None:
    page = shared_page(body=[("text", '<p><a href="https://example.org/a">Satzung</a></p>')])
    page.body = [("text", '<p><a href="https://example.org/b">Satzung</a></p>')]
    consent = ask(page=page, intro="Alte Regel")
    (row,) = consent.changes
    assert "consent-mark" in row[1]


def test_text_is_shown_as_text(places: list[MunicipalityPage]) -> None:
    consent = ask(page=shared_page(title="<b>Regeln</b>"), intro="<script>alert(1)</script> & mehr")
    client = local_admin(places[0])
    send(client, party(consent, places[0]), OBJECT, "<img src=x onerror=alert(2)>")
    for name in ("consent", "consent_record", "consents"):
        html = client.get(reverse(name, args=[] if name == "consents" else [consent.pk])).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "<b>Regeln" not in html


@pytest.mark.parametrize("model", [StandardPage, ServicePage, LifeEventPage, MunicipalityPage])
def test_every_kind_of_page_can_be_read(model: type[Page]) -> None:
    made = {StandardPage: StandardPageFactory, ServicePage: ServiceFactory}.get(model)
    page = model.objects.get(pk=made(published=True).pk) if made else model(title="Leer", slug="leer")
    assert text_of(page)
    assert changes_of(page, page) == []


def test_the_title_of_an_unpublished_page_is_not_given_away(places: list[MunicipalityPage]) -> None:
    hidden = MunicipalityPage(
        title="Geheimort", slug="geheimort", ags="99999998", kind="town", official_name="G", live=False
    )
    Page.objects.get(depth=1).add_child(instance=hidden)
    page = MunicipalityPage(title="Ort", slug="ort", district=hidden)
    assert "Geheimort" not in str(text_of(page))


# List and record


def test_the_list_tells_what_waits_and_what_is_decided(places: list[MunicipalityPage]) -> None:
    client, author = local_admin(places[0]), logged_in(holder(RoleKind.AUTHOR, places[0]))
    over, running = ask(ConsentRule.SILENCE), ask(page=shared_page(title="Startseite neu"))
    send(client, party(over, places[0]), OBJECT, "Nein")
    for reader in (client, author):
        listed = reader.get(reverse("consents"))
        assert [one.pk for one in listed.context["object_list"]] == [running.pk, over.pk]
        (own,) = listed.context["object_list"][0].own
        assert own.name == "Ahausen"
    assert client.get(reverse("consents")).context["waiting"] == {party(running, places[0]).pk}
    assert author.get(reverse("consents")).context["waiting"] == set()
    assert reverse("consents") in author.get(reverse("wagtailadmin_home")).content.decode()


def test_the_start_page_asks_those_who_answer(places: list[MunicipalityPage]) -> None:
    consent = ask()
    address = reverse("consent", args=[consent.pk])
    client = local_admin(places[0])
    home = reverse("wagtailadmin_home")
    assert address in client.get(home).content.decode()
    assert address not in logged_in(holder(RoleKind.PUBLISHER, places[0])).get(home).content.decode()
    send(client, party(consent, places[0]), ABSTAIN)
    assert address not in client.get(home).content.decode()


def test_the_record_tells_everything_but_names(places: list[MunicipalityPage]) -> None:
    person = holder(RoleKind.LOCAL_ADMIN, places[0], first_name="Ruth", last_name="Rathaus")
    consent = ask()
    send(logged_in(person), party(consent, places[0]), ABSTAIN, "Noch offen")
    send(logged_in(person), party(consent, places[0]), OBJECT, "Zu teuer")
    let_the_date_pass(consent)
    call_command("close_consents")
    colleague = logged_in(holder(RoleKind.AUTHOR, places[0]))
    neighbour = logged_in(holder(RoleKind.AUTHOR, places[1]))
    shown = words(record(neighbour, consent))
    consent.refresh_from_db()
    for expected in ("Betriebsregeln", "Ahausen", "Bedorf", "Zu teuer", "Noch offen", consent.get_outcome_display()):
        assert expected in shown
    assert consent.rule_in_words in shown
    assert "Rathaus" not in shown
    assert "<nav" not in record(neighbour, consent).content.decode()
    detail = reverse("consent", args=[consent.pk])
    assert "Rathaus" in colleague.get(detail).content.decode()
    assert "Rathaus" not in neighbour.get(detail).content.decode()


def test_nobody_without_a_role_reads(places: list[MunicipalityPage]) -> None:
    consent = ask()
    person = holder(RoleKind.LOCAL_ADMIN, places[0])
    person.groups.clear()
    client = logged_in(person)
    for name, args in (("consents", []), ("consent", [consent.pk]), ("consent_record", [consent.pk])):
        assert client.get(reverse(name, args=args)).status_code in (302, 403, 404)
    assert reverse("wagtailadmin_login") in Client().get(reverse("consent_record", args=[consent.pk]))["Location"]


@pytest.mark.parametrize("name", ["consents", "consent", "consent_record"])
def test_many_municipalities_and_requests_cost_no_more_queries(places: list[MunicipalityPage], name: str) -> None:
    def queries(consent: ConsentRequest, client: Client) -> int:
        address = reverse(name, args=[] if name == "consents" else [consent.pk])
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    client = local_admin(places[0])
    consent = ask()
    send(client, party(consent, places[0]), OBJECT, "Nein")
    before = queries(consent, client)
    for number in range(8):
        extra = ConsentParty.objects.create(consent=consent, name=f"Ort {number}")
        extra.votes.create(answer=AGREE, capacity="representative", by=UserFactory())
    for number in range(3):
        ask(page=shared_page(title=f"Seite {number}"))
    assert queries(consent, client) <= before


# E-mails


def test_each_representative_is_written_to_at_the_start(
    places: list[MunicipalityPage], django_capture_on_commit_callbacks: Any
) -> None:
    named = holder(RoleKind.AUTHOR, places[0], email="vertretung@example.org")
    holder(RoleKind.LOCAL_ADMIN, places[0], email="verwaltung-a@example.org")
    both = holder(RoleKind.LOCAL_ADMIN, places[1], email="verwaltung-b@example.org")
    holder(RoleKind.PUBLISHER, places[1], email="freigabe-b@example.org")
    Tenant.objects.filter(municipality=places[0]).update(representative=named)
    with django_capture_on_commit_callbacks(execute=True):
        consent = ask()
    assert sorted(address for message in mail.outbox for address in message.to) == [
        "vertretung@example.org",
        "verwaltung-b@example.org",
    ]
    message = next(message for message in mail.outbox if message.to == [both.email])
    for expected in ("Betriebsregeln", "Bedorf", reverse("consent", args=[consent.pk]), consent.rule_in_words):
        assert expected in message.body
    mail.outbox.clear()
    call_command("close_consents")
    assert mail.outbox == []


def test_nothing_is_sent_where_the_start_fails(
    places: list[MunicipalityPage], django_capture_on_commit_callbacks: Any
) -> None:
    holder(RoleKind.LOCAL_ADMIN, places[0])
    with django_capture_on_commit_callbacks() as callbacks:
        ask()
    assert len(callbacks) >= 1
    assert mail.outbox == []


def test_a_reminder_comes_once_to_those_who_have_not_answered(places: list[MunicipalityPage]) -> None:
    clients = [local_admin(place, email=f"{place.slug}@example.org") for place in places]
    consent = ask()
    mails.tell(consent)
    send(clients[0], party(consent, places[0]), AGREE)
    mail.outbox.clear()
    call_command("close_consents")
    assert mail.outbox == []
    before = timezone.now() - timedelta(days=2)
    ConsentParty.objects.update(told_at=before)
    ConsentRequest.objects.update(due=timezone.localdate() + timedelta(days=3))
    call_command("close_consents")
    (message,) = mail.outbox
    assert message.to == [f"{places[1].slug}@example.org"]
    call_command("close_consents")
    assert len(mail.outbox) == 1


def test_where_nobody_answers_it_is_said_and_tried_again(
    places: list[MunicipalityPage], capsys: pytest.CaptureFixture[str]
) -> None:
    consent = ask()
    reader = logged_in(holder(RoleKind.AUTHOR, places[1]))
    detail = reverse("consent", args=[consent.pk])
    holder(RoleKind.LOCAL_ADMIN, places[1])
    assert [asked.name for asked in reader.get(detail).context["unanswerable"]] == ["Ahausen"]
    call_command("close_consents")
    assert "Ahausen" in capsys.readouterr().err
    mail.outbox.clear()
    holder(RoleKind.LOCAL_ADMIN, places[0], email="neu@example.org")
    call_command("close_consents")
    assert [message.to for message in mail.outbox] == [["neu@example.org"]]
    assert party(consent, places[0]).told_at is not None


def test_a_mailbox_that_fails_holds_up_no_other(
    places: list[MunicipalityPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in places:
        holder(RoleKind.LOCAL_ADMIN, place, email=f"{place.slug}@example.org")
    consent = ask()
    real = EmailBackend.send_messages

    def fail_first(self: EmailBackend, messages: list[Any]) -> int:
        if messages[0].to == [f"{places[0].slug}@example.org"]:
            raise SMTPServerDisconnected
        return int(real(self, messages))

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", fail_first)
        mails.tell(consent)
    assert [message.to for message in mail.outbox] == [[f"{places[1].slug}@example.org"]]
    call_command("close_consents")
    assert mail.outbox[-1].to == [f"{places[0].slug}@example.org"]


def test_a_mail_server_that_does_not_answer_is_asked_once(
    places: list[MunicipalityPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in places:
        holder(RoleKind.LOCAL_ADMIN, place, email=f"{place.slug}@example.org")
    consent, tries = ask(), []

    def refuse(self: EmailBackend) -> None:
        tries.append(self)
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "open", refuse)
        mails.tell(consent)
    assert (len(tries), mail.outbox) == (1, [])
    call_command("close_consents")
    assert len(mail.outbox) == 2


def test_many_are_written_to_in_the_background_over_one_connection(
    places: list[MunicipalityPage], django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A query for each e-mail that was sent, and none for each municipality."""
    for place in places:
        local_admin(place)

    def queries(consent: ConsentRequest) -> int:
        with CaptureQueriesContext(connection) as context:
            mails.tell(consent)
        return len(context)

    few = queries(ask()) - len(places)
    mail.outbox.clear()
    for number in range(6):
        local_admin(tenant(f"Ort {number}"))
    with monkeypatch.context() as patch:
        queued: list[Any] = []
        patch.setattr(mails, "tell_task", SimpleNamespace(enqueue=queued.append))
        with django_capture_on_commit_callbacks(execute=True):
            consent = ask(page=shared_page(title="Anderes"))
    assert queued == [consent.pk]
    assert mail.outbox == []
    opened: list[Any] = []

    def note(self: EmailBackend) -> None:
        opened.append(self)

    monkeypatch.setattr(EmailBackend, "open", note)
    assert queries(consent) - 8 == few
    assert len(mail.outbox) == 8
    assert all(connected is opened[0] for connected in opened)


# The settings of a municipality


def test_a_local_administrator_names_the_representative(places: list[MunicipalityPage]) -> None:
    author, stranger = holder(RoleKind.AUTHOR, places[0]), holder(RoleKind.AUTHOR, places[1])
    client = local_admin(places[0])
    address = reverse("municipality_settings", args=[places[0].pk])
    data = {"approval": "publisher", "review_months": "12"}
    for wrong in (stranger.pk, 10**24, "x"):
        response = client.post(address, data | {"representative": wrong})
        assert response.context["form"].errors["representative"]
    client.post(address, data | {"representative": author.pk})
    assert Tenant.objects.get(municipality=places[0]).representative == author
    client.post(address, data | {"representative": ""})
    assert Tenant.objects.get(municipality=places[0]).representative is None
