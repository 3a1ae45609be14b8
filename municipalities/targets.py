"""Where a visitor goes after choosing a place. Apps above this one know more addresses and register them here."""

from collections.abc import Callable
from dataclasses import dataclass

from municipalities.models import MunicipalityPage


@dataclass(frozen=True)
class NothingHere:
    """The word means something, but not at this place; ``message`` tells citizens so."""

    message: str


# Gives the address of what a word (such as a service's slug) means at a place, or None when it means nothing. The
# number is the locality that was typed, if it was one.
TargetFinder = Callable[[MunicipalityPage, str, int | None], str | NothingHere | None]

_finders: list[TargetFinder] = []


def register_target_finder(finder: TargetFinder) -> None:
    if finder not in _finders:
        _finders.append(finder)


def local_target(place: MunicipalityPage, word: str, locality_id: int | None = None) -> str | NothingHere:
    """The address of ``word`` at the place, or the place itself."""
    if word:
        for finder in _finders:
            target = finder(place, word, locality_id)
            if target:
                return target
    return place.url or "/"
