"""Taking up a municipality, by command and in the editors' interface."""

import time
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from wagtail.models import Collection, Page, Site

from cms.models import User
from home.models import StandardPage
from municipalities import permissions, register
from municipalities.lifecycle.leaving import leave
from municipalities.lifecycle.merging import merge
from municipalities.models import MunicipalityPage, RoleGroup, RoleKind, Tenant
from municipalities.tenants.provisioning import ProvisioningError, provision
from tests.factories import MunicipalityFactory, StandardPageFactory, UserFactory

pytestmark = pytest.mark.django_db

FLENSBURG = "01001000"
DEFAULT_PAGES = {"leistungen", "stellen", "aktuelles", "impressum", "datenschutz", "barrierefreiheit", "kontakt"}


def everything() -> list[object]:
    """What a run that fails must leave as it was."""
    return [
        list(Page.objects.order_by("pk").values_list("pk", "path", "numchild", "live")),
        *(list(model.objects.values_list("pk", flat=True)) for model in (Tenant, RoleGroup, Collection, Site, User)),
    ]


def test_one_step_gives_all_that_editors_need() -> None:
    report = provision(FLENSBURG, hostname="flensburg.example.org")
    place = report.place
    assert place.live
    assert place.title == "Flensburg"
    assert set(place.get_children().live().values_list("slug", flat=True)) == DEFAULT_PAGES
    assert set(place.roles.values_list("kind", flat=True)) == set(RoleKind.local())
    assert place.tenant.workflow.active
    assert Site.objects.get(hostname="flensburg.example.org").root_page_id == place.pk


def test_its_editor_can_publish_at_once(client: Client) -> None:
    place = provision(FLENSBURG).place
    person = UserFactory()
    person.groups.add(place.roles.get(kind=RoleKind.PUBLISHER).group)
    client.force_login(person)
    page = StandardPage.objects.child_of(place).get(slug="kontakt")
    address = reverse("wagtailadmin_pages:edit", args=(page.pk,))
    assert client.get(address).status_code == 200
    assert page.permissions_for_user(person).can_publish()
    assert client.get(f"/{place.slug}/kontakt/").status_code == 200


def test_again_changes_nothing_and_keeps_what_editors_wrote() -> None:
    place = provision(FLENSBURG).place
    StandardPage.objects.child_of(place).filter(slug="kontakt").update(title="Unsere Adresse")
    before = everything()
    report = provision(FLENSBURG)
    assert report.made == []
    assert everything() == before
    assert StandardPage.objects.child_of(place).get(slug="kontakt").title == "Unsere Adresse"


def test_a_dry_run_shows_and_makes_nothing() -> None:
    before = everything()
    report = provision(FLENSBURG, hostname="flensburg.example.org", dry_run=True)
    assert len(report.made) > len(DEFAULT_PAGES)
    assert everything() == before


def test_a_run_that_dies_leaves_nothing_half_made(monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything()

    def die(*args: object, **kwargs: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("municipalities.tenants.provisioning.set_up_workflow", die)
    with pytest.raises(RuntimeError):
        provision(FLENSBURG)
    assert everything() == before


def test_it_is_done_within_five_seconds() -> None:
    register.entry(FLENSBURG)
    # Time on the processor: other programs on the machine do not count.
    began = time.process_time()
    provision(FLENSBURG, hostname="flensburg.example.org")
    assert time.process_time() - began < 5


@pytest.mark.parametrize("ags", ["99999999", "", "0100100", "Flensburg", "01001000' OR 1=1"])
def test_unknown_keys_are_refused(ags: str) -> None:
    with pytest.raises(ProvisioningError):
        provision(ags)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "acht Ziffern"),
        ("Flensburg", "kein amtlicher Schlüssel"),
        ("01001", "01001000"),
        ("1001000", "01001000"),
        ("010010000000", "01001000"),
        ("11000", "Berlin"),
        ("16056000", "16063105"),
        ("16063037", "Hallungen"),
    ],
)
def test_a_key_that_is_wrong_is_explained(typed: str, words: str) -> None:
    with pytest.raises(ProvisioningError, match=words):
        provision(typed)


def test_a_key_may_be_typed_with_spaces() -> None:
    assert provision(" 01 001 000 ").place.ags == FLENSBURG


