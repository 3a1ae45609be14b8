"""Work that follows each page of many is done once for all of them: one index run instead of five hundred.

Whoever changes many pages at once opens :func:`together`; whoever follows changes asks for his work with :func:`after`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

# Takes the keys of pages, and goes by what the database says of them then.
Work = Callable[[set[int]], None]

_waiting: ContextVar[dict[Work, set[int]] | None] = ContextVar("waiting", default=None)


def after(work: Work, page_id: int) -> None:
    """Do the work for a page: at the end of :func:`together`, or at once where nobody has opened it."""
    waiting = _waiting.get()
    if waiting is None:
        work({page_id})
    else:
        waiting.setdefault(work, set()).add(page_id)


@contextmanager
def together() -> Iterator[None]:
    """One transaction; what was asked for within is done at its end, and all is taken back if anything fails."""
    if _waiting.get() is not None:
        yield
        return
    waiting: dict[Work, set[int]] = {}
    with transaction.atomic():
        token = _waiting.set(waiting)
        try:
            yield
        finally:
            _waiting.reset(token)
        for work, page_ids in waiting.items():
            work(page_ids)
