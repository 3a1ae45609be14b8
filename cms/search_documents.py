"""The protocol by which a page tells the search what can be found on it.

It lies in the lowest app so that content apps can speak it without knowing the search app.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class SearchKind(StrEnum):
    """The kinds a visitor can filter by; the values are stored and stand in addresses."""

    SERVICE = "leistung"
    OFFICE = "stelle"
    LIFE_EVENT = "lebenslage"
    MUNICIPALITY = "kommune"
    COOPERATION = "kooperation"
    NEWS = "aktuelles"
    PAGE = "seite"


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One thing that can be found.

    ``group`` holds together what must appear once: the shared text of a service and all its local versions have the
    same group, so that a result list shows one hit for each service. ``municipality_id`` is the place for which the
    document is valid, ``None`` for all places. ``slug`` is the last part of the local address of a service.
    """

    kind: SearchKind
    group: str
    title: str
    url: str
    summary: str = ""
    synonyms: str = ""
    text: str = ""
    municipality_id: int | None = None
    slug: str = ""
    life_events: tuple[str, ...] = ()
    online: bool = False
    offered: bool = True
    valid_from: date | None = None
    valid_until: date | None = None
