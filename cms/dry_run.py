"""Work that is done as a whole or not at all, and that can show what it would do."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from wagtail.models import Site


class _UndoError(Exception):
    """Ends a dry run."""


@contextmanager
def all_or_nothing(dry_run: bool) -> Iterator[None]:
    """Whatever goes wrong inside, nothing has changed; a dry run takes everything back in the end."""
    try:
        with transaction.atomic():
            yield
            if dry_run:
                raise _UndoError
    except _UndoError:
        pass
    finally:
        # Filled with addresses that may have been taken back.
        Site.clear_site_root_paths_cache()
