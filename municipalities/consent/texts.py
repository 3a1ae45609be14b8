"""The text that is voted on, taken down at the start: what a version says, and what differs from the published one.

Representatives may not open the editor of a shared page. They read what is stored here, which is this text and no
other draft; later changes to the page do not reach it.
"""

import re
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from wagtail.admin.compare import FieldComparison, ForeignObjectComparison
from wagtail.models import Page

from municipalities.editing.comparison import differs_in_substance, words_differ

# Label of a field and what is shown of it.
Rows = list[tuple[str, str]]

_MARKED = re.compile(r'<span class="(deletion|addition)">(.*?)</span>', re.DOTALL)
_BLOCK = re.compile(r'<div class="comparison__child-object (deletion|addition)">')
_ELEMENTS = {"deletion": "del", "addition": "ins"}


def text_of(page: Page) -> Rows:
    """All that the version says, field by field; what is empty is left out."""
    rows = [(str(one.field_label()), _shown(one)) for one in _compared(page, page)]
    return [(label, html) for label, html in rows if _words(html)]


def changes_of(published: Page, page: Page) -> Rows:
    """What differs, with ``ins`` and ``del``."""
    compared = [one for one in _compared(published, page) if one.has_changed() and differs_in_substance(one)]
    return [(str(one.field_label()), _shown(one) + _hint(one)) for one in compared]


def _hint(comparison: Any) -> SafeString | str:
    """A link that leads elsewhere now has the same words as before."""
    if type(comparison) is FieldComparison or words_differ(comparison):
        return ""
    hint = _("The words are the same. Something else differs, such as formatting, a link, a picture or the order.")
    return format_html('<p class="consent-mark">{}</p>', hint)


def _compared(before: Page, after: Page) -> list[Any]:
    panel = after.get_edit_handler().get_bound_panel(instance=after, request=None, form=None)
    return [comparison(before, after) for comparison in panel.get_comparison()]


def _shown(comparison: Any) -> str:
    if comparison.is_child_relation:
        return format_html_join("", "{}", ((_child(child),) for child in comparison.get_child_comparisons()))
    if isinstance(comparison, ForeignObjectComparison):
        return _related(comparison)
    if type(comparison) is FieldComparison:
        return _between(_plain(comparison.val_a), _plain(comparison.val_b))
    # Colours alone would tell nobody on paper, nor anybody who listens.
    html = _MARKED.sub(_element, str(conditional_escape(comparison.htmldiff())))
    return _BLOCK.sub(_block, html).replace("</del><ins>", "</del> <ins>")


def _element(match: re.Match[str]) -> str:
    name = _ELEMENTS[match.group(1)]
    return f"<{name}>{match.group(2)}</{name}>"


def _block(match: re.Match[str]) -> str:
    word = _("New:") if match.group(1) == "addition" else _("Removed:")
    return f'{match.group(0)}<strong class="consent-mark">{conditional_escape(word)}</strong> '


def _child(child: Any) -> SafeString:
    fields = ((field.field_label(), mark_safe(_shown(field))) for field in child.get_field_comparisons())
    rows = format_html_join("", "<dt>{}</dt><dd>{}</dd>", ((label, html) for label, html in fields if _words(html)))
    name = "ins" if child.is_addition() else "del" if child.is_deletion() else "div"
    return format_html("<{0}><dl>{1}</dl></{0}>", name, rows)


def _related(comparison: ForeignObjectComparison) -> str:
    return _between(*(_name(found) for found in comparison.get_objects()))


def _between(before: str, after: str) -> str:
    if before == after:
        return conditional_escape(after)
    parts = [("del", before), ("ins", after)]
    return format_html_join(" ", "<{0}>{1}</{0}>", ((name, text) for name, text in parts if text))


def _plain(value: Any) -> str:
    """Numbers, dates and ticks. A tick that is not set is nothing."""
    if isinstance(value, bool):
        return _("yes") if value else ""
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    return "" if value is None else localize(value)


def _name(found: Model | None) -> str:
    """All municipalities read this, so that of a page only a published title may be shown."""
    if isinstance(found, Page) and not found.live:
        return _("(page that is not published)")
    return "" if found is None else str(found)


def _words(html: str) -> str:
    return re.sub(r"<[^>]*>|\s", "", html)
