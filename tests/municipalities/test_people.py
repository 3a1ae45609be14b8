"""Local administrators look after their own colleagues: what they read, and what they can and cannot change."""

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.db import IntegrityError, transaction
from django.db.models.signals import pre_save
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from cms.models import User
from municipalities import log_actions
from municipalities.models import MunicipalityPage, RoleKind
from municipalities.tenants.provisioning import provision
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

LIST, NEW = "wagtailusers_users:index", "wagtailusers_users:add"


@pytest.fixture
def here() -> MunicipalityPage:
    return provision("01001000").place


@pytest.fixture
def elsewhere() -> MunicipalityPage:
    return provision("01002000").place


def holding(place: MunicipalityPage, kind: RoleKind, **fields: str) -> User:
    person = UserFactory(**{"email": f"{kind}.{User.objects.count()}@example.org", **fields})
    person.groups.add(place.roles.get(kind=kind).group)
    return person


@pytest.fixture
def boss(client: Client, here: MunicipalityPage) -> User:
    person = holding(here, RoleKind.LOCAL_ADMIN)
    client.force_login(person)
    return person


def read(client: Client, address: str, data: dict[str, object] | None = None) -> BeautifulSoup:
    response = client.get(address) if data is None else client.post(address, data, follow=True)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def edit(person: User) -> str:
    return reverse("wagtailusers_users:edit", args=(person.pk,))


def as_sent(page: BeautifulSoup) -> dict[str, object]:
    """What a browser would send of the form."""
    form = page.select_one("#w-editor-form")
    assert form is not None
    data: dict[str, object] = {}
    for field in form.select("input[name]:not([disabled])"):
        if field.get("type") != "checkbox":
            data[field["name"]] = field.get("value", "")
        elif field.has_attr("checked"):
            data.setdefault(field["name"], []).append(field.get("value", "on"))  # type: ignore[attr-defined]
    return data


def test_the_list_says_who_holds_which_role_here_only(
    client: Client, boss: User, here: MunicipalityPage, elsewhere: MunicipalityPage
) -> None:
    both = holding(here, RoleKind.AUTHOR, first_name="Bea", last_name="Beide")
    both.groups.add(elsewhere.roles.get(kind=RoleKind.PUBLISHER).group)
    holding(elsewhere, RoleKind.AUTHOR, first_name="Fritz", last_name="Fremd")
    text = read(client, reverse(LIST)).select_one("main").get_text()
    assert "Bea Beide" in text
    assert "Flensburg (01001000): Redaktion" in text
    assert "Kiel" not in text
    assert "Fremd" not in text


def test_the_invitation_explains_the_roles(client: Client, boss: User) -> None:
    labels = [label.get_text(strip=True) for label in read(client, reverse(NEW)).select("#id_groups label")]
    assert [label.split(":")[0] for label in labels] == ["Redaktion", "Freigabe", "Örtliche Verwaltung"]


def test_who_is_known_elsewhere_gets_the_role_and_whoever_invites_is_told(
    client: Client, boss: User, here: MunicipalityPage, elsewhere: MunicipalityPage
) -> None:
    person = holding(elsewhere, RoleKind.AUTHOR, email="bekannt@example.org")
    group = here.roles.get(kind=RoleKind.PUBLISHER).group
    data = {"email": "Bekannt@example.org", "first_name": "B", "last_name": "K", "groups": [group.pk]}
    asked = read(client, reverse(NEW), data)
    assert person.groups.count() == 1
    # What was confirmed is this address, and no other that is typed afterwards.
    box = asked.select_one("input[type=checkbox][name=is_known]")
    assert "checked" not in box.attrs
    holding(elsewhere, RoleKind.AUTHOR, email="andere@example.org")
    slipped = read(client, reverse(NEW), {**data, "email": "andere@example.org", "is_known": box["value"]})
    assert slipped.select_one("input[type=checkbox][name=is_known]")
    told = read(client, reverse(NEW), {**data, "is_known": box["value"]})
    assert "hat schon einen Zugang" in told.get_text()
    assert person.groups.count() == 2


