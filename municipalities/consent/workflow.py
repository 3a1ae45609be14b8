"""The workflow that asks all municipalities: the one that every portal has, and which pages it is offered on."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Page, Workflow, WorkflowPage, WorkflowTask

from municipalities.models import ConsentTask, Tenant
from municipalities.tenancy import municipality_of


def provide_workflow() -> None:
    """Make it where there is no step of this kind at all yet. Portal administrators say for which pages it holds."""
    if ConsentTask.objects.exists():
        return
    with translation.override(settings.LANGUAGE_CODE):
        name = _("Participation of the municipalities")
    task = ConsentTask.objects.create(name=name)
    WorkflowTask.objects.create(workflow=Workflow.objects.create(name=name), task=task, sort_order=0)


def offer_on(page: Page) -> None:
    """Assign the workflow to a page that has none of its own yet."""
    task = ConsentTask.objects.filter(active=True).order_by("pk").first()
    workflow = task.active_workflows.first() if task is not None else None
    if workflow is not None:
        WorkflowPage.objects.get_or_create(page_id=page.pk, defaults={"workflow": workflow})


def reaches(workflow: Workflow, page: Page) -> bool:
    """Assigned to a page further up, it is not offered where a municipality writes for itself alone."""
    asks_all = ConsentTask.objects.filter(workflow_tasks__workflow=workflow).exists()
    return not asks_all or municipality_of(page) is None or Tenant.objects.filter(workflow=workflow).exists()
