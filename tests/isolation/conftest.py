from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.isolation.world import World, build_world


@pytest.fixture(scope="module")
def _built_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once for each module; what a test changes is rolled back, and the world itself at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(_built_world: World, db: None) -> World:
    return _built_world


@pytest.fixture
def log_in(world: World) -> Any:
    """Gives a client in which the person with this role is logged in."""

    def client_of(role: str) -> Client:
        client = Client()
        person = world.people[role]
        assert person is not None
        client.force_login(person)
        return client

    return client_of
