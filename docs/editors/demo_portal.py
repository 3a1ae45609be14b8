"""A portal with the demonstration content in a folder of its own, which is gone afterwards."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def portal() -> Iterator[str]:
    """A running portal with the demonstration content; yields its address."""
    with socket.socket() as free, tempfile.TemporaryDirectory() as folder:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        address = f"http://127.0.0.1:{port}"
        surroundings = os.environ | {
            "DATABASE_URL": f"sqlite:///{folder}/portal.sqlite3",
            "MEDIA_ROOT": f"{folder}/media",
            "PORTAL_DEMO": "true",
            "PORTAL_URL": address,
        }

        def manage(*arguments: str) -> list[str]:
            return [sys.executable, str(ROOT / "manage.py"), *arguments]

        for arguments in (
            ("migrate", "--verbosity", "0"),
            ("load_demo",),
            ("install_portal", "--host", "127.0.0.1", "--port", str(port)),
        ):
            subprocess.run(manage(*arguments), env=surroundings, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        server = subprocess.Popen(
            manage("runserver", "--noreload", f"127.0.0.1:{port}"),
            env=surroundings,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_for(f"{address}/admin/login/", server)
            yield address
        finally:
            server.terminate()
            server.wait()


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _attempt in range(120):
        try:
            urlopen(address, timeout=10)  # noqa: S310 - an address of this machine
        except (URLError, OSError):
            if server.poll() is not None:
                break
            time.sleep(0.5)
        else:
            return
    raise SystemExit("The portal did not start.")
