"""Work that would keep an editor waiting, given to the worker."""

import logging
from typing import Any

logger = logging.getLogger(__name__)


def give_to_worker(work: Any, key: int) -> None:
    """Have a task of :mod:`django_tasks` done for the object with this key.

    Where that fails, what the editor did stands: a daily command finds what is left to do.
    """
    try:
        work.enqueue(key)
    except Exception:
        logger.exception("%s could not be queued for %s.", work, key)
