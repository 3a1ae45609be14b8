"""What editors see of the tenancy in the editors' interface."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page
from wagtail_modeladmin.options import modeladmin_register

from cms.models import PortalDocument
from municipalities import permissions, workflow_hooks  # noqa: F401 - registers its hooks
from municipalities.alert_register import AlertAdmin
from municipalities.bin import without_bin
from municipalities.lifecycle import hooks as lifecycle_hooks  # noqa: F401 - registers its hooks
from municipalities.listings import PortalPageViewSet

modeladmin_register(AlertAdmin)


@hooks.register("construct_page_chooser_queryset")
def offer_own_and_published_pages(pages: QuerySet[Page], request: HttpRequest) -> QuerySet[Page]:
    return permissions.visible_pages(request.user, without_bin(pages))


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("portal.role.give", _("Give roles"), _("Roles given"))


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