def test_who_is_blocked_is_not_invited(client: Client, boss: User, here: MunicipalityPage) -> None:
    holding(here, RoleKind.AUTHOR, email="gesperrt@example.org")
    User.objects.filter(email="gesperrt@example.org").update(is_active=False)
    group = here.roles.get(kind=RoleKind.AUTHOR).group
    data = {"email": "gesperrt@example.org", "first_name": "G", "last_name": "G", "groups": [group.pk]}
    error = read(client, reverse(NEW), data).select_one("#panel-child-email-errors, .error-message")
    assert error is not None
    assert "gesperrt@example.org" in error.get_text()
    assert mail.outbox == []


def test_the_own_account_opens_and_keeps_its_roles(client: Client, boss: User) -> None:
    page = read(client, edit(boss))
    assert page.select("#id_groups input[checked][disabled]")
    read(client, edit(boss), {**as_sent(page), "groups": []})
    assert boss.groups.count() == 1


def test_the_own_account_opens_and_is_saved_with_a_role_elsewhere(
    client: Client, boss: User, elsewhere: MunicipalityPage
) -> None:
    boss.groups.add(elsewhere.roles.get(kind=RoleKind.AUTHOR).group)
    page = read(client, edit(boss))
    assert len(page.select("#id_groups input[checked][disabled]")) == 2
    assert not read(client, edit(boss), as_sent(page)).select(".error-message, .messages .error")
    assert boss.groups.count() == 2


def test_only_portal_administrators_change_the_address_of_an_account(
    client: Client, boss: User, here: MunicipalityPage
) -> None:
    person = holding(here, RoleKind.AUTHOR, first_name="Ada", last_name="Beispiel", email="ada@example.org")
    read(client, edit(person), {**as_sent(read(client, edit(person))), "email": "chefin@example.org"})
    account = reverse("wagtailadmin_account")
    assert client.get(account).status_code == 200
    client.post(
        account, {"name_email-first_name": "B", "name_email-last_name": "B", "name_email-email": "x@example.org"}
    )
    before = boss.email
    person.refresh_from_db()
    boss.refresh_from_db()
    assert (person.email, boss.email) == ("ada@example.org", before)
    client.force_login(UserFactory(admin=True))
    page = read(client, edit(person))
    taken = read(client, edit(person), {**as_sent(page), "email": boss.email.upper()})
    assert taken.select("[data-w-messages-target] .error, .messages .error")
    person.refresh_from_db()
    assert person.email == "ada@example.org"
    read(client, edit(person), {**as_sent(page), "email": "neu@example.org"})
    person.refresh_from_db()
    assert person.email == "neu@example.org"


