"""How long an editor waits for whose publication many municipalities have own texts: "make bench-references".

Works on a throw-away database. Prints seconds and, because machines differ, how they compare with one municipality.
"""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django

MANY = 400
CODE = "16"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        os.environ["TASKS"] = "database"
        os.environ["EMAIL_URL"] = "dummymail://"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.development")
        django.setup()
        _run()


def _run() -> None:
    from django.core.management import call_command

    from home.installation import install_portal
    from services.inheritance.follow_up import work_off
    from services.models import ChangeNotice, FollowUp, ServicePage
    from services.modes import ModuleMode
    from tests.factories import LocalServiceFactory, MunicipalityFactory, ServiceFactory

    call_command("migrate", verbosity=0)
    install_portal("Messung", "localhost", 80)
    service = ServiceFactory(published=True, notes="<p>Fassung 0</p>")

    def add_places(number: int) -> None:
        for _count in range(number):
            LocalServiceFactory(
                reference=service,
                place=MunicipalityFactory(published=True),
                published=True,
                texts=[(CODE, ModuleMode.REPLACE, "<p>Hier ist es anders.</p>")],
            )

    def publish() -> None:
        page = ServicePage.objects.get(pk=service.pk)
        page.notes = f"<p>Fassung {page.versions.count()}</p>"
        page.save_revision().publish()

    add_places(1)
    publish()
    one = min(_seconds(publish) for _time in range(5))
    print(f"1 municipality:    {one:.2f} s until the editor goes on")
    add_places(MANY - 1)
    many = min(_seconds(publish) for _time in range(5))
    print(f"{MANY} municipalities: {many:.2f} s until the editor goes on, {many / one:.1f} times as long")
    left = FollowUp.objects.filter(finished_at=None).order_by("pk").last()
    assert left is not None
    FollowUp.objects.exclude(pk=left.pk).delete()
    ChangeNotice.objects.all().delete()
    print(f"                   {_seconds(lambda: work_off(left.pk)):.1f} s in the background, search included")
    assert ChangeNotice.objects.waiting().count() == MANY


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
