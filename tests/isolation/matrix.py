"""Walks every view with every role over everybody's things, and collects what should not have happened."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from modelcluster.models import get_all_child_relations
from wagtail.fields import StreamField
from wagtail.models import Page

from tests.isolation.endpoints import Endpoint, endpoints
from tests.isolation.world import KNOWS, NONE, OWN, OWNERSHIPS, PORTAL_ADMIN, SECRETS, World, fingerprint

METHODS = ("GET", "POST")


@dataclass
class Tally:
    """How many combinations were tried, how many were refused, and what went wrong."""

    tried: int = 0
    refused: int = 0
    violations: list[str] = field(default_factory=list)


def walk(
    world: World, role: str, *, ownerships: tuple[str, ...] = OWNERSHIPS, methods: tuple[str, ...] = METHODS
) -> Iterator[Tally]:
    """Try all combinations for a role; yields the tally after each, so that a caller may stop at any time."""
    tally = Tally()
    client = Client(raise_request_exception=False)
    if world.people[role] is not None:
        client.force_login(world.people[role])
    session = dict(client.cookies)
    before = fingerprint()
    for endpoint in endpoints():
        for ownership in ownerships if endpoint.takes_object else (OWN,):
            for method in methods:
                # What one request leaves behind must not meet the next.
                client.cookies.clear()
                client.cookies.update(session)
                with transaction.atomic():
                    response = _ask(client, endpoint, world, ownership, method)
                    is_refused = _is_refused(response)
                    changed = fingerprint() != before if method == "POST" and is_refused else False
                    transaction.set_rollback(True)
                tally.tried += 1
                tally.refused += is_refused
                tally.violations += [
                    f"{method} {endpoint.name} [{ownership}] as {role}: {text}"
                    for text in _violations(endpoint, role, ownership, method, response, changed)
                ]
                yield tally


def _ask(client: Client, endpoint: Endpoint, world: World, ownership: str, method: str) -> HttpResponseBase:
    things = world.things[ownership]
    parameters = endpoint.fill(things)
    address = reverse(endpoint.name, args=parameters.pop("args", None), kwargs=parameters or None)
    query = endpoint.query(things)
    if query:
        address = f"{address}?{urlencode(query)}"
    return client.get(address) if method == "GET" else client.post(address, _form(things))


def _form(things: Any) -> dict[str, Any]:
    """What the forms of pages, media and links need at least; every view takes of it what it knows."""
    formset = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": ""}
    model = type(things.page)
    fields = model._meta.get_fields() if issubclass(model, Page) else ()
    children = [relation.get_accessor_name() for relation in get_all_child_relations(model)] if fields else []
    return {
        "title": "Probe",
        "slug": "probe",
        "body-count": "0",
        **{f"{field.name}-count": "0" for field in fields if isinstance(field, StreamField)},
        **{f"{child}-{name}": value for child in ["comments", *children] for name, value in formset.items()},
        "new_title": "Probe",
        "new_slug": "probe",
        "new_parent_page": things.parent.pk,
        "external-link-chooser-url": "https://example.org/",
        "external-link-chooser-link_text": "Probe",
        "url": "https://example.org/",
        "collection": things.collection.pk,
        f"image-{things.image.pk}-title": "Probe",
        f"image-{things.image.pk}-collection": things.collection.pk,
        f"doc-{things.document.pk}-title": "Probe",
        f"doc-{things.document.pk}-collection": things.collection.pk,
        "parent_page": things.parent.pk,
        "answer": "abstain",
    }


def _is_refused(response: HttpResponseBase) -> bool:
    """Forbidden, not there, or sent away to the start page or the login."""
    if response.status_code in (403, 404):
        return True
    target = response.get("Location", "").split("?")[0] if response.status_code in (301, 302) else None
    return target in (reverse("wagtailadmin_home"), reverse("wagtailadmin_login"))


def _violations(
    endpoint: Endpoint, role: str, ownership: str, method: str, response: HttpResponseBase, changed: bool
) -> Iterator[str]:
    if response.status_code >= 500 and not endpoint.fails:
        yield f"answered {response.status_code}"
        return
    may = role == PORTAL_ADMIN or endpoint.opens_for(role, ownership)
    is_refused = _is_refused(response)
    if not may and not is_refused:
        yield f"should be refused, but answered {response.status_code} {response.get('Location', '')}"
    if may and is_refused and method == "GET" and not endpoint.depends and ownership != NONE and role != PORTAL_ADMIN:
        yield f"should open, but answered {response.status_code} {response.get('Location', '')}"
    if changed:
        yield "was refused and changed something all the same"
    if role != PORTAL_ADMIN:
        body = b"".join(response.streaming_content) if response.streaming else response.content
        text = body.decode(errors="replace") + str(dict(response.items()))
        for owner in SECRETS.keys() - KNOWS[role]:
            if SECRETS[owner].lower() in text.lower():
                yield f"shows the secret of “{owner}”"
