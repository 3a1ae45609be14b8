"""What editors choose from when they say who is responsible."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from municipalities.models import Locality
from services.models import Responsibility
from tests.factories import LocalityFactory, MunicipalityFactory, ResponsibilityFactory

pytestmark = pytest.mark.django_db


def test_localities_are_named_with_their_municipality_in_a_fixed_number_of_queries(editor: Client) -> None:
    place = MunicipalityFactory(title="Quellental")
    locality = LocalityFactory(municipality=place, name="Oberdorf")
    row = ResponsibilityFactory(area=place, locality=locality)
    address = reverse("wagtailsnippets_services_responsibility:edit", args=[row.pk])

    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            response = editor.get(address)
        (chosen,) = BeautifulSoup(response.content, "html.parser").select("select[name=locality] option[selected]")
        assert chosen.get_text() == "Oberdorf (Quellental)"
        return len(context)

    queries()
    before = queries()
    Locality.objects.bulk_create(
        Locality(municipality=town, name=f"Unterdorf {count}")
        for town in MunicipalityFactory.create_batch(3)
        for count in range(10)
    )
    assert queries() == before


def test_a_chosen_locality_is_saved(editor: Client) -> None:
    row = ResponsibilityFactory()
    locality = LocalityFactory(municipality=row.area)
    form = {
        "service": row.service_id,
        "area": row.area_id,
        "locality": locality.pk,
        "office": row.office_id,
        "role": row.role,
        "arrangement": row.arrangement,
        "evidence": "unconfirmed",
    }
    editor.post(reverse("wagtailsnippets_services_responsibility:edit", args=[row.pk]), form)
    assert Responsibility.objects.get(pk=row.pk).locality == locality
