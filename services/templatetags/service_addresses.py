"""Where a service is found at a place."""

from django import template

from municipalities.models import MunicipalityPage
from services.addresses import LOCAL_SERVICES_SLUG

register = template.Library()


@register.simple_tag
def local_service_address(place: MunicipalityPage, slug: str) -> str:
    """The address of a service at a place, built without asking the database: every municipality has this list."""
    return f"{place.url}{LOCAL_SERVICES_SLUG}/{slug}/"
