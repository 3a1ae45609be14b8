"""Copying, moving, withdrawing and deleting pages: all of a subtree or nothing, after a look at who links here."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.views.pages.bulk_actions.delete import DeleteBulkAction
from wagtail.admin.views.pages.bulk_actions.move import MoveBulkAction
from wagtail.admin.views.pages.bulk_actions.publish import PublishBulkAction
from wagtail.admin.views.pages.bulk_actions.unpublish import UnpublishBulkAction
from wagtail.admin.views.pages.copy import CopyView
from wagtail.admin.views.pages.delete import DeleteView
from wagtail.admin.views.pages.move import MoveConfirmView
from wagtail.admin.views.pages.unpublish import UnpublishView
from wagtail.admin.views.pages.utils import type_to_delete_confirmation
from wagtail.models import Page
from wagtail.signal_handlers import disable_reference_index_auto_update

from cms.publishing import PublicationRefusedError
from cms.together import together
from municipalities.bin import BinError, put_in_bin, reason_to_keep
from municipalities.editing.links_here import links_to
from municipalities.models.bin import DAYS_IN_BIN


class PortalDeleteView(DeleteView):
    """Deleting puts the page into the bin."""

    template_name = "municipalities/admin/confirm_delete.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if reason := reason_to_keep(self.page):
            messages.error(request, reason)
            return redirect("wagtailadmin_explore", self.page.get_parent().pk)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.usage.is_protected:
            raise PermissionDenied
        if not type_to_delete_confirmation(request):
            return self.render_to_response(self.get_context_data())
        parent = self.page.get_parent()
        title = self.page.get_admin_display_title()
        try:
            put_in_bin(self.page, request.user)
        except BinError as error:
            messages.error(request, str(error))
            return redirect("wagtailadmin_explore", parent.pk)
        messages.success(
            request,
            _("“%(title)s” is in the bin. For %(days)s days it can be brought back from there.")
            % {"title": title, "days": DAYS_IN_BIN},
            buttons=[messages.button(reverse("bin"), _("To the bin"))],
        )
        for hook in hooks.get_hooks("after_delete_page"):
            result = hook(request, self.page)
            if hasattr(result, "status_code"):
                return result
        return redirect(self.next_url) if self.next_url else redirect("wagtailadmin_explore", parent.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "links_here": links_to([self.page], self.request.user),
            "days": DAYS_IN_BIN,
        }


class PortalUnpublishView(UnpublishView):
    template_name = "municipalities/admin/confirm_unpublish.html"

    def unpublish(self) -> HttpResponse | None:
        # What a page refers to stays the same.
        with together(), disable_reference_index_auto_update():
            return super().unpublish()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(links_here=links_to([self.object], self.request.user), **kwargs)
        # Wagtail's own line only counts the same places.
        return {**context, "usage_url": None}


class PortalMoveConfirmView(MoveConfirmView):
    template_name = "municipalities/admin/confirm_move.html"

    @together()
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """As Wagtail's, but all or nothing: addresses, redirects and search entries of a subtree belong together."""
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        links = links_to([self.page_to_move], self.request.user)
        return super().get_context_data(links_here=links, below=self.page_to_move.get_descendant_count(), **kwargs)


class PortalCopyView(CopyView):
    @together()
    def form_valid(self, form: Any) -> HttpResponse:
        """As Wagtail's, but all or nothing: a page is copied with everything below it."""
        return super().form_valid(form)


class _TogetherMixin:
    """All chosen pages, and what lies below them, or none."""

    @together()
    def form_valid(self: Any, form: Any) -> HttpResponse:
        return super().form_valid(form)  # type: ignore[misc]


class PortalPublishBulkAction(_TogetherMixin, PublishBulkAction):
    @classmethod
    def execute_action(cls, objects: Iterable[Page], **kwargs: Any) -> tuple[int, int]:
        """As Wagtail's, but whoever is refused learns of every chosen page with something to mend at once."""
        pages, below = 0, 0
        refused: list[PublicationRefusedError] = []
        for page in objects:
            try:
                counts = super().execute_action([page], **kwargs)
            except PublicationRefusedError as error:
                refused.append(error)
            else:
                pages, below = pages + counts[0], below + counts[1]
        if refused:
            raise PublicationRefusedError(refused[0].page, [text for error in refused for text in error.messages])
        return pages, below


class _RemovalMixin(_TogetherMixin):
    """Bulk actions say who links to the chosen pages."""

    def get_context_data(self: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)  # type: ignore[misc]
        pages = [item["item"] for item in context["items"]]
        return {**context, "links_here": links_to(pages, self.request.user), "days": DAYS_IN_BIN}


class PortalDeleteBulkAction(_RemovalMixin, DeleteBulkAction):
    template_name = "municipalities/admin/confirm_bulk_delete.html"

    def check_perm(self, page: Page) -> bool:
        return super().check_perm(page) and not reason_to_keep(page)

    @classmethod
    def execute_action(cls, objects: Iterable[Page], user: Any = None, **kwargs: Any) -> tuple[int, int]:
        pages, below = 0, 0
        for page in objects:
            count = page.get_descendant_count()
            if put_in_bin(page, user) is not None:
                pages, below = pages + 1, below + count
        return pages, below

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        total = num_parent_objects + num_child_objects
        return ngettext(
            "%(count)s page is in the bin. For %(days)s days it can be brought back from there.",
            "%(count)s pages are in the bin. For %(days)s days they can be brought back from there.",
            total,
        ) % {"count": total, "days": DAYS_IN_BIN}


class PortalUnpublishBulkAction(_RemovalMixin, UnpublishBulkAction):
    template_name = "municipalities/admin/confirm_bulk_unpublish.html"

    @classmethod
    def execute_action(cls, objects: Iterable[Page], **kwargs: Any) -> tuple[int, int]:
        with disable_reference_index_auto_update():
            return super().execute_action(objects, **kwargs)


class PortalMoveBulkAction(_RemovalMixin, MoveBulkAction):
    template_name = "municipalities/admin/confirm_bulk_move.html"


BULK_ACTIONS = (PortalPublishBulkAction, PortalDeleteBulkAction, PortalUnpublishBulkAction, PortalMoveBulkAction)
