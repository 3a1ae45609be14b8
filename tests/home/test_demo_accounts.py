"""The demonstration logins can do what their role says, and the start tells the true address."""

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from home.demo.accounts import ACCOUNTS, DemoAccount, load_accounts
from tests.factories import ResponsibilityFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.username)
def test_who_may_publish_maintains_responsibilities_and_others_see_them(client: Client, account: DemoAccount) -> None:
    load_accounts()
    row = ResponsibilityFactory()
    client.force_login(get_user_model().objects.get(username=account.username))
    may_maintain = account.username != "redaktion"
    for action, keys in {"list": [], "add": [], "edit": [row.pk], "delete": [row.pk]}.items():
        address = reverse(f"wagtailsnippets_services_responsibility:{action}", args=keys)
        expected = 200 if may_maintain or action == "list" else 302
        assert client.get(address).status_code == expected, action
    assert reverse("wagtailsnippets_services_responsibility:list") in client.get("/admin/").content.decode()


def test_a_role_changed_by_an_administrator_stays_changed() -> None:
    load_accounts()
    user = get_user_model().objects.get(username="redaktion")
    group = user.groups.get()
    group.permissions.clear()
    load_accounts()
    assert not group.permissions.exists()


@pytest.mark.parametrize("address", ["http://127.0.0.1:9000", "https://example.org/"])
def test_the_start_names_the_address_at_which_the_portal_answers(
    capsys: pytest.CaptureFixture[str], settings: Settings, address: str
) -> None:
    settings.WAGTAILADMIN_BASE_URL = address
    call_command("demo_addresses")
    printed = capsys.readouterr().out
    assert f"{address.rstrip('/')}/admin/" in printed
    assert "8000" not in printed
