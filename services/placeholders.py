"""Placeholders that somebody meant to fill in later: “XX Euro”, “[…]”, “TODO”. No citizen may read them.

What looks alike and is none stays: sizes (XXL), Roman numbers of sessions, bylaws and annexes (XX. Wahlperiode, Anlage
XX), codes of banks. Sections have no Roman numbers: “§ XX” is a placeholder.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from wagtail.admin.panels import FieldPanel, InlinePanel, Panel
from wagtail.blocks import StreamValue, StructValue, URLBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.rich_text import RichText, get_text_for_indexing

# The relation that holds the own texts of a local page.
OWN = "text_modules"
# How many characters of the text are shown on each side of a placeholder.
_AROUND = 40
# Never seen on the page, and good for hiding a word from a search.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
# Addresses and the codes of banks' head offices, which end in XXX.
_NO_WORDS = re.compile(r"https?://\S+|www\.\S+|\b[A-Z]{6}[A-Z0-9]{2}XXX\b")
# The twentieth or thirtieth of something that is counted in Roman numerals.
_COUNTED = (
    r"\w*(?:periode|jahrhundert|satzung|änderung|nachtrag|sitzung|tagung)\w*"
    r"|(?:Kapitel|Abschnitt|Teil|Titel|Band|Buch|Jh)\b"
)
_NUMBERED = r"\b(?:Anlage|Anhang|Kapitel|Artikel|Abschnitt|Teil) (?-i:X{2,3})(?![^\W\d_])"
_PLACEHOLDER = re.compile(
    rf"(?:(?<![^\W\d_])X{{2,3}}\. (?:{_COUNTED})|{_NUMBERED})(?P<counted>)"
    r"|(?<![^\W\d_])x{2,}(?![^\W\d_])"
    r"|\[\s*(?:…|\.{2,})\s*\]"
    r"|\bTODO\b|\btbd\b|\bt\.\s?b\.\s?d\."
    r"|\?{3,}"
    r"|\blorem\s+ipsum\b",
    re.IGNORECASE,
)
# What stands for a text where nothing else is written.
_DOTS = ".…_"


@dataclass(frozen=True)
class Spot:
    """Where a placeholder stands: the field of the page, what editors see it named, and the words around it."""

    field: str
    tab: str
    label: str
    words: str
    # The number of the own text among those of the page; ``None`` for fields.
    part: int | None = None

    def __str__(self) -> str:
        place = ", ".join(filter(None, [_("tab “%(tab)s”") % {"tab": self.tab} if self.tab else "", self.label]))
        return _("%(place)s: “%(words)s”") % {"place": place, "words": self.words}


def find_placeholder(text: str) -> str:
    """The first placeholder with the words around it; empty where there is none."""
    text = _NO_WORDS.sub(lambda found: " " * len(found.group()), " ".join(text.translate(_INVISIBLE).split()))
    if text.strip() and not text.strip(f"{_DOTS} "):
        return text
    for found in _PLACEHOLDER.finditer(text):
        if found.group("counted") is None:
            return _words_around(text, found.start(), found.end())
    return ""


def _words_around(text: str, start: int, end: int) -> str:
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    # Whole words only.
    if first and not text[first - 1].isspace():
        first = text.find(" ", first, start) + 1 or start
    if last < len(text) and not text[last].isspace():
        cut = text.rfind(" ", end, last)
        last = cut if cut != -1 else end
    before, after = "… " if first else "", " …" if last < len(text) else ""
    return Truncator(f"{before}{text[first:last].strip()}{after}").chars(4 * _AROUND)


def in_fields(page: Any) -> Iterator[Spot]:
    """Spots in the page's own fields, in the order of its form."""
    for tab, panel in _panels(page.get_edit_handler()):
        field = page._meta.get_field(panel.field_name)
        label = str(field.verbose_name)
        for words in _found_in(field, getattr(page, panel.field_name)):
            yield Spot(panel.field_name, tab, label[:1].upper() + label[1:], words)


def in_own_texts(page: Any, parts: Iterable[Any]) -> Iterator[Spot]:
    """Spots in a municipality's own texts; ``part`` counts them as given."""
    tab = next((tab for tab, panel in _panels(page.get_edit_handler(), InlinePanel) if panel.relation_name == OWN), "")
    for number, part in enumerate(parts):
        if words := find_placeholder(get_text_for_indexing(part.text)):
            yield Spot(OWN, tab, str(part), words, number)


def _panels(panel: Panel, wanted: type[Panel] = FieldPanel, tab: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """The panels of one kind, each with the heading of its tab."""
    for child in getattr(panel, "children", ()):
        heading = str(child.heading) if depth == 0 else tab
        if isinstance(child, wanted):
            yield heading, child
        elif not isinstance(child, InlinePanel):
            yield from _panels(child, wanted, heading, depth + 1)


def _found_in(field: Any, value: Any) -> Iterator[str]:
    if isinstance(field, StreamField):
        yield from filter(None, map(find_placeholder, _texts_of(value)))
    elif isinstance(value, str) and not field.choices and field.get_internal_type() in ("CharField", "TextField"):
        text = get_text_for_indexing(value) if isinstance(field, RichTextField) else value
        if words := find_placeholder(text):
            yield words


def _texts_of(value: Any, block: Any = None) -> Iterator[str]:
    """The texts within a stream field, entry by entry."""
    if isinstance(value, StreamValue):
        for child in value:
            yield from _texts_of(child.value, child.block)
    elif isinstance(value, StructValue):
        for name, child in value.items():
            yield from _texts_of(child, value.block.child_blocks.get(name))
    elif isinstance(value, RichText):
        yield get_text_for_indexing(value.source)
    elif isinstance(value, str) and not isinstance(block, URLBlock):
        yield value
