"""What entries rest on that is kept elsewhere, such as an agreement of a cooperation.

This app does not know who keeps it. An app above registers a relation that leads there and says what stands at its
end; pages for citizens then name the ground, and the form of an entry says where it is changed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from services.models.responsibility import Responsibility

if TYPE_CHECKING:
    from services.models.responsibility import ResponsibilityQuerySet


@dataclass(frozen=True)
class Ground:
    """``url`` is the public page that tells more, ``edit_url`` where the person who asks may change it; both may be
    empty."""

    title: str
    url: str = ""
    edit_url: str = ""


# The ground of an entry that has one; without a person no address of the editors' interface is given.
Teller = Callable[[Responsibility, Any], Ground | None]

_tellers: dict[str, Teller] = {}


def register_ground(relation: str, tell: Teller) -> None:
    """``relation`` is read together with the entries, so that pages need no query of their own for it."""
    _tellers[relation] = tell


def with_grounds(rows: "ResponsibilityQuerySet") -> "ResponsibilityQuerySet":
    return rows.select_related(*_tellers) if _tellers else rows


def ground_of(row: Responsibility, user: Any = None) -> Ground | None:
    """Needs entries read :func:`with_grounds`, or asks the database for each."""
    if not row.prevails:
        return None
    return next((ground for tell in _tellers.values() if (ground := tell(row, user)) is not None), None)
