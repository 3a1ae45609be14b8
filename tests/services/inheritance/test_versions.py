"""References remember what they said; local texts know what they were written against."""

import pytest

from services.inheritance.standing import open_parts
from services.inheritance.versions import latest, remember
from services.models import LocalServicePage, ReferenceVersion, ServicePage
from services.modes import ModuleMode
from tests.factories import LocalServiceFactory, ServiceFactory

pytestmark = pytest.mark.django_db

NOTES = "16"


def rewrite(service: ServicePage, **texts: str) -> ServicePage:
    page = ServicePage.objects.get(pk=service.pk)
    for name, text in texts.items():
        setattr(page, name, text)
    page.save_revision().publish()
    return page


@pytest.fixture
def service() -> ServicePage:
    return ServiceFactory(published=True, notes="<p>Bringen Sie ein Foto mit.</p>")


@pytest.fixture
def local(service: ServicePage) -> LocalServicePage:
    return LocalServiceFactory(
        reference=service, published=True, texts=[(NOTES, ModuleMode.REPLACE, "<p>Das Foto machen wir.</p>")]
    )


def test_each_publication_that_says_something_else_is_remembered(service: ServicePage) -> None:
    rewrite(service, notes="<p>Bringen Sie zwei Fotos mit.</p>")
    first, second = service.versions.all()
    assert NOTES in first.changed
    assert (second.number, second.changed) == (2, [NOTES])
    assert latest(service).text(NOTES) == "<p>Bringen Sie zwei Fotos mit.</p>"


def test_a_publication_that_says_the_same_is_none(service: ServicePage) -> None:
    rewrite(service, notes='<p data-block-key="abcde">Bringen Sie ein Foto mit.</p>', synonyms="Lichtbild")
    assert service.versions.count() == 1
    assert remember(service) == []


def test_a_draft_is_no_version(service: ServicePage) -> None:
    service.notes = "<p>Noch nicht fertig.</p>"
    service.save_revision()
    assert service.versions.count() == 1


def test_a_local_text_knows_what_it_was_written_against(local: LocalServicePage) -> None:
    part = local.text_modules.get()
    assert part.based_on == ReferenceVersion.objects.get()
    assert open_parts(local) == []


def test_when_the_reference_changes_the_local_text_waits_for_a_decision(
    service: ServicePage, local: LocalServicePage
) -> None:
    rewrite(service, notes="<p>Bringen Sie zwei Fotos mit.</p>")
    page = LocalServicePage.objects.get(pk=local.pk)
    assert [part.code for part in open_parts(page)] == [NOTES]


def test_another_module_is_none_of_its_business(service: ServicePage, local: LocalServicePage) -> None:
    rewrite(service, procedure="<p>Neu ist der Ablauf.</p>")
    assert open_parts(LocalServicePage.objects.get(pk=local.pk)) == []


def test_a_change_that_was_taken_back_asks_for_nothing(service: ServicePage, local: LocalServicePage) -> None:
    before = service.notes
    rewrite(service, notes="<p>Bringen Sie zwei Fotos mit.</p>")
    rewrite(service, notes=before)
    assert open_parts(LocalServicePage.objects.get(pk=local.pk)) == []
