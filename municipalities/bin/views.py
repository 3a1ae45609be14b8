"""The list of deleted pages, and the way back: views, their addresses, and for whom they open."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem

from municipalities import permissions
from municipalities.admin_views import AdminListView
from municipalities.bin import BinError, restore
from municipalities.gate import everyone, on, register_rule
from municipalities.models import BinnedPage
from municipalities.models.bin import DAYS_IN_BIN


class BinView(AdminListView):
    page_title = gettext_lazy("Bin")
    header_icon = "bin"
    template_name = "municipalities/admin/bin.html"
    extra_context = {"days": DAYS_IN_BIN}

    def get_queryset(self) -> QuerySet[BinnedPage]:
        shown = permissions.visible_bin(self.request.user)
        return shown.select_related("page__content_type", "anchor", "binned_by").order_by("-binned_at", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        for binned in context["object_list"]:
            binned.below = binned.page.get_descendant_count()
            binned.may_restore = permissions.may_restore(self.request.user, binned)
        return context


class RestoreView(View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, binned_id: int) -> HttpResponse:
        binned = get_object_or_404(BinnedPage.objects.select_related("page"), pk=binned_id)
        title = binned.page.title
        try:
            page = restore(binned, request.user)
        except BinError as error:
            messages.error(
                request,
                _("“%(title)s” could not be brought back. %(reason)s") % {"title": title, "reason": error},
            )
        else:
            button = messages.button(reverse("wagtailadmin_pages:edit", args=[page.pk]), _("Edit"))
            messages.success(request, _("“%(title)s” is back.") % {"title": title}, buttons=[button])
        return redirect("bin")


@hooks.register("register_admin_urls")
def register_bin_urls() -> list[URLPattern]:
    return [
        path("papierkorb/", BinView.as_view(), name="bin"),
        path("papierkorb/<int:binned_id>/zurueck/", RestoreView.as_view(), name="bin_restore"),
    ]


# The list shows what belongs to the person's own part of the tree.
register_rule(everyone, "bin")
register_rule(on(BinnedPage, "binned_id", "may_restore"), "bin_restore")


@hooks.register("register_admin_menu_item")
def register_bin_menu_item() -> MenuItem:
    return MenuItem(gettext_lazy("Bin"), reverse("bin"), icon_name="bin", order=9000)
