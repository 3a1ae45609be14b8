"""What the public can see of the tree: the one definition, for lists and for conditions of other queries."""

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.lookups import StartsWith
from wagtail.models import Page
from wagtail.query import PageQuerySet

# Of a page at or above the one that is asked about: it closes everything below. Nobody visits the tree's root, so that
# it does not matter whether that is published; but who restricts it restricts every page, as Wagtail sees it too.
CLOSED = Q(live=False, depth__gt=1) | Q(view_restrictions__isnull=False)


def open_to_all(pages: PageQuerySet) -> PageQuerySet:
    """Those that are published, with nothing withdrawn or restricted above them."""
    at_or_above = Page.objects.filter(StartsWith(OuterRef("path"), F("path")))
    return pages.filter(~Exists(at_or_above.filter(CLOSED)))
