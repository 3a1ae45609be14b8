"""A responsibility holds for the public as soon as it is saved; what it claims must be true."""

import pytest
from django.core.exceptions import ValidationError

from services.models import Evidence, Responsibility
from tests.factories import ResponsibilityFactory

pytestmark = pytest.mark.django_db


def test_a_new_entry_is_not_confirmed() -> None:
    assert Responsibility().evidence == Evidence.UNCONFIRMED


@pytest.mark.parametrize("source", ["", "   "])
def test_a_confirmed_entry_needs_a_source(source: str) -> None:
    row = ResponsibilityFactory.build(service=None, area=None, office=None, source=source)
    with pytest.raises(ValidationError) as refusal:
        row.clean()
    assert "source" in refusal.value.message_dict
    row.source = "Satzung vom 1. März"
    row.clean()
