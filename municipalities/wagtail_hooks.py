"""What editors see of the tenancy in the editors' interface."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from wagtail import hooks
from wagtail.models import Page
from wagtail_modeladmin.options import modeladmin_register

# The imported modules without a name of their own register addresses, menu entries and buttons of their subject.
import municipalities.bin.views
import municipalities.consent.views
import municipalities.lifecycle.hooks
import municipalities.log_actions
import municipalities.people.rights_view
import municipalities.review.views
import municipalities.tenants.settings  # noqa: F401
from cms.models import PortalDocument
from municipalities import permissions
from municipalities.alerts.register import AlertAdmin
from municipalities.bin import without_bin
from municipalities.editing.removal import BULK_ACTIONS
from municipalities.gate.listings import PortalPageViewSet

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
