"""What editors choose from when they say who is responsible."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from municipalities.models import Locality, RoleKind
from services.models import Responsibility
from tests.factories import LocalityFactory, MunicipalityFactory, ResponsibilityFactory, UserFactory
from tests.roles import holder, tenant

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


def test_what_follows_from_an_agreement_is_not_deleted_here() -> None:
    place = tenant("Quellental")
    own, by_agreement = ResponsibilityFactory(area=place), ResponsibilityFactory(area=place, prevails=True)
    publisher, admin = Client(), Client()
    publisher.force_login(holder(RoleKind.PUBLISHER, place))
    admin.force_login(UserFactory(admin=True))
    delete = reverse("wagtailsnippets_services_responsibility:delete", args=[by_agreement.pk])
    # To portal administrators the gate is open, and the entry says itself that it cannot go.
    for client, refused in ((publisher, 404), (admin, 302)):
        assert client.get(delete).status_code == refused
        assert client.post(delete).status_code == refused
    assert Responsibility.objects.filter(pk=by_agreement.pk).exists()
    delete = reverse("wagtailsnippets_services_responsibility:delete", args=[own.pk])
    assert publisher.get(delete).status_code == 200
