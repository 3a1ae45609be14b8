"""The proof: no role sees or changes what is not theirs, at any address of the editors' interface."""

from collections.abc import Callable

import pytest

from tests.isolation.endpoints import endpoints, resolver_names
from tests.isolation.matrix import walk
from tests.isolation.world import ROLES, build_world

pytestmark = pytest.mark.django_db


def test_the_matrix_knows_every_view() -> None:
    known = {endpoint.name for endpoint in endpoints()}
    assert resolver_names() - known == set(), "views without a line in the matrix"
    assert known - resolver_names() == set(), "lines in the matrix without a view"


@pytest.mark.parametrize("role", ROLES, ids=ROLES.values())
def test_nobody_sees_or_changes_what_is_not_theirs(role: str, record_property: Callable[[str, object], None]) -> None:
    *_, tally = walk(build_world(), role)
    record_property("isolation", (tally.tried, tally.refused, len(tally.violations)))
    assert not tally.violations, "\n".join(["", *tally.violations])
