"""What editors see of the tenancy in the editors' interface."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from wagtail import hooks
from wagtail.models import Page
from wagtail_modeladmin.options import modeladmin_register

from cms.models import PortalDocument

# These register addresses, menu entries and buttons of their own subject.
from municipalities import (  # noqa: F401
    bin_views,
    log_actions,
    permissions,
    place_settings,
    review_views,
    rights_view,
)
from municipalities.alert_register import AlertAdmin
from municipalities.bin import without_bin
from municipalities.lifecycle import hooks as lifecycle_hooks  # noqa: F401
from municipalities.listings import PortalPageViewSet
from municipalities.removal_views import BULK_ACTIONS

modeladmin_register(AlertAdmin)


@hooks.register("construct_page_chooser_queryset")
def offer_own_and_published_pages(pages: QuerySet[Page], request: HttpRequest) -> QuerySet[Page]:
    return permissions.visible_pages(request.user, without_bin(pages))


@hooks.register("construct_explorer_page_queryset")
def leave_out_the_bin(parent: Page, pages: QuerySet[Page], request: HttpRequest) -> QuerySet[Page]:
    return without_bin(pages)


# After Wagtail's own, whose place they take.
for _action in BULK_ACTIONS:
    hooks.register("register_bulk_action", _action, order=1)


@hooks.register("register_admin_viewset", order=1)
def register_pages() -> PortalPageViewSet:
    """After Wagtail's own, whose place it takes."""
    return PortalPageViewSet()


@hooks.register("before_serve_document")
def keep_drafts_documents_inside(document: PortalDocument, request: HttpRequest) -> HttpResponse | None:
    """A document that no public page uses yet does not exist for the public."""
    if permissions.may_read_document(request.user, document):
        return None
    raise Http404
