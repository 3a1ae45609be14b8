"""Addresses, menu entries and buttons of the views of changed references, and for whom they open."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button
from wagtail.models import Page

from municipalities import permissions
from municipalities.gate import everyone, on, register_rule
from services.inheritance.access import may_see_version
from services.inheritance.views.before_publishing import (
    ReferenceViewSet,
    look_before_publishing,
    look_before_publishing_many,
)
from services.inheritance.views.board import BoardView, ProgressView, VersionView
from services.inheritance.views.board_actions import (
    ConfirmTranslationView,
    GoOnView,
    LiftBindingView,
    MakeBindingView,
)
from services.inheritance.views.decide import DecideView
from services.inheritance.views.impact import ImpactView
from services.inheritance.views.waiting import DecidedView, WaitingView, count_questions
from services.models import FollowUp, LocalServicePage, ReferenceVersion, ServicePage
from services.responsibility_policy import decides_for_all


@hooks.register("register_admin_urls")
def register_reference_urls() -> list[URLPattern]:
    board = "stammtexte/stand/"
    return [
        path("stammtexte/entscheiden/", WaitingView.as_view(), name="reference_decisions"),
        path("stammtexte/entschieden/", DecidedView.as_view(), name="reference_decided"),
        path(
            "stammtexte/entscheiden/<int:page_id>/<str:language>/<str:code>/",
            DecideView.as_view(),
            name="reference_decide",
        ),
        path("stammtexte/<int:page_id>/auswirkungen/", ImpactView.as_view(), name="reference_impact"),
        path(board, BoardView.as_view(), name="reference_board"),
        path(f"{board}<int:version_id>/", VersionView.as_view(), name="reference_version"),
        path(f"{board}<int:version_id>/verbindlich/", MakeBindingView.as_view(), name="reference_make_binding"),
        path(f"{board}<int:version_id>/aufheben/", LiftBindingView.as_view(), name="reference_lift_binding"),
        path(f"{board}arbeit/<int:work_id>/", ProgressView.as_view(), name="reference_progress"),
        path(f"{board}arbeit/<int:work_id>/weiter/", GoOnView.as_view(), name="reference_go_on"),
        path(
            "stammtexte/<int:page_id>/uebersetzung/<str:language>/stimmt/",
            ConfirmTranslationView.as_view(),
            name="reference_confirm_translation",
        ),
    ]


def register_gate_rules() -> None:
    # The lists show what is asked of the person's own pages, and the board besides what they oversee.
    register_rule(everyone, "reference_decisions", "reference_decided", "reference_board")
    register_rule(on(LocalServicePage, "page_id", "may_work_on"), "reference_decide")
    register_rule(on(ServicePage, "page_id", "may_work_on"), "reference_impact")
    register_rule(on(ReferenceVersion, "version_id", may_see_version), "reference_version")
    register_rule(on(ReferenceVersion, "version_id", _may_publish), "reference_make_binding", "reference_lift_binding")
    register_rule(on(ServicePage, "page_id", "may_confirm"), "reference_confirm_translation")
    register_rule(on(FollowUp, "work_id", lambda user, work: decides_for_all(user)), "reference_progress")
    register_rule(on(FollowUp, "work_id", _may_publish), "reference_go_on")


def _may_publish(user: Any, found: ReferenceVersion | FollowUp) -> bool:
    """Whether the person may publish the reference that it is about."""
    return permissions.may_confirm(user, found.service)


hooks.register("before_publish_page", look_before_publishing)
hooks.register("before_bulk_action", look_before_publishing_many)


@hooks.register("register_admin_viewset")
def register_references() -> ReferenceViewSet:
    return ReferenceViewSet()


class WaitingMenuItem(MenuItem):
    """Says how much waits. Shown to those who work for a municipality, and to others while something does."""

    def is_shown(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(permissions.municipality_ids(user)) or self._count(request) > 0

    def render_component(self, request: HttpRequest) -> Any:
        component = super().render_component(request)
        if count := self._count(request):
            component.label = _("To decide (%(count)s)") % {"count": count}
        return component

    @staticmethod
    def _count(request: HttpRequest) -> int:
        known: int | None = getattr(request, "_waiting_references", None)
        if known is None:
            known = request._waiting_references = count_questions(request.user)  # type: ignore[attr-defined]
        return known


@hooks.register("register_admin_menu_item")
def register_waiting_menu_item() -> MenuItem:
    return WaitingMenuItem(
        gettext_lazy("To decide"), reverse("reference_decisions"), name="to-decide", icon_name="sliders", order=140
    )


class BoardMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return decides_for_all(user) or bool(permissions.municipality_ids(user))


@hooks.register("register_reports_menu_item")
def register_board_menu_item() -> MenuItem:
    return BoardMenuItem(
        gettext_lazy("State of the changes"), reverse("reference_board"), icon_name="list-ul", order=45
    )


@hooks.register("register_page_header_buttons")
def register_reference_buttons(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    if page.pk is None or page.specific_class is not ServicePage or not permissions.may_work_on(user, page):
        return
    yield Button(_("See the impact"), url=reverse("reference_impact", args=[page.pk]), icon_name="view", priority=68)
    board = f"{reverse('reference_board')}?service={page.pk}"
    yield Button(_("State of the changes"), url=board, icon_name="list-ul", priority=69)
