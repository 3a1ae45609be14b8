"""How long an editor waits for whose publication many municipalities have own texts: "make bench-references".

Works on a throw-away database and goes the editor's whole way: the form is sent, the page of the impact comes, it is
published from there, the board comes. Ends with an error where that takes longer than allowed.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

MANY = 400
CODE = "16"
# Seconds of the editor's time, from the first click to the board.
ALLOWED = 2.0
ROUNDS = 5


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        os.environ["TASKS"] = "database"
        os.environ["EMAIL_URL"] = "dummymail://"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.development")
        django.setup()
        seconds = _run()
    if seconds > ALLOWED:
        sys.exit(f"{seconds:.2f} s are more than the {ALLOWED:.0f} s that an editor may have to wait.")


def _run() -> float:
    from django.conf import settings
    from django.core.management import call_command
    from django.db import transaction
    from django.test import Client

    from home.installation import install_portal
    from services.inheritance.follow_up import work_off
    from services.models import ChangeNotice, FollowUp
    from services.modes import ModuleMode
    from tests.factories import LocalServiceFactory, MunicipalityFactory, ServiceFactory, UserFactory

    # Development keeps every query and draws its toolbar.
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    install_portal("Messung", "localhost", 80)
    service = ServiceFactory(published=True, notes="<p>Fassung 0</p>")
    client = Client()
    client.force_login(UserFactory(admin=True))

    @transaction.atomic
    def add_places(number: int) -> None:
        for _count in range(number):
            LocalServiceFactory(
                reference=service,
                place=MunicipalityFactory(published=True),
                published=True,
                texts=[(CODE, ModuleMode.REPLACE, "<p>Hier ist es anders.</p>")],
            )

    add_places(1)
    one = min((_publish(client, service) for _round in range(ROUNDS)), key=lambda steps: sum(steps.values()))
    _tell("1 municipality", one)
    add_places(MANY - 1)
    many = min((_publish(client, service) for _round in range(ROUNDS)), key=lambda steps: sum(steps.values()))
    _tell(f"{MANY} municipalities", many)
    left = FollowUp.objects.filter(finished_at=None).order_by("pk").last()
    assert left is not None
    FollowUp.objects.exclude(pk=left.pk).delete()
    ChangeNotice.objects.all().delete()
    print(f"{_seconds(lambda: work_off(left.pk))[0]:.1f} s in the background, search included")
    assert ChangeNotice.objects.waiting().count() == MANY
    return sum(many.values())


def _publish(client: Any, service: Any) -> dict[str, float]:
    """Publish a change; the seconds of each step."""
    from django.urls import reverse

    from services.models import ServicePage
    from tests.services.inheritance.test_impact_view import form_of, impact_of

    page = ServicePage.objects.get(pk=service.pk)
    before = page.versions.count()
    form = form_of(page, notes=f"<p>Fassung {before}</p>")
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    steps = {}
    steps["form sent"], answer = _seconds(lambda: client.post(edit, form))
    assert answer["Location"] == impact_of(page), answer
    steps["impact"], answer = _seconds(lambda: client.get(answer["Location"]))
    seen = {"revision": _latest(page)}
    steps["published"], answer = _seconds(lambda: client.post(impact_of(page), seen))
    steps["board"], answer = _seconds(lambda: client.get(answer["Location"]))
    assert answer.status_code == 200
    assert page.versions.count() == before + 1
    return steps


def _latest(page: Any) -> int:
    from services.models import ServicePage

    key: int = ServicePage.objects.values_list("latest_revision", flat=True).get(pk=page.pk)
    return key


def _tell(who: str, steps: dict[str, float]) -> None:
    each = ", ".join(f"{name} {seconds:.2f}" for name, seconds in steps.items())
    print(f"{who}: {sum(steps.values()):.2f} s of the editor's time ({each})")


def _seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


if __name__ == "__main__":
    main()