def test_what_ends_on_a_day_ahead_is_not_said_to_have_left() -> None:
    provision(FLENSBURG)
    leave(FLENSBURG, timezone.localdate() + timedelta(days=30))
    with pytest.raises(ProvisioningError, match="Planung"):
        provision(FLENSBURG)


def test_who_has_left_comes_back_as_it_was(client: Client) -> None:
    place = provision(FLENSBURG).place
    contact = StandardPage.objects.child_of(place).get(slug="kontakt")
    contact.intro = "Wie zuvor"
    contact.save_revision().publish()
    further = StandardPageFactory(parent=place, published=True)
    collection = place.tenant.collection
    leave(FLENSBURG)
    report = provision(FLENSBURG)
    place = report.place
    assert (place.live, place.valid_until) == (True, None)
    assert set(place.get_children().live().values_list("slug", flat=True)) == DEFAULT_PAGES
    assert not Page.objects.get(pk=further.pk).live
    assert set(place.roles.values_list("kind", flat=True)) == set(RoleKind.local())
    assert place.tenant.collection == collection
    assert place.tenant.workflow.active
    assert "Wie zuvor" in client.get(f"/{place.slug}/kontakt/").content.decode()
    assert client.get(f"/{place.slug}/leistungen/").status_code == 200
    assert provision(FLENSBURG).made == []


def test_who_comes_back_has_the_default_pages_that_were_public_and_no_second_ones() -> None:
    place = provision(FLENSBURG).place
    renamed, withdrawn = (StandardPage.objects.child_of(place).get(slug=slug) for slug in ("kontakt", "datenschutz"))
    renamed.slug = "so-erreichen-sie-uns"
    renamed.save_revision().publish()
    withdrawn.unpublish()
    leave(FLENSBURG)
    children = provision(FLENSBURG).place.get_children()
    assert set(children.values_list("slug", flat=True)) == DEFAULT_PAGES - {"kontakt"} | {renamed.slug}
    assert set(children.not_live().values_list("pk", flat=True)) == {withdrawn.pk}
    assert provision(FLENSBURG).made == []


def test_who_was_merged_is_not_taken_up_again() -> None:
    provision(FLENSBURG)
    heir = provision("01002000").place
    merge(FLENSBURG, heir.ags, timezone.localdate())
    with pytest.raises(ProvisioningError, match=heir.title):
        provision(FLENSBURG)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets only one write at a time")
def test_the_second_of_two_runs_waits_for_the_first() -> None:
    with CaptureQueriesContext(connection) as queries:
        provision(FLENSBURG)
    assert any("FOR UPDATE" in query["sql"] for query in queries[:5])


def test_a_host_name_belongs_to_one() -> None:
    other = MunicipalityFactory(title="Nachbarstadt")
    Site.objects.create(hostname="flensburg.example.org", root_page=other)
    before = everything()
    with pytest.raises(ProvisioningError, match="Nachbarstadt"):
        provision(FLENSBURG, hostname="Flensburg.example.org")
    assert everything() == before


def test_the_command_invites_the_first_administrator(django_capture_on_commit_callbacks: object) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        call_command("provision_municipality", FLENSBURG, admin="erste@example.org")
    person = User.objects.get(email="erste@example.org")
    assert permissions.municipality_ids(person, RoleKind.LOCAL_ADMIN)
    assert [message.to for message in mail.outbox] == [["erste@example.org"]]
    with pytest.raises(CommandError):
        call_command("provision_municipality", "99999999")


def test_who_has_an_account_keeps_it_and_is_told(django_capture_on_commit_callbacks: object) -> None:
    person = UserFactory(email="bekannt@example.org", first_name="Ada", last_name="Beispiel")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        report = provision(FLENSBURG, admin="Bekannt@example.org")
    assert any("Ada Beispiel" in made and "hat schon einen Zugang" in made for made in report.made)
    assert permissions.municipality_ids(person, RoleKind.LOCAL_ADMIN) == {report.place.pk}
    (message,) = mail.outbox
    assert message.to == ["bekannt@example.org"]
    assert "Flensburg" in message.body
    again = provision(FLENSBURG, admin="bekannt@example.org")
    assert again.made == []
    assert any("hat diese Rolle schon" in found for found in again.found)


