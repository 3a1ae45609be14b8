"""The look of the municipality that a page belongs to."""

from typing import Any

from django import template

from cms.models import BasePage
from municipalities.look.brand import Brand
from municipalities.models import MunicipalityPage

register = template.Library()


@register.simple_tag
def brand_of(page: Any, place: Any) -> Brand | None:
    """The look for pages of a municipality; none for a page of the portal that merely speaks of the place."""
    if not isinstance(page, BasePage) or not isinstance(place, MunicipalityPage):
        return None
    return place.brand if page.path and place.path and page.path.startswith(place.path) else None
