"""Many responsibilities written at once leave behind what each of them alone would."""

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry, ReferenceIndex

from cms.models import User
from services.entries import add_entries, change_entries, delete_entries
from services.models import Responsibility
from tests.factories import LocalityFactory, MunicipalityFactory, OfficeFactory, ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return UserFactory()


def unsaved(count: int) -> list[Responsibility]:
    """With everything that an entry may refer to, and without."""
    place, service = MunicipalityFactory(), ServiceFactory()
    office, locality = OfficeFactory(place=place), LocalityFactory(municipality=place)
    return [
        Responsibility(
            service=service,
            area=place,
            office=office if number % 2 else None,
            locality=locality if number % 3 else None,
            valid_from=date(2000 + number, 1, 1),
        )
        for number in range(count)
    ]


def references(rows: list[Responsibility]) -> set[tuple[Any, ...]]:
    found = {one for row in rows for one in ReferenceIndex.get_references_for_object(row).values_list()}
    return {values[1:] for values in found}


def as_wagtail_writes_them(rows: list[Responsibility]) -> set[tuple[Any, ...]]:
    ReferenceIndex.objects.filter(object_id__in=[str(row.pk) for row in rows]).delete()
    with transaction.atomic():
        for row in rows:
            ReferenceIndex.create_or_update_for_object(row)
    return references(rows)


def logged(rows: list[Responsibility], action: str) -> list[tuple[Any, ...]]:
    keys = [str(row.pk) for row in rows]
    entries = ModelLogEntry.objects.filter(object_id__in=keys, action=action).order_by("pk")
    return [(one.object_id, one.user_id, one.label, one.content_changed, one.deleted) for one in entries]


def test_what_refers_to_what_is_known_at_once(user: User) -> None:
    rows = unsaved(6)
    add_entries(rows, user)
    written = references(rows)
    assert len(written) == 6 * 2 + 3 + 4
    assert written == as_wagtail_writes_them(rows)
    other = OfficeFactory(place=rows[0].area)
    for row in rows:
        row.office, row.locality = other, None
    change_entries(rows, {"office", "locality"}, user)
    written = references(rows)
    assert len(written) == 6 * 3
    assert written == as_wagtail_writes_them(rows)
    stored = Responsibility.objects.filter(service=rows[0].service).order_by("pk")
    assert set(stored.values_list("office", "locality")) == {(other.pk, None)}
    delete_entries(rows[:4], user)
    assert references(rows[:4]) == set()
    assert references(rows) == references(rows[4:]) != set()
    assert list(stored.all()) == rows[4:]


def test_the_history_names_the_person(user: User) -> None:
    rows = unsaved(2)
    add_entries(rows, user)
    change_entries(rows, ["task"], user)
    delete_entries(rows, user)
    label = str(rows[0])
    assert rows[0].service.title in label
    for action, content_changed, deleted in (
        ("wagtail.create", True, False),
        ("wagtail.edit", True, False),
        ("wagtail.delete", False, True),
    ):
        assert logged(rows, action) == [(str(row.pk), user.pk, label, content_changed, deleted) for row in rows]


def test_a_thousand_rows_need_few_queries(user: User) -> None:
    """How many fit into one statement depends on the database; SQLite takes the fewest."""

    def queries(count: int) -> int:
        rows = unsaved(count)
        with CaptureQueriesContext(connection) as context:
            add_entries(rows, user)
            change_entries(rows, ["office", "task", "valid_until"], user)
            delete_entries(rows, user)
        return len(context)

    assert (queries(200) - queries(20)) / 180 < 0.3


def test_nothing_to_do(user: User) -> None:
    before = ModelLogEntry.objects.count()
    add_entries([], user)
    change_entries([], [], user)
    delete_entries([], user)
    assert ModelLogEntry.objects.count() == before
