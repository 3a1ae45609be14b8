"""How fresh a municipality keeps what it is responsible for: a score from 0 to 100 that shows its reasons.

Only what the municipality itself can mend counts, and only the share that is in order: who has two pages is judged as
who has two hundred. What a municipality does not have is left out of the sum; who has nothing to look after has no
score. The number of queries is the same for one municipality and for four hundred.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from municipalities.models import MunicipalityPage
from services import freshness_checks as checks
from services.freshness_checks import Found


@dataclass(frozen=True)
class Kind:
    """One thing that is looked at: how much it weighs, and what editors see it named."""

    name: str
    weight: int
    label: Promise
    find: Callable[["checks.Places", date], dict[int, Found]]


KINDS = (
    Kind("reviews", 30, _("Pages whose review date has not passed"), checks.reviews),
    Kind("references", 20, _("Pages whose own texts know the present reference text"), checks.references),
    Kind("laws", 20, _("Own texts and facts checked since the law changed"), checks.laws),
    Kind("responsibilities", 10, _("Responsibilities that do not end without a successor"), checks.responsibilities),
    Kind("offices", 10, _("Offices with opening hours"), checks.offices),
    Kind("links", 10, _("Pages without links that lead nowhere"), checks.links),
)


def _readable(points: Fraction) -> str:
    """With one digit, cut off and not rounded: who misses a little has not reached it."""
    return number_format(Decimal(int(points * 10)) / 10, decimal_pos=None if points.denominator == 1 else 1)


@dataclass(frozen=True)
class Result:
    """One kind in one municipality: of so many things, these are to be mended."""

    kind: Kind
    found: Found

    @property
    def good(self) -> int:
        return self.found.total - len(self.found.to_mend)

    @property
    def exact_points(self) -> Fraction:
        return Fraction(self.kind.weight * self.good, self.found.total)

    @property
    def points(self) -> str:
        return _readable(self.exact_points)


@dataclass(frozen=True)
class Freshness:
    place: MunicipalityPage
    results: list[Result] = field(default_factory=list)

    @property
    def score(self) -> Fraction | None:
        return score((result.kind.weight, result.found.total, len(result.found.to_mend)) for result in self.results)

    @property
    def shown_score(self) -> str | None:
        """As it stands everywhere: with the digit that the points have whose sum it is."""
        return _readable(self.score) if self.score is not None else None

    @property
    def possible(self) -> int:
        return sum(result.kind.weight for result in self.results)

    @property
    def points(self) -> str:
        return _readable(sum((result.exact_points for result in self.results), Fraction(0)))


def score(parts: Iterable[tuple[int, int, int]]) -> Fraction | None:
    """From 0 to 100; ``None`` where there are no things.

    ``parts`` are weight, number of things and number of things to mend of each kind. 100 only if nothing
    at all is to be mended. Mending a thing never lowers it, and the order does not matter.
    """
    counted = [(weight, total, bad) for weight, total, bad in parts if total]
    weights = sum(weight for weight, _total, _bad in counted)
    if not weights:
        return None
    reached = sum((Fraction(weight * (total - bad), total) for weight, total, bad in counted), Fraction(0))
    return 100 * reached / weights


def freshness(places: Collection[MunicipalityPage], day: date) -> list[Freshness]:
    """Of each place, in the order given."""
    tree = checks.Places(places)
    found: dict[int, list[Result]] = defaultdict(list)
    for kind in KINDS:
        for key, one in kind.find(tree, day).items():
            if one.total:
                found[key].append(Result(kind, one))
    return [Freshness(place, found[place.pk]) for place in places]


def scores(places: Collection[Any], day: date) -> dict[int, str | None]:
    """The scores alone as they are shown, by the keys of the places."""
    return {one.place.pk: one.shown_score for one in freshness(places, day)}
