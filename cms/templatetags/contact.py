"""Telephone numbers and web addresses as people read them."""

import re

from django import template

register = template.Library()

_NOT_DIALLED = re.compile(r"[^\d+]")
_SCHEME = re.compile(r"^https?://", re.IGNORECASE)


@register.filter
def tel(number: str) -> str:
    """The digits of a number as a ``tel:`` address needs them, without the "(0)" that only people write."""
    return "tel:" + _NOT_DIALLED.sub("", number.replace("(0)", ""))


@register.filter
def without_scheme(address: str) -> str:
    """A web address without what nobody reads aloud: "www.hueckelhoven.de"."""
    return _SCHEME.sub("", address).rstrip("/")
