"""Two central editors publish the same reference at the same moment."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from services.models import LocalServicePage, ReferenceVersion, ServicePage
from services.modes import ModuleMode
from tests.factories import LocalServiceFactory, MunicipalityFactory, ServiceFactory

NOTES = "16"


@pytest.fixture
def written(django_db_setup: None, django_db_blocker: Any) -> Iterator[LocalServicePage]:
    """For good, as another process would see it, and taken away again."""
    with django_db_blocker.unblock():
        place = MunicipalityFactory(published=True)
        service = ServiceFactory(published=True, notes="<p>Fassung 0</p>")
        texts = [(NOTES, ModuleMode.REPLACE, "<p>Hier ist es anders.</p>")]
        page = LocalServiceFactory(reference=service, place=place, published=True, texts=texts)
        connections.close_all()
        yield page
        for thing in (place, service):
            type(thing).objects.get(pk=thing.pk).delete()
        connections.close_all()


def test_the_newest_version_is_what_the_public_reads(written: LocalServicePage) -> None:
    start = Barrier(2)

    def publish(text: str) -> None:
        try:
            page = ServicePage.objects.get(pk=written.reference_id)
            page.notes = text
            start.wait(timeout=30)
            page.save_revision().publish()
        finally:
            connections.close_all()

    texts = ["<p>Fassung der einen</p>", "<p>Fassung des anderen</p>"]
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(publish, text) for text in texts]:
            done.result()
    versions = list(ReferenceVersion.objects.filter(service=written.reference_id).order_by("number"))
    # Whose text was there for no longer than it takes to read this may have none.
    assert [version.number for version in versions] in ([1, 2], [1, 2, 3])
    assert {version.text(NOTES) for version in versions[1:]} <= set(texts)
    assert versions[-1].text(NOTES) == ServicePage.objects.get(pk=written.reference_id).notes
    notices = LocalServicePage.objects.get(pk=written.pk).change_notices.all()
    assert sorted(notice.outcome for notice in notices) in (["open"], ["open", "superseded"])
