"""Links to telephones."""

import re

from django import template

register = template.Library()

_NOT_DIALLED = re.compile(r"[^\d+]")


@register.filter
def tel(number: str) -> str:
    """The digits of a number as a ``tel:`` address needs them, without the "(0)" that only people write."""
    return "tel:" + _NOT_DIALLED.sub("", number.replace("(0)", ""))
