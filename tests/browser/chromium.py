"""Which Chromium drives the browser tests: a named one, the machine's, or the one that Playwright downloaded."""

import os
import shutil
from pathlib import Path

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Nothing but the page under test may talk to the network, and containers offer neither sandbox nor graphics.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def find_chromium() -> str | None:
    """Path of the browser, or None where there is none.

    A name in ``CHROMIUM`` that leads nowhere counts as none: whoever names a browser does not want another one.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    for program in PROGRAMS:
        if path := shutil.which(program):
            return path
    own = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return next((str(path) for path in sorted(own.glob("chromium-*/chrome-linux*/chrome"), reverse=True)), None)


CHROMIUM = find_chromium()
