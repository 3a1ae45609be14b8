"""The list of deleted pages, and the way back."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages

from municipalities import permissions
from municipalities.admin_views import AdminListView
from municipalities.bin import BinError, restore
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
