"""What the editors' interface does differently for all pages."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.documents.views.bulk_actions.add_tags import AddTagsBulkAction as TagDocuments
from wagtail.images.views.bulk_actions.add_tags import AddTagsBulkAction as TagImages
from wagtail.models import Page
from wagtail.rich_text.feature_registry import FeatureRegistry

from cms.models import BasePage
from cms.page_links import PortalPageLinkHandler


@hooks.register("before_copy_page")
def refuse_copies_of_unique_pages(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A municipality, a life event and a local service exist once; a copy could only be wrong."""
    model = page.specific_class
    if model is not None and issubclass(model, BasePage) and not model.can_be_copied:
        messages.error(request, _("“%(title)s” cannot be copied: there can be only one of it.") % {"title": page.title})
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


# All municipalities would share the tags of images and documents. They stand in no form, so nothing sets many either.
for action in (TagImages, TagDocuments):
    action.models = []


@hooks.register("register_rich_text_features", order=1)
def register_page_links(features: FeatureRegistry) -> None:
    """After Wagtail's own, whose place it takes."""
    features.register_link_type(PortalPageLinkHandler)


@hooks.register("construct_help_menu")
def drop_links_to_other_sites(request: HttpRequest, items: list[MenuItem]) -> None:
    """What is new in Wagtail, and its handbook, are in English and say nothing of this portal."""
    items[:] = [item for item in items if not item.url.startswith("http")]
