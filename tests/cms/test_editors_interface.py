"""Editors can open, create and publish every page type."""

from datetime import time
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as said
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from cms.publishing import publish_child
from home.models import StandardPage
from services.models import LocalServicePage, OfficePage, OpeningHours
from tests.factories import (
    LocalServiceIndexFactory,
    MunicipalityFactory,
    OfficeFactory,
    OfficeIndexFactory,
    ResponsibilityFactory,
    ServiceFactory,
)
from tests.forms import local_page
from tests.public_pages import PAGES, page_types


@pytest.mark.parametrize("label", sorted(page_types()))
def test_each_page_type_can_be_opened_for_editing(editor: Client, demo: None, label: str) -> None:
    page = apps.get_model(label).objects.filter(url_path__endswith=PAGES[label]).first()
    assert page is not None
    form = editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert form.status_code == 200
    # Whatever may go can also do so on a chosen day.
    assert ("go_live_at" in form.context["form"].fields) is not page.is_fixed
    assert editor.get(reverse("wagtailadmin_explore", args=[page.pk])).status_code == 200


def test_start_page_and_reports_open(editor: Client, demo: None) -> None:
    for address in ("/admin/", reverse("content_gaps"), reverse("wagtailadmin_reports:page_types_usage")):
        assert editor.get(address).status_code == 200


def test_the_report_of_gaps_shows_what_is_contested(editor: Client, demo: None) -> None:
    page = editor.get(reverse("content_gaps")).content.decode()
    assert "Übach-Palenberg" in page
    assert "Baugenehmigung" in page


def test_the_report_of_gaps_shows_orphans(editor: Client) -> None:
    bare = MunicipalityFactory(title="Quakenbrückchen")
    row = ResponsibilityFactory(area=MunicipalityFactory(title="Quakenheim"))
    OfficePage.objects.get(pk=row.office_id).delete()
    page = editor.get(reverse("content_gaps")).content.decode()
    assert bare.title in page
    assert "Quakenheim" in page


def test_what_the_portal_made_can_be_fetched_from_the_history(editor: Client) -> None:
    page = publish_child(MunicipalityFactory(), StandardPage(title="Über uns", slug="ueber-uns"))
    first = page.latest_revision_id
    page.title = "Anders"
    page.save_revision(log_action=True).publish()
    revert = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, first])
    assert revert in editor.get(reverse("wagtailadmin_pages:history", args=[page.pk])).content.decode()
    (banner,) = [str(message) for message in editor.get(revert).context["messages"]]
    assert said("System") in banner
    assert "None" not in banner


def create(editor: Client, model: type[Page], parent: Page, data: dict[str, Any]) -> Any:
    address = reverse("wagtailadmin_pages:add", args=[model._meta.app_label, model._meta.model_name, parent.pk])
    assert editor.get(address).status_code == 200
    response = editor.post(address, {**data, "action-publish": "action-publish"})
    assert response.status_code == 302, response.context["form"].errors
    return model.objects.child_of(parent).get()


def test_a_local_page_takes_title_and_address_from_its_reference(editor: Client) -> None:
    index = LocalServiceIndexFactory()
    reference = ServiceFactory()
    page = create(
        editor,
        LocalServicePage,
        index,
        local_page(reference.pk, [("06", "after", "<p>Nur bei uns.</p>")]),
    )
    assert (page.title, page.slug, page.live) == (reference.title, reference.slug, True)
    assert "Nur bei uns." in editor.get(page.url).content.decode()


def test_an_office_with_opening_hours(editor: Client) -> None:
    index = OfficeIndexFactory()
    page = create(
        editor,
        OfficePage,
        index,
        nested_form_data(
            {
                "title": "Probeamt",
                "slug": "probeamt",
                "purpose": "",
                "serves_note": "",
                "operator": "",
                "street": "Musterweg 1",
                "postcode": "00001",
                "town": "Prüfhausen",
                "building_note": "",
                "reached_through": "",
                "contacts": streamfield([("contact", {"type": "phone", "label": "", "value": "115"})]),
                "confirmed": "on",
                "sources": streamfield([]),
                "opening_hours": inline_formset(
                    [{"weekday": "0", "opens": "08:00", "closes": "12:00", "note": "", "is_regular": "on"}]
                ),
                "closed_periods": inline_formset([]),
                "hours_note": "",
                "hours_source": "",
                "hours_as_of": "",
                "step_free": "yes",
                "lift": "",
                "accessible_toilet": "",
                "accessible_parking": "",
                "induction_loop": "",
                "accessibility_note": "",
                "seo_title": "",
                "search_description": "",
            }
        ),
    )
    assert [str(hours) for hours in page.opening_hours.all()] == ["Montag 08:00–12:00"]
    assert page.accessibility == [("stufenloser Eingang", "ja")]
    assert "08:00" in editor.get(page.url).content.decode()


@pytest.mark.parametrize(
    ("opens", "closes", "is_valid"), [("08:00", "12:00", True), ("12:00", "08:00", False), ("08:00", "08:00", False)]
)
def test_an_office_closes_after_it_has_opened(opens: str, closes: str, is_valid: bool) -> None:
    hours = OpeningHours(weekday=0, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes))
    if is_valid:
        hours.clean()
    else:
        with pytest.raises(ValidationError):
            hours.clean()


def test_a_responsibility_can_be_edited(editor: Client) -> None:
    row = ResponsibilityFactory()
    for name in ("list", "add", "edit"):
        args = [row.pk] if name == "edit" else []
        assert editor.get(reverse(f"wagtailsnippets_services_responsibility:{name}", args=args)).status_code == 200


def test_a_preview_of_an_office_shows_the_draft(editor: Client) -> None:
    office = OfficeFactory()
    office.purpose = "Noch nicht veröffentlicht"
    office.save_revision()
    preview = editor.get(reverse("wagtailadmin_pages:view_draft", args=[office.pk]))
    assert office.purpose in preview.content.decode()
    assert office.purpose not in editor.get(office.url).content.decode()
