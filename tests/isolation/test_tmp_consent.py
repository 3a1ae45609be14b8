import pytest

from tests.isolation import matrix
from tests.isolation.endpoints import endpoints as all_endpoints
from tests.isolation.endpoints import resolver_names
from tests.isolation.world import ROLES

pytestmark = pytest.mark.django_db


def test_names():
    known = {e.name for e in all_endpoints()}
    assert resolver_names() == known


@pytest.mark.parametrize("role", ROLES)
def test_it(world, role, monkeypatch):
    names = (
        "consents",
        "consent",
        "consent_answer",
        "consent_record",
        "consent_cancel",
        "wagtailadmin_home",
        "municipality_settings",
        "wagtailadmin_reports:workflow",
        "wagtailadmin_reports:workflow_tasks",
    )
    monkeypatch.setattr(matrix, "endpoints", lambda: [e for e in all_endpoints() if e.name in names])
    *_, tally = matrix.walk(world, role)
    assert not tally.violations, "\n".join(tally.violations)
    print(tally.tried, tally.refused)
