"""Showing what a text says that another does not: by words within a paragraph, by paragraphs where little is alike.

What is new is inserted, what is gone struck out; both are said in words too, for those who have the text read out.
"""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy
from wagtail.rich_text import expand_db_html

from services.inheritance.fragments import Fragment, atoms, fragments, is_alike, joined
from services.inheritance.three_way import Agreed, Conflict, TextMerge, differences

# Read out around what is marked.
_NEW, _GONE, _END = gettext_lazy("[new:"), gettext_lazy("[struck out:"), "]"


def shown(html: str) -> SafeString:
    """Stored rich text as the public sees it, with working links."""
    # Wagtail cleans rich text when it is stored; plain text is escaped where it becomes rich text.
    return mark_safe(expand_db_html(html))


def marked(before: str, after: str) -> SafeString:
    """The later text, with what it has more than the earlier one, and what it lacks."""
    return shown(joined(_compared(fragments(before), fragments(after))))


def sides(part: Conflict[Fragment]) -> dict[str, SafeString]:
    """Both versions of what is in conflict, each with what it changed."""
    base, theirs, ours = (joined(side) for side in (part.base, part.theirs, part.ours))
    return {"theirs": marked(base, theirs), "ours": marked(base, ours)}


def pieces(merge: TextMerge) -> list[SafeString | Conflict[Fragment]]:
    """A merge in the order of the text: agreed text ready to be shown, and what is in conflict."""
    return [shown(joined(part.items)) if isinstance(part, Agreed) else part for part in merge.parts]


def _compared(before: Sequence[Fragment], after: Sequence[Fragment]) -> Iterator[Fragment]:
    for tag, start, end, other_start, other_end in differences(before, after):
        if tag == "equal":
            yield from after[other_start:other_end]
            continue
        for old, new in zip_longest(before[start:end], after[other_start:other_end]):
            yield from _compared_pair(old, new)


def _compared_pair(old: Fragment | None, new: Fragment | None) -> Iterator[Fragment]:
    # Nobody could read two unlike paragraphs mixed word by word.
    if old and new and is_alike(old, new):
        yield Fragment(new.kind, _compared_words(atoms(old.html), atoms(new.html)))
        return
    if old:
        yield Fragment(old.kind, _gone(old.html))
    if new:
        yield Fragment(new.kind, _new(new.html))


def _compared_words(before: Sequence[str], after: Sequence[str]) -> str:
    found = []
    for tag, start, end, other_start, other_end in differences(before, after):
        old, new = "".join(before[start:end]), "".join(after[other_start:other_end])
        found += [new] if tag == "equal" else [_gone(old) if old else "", _new(new) if new else ""]
    return "".join(found)


def _new(html: str) -> str:
    return f"<ins>{_said(_NEW)} {html}{_said(_END)}</ins>"


def _gone(html: str) -> str:
    return f"<del>{_said(_GONE)} {html}{_said(_END)}</del>"


def _said(words: str | Promise) -> str:
    return format_html('<span class="w-sr-only">{}</span>', words)
