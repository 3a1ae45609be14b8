"""Rich text as a row of fragments, each of which somebody can have written, changed or struck out.

A fragment is a paragraph, a heading or one point of a list; within it, a word or a link. Editors' texts are compared by
these, and never cut through a link or a tag.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, product

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

_LISTS = {"ul", "ol"}
_PLAIN = {"p", "h2", "h3", "h4", "h5", "h6", "blockquote"}
# What the editor writes into each block for itself. It differs between equal texts.
_EDITORS_KEY = "data-block-key"
# Paragraphs that share less than this are two paragraphs, and no two versions of one.
_ALIKE = 0.4
# Of longer stretches it would take too long to compare each with each.
_MOST_COMPARED = 30


@dataclass(frozen=True)
class Fragment:
    """``kind`` is the tag around it: for points of a list that of the list, empty where it stands by itself."""

    kind: str
    html: str

    def __str__(self) -> str:
        return f"<{self.kind}>{self.html}</{self.kind}>" if self.kind else self.html


def fragments(html: str) -> list[Fragment]:
    """The text taken apart. Space between blocks and the editor's keys do not count."""
    return list(_fragments(BeautifulSoup(html, "html.parser")))


def joined(parts: Iterable[Fragment]) -> str:
    """The text put together again; neighbouring points of one kind become one list."""
    pieces = []
    for is_list, group in groupby(parts, key=lambda part: part.kind if part.kind in _LISTS else ""):
        if is_list:
            pieces.append(f"<{is_list}>{''.join(f'<li>{part.html}</li>' for part in group)}</{is_list}>")
        else:
            pieces.extend(map(str, group))
    return "".join(pieces)


def atoms(html: str) -> list[str]:
    """A fragment taken apart into words, the space between them, and whole links and other marked-up words."""
    found: list[str] = []
    for node in BeautifulSoup(html, "html.parser").children:
        text = _as_html(node)
        found += [text] if isinstance(node, Tag) else re.findall(r"\s+|[^\s]+", text)
    return found


def is_alike(before: Fragment, after: Fragment) -> bool:
    """Whether one is a version of the other, and can be compared with it word by word."""
    return _likeness(before, after) >= _ALIKE


def versions(before: Sequence[Fragment], after: Sequence[Fragment]) -> list[int]:
    """Where one of as many fragments became the one in its place; none at all where that is not beyond doubt.

    Points of one pattern are alike too, such as fees for children and for adults. Who moved them about, or put another
    before them, has no version where it seems.
    """
    if len(before) > _MOST_COMPARED:
        return []
    likeness = [[_likeness(old, new) for new in after] for old in before]
    for row, column in product(range(len(before)), repeat=2):
        rival = likeness[row][column]
        if row != column and rival >= _ALIKE and rival >= min(likeness[row][row], likeness[column][column]):
            return []
    return [at for at in range(len(before)) if likeness[at][at] >= _ALIKE]


def _likeness(before: Fragment, after: Fragment) -> float:
    """How much of their words two fragments of one kind share, from 0 to 1."""
    if not before.kind or before.kind != after.kind:
        return 0
    # The space between words is alike everywhere.
    words, others = ([word for word in atoms(part.html) if not word.isspace()] for part in (before, after))
    return SequenceMatcher(None, words, others, autojunk=False).ratio()


def _fragments(soup: BeautifulSoup) -> Iterator[Fragment]:
    for node in soup.children:
        if not isinstance(node, Tag):
            if text := _as_html(node).strip():
                yield Fragment("", text)
            continue
        for tag in [node, *node.find_all(True)]:
            tag.attrs.pop(_EDITORS_KEY, None)
        if node.name in _LISTS and not node.attrs and all(_is_point(child) for child in node.children):
            for point in node.find_all("li", recursive=False):
                yield Fragment(node.name, point.decode_contents().strip())
        elif node.name in _PLAIN and not node.attrs:
            yield Fragment(node.name, node.decode_contents().strip())
        else:
            yield Fragment("", str(node))


def _is_point(node: PageElement) -> bool:
    if isinstance(node, Tag):
        return node.name == "li" and not node.attrs
    return not str(node).strip()


def _as_html(node: PageElement) -> str:
    return node.output_ready() if isinstance(node, NavigableString) else str(node)
