"""The editors' list of responsibilities asks the database no more for many entries than for few."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import MunicipalityFactory, OfficeFactory, ResponsibilityFactory, ServiceFactory

pytestmark = pytest.mark.django_db


def test_the_list_of_responsibilities_needs_a_fixed_number_of_queries(editor: Client) -> None:
    address = reverse("wagtailsnippets_services_responsibility:list")
    area = MunicipalityFactory(title="Quellental")

    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            # One place, so that the demonstration content, where it is loaded, does not fill the list.
            response = editor.get(address, {"area": area.pk})
        assert response.status_code == 200
        return len(context)

    ResponsibilityFactory(area=area)
    queries()
    before = queries()
    rows = [
        ResponsibilityFactory(area=area, service=ServiceFactory(), office=OfficeFactory(place=area)) for _ in range(12)
    ]
    page = editor.get(address, {"area": area.pk}).content.decode()
    assert all(row.office.title in page for row in rows)
    assert queries() == before