@pytest.mark.parametrize("address", ["gesperrt@example.org", "keine-adresse"])
def test_who_cannot_be_invited_leaves_nothing_behind(address: str) -> None:
    UserFactory(email="gesperrt@example.org", is_active=False)
    before = everything()
    with pytest.raises(CommandError, match=address):
        call_command("provision_municipality", FLENSBURG, admin=address)
    assert everything() == before


def test_a_dry_run_names_the_person_and_invites_nobody(
    capsys: pytest.CaptureFixture[str], django_capture_on_commit_callbacks: object
) -> None:
    before = everything()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        call_command("provision_municipality", FLENSBURG, admin="erste@example.org", dry_run=True)
    assert "erste@example.org" in capsys.readouterr().out
    assert everything() == before
    assert mail.outbox == []


def test_an_e_mail_that_does_not_go_out_is_said(
    capsys: pytest.CaptureFixture[str], settings: Settings, django_capture_on_commit_callbacks: object
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", 1
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        report = provision(FLENSBURG, admin="erste@example.org")
    assert report.invitation is not None
    assert "nicht verschickt" in report.invitation.trouble


# In the editors' interface


def ask(client: Client, query: str, **data: str) -> BeautifulSoup:
    address = f"{reverse('municipality_provision')}?q={query}"
    response = client.post(address, data, follow=True) if data else client.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


@pytest.mark.parametrize("query", [FLENSBURG, "Flensburg", "flensburg", "flensb"])
def test_it_is_found_by_key_and_name(editor: Client, query: str) -> None:
    assert ask(editor, query).select_one(f"input[name=ags][value='{FLENSBURG}']")


def test_names_that_several_have_are_all_offered(editor: Client) -> None:
    keys = {field["value"] for field in ask(editor, "Neustadt").select("input[name=ags]")}
    assert len(keys) > 3


def test_what_nobody_is_called_is_said(editor: Client) -> None:
    page = ask(editor, "Quarkstadtheim")
    assert "Quarkstadtheim" in page.get_text()
    assert not page.select("input[name=ags]")


@pytest.mark.parametrize(("typed", "words"), [("1001000", "01001000"), ("16063037", "Hallungen")])
def test_a_key_that_is_wrong_is_explained_there_too(editor: Client, typed: str, words: str) -> None:
    assert words in ask(editor, typed).get_text()


def test_a_blocked_person_is_said_and_nothing_is_made(editor: Client) -> None:
    UserFactory(email="gesperrt@example.org", is_active=False)
    page = ask(editor, FLENSBURG, ags=FLENSBURG, hostname="", email="gesperrt@example.org", confirm="1")
    assert "gesperrt" in page.select_one("[role=alert]").get_text()
    assert not MunicipalityPage.objects.filter(ags=FLENSBURG).exists()


def test_first_it_is_shown_then_confirmed(editor: Client) -> None:
    data = {"ags": FLENSBURG, "hostname": "", "email": "erste@example.org"}
    shown = ask(editor, FLENSBURG, **data)
    assert "Impressum" in shown.get_text() or "impressum" in shown.get_text()
    assert shown.select_one("button[name=confirm]")
    assert not MunicipalityPage.objects.filter(ags=FLENSBURG).exists()
    ask(editor, FLENSBURG, **data, confirm="1")
    place = MunicipalityPage.objects.get(ags=FLENSBURG)
    assert place.roles.get(kind=RoleKind.LOCAL_ADMIN).group.user_set.get().email == "erste@example.org"


@pytest.mark.parametrize("hostname", ["kein rechner", "-x.de", "localhost"])
def test_a_wrong_host_name_is_said_and_the_form_keeps_what_was_typed(editor: Client, hostname: str) -> None:
    page = ask(editor, FLENSBURG, ags=FLENSBURG, hostname=hostname, email="", confirm="1")
    assert page.select_one("[role=alert]")
    assert page.select_one("input[name=hostname]")["value"] == hostname
    assert not MunicipalityPage.objects.filter(ags=FLENSBURG).exists()


def test_nobody_else_takes_up_municipalities(client: Client) -> None:
    place = provision(FLENSBURG).place
    person = UserFactory()
    person.groups.add(place.roles.get(kind=RoleKind.LOCAL_ADMIN).group)
    client.force_login(person)
    for name in ("municipality_list", "municipality_provision"):
        assert client.get(reverse(name)).status_code == 302
        assert reverse(name) not in client.get(reverse("wagtailadmin_home")).content.decode()
