"""Fixtures and hooks for the whole suite; what only one app needs stands beside its tests."""

import os
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from hypothesis import settings

from home.demo.load import load_demo
from home.installation import Portal, install_portal
from tests.browser.chromium import CHROMIUM
from tests.factories import UserFactory, without_editors_indexes

LEFT_OUT = "no Chromium on this machine"
# The same examples in every run: a failure is there for everyone, and a slow machine is none.
settings.register_profile("portal", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("portal")

MUST_BE_COMPLETE = os.environ.get("CI") == "true"


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Wagtail keeps paths of sites in the cache; no test may see those of another."""
    yield
    cache.clear()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: Any,
    django_db_keepdb: bool,
    django_db_createdb: bool,
) -> Iterator[None]:
    """A database as operators have it before anyone writes: with the portal's fixed pages.

    In place of pytest-django's fixture, which makes none where no test of the run is marked: the fixtures below, and
    tests of the browser that write, would then work on the real one.
    """
    keeps = django_db_keepdb and not django_db_createdb
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases={"default"}, keepdb=keeps)
        install_portal()
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            teardown_databases(made, verbosity=0)


@pytest.fixture
def portal(db: None) -> Portal:
    """The portal's fixed pages."""
    return install_portal()


@pytest.fixture(scope="session")
def demo_content(django_db_setup: None, django_db_blocker: Any) -> None:
    """Load the demonstration content into the test database, once for each worker; it stays until the end."""
    with django_db_blocker.unblock(), without_editors_indexes():
        load_demo(lambda name: None)


@pytest.fixture
def demo(demo_content: None, db: None) -> None:
    """The demonstration content. What a test changes is rolled back, as always."""


@pytest.fixture
def editor(client: Client, db: None) -> Client:
    """A client logged in to the editors' interface with all rights."""
    client.force_login(UserFactory(admin=True))
    return client


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave browser tests out where there is no browser, unless the run has to be complete."""
    if CHROMIUM or not item.get_closest_marker("browser"):
        return
    if MUST_BE_COMPLETE:
        pytest.fail(f"{LEFT_OUT}, but CI=true asks for the browser tests", pytrace=False)
    pytest.skip(LEFT_OUT)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None]:
    """Say loudly, below everything else, that the browser tests were left out: a quiet skip looks like a pass."""
    yield
    _report_isolation(terminalreporter)
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if LEFT_OUT in str(report.longrepr)]
    if not skipped:
        return
    terminalreporter.section("BROWSER TESTS LEFT OUT", sep="!", red=True, bold=True)
    terminalreporter.line(f"{len(skipped)} browser tests did not run: {LEFT_OUT}.", red=True, bold=True)
    terminalreporter.line("Install Chromium, or name it: CHROMIUM=/path/to/chromium make test", red=True, bold=True)


def _report_isolation(terminalreporter: pytest.TerminalReporter) -> None:
    """How many combinations of view, role and ownership were tried, from all workers."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    numbers = [dict(report.user_properties)["isolation"] for report in reports if _has_numbers(report)]
    if numbers:
        tried, refused, leaks = (sum(column) for column in zip(*numbers, strict=True))
        terminalreporter.line(f"Isolation: {tried} combinations tried, {refused} refused, {leaks} leaks.", bold=True)


def _has_numbers(report: Any) -> bool:
    return report.when == "call" and "isolation" in dict(report.user_properties)
