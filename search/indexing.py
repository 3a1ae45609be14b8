"""Keeps search entries in step with pages."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from django.db import transaction
from wagtail.models import Page

from cms.models import BasePage
from cms.search_documents import SearchDocument
from search.analysis import index_text
from search.engines import get_engine
from search.engines.base import IndexDocument
from search.models import SearchEntry

BATCH_SIZE = 200


def index_page(page: Page) -> None:
    """Replace the entries of a page by what it says about itself now; an unpublished page has none."""
    with transaction.atomic():
        _store(page, _documents(page))


def index_subtree(page: Page) -> None:
    """As :func:`index_page` for a page and everything below it, after its address has changed."""
    for descendant in page.get_descendants(inclusive=True).specific().iterator(chunk_size=BATCH_SIZE):
        index_page(descendant)


def remove_page(page_id: int) -> None:
    entry_ids = list(SearchEntry.objects.filter(page_id=page_id).values_list("pk", flat=True))
    if entry_ids:
        get_engine().delete(entry_ids)
        SearchEntry.objects.filter(pk__in=entry_ids).delete()


def rebuild(progress: Callable[[Iterable[Page], int], Iterable[Page]] | None = None) -> int:
    """Build the whole index anew; returns the number of entries.

    ``progress`` may wrap the pages, given with their number, to show how far it got.
    """
    pages = Page.objects.live().filter(depth__gt=1)
    iterator: Iterable[Page] = _specific_in_batches(pages)
    if progress is not None:
        iterator = progress(iterator, pages.count())
    with transaction.atomic():
        get_engine().clear()
        SearchEntry.objects.all().delete()
        for page in iterator:
            _store(page, _documents(page), is_new=True)
    return SearchEntry.objects.count()


def _specific_in_batches(pages: "Sequence[Page]") -> Iterator[Page]:
    yield from pages.specific().iterator(chunk_size=BATCH_SIZE)  # type: ignore[attr-defined]


def _documents(page: Page) -> Sequence[SearchDocument]:
    if not isinstance(page, BasePage) or not page.live:
        return []
    return page.search_documents()


def _store(page: Page, documents: Sequence[SearchDocument], *, is_new: bool = False) -> None:
    keys = [f"{page.pk}:{number}" for number in range(len(documents))]
    engine = get_engine()
    if not is_new:
        stale = list(SearchEntry.objects.filter(page=page).exclude(key__in=keys).values_list("pk", flat=True))
        if stale:
            engine.delete(stale)
            SearchEntry.objects.filter(pk__in=stale).delete()
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
