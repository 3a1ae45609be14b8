"""Where a visitor goes after choosing a place. Apps above this one know more addresses and register them here."""

from collections.abc import Callable

from municipalities.models import MunicipalityPage

# Gives the address of what a word (such as a service's slug) means at a place, or None when it means nothing.
TargetFinder = Callable[[MunicipalityPage, str], str | None]

_finders: list[TargetFinder] = []


def register_target_finder(finder: TargetFinder) -> None:
    if finder not in _finders:
        _finders.append(finder)


def local_target(place: MunicipalityPage, word: str) -> str:
    """The address of ``word`` at the place, or the place itself."""
    if word:
        for finder in _finders:
            target = finder(place, word)
            if target:
                return target
    return place.url or "/"
