"""What differs between two versions of a page, beyond what Wagtail's comparison says."""

import re
from typing import Any

from django.utils.html import strip_tags
from wagtail.blocks import StreamValue

# How Wagtail marks what only one side has, a tag with attributes, and one of its attributes.
_MARKED = re.compile(r'<(span|div) class="(?:[^"]* )?(?:deletion|addition)">(.*?)</\1>', re.DOTALL)
_TAG = re.compile(r'<([\w-]+)((?:\s+[\w-]+="[^"]*")+)\s*(/?)>')
_ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"')


def words_differ(comparison: Any) -> bool:
    if comparison.is_field:
        return any(strip_tags(words).strip() for _tag, words in _MARKED.findall(str(comparison.htmldiff())))
    return any(
        child.is_addition() or child.is_deletion() or any(words_differ(one) for one in child.get_field_comparisons())
        for child in comparison.get_child_comparisons()
    )


def differs_in_substance(comparison: Any) -> bool:
    """The browser's editor writes the same content with other markup, which nobody could tell apart."""
    return not comparison.is_field or _substance(comparison.val_a) != _substance(comparison.val_b)


def _substance(value: Any) -> Any:
    """What is stored, without what the editor notes there for itself: keys of paragraphs and blocks."""
    if isinstance(value, StreamValue):
        # Block by block: asked as a whole, Wagtail would give new blocks a key, and then show them all as new.
        return [_substance(child.get_prep_value()) for child in value]
    if isinstance(value, dict):
        is_block = {"type", "value"} <= value.keys()
        return {key: _substance(part) for key, part in value.items() if not (is_block and key == "id")}
    if isinstance(value, (list, tuple)):
        return [_substance(part) for part in value]
    if isinstance(value, str):
        return _TAG.sub(_plain_tag, value.replace("\r\n", "\n"))
    return "" if value is None else value


def _plain_tag(match: re.Match[str]) -> str:
    name, attributes, end = match.groups()
    kept = sorted(one for one in _ATTRIBUTE.findall(attributes) if not one.startswith("data-block-key="))
    return f"<{' '.join([name, *kept])}{end}>"
