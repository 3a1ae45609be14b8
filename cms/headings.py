"""Rich text taken apart at its headings."""

import re

from django.utils.html import strip_tags

_HEADING = re.compile(r"<h3[^>]*>(.*?)</h3>", re.DOTALL)


def sections(html: str) -> list[tuple[str, str]]:
    """Pairs of a heading and the text below it; what precedes the first heading has an empty one."""
    first, *rest = _HEADING.split(html)
    pairs = [("", first), *zip(rest[::2], rest[1::2], strict=True)]
    return [(strip_tags(heading).strip(), text.strip()) for heading, text in pairs]
