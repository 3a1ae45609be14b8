"""Ending the work of a municipality's editors: pages withdrawn and kept, roles and workflow gone, accounts blocked."""

from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page, Revision, WorkflowState

from cms.models import User
from municipalities.lifecycle.changes import Change
from municipalities.models import RoleGroup, RoleKind, Tenant

_OPEN_STATES = (WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES)


def open_workflow_states(page: Page) -> list[WorkflowState]:
    """What waits for approval, or for its author, at a page and below it."""
    keys = [str(pk) for pk in page.get_descendants(inclusive=True).values_list("pk", flat=True)]
    return list(
        WorkflowState.objects.filter(
            base_content_type__app_label="wagtailcore", object_id__in=keys, status__in=_OPEN_STATES
        )
    )


def end_workflow(tenant: Tenant, states: Iterable[WorkflowState], change: Change) -> None:
    """Nothing waits any longer for people who are no longer there."""
    states = list(states)
    for state in states:
        state.cancel(user=change.user)
    change.note(_("Approvals ended"), len(states))
    workflow = tenant.workflow
    if workflow is not None:
        for task in workflow.tasks:
            # Others may go on with a step that is not the municipality's own.
            if not task.active_workflows.exclude(pk=workflow.pk).exists():
                task.deactivate(user=change.user)
        workflow.deactivate(user=change.user)


def withdraw_pages(change: Change) -> list[int]:
    """Withdraw the municipality's page and all that is below it; nothing of it is published again on a set day.

    Returns the keys of the pages that were public until then.
    """
    place = change.place
    pages = place.get_descendants(inclusive=True)
    keys = [str(pk) for pk in pages.values_list("pk", flat=True)]
    Revision.objects.filter(
        base_content_type__app_label="wagtailcore", object_id__in=keys, approved_go_live_at__isnull=False
    ).update(approved_go_live_at=None)
    live = list(pages.live().order_by("depth").specific())
    for page in live:
        UnpublishPageAction(page, user=change.user).execute(skip_permission_checks=True)
    change.note(_("Pages withdrawn and kept"), len(live))
    return [page.pk for page in live]


def people_of(change: Change) -> dict[RoleKind, list[User]]:
    roles = RoleGroup.objects.filter(municipality=change.place).select_related("group")
    return {RoleKind(role.kind): list(role.group.user_set.order_by("pk")) for role in roles}


def remove_roles(change: Change, *, block: bool) -> None:
    """Remove the groups; with ``block`` also close the accounts of people who hold no other."""
    roles = list(RoleGroup.objects.filter(municipality=change.place).select_related("group"))
    groups = [role.group for role in roles]
    people = User.objects.filter(groups__in=groups).distinct()
    if block:
        elsewhere = User.objects.filter(groups__in=Group.objects.exclude(pk__in=[group.pk for group in groups]))
        closed = list(people.filter(is_active=True, is_superuser=False).exclude(pk__in=elsewhere.values("pk")))
        for person in closed:
            person.is_active = False
            person.save(update_fields=["is_active"])
        change.note(_("Accounts blocked that hold no other role"), len(closed))
    for group in groups:
        group.delete()
    change.note(_("Groups removed"), len(groups))
