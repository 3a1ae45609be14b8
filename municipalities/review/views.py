"""The list of pages to be reviewed, and the review date of one page: views, addresses, buttons, and for whom."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, View
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import AdminDateInput, Button
from wagtail.models import Page

from municipalities import permissions, review
from municipalities.admin_views import AdminListView, AdminPageMixin, go_on
from municipalities.gate import everyone, on, register_rule
from municipalities.models import MunicipalityPage, PageReview

_LATEST = timedelta(days=5 * 366)


class ReviewListView(AdminListView):
    page_title = gettext_lazy("Due for review")
    header_icon = "calendar-check"
    template_name = "municipalities/admin/reviews.html"

    def get_queryset(self) -> QuerySet[PageReview]:
        return review.due_reviews(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        places = {place.path: place.title for place in MunicipalityPage.objects.only("path", "title")}
        for item in context["object_list"]:
            path = item.page.path
            item.place = next((title for start, title in places.items() if path.startswith(start)), "")
            item.may_confirm = permissions.may_confirm(self.request.user, item.page)
        return context


class ConfirmView(View):
    """“Still correct”, in one click."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, page_id: int) -> HttpResponse:
        page = get_object_or_404(Page, pk=page_id)
        if not (page.live and review.is_reviewed(page)):
            messages.error(request, _("Only published pages with content of their own are reviewed."))
        else:
            confirmed = review.confirm(page, request.user)
            messages.success(
                request,
                _("“%(title)s” is still correct. The next review is on %(day)s.")
                % {"title": page.title, "day": f"{confirmed.due:%d.%m.%Y}"},
            )
        return go_on(request, "page_reviews")


class ReviewDateForm(forms.Form):
    due = forms.DateField(label=gettext_lazy("Review date"), widget=AdminDateInput)

    def clean_due(self) -> Any:
        day, today = self.cleaned_data["due"], timezone.localdate()
        if day <= today:
            raise forms.ValidationError(_("Please choose a day in the future."))
        if day > today + _LATEST:
            raise forms.ValidationError(_("Please choose a day in the next five years."))
        return day


class ReviewDateView(AdminPageMixin, FormView):
    page_title = gettext_lazy("Review date")
    header_icon = "calendar-check"
    form_class = ReviewDateForm
    template_name = "municipalities/admin/review_date.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.page = get_object_or_404(Page, pk=kwargs["page_id"])
        self.review = PageReview.objects.filter(page=self.page).select_related("confirmed_by").first()

    def get_page_subtitle(self) -> str:
        return self.page.specific_deferred.get_admin_display_title()

    def get_initial(self) -> dict[str, Any]:
        due = self.review.due if self.review else review.next_date(self.page, timezone.localdate())
        return {"due": due}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            page=self.page, review=self.review, is_reviewed=review.is_reviewed(self.page), **kwargs
        )

    def form_valid(self, form: ReviewDateForm) -> HttpResponse:
        if not review.is_reviewed(self.page):
            messages.error(self.request, _("Only published pages with content of their own are reviewed."))
        else:
            review.choose_date(self.page, form.cleaned_data["due"], self.request.user)
            messages.success(self.request, _("The review date was saved."))
        return go_on(self.request, "wagtailadmin_pages:edit", self.page.pk)


@hooks.register("register_admin_urls")
def register_review_urls() -> list[URLPattern]:
    return [
        path("pruefung/", ReviewListView.as_view(), name="page_reviews"),
        path("pruefung/<int:page_id>/", ReviewDateView.as_view(), name="page_review"),
        path("pruefung/<int:page_id>/stimmt/", ConfirmView.as_view(), name="page_review_confirm"),
    ]


# The list shows what belongs to the person's own part of the tree.
register_rule(everyone, "page_reviews")
register_rule(on(Page, "page_id", "may_confirm"), "page_review", "page_review_confirm")


@hooks.register("register_admin_menu_item")
def register_review_menu_item() -> MenuItem:
    return MenuItem(gettext_lazy("Due for review"), reverse("page_reviews"), icon_name="calendar-check", order=150)


@hooks.register("register_page_header_buttons")
def register_review_buttons(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    if page.pk is None or not review.is_reviewed(page) or not permissions.may_confirm(user, page):
        return
    if page.live:
        # A button that posts; the page behind the next one has the same for those without JavaScript.
        address = reverse("page_review_confirm", args=[page.pk])
        attrs = {
            "data-controller": "w-action",
            "data-action": "w-action#post",
            "data-w-action-url-value": f"{address}?{urlencode({'next': next_url})}" if next_url else address,
        }
        yield Button(_("Still correct"), icon_name="check", attrs=attrs, priority=66)
    yield Button(_("Review date"), url=reverse("page_review", args=[page.pk]), icon_name="calendar-check", priority=67)
