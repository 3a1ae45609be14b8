"""Keeps search entries in step with pages.

Everything goes by what the database says of a page now, many pages at a time: a subtree of five hundred pages that is
moved must not take a query for each of them and each thing that is asked about it.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from wagtail.models import Page
from wagtail.query import PageQuerySet

from cms.models import BasePage
from cms.models.page import ancestor_paths
from cms.search_documents import SearchDocument
from cms.visibility import CLOSED
from municipalities.tenancy import remember_municipalities
from search.analysis import index_text
from search.engines import get_engine
from search.engines.base import IndexDocument
from search.models import SearchEntry

BATCH_SIZE = 200


def index_pages(page_ids: Iterable[int]) -> None:
    """Replace the entries of pages by what they say about themselves now; what not everyone can see has none."""
    wanted = sorted(set(page_ids))
    with transaction.atomic():
        for start in range(0, len(wanted), BATCH_SIZE):
            rows = Page.objects.filter(pk__in=wanted[start : start + BATCH_SIZE])
            hidden = _hidden(rows)
            _remove(SearchEntry.objects.filter(page__in=hidden))
            _store(_with_place(rows.exclude(pk__in=hidden)))


def index_published(page_ids: Iterable[int]) -> None:
    """As :func:`index_pages` for pages that were published, and for what lies below them."""
    pages = list(Page.objects.filter(pk__in=page_ids))
    known: set[str] = set()
    for condition in _at_or_below(pages, "page__"):
        known.update(SearchEntry.objects.filter(condition).values_list("page__path", flat=True))
    # Where something below a page can be found, it was published before and only its own words have changed.
    again = {page.pk for page in pages if any(path.startswith(page.path) and path != page.path for path in known)}
    index_pages(again | _keys_below(page for page in pages if page.pk not in again))


def index_subtrees(page_ids: Iterable[int]) -> None:
    """As :func:`index_pages` with everything below, after the address or who may see it has changed."""
    index_pages(_keys_below(Page.objects.filter(pk__in=page_ids)))


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
    rows = Page.objects.live().filter(depth__gt=1)
    pages: Iterable[Page] = _visible_in_batches(rows)
    if progress is not None:
        pages = progress(pages, rows.count())
    with transaction.atomic():
        get_engine().clear()
        SearchEntry.objects.all().delete()
        batch: list[Page] = []
        for page in pages:
            batch.append(page)
            if len(batch) == BATCH_SIZE:
                _store(batch, is_new=True)
                batch = []
        _store(batch, is_new=True)
    return SearchEntry.objects.count()


def _visible_in_batches(rows: PageQuerySet) -> Iterator[Page]:
    wanted = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(wanted), BATCH_SIZE):
        batch = Page.objects.filter(pk__in=wanted[start : start + BATCH_SIZE])
        yield from _with_place(batch.exclude(pk__in=_hidden(batch)))


def _with_place(rows: PageQuerySet) -> list[Page]:
    pages = list(rows.specific())
    remember_municipalities(pages)
    return pages


def _keys_below(pages: Iterable[Page]) -> set[int]:
    found: set[int] = set()
    for condition in _at_or_below(pages):
        found.update(Page.objects.filter(condition).values_list("pk", flat=True))
    return found


def _at_or_below(pages: Iterable[Page], prefix: str = "") -> Iterator[Q]:
    """Conditions for pages and everything below them, with no branch named twice; each of a size that SQLite takes."""
    branches: list[str] = []
    for path in sorted(page.path for page in pages):
        if not branches or not path.startswith(branches[-1]):
            branches.append(path)
    for start in range(0, len(branches), BATCH_SIZE):
        yield Q(
            *((f"{prefix}path__startswith", path) for path in branches[start : start + BATCH_SIZE]), _connector=Q.OR
        )


def _hidden(rows: PageQuerySet) -> set[int]:
    """Keys of those at or above which something is unpublished or restricted to some visitors.

    Asked of the database anew, past what instances remember, because an index outlives the request.
    """
    pages = list(rows.only("path", "depth", "numchild", "alias_of"))
    above = {page.pk: ancestor_paths(page) for page in pages}
    every = Page.objects.filter(path__in={path for paths in above.values() for path in paths})
    closed = set(every.filter(CLOSED).values_list("path", flat=True))
    # An alias is seen by those who may see its source.
    aliases = set(every.filter(alias_of__isnull=False).values_list("path", flat=True))
    return {
        page.pk
        for page in pages
        if not closed.isdisjoint(above[page.pk])
        or (not aliases.isdisjoint(above[page.pk]) and Page.get_view_restrictions(page).exists())
    }


def _remove(entries: QuerySet[SearchEntry]) -> None:
    entry_ids = list(entries.values_list("pk", flat=True))
    if entry_ids:
        get_engine().delete(entry_ids)
        SearchEntry.objects.filter(pk__in=entry_ids).delete()


def _store(pages: Iterable[Page], *, is_new: bool = False) -> None:
    documents = {
        f"{page.pk}:{number}": (page, document)
        for page in pages
        if isinstance(page, BasePage)
        for number, document in enumerate(page.search_documents())
    }
    if not is_new:
        _remove(SearchEntry.objects.filter(page__in=list(pages)).exclude(key__in=documents))
    entries = [SearchEntry(key=key, **_values(page, document)) for key, (page, document) in documents.items()]
    fields = [field.name for field in SearchEntry._meta.concrete_fields if field.name not in ("id", "key")]
    SearchEntry.objects.bulk_create(entries, update_conflicts=True, unique_fields=["key"], update_fields=fields)
    ids = dict(SearchEntry.objects.filter(key__in=documents).values_list("key", "pk"))
    get_engine().index(
        IndexDocument(
            entry_id=ids[key],
            title=index_text(document.title),
            synonyms=index_text(document.synonyms),
            summary=index_text(document.summary),
            text=index_text(document.text),
        )
        for key, (_page, document) in documents.items()
    )


def _values(page: Page, document: SearchDocument) -> dict[str, Any]:
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
