"""The demonstration logins can do what their role says, and the start tells the true address."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from home.demo.accounts import ACCOUNTS, PORTAL_ADMIN, DemoAccount, load_accounts
from municipalities.models import MunicipalityPage, RoleKind
from services.models import OfficePage

pytestmark = pytest.mark.usefixtures("demo")


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.username)
def test_everyone_gets_in_with_the_password_that_is_printed(client: Client, account: DemoAccount) -> None:
    assert client.login(username=account.username, password=account.password)
    assert client.get(reverse("wagtailadmin_home")).status_code == 200


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.username)
def test_local_roles_open_their_own_municipality_alone(client: Client, account: DemoAccount) -> None:
    client.force_login(get_user_model().objects.get(username=account.username))
    for place in MunicipalityPage.objects.filter(tenant__isnull=False):
        office = OfficePage.objects.descendant_of(place).first()
        if office is None:
            continue
        opens = account.role == PORTAL_ADMIN or place.ags == account.ags
        response = client.get(reverse("wagtailadmin_pages:edit", args=[office.pk]))
        assert (response.status_code == 200) is opens, place.title


def test_a_role_changed_by_an_administrator_stays_changed() -> None:
    user = get_user_model().objects.get(username="erkelenz-autor")
    user.groups.clear()
    load_accounts()
    assert not user.groups.exists()


def test_the_list_has_each_role_for_three_municipalities_and_each_central_role(
    capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    settings.PORTAL_DEMO = True
    call_command("demo_logins", "--json")
    rows = json.loads(capsys.readouterr().out)
    assert set(rows[0]) == {"username", "password", "role", "municipality"}
    for kind in RoleKind.local():
        assert len({row["municipality"] for row in rows if row["role"] == kind}) >= 3
    assert {row["role"] for row in rows if row["municipality"] is None} == {PORTAL_ADMIN, *RoleKind.central()}


def test_the_list_is_refused_where_there_is_no_demonstration(settings: Settings) -> None:
    settings.PORTAL_DEMO = False
    with pytest.raises(CommandError):
        call_command("demo_logins")


@pytest.mark.parametrize("address", ["http://127.0.0.1:9000", "https://example.org/"])
def test_the_start_names_the_address_at_which_the_portal_answers(
    capsys: pytest.CaptureFixture[str], settings: Settings, address: str
) -> None:
    settings.WAGTAILADMIN_BASE_URL = address
    call_command("demo_addresses")
    printed = capsys.readouterr().out
    assert f"{address.rstrip('/')}/admin/" in printed
    assert "8000" not in printed
