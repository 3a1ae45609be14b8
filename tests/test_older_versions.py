"""Going back to an older version of a page in the form brings back the rows below it that were deleted since."""

from collections.abc import Iterable
from datetime import time
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, streamfield

from municipalities.models import MunicipalityPage, RoleKind
from services.models import OfficePage
from services.models.hours import OpeningHours
from services.modes import ModuleMode
from tests.factories import LocalServiceFactory, OfficeFactory, ServiceFactory
from tests.forms import FACTS
from tests.roles import holder, tenant

pytestmark = pytest.mark.django_db
PUBLISH = {"action-publish": "action-publish"}
STREAMS = [field.name for field in OfficePage._meta.fields if isinstance(field, StreamField)]
OWN = "<p>Bringen Sie ein Foto mit.</p>"


@pytest.fixture
def place() -> MunicipalityPage:
    return tenant("Rückhausen")


@pytest.fixture
def editor(place: MunicipalityPage) -> Client:
    client = Client()
    client.force_login(holder(RoleKind.PUBLISHER, place))
    return client


def again(page: Page) -> Any:
    return Page.objects.get(pk=page.pk).specific


def with_one_version(page: Page) -> Any:
    """The page with a single version, one that knows the keys of its rows."""
    again(page).save_revision().publish()
    page = again(page)
    page.revisions.exclude(pk=page.latest_revision_id).delete()
    return page


def go_back(editor: Client, page: Page, streams: Iterable[str], **changes: str) -> Any:
    """To the first version, by the form as the browser would send it; then the rows of an ordinary save."""
    address = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, page.revisions.order_by("pk")[0].pk])
    soup = BeautifulSoup(editor.get(address).content, "html.parser")
    form = soup.select_one("form[data-edit-form]")
    assert form is not None
    data: dict[str, Any] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        name = str(field["name"])
        if "__prefix__" in name or (field.get("type") == "checkbox" and not field.has_attr("checked")):
            continue
        chosen = field.select_one("option[selected]") if field.name == "select" else field
        data[name] = field.text if field.name == "textarea" else (chosen.get("value", "") if chosen else "")
    data |= nested_form_data({name: streamfield([]) for name in streams})
    return editor.post(address, data | PUBLISH | changes)


def test_opening_hours_come_back(editor: Client, place: MunicipalityPage) -> None:
    office = OfficeFactory(place=place, published=True)
    office.opening_hours = [OpeningHours(weekday=1, opens=time(8), closes=time(12))]
    office.save_revision().publish()
    office = with_one_version(office)
    office.opening_hours = []
    office.save_revision().publish()
    assert not again(office).opening_hours.exists()
    assert go_back(editor, office, STREAMS).status_code == 302
    assert [(row.weekday, row.closes) for row in again(office).opening_hours.all()] == [(1, time(12))]


def test_own_texts_come_back_with_what_they_were_written_against(editor: Client, place: MunicipalityPage) -> None:
    service = ServiceFactory(notes="<p>Kommen Sie vorbei.</p>")
    service.save_revision().publish()
    page = LocalServiceFactory(place=place, reference=service, texts=[("16", ModuleMode.REPLACE, OWN)], published=True)
    page = with_one_version(page)
    written_against = page.text_modules.get().based_on
    service = again(service)
    service.notes = "<p>Kommen Sie mit Termin.</p>"
    service.save_revision().publish()
    page.text_modules = []
    page.save_revision().publish()
    assert not again(page).text_modules.exists()
    assert go_back(editor, page, (*FACTS, "sources")).status_code == 302
    text = again(page).text_modules.get()
    assert "Bringen Sie ein Foto mit." in text.text
    assert text.based_on == written_against


def test_a_row_that_was_never_the_page_s_is_refused(editor: Client, place: MunicipalityPage) -> None:
    office = OfficeFactory(place=place, published=True, open_weekdays=True)
    office.save_revision().publish()
    answer = go_back(editor, again(office), STREAMS, **{"opening_hours-0-id": "999999"})
    assert answer.status_code == 200
    assert answer.context["form"].formsets["opening_hours"].errors[0]["id"]
    assert again(office).opening_hours.count() == 5
