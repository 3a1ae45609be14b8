"""Settings, checks and the addresses that operators and machines use."""

import os
import subprocess
import sys
from unittest import mock

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.mail import get_connection
from django.db import OperationalError
from django.test import Client
from django.test.utils import override_settings

REQUIRED = {
    "SECRET_KEY": "geheim-" + "x1y2z3" * 12,
    "ALLOWED_HOSTS": "portal.example.org",
    "PORTAL_URL": "https://portal.example.org",
}


def manage(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py with production settings and nothing else in the environment that concerns the portal."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", *args],
        cwd=settings.BASE_DIR,
        env={**kept, "DJANGO_SETTINGS_MODULE": "cms.settings.production", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("missing", REQUIRED)
def test_production_does_not_start_without_what_it_needs(missing: str) -> None:
    if (settings.BASE_DIR / ".env").exists():
        pytest.skip("the file .env of this working copy may set the variable")
    result = manage("check", **{name: value for name, value in REQUIRED.items() if name != missing})
    assert result.returncode != 0
    assert missing in result.stderr


def test_an_unknown_way_of_doing_long_work_is_named() -> None:
    result = manage("check", **REQUIRED, TASKS="somehow")
    assert result.returncode != 0
    assert "somehow" in result.stderr
    assert "immediate" in result.stderr


def test_the_deployment_check_is_clean() -> None:
    result = manage("check", "--deploy", "--fail-level", "WARNING", **REQUIRED)
    assert result.returncode == 0, result.stderr
    assert "WARNING" not in result.stderr


@pytest.mark.django_db
def test_health_while_the_database_answers_and_when_it_does_not(client: Client) -> None:
    response = client.get("/health/")
    assert (response.status_code, response.json()["status"]) == (200, "ok")
    assert "no-store" in response["Cache-Control"]
    with mock.patch("cms.views.connection.cursor", side_effect=OperationalError("down")):
        response = client.get("/health/")
    assert (response.status_code, response.json()["database"]) == (503, "down")


def test_a_demonstration_asks_search_engines_to_stay_away(client: Client) -> None:
    with override_settings(PORTAL_DEMO=True):
        assert "Disallow: /\n" in client.get("/robots.txt").content.decode()
    with override_settings(PORTAL_DEMO=False):
        rules = client.get("/robots.txt").content.decode()
    assert "Disallow: /\n" not in rules
    assert "Disallow: /admin/" in rules
    assert "Sitemap: http" in rules


@pytest.mark.django_db
def test_the_sitemap_lists_pages(client: Client) -> None:
    response = client.get("/sitemap.xml")
    assert response.status_code == 200
    assert b"/leistungen/" in response.content


def test_the_error_page_needs_nothing_that_may_be_broken(client: Client) -> None:
    client.raise_request_exception = False
    with mock.patch("cms.views.connection.cursor", side_effect=RuntimeError("broken")):
        response = client.get("/health/")
    assert response.status_code == 500
    page = response.content.decode()
    assert 'lang="de"' in page
    assert "{%" not in page
    assert "{{" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/?a=%00", "/suche/?q=%00%00", "/ort/?ort=%00", "/leistungen/%00/", "/%00"])
def test_nul_characters_in_an_address_do_no_harm(client: Client, address: str) -> None:
    assert client.get(address).status_code in {200, 301, 404}


@pytest.mark.django_db
def test_documents_and_the_admin_are_not_public(client: Client) -> None:
    assert client.get("/dokumente/1/nichts.pdf").status_code == 404
    response = client.get("/admin/")
    assert response.status_code == 302
    assert "/admin/login/" in response["Location"]
    assert client.get("/admin/login/").status_code == 200


@pytest.mark.django_db
def test_the_login_speaks_german(client: Client) -> None:
    form = BeautifulSoup(client.get("/admin/login/").content, "html.parser").find("form")
    assert form is not None
    labels = [label.get_text(" ", strip=True) for label in form.find_all("label")]
    assert [label.rstrip(" *") for label in labels] == ["Benutzername", "Passwort", "Für das nächste Mal merken"]
    assert "Passwort vergessen?" in form.get_text()


def test_a_mail_server_that_does_not_answer_holds_nobody_up_for_long() -> None:
    assert 0 < get_connection("django.core.mail.backends.smtp.EmailBackend").timeout <= 30
