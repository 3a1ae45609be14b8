"""Which of the websites is the portal's own; municipalities may have further ones."""

from wagtail.models import Site


def portal_site() -> Site | None:
    """The portal's site, with its start page; none before the portal is installed."""
    return Site.objects.filter(is_default_site=True).select_related("root_page").first()


def is_start_page(page_id: int) -> bool:
    """Whether the portal itself begins at the page."""
    portal = portal_site()
    return portal is not None and portal.root_page_id == page_id
