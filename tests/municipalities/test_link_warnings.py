"""Before something goes, the editor reads who links to it, and nothing that is not theirs to read."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page

from municipalities.models import MunicipalityPage, RoleKind
from tests.factories import ResponsibilityFactory, StandardPageFactory
from tests.roles import holder, tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> MunicipalityPage:
    return tenant("Linkhausen")


@pytest.fixture
def publisher(client: Client, place: MunicipalityPage) -> Client:
    client.force_login(holder(RoleKind.PUBLISHER, place))
    return client


def linking(parent: Page, target: Page, title: str, **fields: Any) -> Page:
    body = [("text", f'<p><a linktype="page" id="{target.pk}">dorthin</a></p>')]
    return StandardPageFactory(parent=parent, title=title, body=body, **fields)


def confirmations(place: MunicipalityPage, target: Page) -> list[str]:
    bulk = [
        reverse("wagtail_bulk_action", args=["wagtailcore", "page", action]) + f"?id={target.pk}"
        for action in ("delete", "unpublish", "move")
    ]
    single = [reverse(f"wagtailadmin_pages:{name}", args=[target.pk]) for name in ("delete", "unpublish")]
    destination = place.get_children().get(slug="kontakt")
    return [*single, reverse("wagtailadmin_pages:move_confirm", args=[target.pk, destination.pk]), *bulk]


def test_every_confirmation_names_the_places(publisher: Client, place: MunicipalityPage) -> None:
    target = StandardPageFactory(parent=place, published=True)
    other = tenant("Nachbarhausen")
    own = linking(place, target, "Eigene Seite", live=False)
    published = linking(other, target, "Nachbarseite", published=True)
    linking(other, target, "Geheimer Entwurf", live=False)
    changed = published.specific_class.objects.get(pk=published.pk)
    changed.title = "Geheimer neuer Titel"
    changed.save_revision()
    for address in confirmations(place, target):
        html = publisher.get(address).content.decode()
        assert reverse("wagtailadmin_pages:edit", args=[own.pk]) in html, address
        assert "Eigene Seite" in html, address
        assert "Nachbarseite" in html, address
        assert "Nachbarhausen" in html, address
        assert "Geheim" not in html, address
        links = publisher.get(address).context["links_here"]
        assert links.hidden == 1, address
        assert "referenziert" not in html, f"{address} counts the same places a second time"


def test_links_to_pages_below_count_and_those_from_below_do_not(publisher: Client, place: MunicipalityPage) -> None:
    target = StandardPageFactory(parent=place, published=True)
    below = linking(target, target, "Unterseite", published=True)
    linking(place, below, "Verweist auf die Unterseite", published=True)
    links = publisher.get(reverse("wagtailadmin_pages:delete", args=[target.pk])).context["links_here"]
    assert [item.title for item in links.own] == ["Verweist auf die Unterseite"]


def test_for_many_links_it_asks_no_more_than_for_few(publisher: Client, place: MunicipalityPage) -> None:
    target = StandardPageFactory(parent=place, published=True)
    other = tenant("Nachbarhausen")
    address = reverse("wagtailadmin_pages:delete", args=[target.pk])

    def link_three_times() -> None:
        linking(place, target, "Eigene Seite", published=True)
        linking(other, target, "Nachbarseite", published=True)
        linking(other, target, "Entwurf", live=False)

    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            publisher.get(address)
        return len(context)

    link_three_times()
    queries()
    before = queries()
    for _number in range(4):
        link_three_times()
    assert queries() == before
    links = publisher.get(address).context["links_here"]
    assert (len(links.own), len(links.others), links.hidden) == (5, 5, 5)


def test_responsibilities_count_as_links(publisher: Client, place: MunicipalityPage) -> None:
    row = ResponsibilityFactory(area=place)
    ResponsibilityFactory(area=tenant("Nachbarhausen"), office=row.office, note="Geheim")
    response = publisher.get(reverse("wagtailadmin_pages:delete", args=[row.office_id]))
    links = response.context["links_here"]
    assert [item.title for item in links.own] == [str(row)]
    assert links.hidden == 1


def test_where_nobody_links_there_is_no_warning(publisher: Client, place: MunicipalityPage) -> None:
    target = StandardPageFactory(parent=place, published=True)
    for address in confirmations(place, target):
        response = publisher.get(address)
        assert response.status_code == 200
        assert not response.context["links_here"]
        assert "links-here" not in response.content.decode()