def test_two_accounts_never_have_the_same_address() -> None:
    UserFactory.create_batch(2, email="")
    UserFactory(email="ada@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(email="Ada@Example.org")


def test_who_works_elsewhere_keeps_the_account_and_the_other_roles(
    client: Client, boss: User, here: MunicipalityPage, elsewhere: MunicipalityPage
) -> None:
    person = holding(here, RoleKind.AUTHOR, first_name="Bea")
    other = elsewhere.roles.get(kind=RoleKind.PUBLISHER).group
    person.groups.add(other)
    page = read(client, edit(person))
    assert re.search("arbeitet auch woanders", page.get_text())
    read(client, edit(person), {**as_sent(page), "groups": [], "first_name": "Falsch"})
    person.refresh_from_db()
    assert person.is_active
    assert person.first_name == "Bea"
    assert list(person.groups.all()) == [other]


def test_a_role_of_another_municipality_cannot_be_given(
    client: Client, boss: User, here: MunicipalityPage, elsewhere: MunicipalityPage
) -> None:
    person = holding(here, RoleKind.AUTHOR)
    wanted = elsewhere.roles.get(kind=RoleKind.AUTHOR).group
    read(client, edit(person), {**as_sent(read(client, edit(person))), "groups": [wanted.pk], "is_superuser": "on"})
    person.refresh_from_db()
    assert not person.is_superuser
    assert wanted not in person.groups.all()


def test_a_blocked_colleague_is_locked_out_at_once(client: Client, boss: User, here: MunicipalityPage) -> None:
    person = holding(here, RoleKind.AUTHOR)
    theirs = Client()
    theirs.force_login(person)
    assert theirs.get(reverse("wagtailadmin_home")).status_code == 200
    data = as_sent(read(client, edit(person)))
    data.pop("is_active")
    read(client, edit(person), data)
    assert theirs.get(reverse("wagtailadmin_home")).status_code == 302


# Portal administrators


@pytest.fixture
def admins(client: Client) -> list[User]:
    """Two portal administrators, and no others at work. The first is logged in."""
    User.objects.filter(is_superuser=True).update(is_active=False)
    found = [UserFactory(admin=True, username=name, email=f"{name}@example.org") for name in ("eva", "udo")]
    UserFactory(admin=True, email="gesperrt@example.org", is_active=False)
    client.force_login(found[0])
    return found


def tells_of(person: User) -> bool:
    """Whether the other one got an e-mail, and the history says who did it."""
    (entry,) = ModelLogEntry.objects.for_instance(person).filter(action=log_actions.ADMIN_MADE)
    told = {message.to[0]: message.body for message in mail.outbox}
    assert told.keys() <= {"udo@example.org", person.email}
    return entry.user.username == "eva" and person.email in told["udo@example.org"]


def test_an_account_that_becomes_portal_administrator_is_no_secret(
    client: Client, admins: list[User], elsewhere: MunicipalityPage, django_capture_on_commit_callbacks: Any
) -> None:
    person = holding(elsewhere, RoleKind.AUTHOR, email="bekannt@example.org")
    data = {"email": person.email, "first_name": "B", "last_name": "K", "is_superuser": "on"}
    with django_capture_on_commit_callbacks(execute=True):
        page = read(client, reverse(NEW), {**data, "is_known": person.email})
        assert mail.outbox == []
    person.refresh_from_db()
    assert person.is_superuser
    assert "Portalverwaltung" in page.get_text()
    assert tells_of(person)
    assert "Portalverwaltung" in next(message.body for message in mail.outbox if message.to == [person.email])
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        read(client, reverse(NEW), {**data, "is_known": person.email})
    assert mail.outbox == []


def test_nor_is_it_when_it_is_ticked_later(
    client: Client, admins: list[User], elsewhere: MunicipalityPage, django_capture_on_commit_callbacks: Any
) -> None:
    person = holding(elsewhere, RoleKind.AUTHOR, first_name="Ada", last_name="Beispiel")
    for data in ({"is_superuser": "on"}, {"first_name": "Adele"}):
        with django_capture_on_commit_callbacks(execute=True):
            read(client, edit(person), {**as_sent(read(client, edit(person))), **data})
    person.refresh_from_db()
    assert (person.is_superuser, person.first_name) == (True, "Adele")
    assert tells_of(person)
    assert len(mail.outbox) == 1


def test_two_who_invite_the_same_person_at_once(client: Client, boss: User, here: MunicipalityPage) -> None:
    address = "neu@example.org"

    def be_first(sender: type[User], instance: User, **kwargs: object) -> None:
        User.objects.bulk_create([User(username="schneller", email=address)])

    data = {"email": address, "first_name": "N", "last_name": "N"}
    data["groups"] = [here.roles.get(kind=RoleKind.AUTHOR).group.pk]
    pre_save.connect(be_first, sender=User)
    try:
        page = read(client, reverse(NEW), data)
    finally:
        pre_save.disconnect(be_first, sender=User)
    assert "gerade schon eingeladen" in page.get_text()
    assert mail.outbox == []
    # What stood in the form stands there still.
    assert page.select_one("input[name=email]")["value"] == address
