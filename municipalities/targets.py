"""Where a visitor goes after choosing a place. Apps above this one know more addresses and register them here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from municipalities.models import MunicipalityPage


@dataclass(frozen=True)
class NothingHere:
    """The word means something, but not at this place; ``message`` tells citizens so."""

    message: str


# Gives the address of what a slug means at a place, or None when it means nothing. The number is the locality that was
# typed, if it was one.
TargetFinder = Callable[[MunicipalityPage, str, int | None], str | NothingHere | None]

_finders: dict[str, TargetFinder] = {}


@dataclass(frozen=True)
class Target:
    """What the visitor wants at the place: ``kind`` is the name of a parameter of the address, ``slug`` its value."""

    kind: str = ""
    slug: str = ""

    def at(self, place: MunicipalityPage, locality_id: int | None = None) -> str | NothingHere:
        """The address of what is wanted at the place, or the place itself."""
        finder = _finders.get(self.kind)
        return (finder and finder(place, self.slug, locality_id)) or place.url or "/"

    def __bool__(self) -> bool:
        return bool(self.kind)


def register_target_finder(kind: str, finder: TargetFinder) -> None:
    _finders[kind] = finder


def wanted_target(parameters: Mapping[str, str]) -> Target:
    """The first known parameter that has a value; an empty target where there is none."""
    return next((Target(kind, parameters[kind][:100]) for kind in _finders if parameters.get(kind)), Target())
