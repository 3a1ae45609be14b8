"""Remembering what reference texts said, and finding the local texts that were written against something else."""

from typing import Any

from django.db import transaction

from services.models import LocalServicePage, LocalTextModule, ReferenceVersion, ServicePage
from services.models.reference_version import changed_codes, texts_of


def remember(service: ServicePage, user: Any = None) -> ReferenceVersion:
    """The version of the texts that are published now: a new one where any differs from the last.

    Two central editors who publish at once come one after the other, so that no number is given twice.
    """
    with transaction.atomic():
        ServicePage.objects.select_for_update().filter(pk=service.pk).first()
        last = latest(service)
        texts = texts_of(service)
        changed = changed_codes(last.texts if last else {}, texts)
        if last is not None and not changed:
            return last
        number = last.number + 1 if last else 1
        return ReferenceVersion.objects.create(
            service=service, number=number, texts=texts, changed=changed, published_by=user
        )


def latest(service: ServicePage) -> ReferenceVersion | None:
    return service.versions.order_by("number").last()


def on_reference_published(sender: type[ServicePage], instance: ServicePage, **kwargs: Any) -> None:
    revision = kwargs.get("revision")
    remember(instance, revision.user if revision is not None else None)


def open_parts(page: LocalServicePage) -> list[LocalTextModule]:
    """Local texts whose reference says something else than when they were written or last decided on."""
    service = page.reference
    if service is None:
        return []
    versions = {version.pk: version for version in service.versions.order_by("number")}
    if not versions:
        return []
    now = list(versions.values())[-1]
    found = []
    for part in page.text_modules.all():
        # Where nobody knows, it was written against the first.
        then = versions.get(part.based_on_id) or next(iter(versions.values()))
        if changed_codes({part.code: then.text(part.code)}, {part.code: now.text(part.code)}):
            found.append(part)
    return found
