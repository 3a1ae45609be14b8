"""Keeps search entries in step with pages."""

from collections.abc import Callable, Iterable, Sequence

from django.db import transaction
from django.db.models import QuerySet
from wagtail.models import Page

from cms.models import BasePage
from cms.models.page import ancestor_paths
from cms.search_documents import SearchDocument
from search.analysis import index_text
from search.engines import get_engine
from search.engines.base import IndexDocument
from search.models import SearchEntry

BATCH_SIZE = 200


def index_page(page: Page) -> None:
    """Replace the entries of a page by what it says about itself now; a page that not everyone can see has none."""
    with transaction.atomic():
        _store(page, _documents(page))


def index_subtree(page: Page) -> None:
    """As :func:`index_page` for a page and everything below it, after its address or who may see it has changed."""
    for descendant in page.get_descendants(inclusive=True).specific().iterator(chunk_size=BATCH_SIZE):
        index_page(descendant)


def index_again(pages: Iterable[Page]) -> None:
    """As :func:`index_page` for pages as the database has them now, without those that are gone.

    Instances that come from a relation hold the page that they were reached from, maybe as it was before.
    """
    for page in Page.objects.filter(pk__in=[page.pk for page in pages]).specific().iterator(chunk_size=BATCH_SIZE):
        index_page(page)


def remove_page(page_id: int) -> None:
    with transaction.atomic():
        _remove(SearchEntry.objects.filter(page_id=page_id))


def remove_subtree(page: Page) -> None:
    """Remove the entries of a page and of everything below it."""
    with transaction.atomic():
        _remove(SearchEntry.objects.below(page))


def rebuild(progress: Callable[[Iterable[Page], int], Iterable[Page]] | None = None) -> int:
    """Build the whole index anew; returns the number of entries.

    ``progress`` may wrap the pages, given with their number, to show how far it got.
    """
    pages = Page.objects.live().filter(depth__gt=1)
    iterator: Iterable[Page] = pages.specific().iterator(chunk_size=BATCH_SIZE)
    if progress is not None:
        iterator = progress(iterator, pages.count())
    with transaction.atomic():
        get_engine().clear()
        SearchEntry.objects.all().delete()
        for page in iterator:
            _store(page, _documents(page), is_new=True)
    return SearchEntry.objects.count()


def _documents(page: Page) -> Sequence[SearchDocument]:
    if not isinstance(page, BasePage) or not page.live or not _is_public(page):
        return []
    return page.search_documents()


def _is_public(page: Page) -> bool:
    """Whether nothing at or above the page is unpublished or restricted to some visitors.

    Asked of the database anew, past what instances remember, because an index outlives the request.
    """
    if Page.objects.filter(path__in=ancestor_paths(page), live=False).exists():
        return False
    return not Page.get_view_restrictions(page).exists()


def _remove(entries: QuerySet[SearchEntry]) -> None:
    entry_ids = list(entries.values_list("pk", flat=True))
    if entry_ids:
        get_engine().delete(entry_ids)
        SearchEntry.objects.filter(pk__in=entry_ids).delete()


def _store(page: Page, documents: Sequence[SearchDocument], *, is_new: bool = False) -> None:
    keys = [f"{page.pk}:{number}" for number in range(len(documents))]
    engine = get_engine()
    if not is_new:
        _remove(SearchEntry.objects.filter(page=page).exclude(key__in=keys))
    indexed = []
    for key, document in zip(keys, documents, strict=True):
        entry, _created = SearchEntry.objects.update_or_create(key=key, defaults=_values(page, document))
        indexed.append(
            IndexDocument(
                entry_id=entry.pk,
                title=index_text(document.title),
                synonyms=index_text(document.synonyms),
                summary=index_text(document.summary),
                text=index_text(document.text),
            )
        )
    if indexed:
        engine.index(indexed)


def _values(page: Page, document: SearchDocument) -> dict[str, object]:
    return {
        "page_id": page.pk,
        "kind": document.kind.value,
        "group": document.group,
        "title": document.title,
        "summary": document.summary,
        "synonyms": document.synonyms,
        "text": document.text,
        "url": document.url,
        "slug": document.slug,
        "municipality_id": document.municipality_id,
        "life_events": list(document.life_events),
        "online": document.online,
        "offered": document.offered,
        "valid_from": document.valid_from,
        "valid_until": document.valid_until,
    }
