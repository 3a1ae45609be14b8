"""What a full-text engine must be able to do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.db.models import QuerySet

from search.models import SearchEntry

# How much a word weighs by where it stands.
WEIGHTS = {"title": 10.0, "synonyms": 8.0, "summary": 3.0, "text": 1.0}


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """The analysed words of one entry."""

    entry_id: int
    title: str
    synonyms: str
    summary: str
    text: str


@dataclass(frozen=True, slots=True)
class EngineHit:
    entry_id: int
    score: float


class Engine(Protocol):
    def index(self, documents: Iterable[IndexDocument]) -> None:
        """Add or replace documents."""

    def delete(self, entry_ids: Sequence[int]) -> None: ...

    def clear(self) -> None: ...

    def search(
        self, terms: Sequence[str], *, among: QuerySet[SearchEntry], match_all: bool, limit: int
    ) -> list[EngineHit]:
        """Those ``among`` the entries that hold all (or any) of the terms, or words that begin with them; best first.

        The limit counts only them, and words left behind by an entry that is gone are never a hit.
        """
