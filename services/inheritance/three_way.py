"""Merging two changes of one text: what the reference became, and what a municipality made of it.

Pure functions: equal inputs give equal outputs, and swapping the two sides swaps the sides of the conflicts and nothing
else. What only one side changed is taken over; what both changed in different ways is left to a person, with all three
versions. Nothing that either side wrote is missing from the outcome.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Generic, TypeVar

from services.inheritance.fragments import Fragment, atoms, fragments, is_alike, joined, versions

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True)
class Agreed(Generic[T]):
    """What both sides have, or what one changed and the other left alone."""

    items: tuple[T, ...]


@dataclass(frozen=True)
class Conflict(Generic[T]):
    """What both sides changed in different ways."""

    base: tuple[T, ...]
    theirs: tuple[T, ...]
    ours: tuple[T, ...]


Part = Agreed[T] | Conflict[T]
Versions = Callable[[Sequence[T], Sequence[T]], list[int]]


@dataclass(frozen=True)
class TextMerge:
    """The outcome for one text module, in the order of the text."""

    parts: tuple[Part[Fragment], ...]

    @property
    def has_conflicts(self) -> bool:
        return any(isinstance(part, Conflict) for part in self.parts)

    @property
    def html(self) -> str:
        """The merged text. Where the sides disagree both stand in it, the reference's version first."""
        return joined(item for part in self.parts for item in _all_of(part))


def merge_texts(base: str, theirs: str, ours: str) -> TextMerge:
    """Merge rich texts by their fragments and, within a paragraph that both changed, by words."""
    parts = merge_sequences(fragments(base), fragments(theirs), fragments(ours), versions)
    return TextMerge(tuple(_together([_within(part) for part in parts])))


def merge_sequences(
    base: Sequence[T], theirs: Sequence[T], ours: Sequence[T], versions: Versions[T] | None = None
) -> list[Part[T]]:
    """Merge rows of items. The sides disagree only where their changes touch the same items of the base.

    ``versions`` says, of a stretch of the base and as many items that stand in its place, where an item is what became
    of the one before: who has rewritten several neighbouring items has changed each of them by itself.
    """
    parts: list[Part[T]] = []
    at_base = at_theirs = at_ours = 0
    for group in _touching([*_changes(base, theirs, True, versions), *_changes(base, ours, False, versions)]):
        start, end = group[0].start, max(change.end for change in group)
        kept = start - at_base
        parts.append(Agreed(tuple(base[at_base:start])))
        at_theirs, at_ours = at_theirs + kept, at_ours + kept
        end_theirs = at_theirs + end - start + sum(change.growth for change in group if change.is_theirs)
        end_ours = at_ours + end - start + sum(change.growth for change in group if not change.is_theirs)
        parts.append(_decide(base[start:end], theirs[at_theirs:end_theirs], ours[at_ours:end_ours]))
        at_base, at_theirs, at_ours = end, end_theirs, end_ours
    parts.append(Agreed(tuple(base[at_base:])))
    return _together(parts)


def differences(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[tuple[str, int, int, int, int]]:
    """Stretches of both that are equal or differ, as ``difflib`` tells: what is shown agrees with what is merged."""
    return list(SequenceMatcher(None, before, after, autojunk=False).get_opcodes())


@dataclass(frozen=True)
class _Change:
    """One side has something else, longer by ``growth``, in place of a stretch of the base, which may be empty."""

    start: int
    end: int
    growth: int
    is_theirs: bool


def _changes(base: Sequence[T], side: Sequence[T], is_theirs: bool, versions: Versions[T] | None) -> Iterator[_Change]:
    for tag, start, end, other_start, other_end in differences(base, side):
        if tag == "equal":
            continue
        growth = (other_end - other_start) - (end - start)
        if growth or versions is None:
            yield _Change(start, end, growth, is_theirs)
            continue
        # Versions of what stood there are changes of their own; what lies between them is one.
        found = [start + at for at in versions(base[start:end], side[other_start:other_end])]
        edges = sorted({start, end, *found, *(at + 1 for at in found)})
        yield from (_Change(first, last, 0, is_theirs) for first, last in pairwise(edges))


def _touching(changes: list[_Change]) -> Iterator[list[_Change]]:
    """Changes in groups that share an item of the base, or that add something at the same point."""
    group: list[_Change] = []
    end = 0
    for change in sorted(changes, key=lambda change: (change.start, change.end, change.is_theirs)):
        if group and (change.start < end or change.start == change.end == end == group[0].start):
            group.append(change)
        else:
            if group:
                yield group
            group, end = [change], change.end
        end = max(end, change.end)
    if group:
        yield group


def _decide(base: Sequence[T], theirs: Sequence[T], ours: Sequence[T]) -> Part[T]:
    if theirs == ours or base == theirs:
        return Agreed(tuple(ours))
    if base == ours:
        return Agreed(tuple(theirs))
    return Conflict(tuple(base), tuple(theirs), tuple(ours))


def _together(parts: list[Part[T]]) -> list[Part[T]]:
    """Neighbouring agreement in one piece, and none that is empty."""
    found: list[Part[T]] = []
    for part in parts:
        if isinstance(part, Agreed) and not part.items:
            continue
        if found and isinstance(part, Agreed) and isinstance(found[-1], Agreed):
            found[-1] = Agreed((*found[-1].items, *part.items))
        else:
            found.append(part)
    return found


def _within(part: Part[Fragment]) -> Part[Fragment]:
    """A conflict over one paragraph may be none: both changed other words of it, and neither wrote another instead."""
    if isinstance(part, Agreed):
        return part
    sides = (part.base, part.theirs, part.ours)
    if any(len(side) != 1 for side in sides) or len({side[0].kind for side in sides}) != 1 or not part.base[0].kind:
        return part
    if not all(is_alike(part.base[0], side) for side in (part.theirs[0], part.ours[0])):
        return part
    base, theirs, ours = (atoms(side[0].html) for side in sides)
    words = merge_sequences(base, theirs, ours)
    if any(isinstance(piece, Conflict) for piece in words):
        return part
    html = "".join(atom for piece in words if isinstance(piece, Agreed) for atom in piece.items)
    return Agreed((Fragment(part.base[0].kind, html),))


def _all_of(part: Part[Fragment]) -> tuple[Fragment, ...]:
    return part.items if isinstance(part, Agreed) else (*part.theirs, *part.ours)
