"""Addresses of result pages and filters, and the navigation between pages of a list."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.core.paginator import Page

register = template.Library()


@register.simple_tag
def address_query(**values: Any) -> str:
    """The query part of an address from what is given, empty values left out: ``?q=Pass&seite=2``."""
    given = {name: value for name, value in values.items() if value not in ("", None)}
    return "?" + urlencode(given)


@register.inclusion_tag("components/pagination/pagination.html")
def pagination(page: Page, **values: Any) -> dict[str, Any]:
    """Navigation between the pages of a list; ``values`` are kept in each address."""

    def address(number: int) -> str:
        return address_query(**values, seite=number if number > 1 else "")

    steps = [
        (number, address(number)) if isinstance(number, int) else (None, "")
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return {
        "page": page,
        "steps": steps,
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
    }
