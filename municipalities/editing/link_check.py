"""Links that lead nowhere: to pages that are withdrawn or deleted, and to deleted documents.

Wagtail's reference index knows who links to what. It forgets the links to a thing when the thing is deleted, though
they are still in the texts; so the pages that linked to it are read again afterwards.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CharField, Model, QuerySet
from django.db.models.functions import Cast
from wagtail.models import Page, ReferenceIndex

from cms.models import PortalDocument
from cms.visibility import open_to_all

# Relations that are no links in a text; what is wrong with them stands elsewhere.
_NO_LINKS = ("reference", "district", "successor")


@dataclass(frozen=True)
class BrokenLink:
    """``target`` is there still when it is a page that the public cannot see."""

    page: Page
    target: Page | None


def broken_links(pages: QuerySet[Page]) -> list[BrokenLink]:
    """What published pages among these link to in vain, by page; five queries."""
    page_type = ContentType.objects.get_for_model(Page)
    document_type = ContentType.objects.get_for_model(PortalDocument)
    sources = pages.filter(live=True).order_by().annotate(key=Cast("pk", CharField())).values("key")
    references = (
        ReferenceIndex.objects.filter(
            base_content_type=page_type, object_id__in=sources, to_content_type__in=[page_type, document_type]
        )
        .exclude(model_path__in=_NO_LINKS)
        .order_by()
        .values_list("object_id", "to_content_type", "to_object_id")
        .distinct()
    )
    wanted: dict[int, set[int]] = defaultdict(set)
    found = [(int(source), kind, int(target)) for source, kind, target in references]
    for _source, kind, target in found:
        wanted[kind].add(target)
    good = {
        page_type.pk: set(open_to_all(Page.objects.filter(pk__in=wanted[page_type.pk])).values_list("pk", flat=True)),
        document_type.pk: set(
            PortalDocument.objects.filter(pk__in=wanted[document_type.pk]).values_list("pk", flat=True)
        ),
    }
    broken = [(source, kind, target) for source, kind, target in found if target not in good[kind]]
    keys = {source for source, _kind, _target in broken}
    keys |= {target for _source, kind, target in broken if kind == page_type.pk}
    by_key = Page.objects.in_bulk(keys)
    links = [
        BrokenLink(by_key[source], by_key.get(target) if kind == page_type.pk else None)
        for source, kind, target in broken
        if source in by_key
    ]
    return sorted(links, key=lambda link: (link.page.title, link.page.pk))


def read_linking_pages_again(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    """For ``pre_delete`` of pages and documents."""
    references = ReferenceIndex.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        to_content_type=ContentType.objects.get_for_model(sender),
        to_object_id=str(instance.pk),
    )
    sources = {int(key) for key in references.values_list("object_id", flat=True)} - {instance.pk}
    if sources:
        transaction.on_commit(lambda: _index(sources))


def _index(keys: set[int]) -> None:
    for page in Page.objects.filter(pk__in=keys).specific():
        ReferenceIndex.create_or_update_for_object(page)
