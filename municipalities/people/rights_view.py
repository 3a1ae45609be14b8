"""„Was darf ich hier?“: what a person may do with a page and why, and who may publish it."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail import hooks
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.widgets import Button
from wagtail.models import Page

from cms.keys import key_of
from cms.models import User
from municipalities import permissions
from municipalities.admin_views import AdminPageMixin
from municipalities.gate import all_of, in_query, on, register_rule
from municipalities.people.rights import names, people_to_ask_for, publishers_of, rights_of


class RightsView(AdminPageMixin, TemplateView):
    """``?person=`` names one of the own people; the gate sees to it that nobody asks for others."""

    header_icon = "key"
    page_title = gettext_lazy("Rights on this page")
    template_name = "municipalities/admin/rights.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.page = get_object_or_404(Page, pk=kwargs["page_id"]).specific

    def get_page_subtitle(self) -> str:
        return self.page.get_admin_display_title()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        viewer: Any = self.request.user
        person = self._person()
        is_self = person.pk == viewer.pk
        return super().get_context_data(
            page=self.page,
            person=person,
            heading=_("This is what you may do here")
            if is_self
            else _("This is what %(name)s may do here") % {"name": get_user_display_name(person)},
            is_blocked=not person.is_active,
            people=names(people_to_ask_for(viewer, self.page)),
            rights=rights_of(person, self.page),
            publishers=publishers_of(viewer, self.page),
            **kwargs,
        )

    def _person(self) -> User:
        viewer: Any = self.request.user
        wanted = self.request.GET.get("person")
        if not wanted:
            return viewer
        key = key_of(wanted)
        person = User.objects.filter(pk=key).first() if key else None
        if person is None or not permissions.may_see_rights_of(viewer, person):
            raise Http404
        return person


@hooks.register("register_admin_urls")
def register_rights_urls() -> list[URLPattern]:
    return [path("rechte/<int:page_id>/", RightsView.as_view(), name="page_rights")]


register_rule(all_of(on(Page, "page_id", "may_work_on"), in_query(User, "person", "may_see_rights_of")), "page_rights")


@hooks.register("register_page_header_buttons")
def offer_rights(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    if page.depth > 1 and permissions.may_work_on(user, page):
        url = reverse("page_rights", args=(page.pk,))
        yield Button(_("What may I do here?"), url=url, icon_name="key", priority=75)
