"""Dates that editors typed as text, because often only a year or a month is known."""

from datetime import date

from django import template
from django.utils.formats import date_format

register = template.Library()


@register.filter
def as_day(text: str) -> str:
    """An ISO date as Germans write it; anything else, such as "2019" or "Ende 2020", as it stands."""
    try:
        return date_format(date.fromisoformat(text), "j. F Y") if len(text) == len("2026-02-07") else text
    except ValueError:
        return text
