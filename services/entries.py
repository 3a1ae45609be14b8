"""Many responsibilities written at once: with the history and the index of references that each of them gets alone.

One after the other, those two take most of the time. A table of several thousand rows would keep the database busy for
a minute, and everybody else who wants to save something waiting.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.log_actions import get_active_log_context
from wagtail.models import ModelLogEntry, ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

from services.models import Responsibility, ServicePage

# Rows in one statement.
_BATCH = 500


def lock_services(keys: Iterable[int]) -> None:
    """Two people who say at once who is responsible for a service wait for each other. Within a transaction.

    Services are locked before entries, wherever both are: who began the other way round would wait for ever.
    """
    list(ServicePage.objects.select_for_update(of=("self",)).filter(pk__in=set(keys)).order_by("pk").only("pk"))


def add_entries(rows: Sequence[Responsibility], user: Any) -> None:
    Responsibility.objects.bulk_create(rows, batch_size=_BATCH)
    _write_references(rows)
    _log(rows, "wagtail.create", user, content_changed=True)


def change_entries(rows: Sequence[Responsibility], names: Iterable[str], user: Any) -> None:
    """Store these fields of all the rows, which must be locked: one of them may differ in a single field."""
    fields = sorted(set(names))
    if not rows:
        return
    Responsibility.objects.bulk_update(rows, fields, batch_size=_BATCH)
    if any(Responsibility._meta.get_field(name).is_relation for name in fields):
        _forget_references(rows)
        _write_references(rows)
    _log(rows, "wagtail.edit", user, content_changed=True)


def delete_entries(rows: Sequence[Responsibility], user: Any) -> None:
    _log(rows, "wagtail.delete", user, deleted=True)
    _forget_references(rows)
    with disable_reference_index_auto_update():
        for batch in _batches(rows):
            Responsibility.objects.filter(pk__in=[row.pk for row in batch]).delete()


def _log(rows: Sequence[Responsibility], action: str, user: Any, **flags: bool) -> None:
    """As ``wagtail.log_actions.log``."""
    kind, now, uuid = ContentType.objects.get_for_model(Responsibility), timezone.now(), get_active_log_context().uuid
    entries = [
        ModelLogEntry(
            content_type=kind,
            object_id=str(row.pk),
            label=str(row),
            action=action,
            timestamp=now,
            uuid=uuid,
            user=user,
            **flags,
        )
        for row in rows
    ]
    ModelLogEntry.objects.bulk_create(entries, batch_size=_BATCH)


def _write_references(rows: Sequence[Responsibility]) -> None:
    """As ``ReferenceIndex.create_or_update_for_object``, for rows of which nothing is known yet."""
    kind = ContentType.objects.get_for_model(Responsibility)
    references = [
        ReferenceIndex(
            content_type=kind,
            base_content_type=kind,
            object_id=str(row.pk),
            to_content_type_id=to_kind,
            to_object_id=to_key,
            model_path=model_path,
            content_path=content_path,
            content_path_hash=ReferenceIndex._get_content_path_hash(content_path),
        )
        for row in rows
        for to_kind, to_key, model_path, content_path in ReferenceIndex._extract_references_from_object(row)
    ]
    ReferenceIndex.objects.bulk_create(references, batch_size=_BATCH)


def _forget_references(rows: Sequence[Responsibility]) -> None:
    kind = ContentType.objects.get_for_model(Responsibility)
    for batch in _batches(rows):
        keys = [str(row.pk) for row in batch]
        ReferenceIndex.objects.filter(base_content_type=kind, object_id__in=keys).delete()


def _batches(rows: Sequence[Responsibility]) -> Iterator[Sequence[Responsibility]]:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))
