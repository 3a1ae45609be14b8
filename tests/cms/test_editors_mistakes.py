"""What editors can do wrong gets a clear answer and loses nothing."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupApprovalTask, Page, Site, Task, Workflow, WorkflowTask

from home.installation import Portal, install_portal
from services.models import LocalServicePage
from services.models.office import ContactBlock
from tests.factories import (
    CooperationFactory,
    LifeEventFactory,
    LocalServiceFactory,
    LocalServiceIndexFactory,
    MunicipalityFactory,
    ServiceFactory,
    UserFactory,
)
from tests.forms import local_page

pytestmark = pytest.mark.django_db


def add(editor: Client, index: Page, data: dict[str, Any]) -> Any:
    return editor.post(reverse("wagtailadmin_pages:add", args=["services", "localservicepage", index.pk]), data)


def errors(response: Any) -> dict[str, Any]:
    assert response.status_code == 200
    return response.context["form"].errors


@pytest.mark.parametrize("action", [{}, {"action-publish": "action-publish"}])
def test_a_local_page_needs_a_reference_even_as_a_draft(editor: Client, action: dict[str, str]) -> None:
    response = add(editor, LocalServiceIndexFactory(), {**local_page(""), **action})
    assert "reference" in errors(response)


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"documents-count": "viele"},
        {"documents-count": "1", "documents-0-type": "document"},
        {"text_modules-TOTAL_FORMS": "1", "text_modules-INITIAL_FORMS": "1"},
        {"text_modules-TOTAL_FORMS": "1", "text_modules-INITIAL_FORMS": "1", "text_modules-0-id": "abc"},
    ],
)
def test_what_no_form_sends_is_a_bad_request_and_changes_nothing(editor: Client, sent: dict[str, str]) -> None:
    page = LocalServiceFactory(published=True, texts=[("16", "after", "<p>Kommen Sie.</p>")])
    complete = {name: value for name, value in local_page(page.reference_id).items() if sent}
    complete |= {name: "0" for name in ("documents-count", "costs-count") if sent}
    response = editor.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), complete | sent)
    assert response.status_code == 400
    assert [part.text for part in LocalServicePage.objects.get(pk=page.pk).text_modules.all()] == ["<p>Kommen Sie.</p>"]


@pytest.mark.parametrize("action", [{}, {"action-publish": "action-publish"}])
def test_a_second_local_page_for_a_service_is_refused(editor: Client, action: dict[str, str]) -> None:
    known = LocalServiceFactory()
    response = add(editor, known.get_parent(), {**local_page(known.reference_id), **action})
    assert "reference" in errors(response)
    assert LocalServicePage.objects.child_of(known.get_parent()).count() == 1


def test_a_local_page_cannot_change_to_a_reference_that_is_taken(editor: Client) -> None:
    taken = LocalServiceFactory()
    page = LocalServiceFactory(parent=taken.get_parent())
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    response = editor.post(edit, local_page(taken.reference_id))
    assert "reference" in errors(response)


def test_an_orphan_can_be_saved_and_published(editor: Client) -> None:
    page = LocalServiceFactory()
    page.reference.delete()
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = {**local_page(""), "processing_time": "zwei Tage", "action-publish": "action-publish"}
    assert editor.post(edit, data).status_code == 302
    assert LocalServicePage.objects.get(pk=page.pk).processing_time == "zwei Tage"


@pytest.mark.parametrize("factory", [MunicipalityFactory, LifeEventFactory, LocalServiceFactory])
def test_what_exists_once_is_not_copied(editor: Client, factory: Any) -> None:
    page = factory()
    address = reverse("wagtailadmin_pages:copy", args=[page.pk])
    data = {"new_title": "Kopie", "new_slug": "kopie", "new_parent_page": page.get_parent().pk}
    for response in (editor.get(address, follow=True), editor.post(address, data, follow=True)):
        assert page.title in str(next(iter(response.context["messages"])))
    assert not page.get_parent().get_children().filter(slug="kopie").exists()


def test_an_edited_cooperation_can_be_previewed(editor: Client) -> None:
    page = CooperationFactory()
    page.services = [ServiceFactory()]
    page.save_revision().publish()
    response = editor.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert response.status_code == 200
    assert page.services.first().title in response.content.decode()


def test_a_withdrawn_reference_shows_nowhere(client: Client) -> None:
    page = LocalServiceFactory(reference__full_text="<p>Nur für die Redaktion bestimmt</p>")
    address = page.url
    assert "Nur für die Redaktion bestimmt" in client.get(address).content.decode()
    page.reference.unpublish()
    response = client.get(address)
    assert response.status_code == 200
    assert "Nur für die Redaktion bestimmt" not in response.content.decode()
    assert page.title in response.content.decode()


def test_what_lies_below_a_withdrawn_municipality_is_withdrawn_with_it(client: Client) -> None:
    page = LocalServiceFactory()
    place = page.municipality
    assert client.get(page.url).status_code == 200
    place.unpublish()
    assert client.get(page.url).status_code == 404


def test_an_old_revision_does_not_bring_back_an_old_boundary() -> None:
    place = MunicipalityFactory()
    place.save_revision()
    type(place).objects.filter(pk=place.pk).update(boundary={"type": "Polygon", "coordinates": []})
    type(place).objects.get(pk=place.pk).get_latest_revision().publish()
    assert type(place).objects.get(pk=place.pk).boundary == {"type": "Polygon", "coordinates": []}


def test_a_renamed_service_is_found_at_its_old_address_in_every_place(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    index, service = LocalServiceIndexFactory(), ServiceFactory()
    old = f"{index.url}{service.slug}/"
    service.slug = "ganz-neuer-name-der-leistung"
    with django_capture_on_commit_callbacks(execute=True):
        service.save_revision().publish()
    response = client.get(f"{old}?ortsteil=7")
    assert (response.status_code, response["Location"]) == (301, f"{index.url}ganz-neuer-name-der-leistung/?ortsteil=7")


@pytest.mark.parametrize(
    ("kind", "value"),
    [("web", "javascript:alert(1)"), ("web", "www.example.org"), ("email", "keine Adresse"), ("phone", "anrufen!")],
)
def test_a_contact_must_be_what_its_kind_says(kind: str, value: str) -> None:
    block = ContactBlock()
    with pytest.raises(ValidationError):
        block.clean(block.to_python({"type": kind, "value": value, "label": "", "source": "", "as_of": ""}))


def test_the_public_address_is_set_where_it_is_given_and_kept_where_not(portal: Portal) -> None:
    install_portal(hostname="service.example.org", port=443)
    install_portal()
    site = Site.objects.get(root_page=portal.home)
    assert (site.hostname, site.port) == ("service.example.org", 443)


def test_what_an_operator_made_of_wagtails_own_workflow_stays() -> None:
    group = Group.objects.create(name="Moderators")
    UserFactory().groups.add(group)
    task = GroupApprovalTask.objects.create(name="Moderators approval")
    task.groups.add(group)
    workflow = Workflow.objects.create(name="Moderators approval")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    install_portal()
    assert Workflow.objects.filter(pk=workflow.pk).exists()
    assert Task.objects.filter(pk=task.pk).exists()
    group.user_set.clear()
    install_portal()
    assert not Task.objects.filter(pk=task.pk).exists()
    assert not Workflow.objects.filter(pk=workflow.pk).exists()
    assert not Group.objects.filter(pk=group.pk).exists()
