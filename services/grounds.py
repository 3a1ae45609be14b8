"""What entries rest on that are kept elsewhere, such as an agreement of a cooperation.

This app does not know who keeps them. An app above registers a finder; pages for citizens then name the ground, and
the form of an entry says where it is changed.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from services.models.responsibility import Responsibility


@dataclass(frozen=True)
class Ground:
    """``url`` is the public page that tells more, ``edit_url`` where the person who asks may change it; both may be
    empty."""

    title: str
    url: str = ""
    edit_url: str = ""


# Finds the grounds of entries by their keys; without a person no addresses of the editors' interface are given.
Finder = Callable[[Collection[int], Any], dict[int, Ground]]

_finders: list[Finder] = []


def register_grounds(finder: Finder) -> None:
    _finders.append(finder)


def grounds_of(rows: Iterable[Responsibility], user: Any = None) -> dict[int, Ground]:
    """By key of the entry. Costs nothing where no entry prevails, else one query for each finder."""
    keys = [row.pk for row in rows if row.prevails]
    found: dict[int, Ground] = {}
    for finder in _finders if keys else ():
        found |= finder(keys, user)
    return found
