"""Fixtures and hooks for the whole suite; what only one app needs stands beside its tests."""

import os
from collections.abc import Generator, Iterator

import pytest
from django.core.cache import cache

from tests.browser.chromium import CHROMIUM

LEFT_OUT = "no Chromium on this machine"
MUST_BE_COMPLETE = os.environ.get("CI") == "true"


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Wagtail keeps paths of sites in the cache; no test may see those of another."""
    yield
    cache.clear()


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
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if LEFT_OUT in str(report.longrepr)]
    if not skipped:
        return
    terminalreporter.section("BROWSER TESTS LEFT OUT", sep="!", red=True, bold=True)
    terminalreporter.line(f"{len(skipped)} browser tests did not run: {LEFT_OUT}.", red=True, bold=True)
    terminalreporter.line("Install Chromium, or name it: CHROMIUM=/path/to/chromium make test", red=True, bold=True)
