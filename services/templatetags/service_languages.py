"""Saying in which language a piece of a page is written. The page itself is German."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import override

from services.languages import GERMAN, Language
from services.merge import MergedText

register = template.Library()


@register.simple_tag
def language_attributes(code: str) -> str | SafeString:
    """The attributes of an element in a language, with the space before them; none where it is German."""
    if code == GERMAN:
        return ""
    return format_html(' lang="{}" dir="{}"', code, Language(code, code).direction)


@register.simple_tag
def heading_of(text: MergedText) -> str:
    """The heading of a text module, English above English text."""
    if text.heading_language == GERMAN:
        return str(text.heading)
    with override(text.heading_language):
        return str(text.heading)
