"""Links to pages in running text."""

from django.utils.html import format_html
from wagtail.rich_text.pages import PageLinkHandler


class PortalPageLinkHandler(PageLinkHandler):
    """As Wagtail's, but a page without an address, such as one in the bin, leaves its words behind without a link."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict]) -> list[str]:
        addresses = [page.localized.url if page else None for page in cls.get_many(attrs_list)]
        return [format_html('<a href="{}">', url) if url else "<a>" for url in addresses]
