"""Figures in the units people know."""

from django import template
from django.utils.formats import number_format

register = template.Library()

HECTARES_PER_SQUARE_KILOMETRE = 100


@register.filter
def square_kilometres(hectares: int) -> str:
    """An area without its unit: 11735 hectares are "117,4" in German."""
    return number_format(hectares / HECTARES_PER_SQUARE_KILOMETRE, decimal_pos=1, use_l10n=True, force_grouping=True)
