"""Which municipality decides first about a changed reference makes no difference to any of them."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cms.models import User
from services.inheritance.decisions import Choice, decide
from services.inheritance.notices import give_notice
from services.models import ChangeNotice, LocalServicePage, ServicePage
from services.modes import ModuleMode
from tests.factories import LocalServiceFactory
from tests.services.inheritance.conftest import NOTES, NOW, again

pytestmark = pytest.mark.django_db

OWN = (
    "<p>Bringen Sie ein Foto mit.</p><p>Zahlen Sie mit Karte.</p>",
    "<p>Bringen Sie zwei Fotos mit.</p><p>Zahlen Sie bar.</p>",
    "<p>Kommen Sie ohne Foto.</p>",
)


@pytest.fixture
def pages(service: ServicePage) -> list[LocalServicePage]:
    """The reference has changed, and nobody has been asked yet."""
    pages = [
        LocalServiceFactory(reference=service, published=True, texts=[(NOTES, ModuleMode.REPLACE, text)])
        for text in OWN
    ]
    changed = again(service)
    changed.notes = NOW
    changed.save_revision().publish()
    return pages


def _outcome(service: ServicePage, pages: list[Any], choices: list[Choice], order: list[int], user: User) -> list[Any]:
    """What each municipality has in the end when they are asked and decide in this order; nothing of it stays."""
    with transaction.atomic():
        for number in order:
            give_notice(service, [pages[number].pk])
        for number in order:
            decide(again(pages[number]), NOTES, choices[number], user, publish=True)
        found = []
        for page in pages:
            current = again(page)
            texts = [part.text for part in current.text_modules.all()]
            draft = [part.text for part in current.get_latest_revision_as_object().text_modules.all()]
            notices = list(ChangeNotice.objects.filter(page=page.pk).values_list("code", "outcome"))
            found.append((texts, draft, notices))
        transaction.set_rollback(True)
    return found


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.permutations(range(len(OWN))),
    choices=st.lists(st.sampled_from(list(Choice)), min_size=len(OWN), max_size=len(OWN)),
)
def test_the_order_of_municipalities_does_not_matter(
    service: ServicePage, pages: list[LocalServicePage], user: User, order: list[int], choices: list[Choice]
) -> None:
    in_turn = _outcome(service, pages, choices, list(range(len(OWN))), user)
    assert _outcome(service, pages, choices, order, user) == in_turn
    assert all(notices for _texts, _draft, notices in in_turn)
