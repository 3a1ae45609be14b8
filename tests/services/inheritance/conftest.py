"""A reference with own texts in two municipalities, and how both change."""

from collections.abc import Callable
from typing import Any

import pytest
from wagtail.models import Page

from cms.models import User
from services.models import LocalServicePage, ServicePage
from services.modes import ModuleMode
from tests.factories import LocalServiceFactory, MunicipalityFactory, ServiceFactory, UserFactory

NOTES, PROCEDURE = "16", "11"
THEN = "<p>Bringen Sie ein Foto mit.</p><p>Zahlen Sie bar.</p>"
NOW = "<p>Bringen Sie ein digitales Foto mit.</p><p>Zahlen Sie bar.</p>"
OURS = "<p>Bringen Sie ein Foto mit.</p><p>Zahlen Sie mit Karte.</p>"

Publish = Callable[..., Any]


def again(page: Any) -> Any:
    return Page.objects.get(pk=page.pk).specific


def draft_above(page: Any, **changes: Any) -> None:
    """Save a newer draft, which starts from the newest one there is."""
    draft = again(page).get_latest_revision_as_object()
    for name, value in changes.items():
        setattr(draft, name, value)
    draft.save_revision()


@pytest.fixture
def publish(django_capture_on_commit_callbacks: Any) -> Publish:
    """Publish a page with changes, and have done what follows in the background."""

    def do(page: Any, **changes: Any) -> Any:
        current = again(page)
        for name, value in changes.items():
            setattr(current, name, value)
        with django_capture_on_commit_callbacks(execute=True):
            current.save_revision().publish()
        return again(page)

    return do


@pytest.fixture
def user() -> User:
    return UserFactory(admin=True, email="jemand@example.org")


@pytest.fixture
def service() -> ServicePage:
    return ServiceFactory(published=True, notes=THEN)


@pytest.fixture
def replacing(service: ServicePage) -> LocalServicePage:
    return LocalServiceFactory(
        reference=service,
        place=MunicipalityFactory(published=True, title="Musterstadt"),
        published=True,
        texts=[(NOTES, ModuleMode.REPLACE, OURS), (PROCEDURE, ModuleMode.AFTER, "<p>Zimmer 3.</p>")],
    )


@pytest.fixture
def adding(service: ServicePage) -> LocalServicePage:
    return LocalServiceFactory(
        reference=service,
        place=MunicipalityFactory(published=True, title="Nebenan"),
        published=True,
        texts=[(NOTES, ModuleMode.AFTER, "<p>Der Automat steht im Foyer.</p>")],
    )
