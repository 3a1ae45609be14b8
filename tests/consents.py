"""A shared page that is put to the municipalities, and people who answer for them."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Workflow, WorkflowPage, WorkflowTask

from cms.models import User
from home.models import StandardPage
from municipalities.models import ConsentParty, ConsentRequest, ConsentRule, ConsentTask, MunicipalityPage, RoleKind
from tests.factories import StandardPageFactory, UserFactory
from tests.roles import holder


def consent_task(rule: str = ConsentRule.MAJORITY, days: int = 14) -> ConsentTask:
    return ConsentTask.objects.create(name="Alle fragen", rule=rule, days=days)


def workflow_of(*tasks: Any) -> Workflow:
    workflow = Workflow.objects.create(name="Beteiligung zur Probe")
    for order, task in enumerate(tasks):
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=order)
    return workflow


def shared_page(**fields: Any) -> StandardPage:
    values = {"title": "Betriebsregeln", "intro": "Alte Regel", "published": True} | fields
    return StandardPage.objects.get(pk=StandardPageFactory(**values).pk)


def ask(
    rule: str = ConsentRule.MAJORITY,
    *,
    page: StandardPage | None = None,
    by: User | None = None,
    intro: str = "Neue Regel",
) -> ConsentRequest:
    """Put a change of a shared page to all municipalities that take part."""
    page = page or shared_page()
    page.intro = intro
    page.save_revision(user=by)
    page = StandardPage.objects.get(pk=page.pk)
    workflow = workflow_of(consent_task(rule))
    WorkflowPage.objects.update_or_create(page_id=page.pk, defaults={"workflow": workflow})
    workflow.start(page, by or UserFactory(admin=True, email=f"zentrale-{page.pk}@example.org"))
    return ConsentRequest.objects.latest("pk")


def party(consent: ConsentRequest, place: Page) -> ConsentParty:
    return ConsentParty.objects.get(consent=consent, municipality=place.pk)


def logged_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def local_admin(place: MunicipalityPage, **fields: Any) -> Client:
    return logged_in(holder(RoleKind.LOCAL_ADMIN, place, **fields))


def send(client: Client, asked: ConsentParty, answer: str, reason: str = "", seen: Any = None, **more: Any) -> Any:
    """As the form does; ``seen`` left out stands for the answer that is in force."""
    last = asked.votes.last()
    data = {"answer": answer, "reason": reason, "seen": (last.pk if last else "") if seen is None else seen, **more}
    address = reverse("consent_answer", args=[asked.consent_id, asked.pk])
    return client.post(address, data, follow=True)


def let_the_date_pass(consent: ConsentRequest) -> None:
    ConsentRequest.objects.filter(pk=consent.pk).update(due=timezone.localdate() - timedelta(days=1))
