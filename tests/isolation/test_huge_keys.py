"""Every address of the editors' interface with numbers in it that no key can be: refused, and never an error."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import DataError, transaction
from django.test import Client
from django.urls import reverse

from tests.isolation.endpoints import endpoints
from tests.isolation.world import LOCAL_ADMIN, OWN, PORTAL_ADMIN, World

HUGE = 10**24
# What lists, choosers and forms take from the address.
PARAMETERS = (
    *("id", "ids", "p", "owner", "edited_by", "group", "person", "area", "service", "locked_by", "user", "childOf"),
    *("parent", "workflow", "task", "reviewable", "collection_id", "collection", "site", "root_page", "content_type"),
    *("latest_revision_created_at", "last_published_at", "requested_by", "finished_by", "object_id", "page", "q"),
    *("parent_page_id", "for_copy", "uploaded_by_user", "tag", "created_by", "municipality", "office", "reference"),
)


@pytest.mark.parametrize(("role", "methods"), [(LOCAL_ADMIN, ["get"]), (PORTAL_ADMIN, ["get", "post"])])
def test_no_number_is_too_large(world: World, role: str, methods: list[str]) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(world.people[role])
    session = dict(client.cookies)
    query = urlencode(dict.fromkeys(PARAMETERS, HUGE))
    failed = []
    things = world.things[OWN]
    for name, filled in sorted({(e.name, _with_huge(e.fill(things))) for e in endpoints() if not e.fails}):
        address = reverse(name, kwargs=dict(filled) or None)
        for method in methods:
            client.cookies.clear()
            client.cookies.update(session)
            with transaction.atomic():
                data: dict[str, Any] = dict.fromkeys(PARAMETERS, HUGE) if method == "post" else {}
                response = getattr(client, method)(f"{address}?{query}", data)
                # Some of Wagtail's views fail over forms that nobody can send; here only what a number does is asked.
                if response.status_code >= 500 and issubclass(
                    response.exc_info[0], OverflowError | ValueError | DataError
                ):
                    failed.append(f"{method} {name} {filled}: {response.exc_info[1]!r}"[:300])
                transaction.set_rollback(True)
    assert failed == []


def _with_huge(parameters: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Numbers replaced; names of models and the like stay."""
    parameters = parameters if "args" not in parameters else {"document_id": 1, "document_filename": "datei.pdf"}
    return tuple((name, HUGE if isinstance(value, int) else value) for name, value in parameters.items())
