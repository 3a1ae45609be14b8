"""Whichever way a reference is to be published – form, approval, plan, many at once – the impact is seen first."""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views.pages.workflow import WorkflowActionView
from wagtail.models import Page, Task, TaskState

from municipalities.editing.two_editors import PortalEditView
from municipalities.gate.listings import PortalPageViewSet
from services.inheritance.impact import changes_anything, impact
from services.models import ServicePage

APPROVE = "approve"


def look_before_publishing(request: HttpRequest, page: Page) -> HttpResponse | None:
    """For ``before_publish_page``; the draft is saved by then."""
    service = page.specific
    if not isinstance(service, ServicePage) or not _concerns_anybody(service):
        return None
    messages.info(request, _("Saved as a draft. It is not published yet: please look at whom the change concerns."))
    return redirect("reference_impact", service.pk)


def _concerns_anybody(draft: ServicePage) -> bool:
    """Of a reference that was never published, only what somebody has written about already does."""
    if not changes_anything(draft):
        return False
    return draft.versions.exists() or impact(draft, timezone.localdate()).concerns_own


# Approvals


def final_approval(service: ServicePage, user: Any) -> TaskState | None:
    """The step of approval with which the person publishes the page; none where others decide, or a step follows."""
    state, step = service.current_workflow_state, service.current_workflow_task_state
    if state is None or step is None:
        return None
    actions = step.task.specific.get_actions(service, user)
    if APPROVE not in (name for name, _label, _modal in actions):
        return None
    tasks = Task.objects.filter(workflow_tasks__workflow=state.workflow, active=True)
    to_come = tasks.exclude(task_states__in=state.successful_task_states).exclude(pk=step.task_id)
    return None if to_come.exists() else step


def _look_before_approving(request: HttpRequest, page: Page, action: str) -> bool:
    """Only where there is something that people stand on already."""
    service = page.specific
    return (
        action == APPROVE
        and isinstance(service, ServicePage)
        and service.versions.exists()
        and final_approval(service, request.user) is not None
    )


def _to_impact(request: HttpRequest, page: Page, comment: str) -> str:
    messages.info(request, _("Not approved yet: please look at whom the change concerns."))
    address = reverse("reference_impact", args=[page.pk])
    return f"{address}?{urlencode({'comment': comment})}" if comment else address


class ReferenceEditView(PortalEditView):
    def perform_workflow_action(self) -> HttpResponse:
        """What the approving person has changed is saved; approved it is from the page of the impact."""
        if not _look_before_approving(self.request, self.page, self.workflow_action):
            return super().perform_workflow_action()
        if self.has_content_changes:
            response = self.save_action()
            if self.has_unsaved_changes:
                return response
        return redirect(_to_impact(self.request, self.page, self._comment()))

    def _comment(self) -> str:
        try:
            return str(json.loads(self.request.POST.get("workflow-action-extra-data", "{}"))["comment"])
        except (ValueError, TypeError, KeyError):
            return ""


class ReferenceWorkflowActionView(WorkflowActionView):
    """The same for approvals from the home page and from lists."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _look_before_approving(request, self.object, self.action_name):
            return super().post(request, *args, **kwargs)
        address = _to_impact(request, self.object, request.POST.get("comment", ""))
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            return self.render_modal_json(request, {"step": "success", "redirect": address})
        return redirect(address)


class ReferenceViewSet(PortalPageViewSet):
    model = ServicePage
    edit_view_class = ReferenceEditView
    workflow_action_view_class = ReferenceWorkflowActionView
    # The list of the catalogue stays as lists of pages are.
    parent_models: list[type[Page]] = []


# Many pages at once


def look_before_publishing_many(
    request: HttpRequest, action_type: str, pages: Iterable[Page], action: Any
) -> HttpResponse | None:
    """For ``before_bulk_action``: nothing is published where municipalities have own texts that a change concerns."""
    if action_type != "publish" or action.models != [Page]:
        return None
    chosen = {page.pk for page in pages}
    if action.cleaned_form.cleaned_data["include_descendants"]:
        for page in pages:
            chosen |= set(page.get_descendants().not_live().values_list("pk", flat=True))
    drafts = ServicePage.objects.filter(pk__in=chosen, has_unpublished_changes=True).order_by("title", "pk")
    concerned = [service for service in drafts if _asks_anybody(service)]
    if not concerned:
        return None
    messages.error(
        request,
        _(
            "Nothing was published: municipalities have own texts for these services. Please look at the impact "
            "of each."
        ),
        buttons=[
            messages.button(reverse("reference_impact", args=[service.pk]), service.get_admin_display_title())
            for service in concerned
        ],
    )
    return redirect(action.next_url)


def _asks_anybody(service: ServicePage) -> bool:
    return impact(service.get_latest_revision_as_object(), timezone.localdate()).asks
