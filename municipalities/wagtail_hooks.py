"""What editors see of the tenancy in the editors' interface."""

from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page

from municipalities import permissions
from municipalities.listings import PortalPageViewSet


@hooks.register("construct_page_chooser_queryset")
def offer_own_and_published_pages(pages: QuerySet[Page], request: HttpRequest) -> QuerySet[Page]:
    return permissions.visible_pages(request.user, pages)


@hooks.register("register_admin_viewset", order=1)
def register_pages() -> PortalPageViewSet:
    """After Wagtail's own, whose place it takes."""
    return PortalPageViewSet()
