"""Registers keep municipalities apart: in lists, forms and every view of a row, history included."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path, reverse
from django.utils import timezone
from wagtail.log_actions import log
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import HistoryView

from municipalities import registers
from municipalities.alerts.register import AlertAdmin
from municipalities.models import Alert, MunicipalityPage, RoleGroup, RoleKind
from tests.roles import holder, tenant

pytestmark = pytest.mark.django_db
VIEWS_OF_A_ROW = ("edit", "delete", "history")


def address(name: str, *args: Any) -> str:
    return reverse(f"hinweise_modeladmin_{name}", args=args)


def form(municipality: MunicipalityPage | None, **values: Any) -> dict[str, Any]:
    return {
        "municipality": municipality.pk if municipality else "",
        "level": "warning",
        "title": "Neuer Hinweis",
        "text": "",
        "link": "",
        "link_text": "",
        "valid_from": "2026-01-01 08:00",
        "valid_until": "",
        **values,
    }


@pytest.fixture
def world(client: Client) -> SimpleNamespace:
    own, foreign = tenant("Eigenstadt"), tenant("Fremdstadt")
    publisher = holder(RoleKind.PUBLISHER, own)
    client.force_login(publisher)
    # What is shown today is no secret.
    later = timezone.now() + timedelta(days=1)
    rows = {
        "own_alert": Alert.objects.create(municipality=own, title="Eigener Hinweis", valid_from=later),
        "foreign_alert": Alert.objects.create(municipality=foreign, title="Fremder Hinweis", valid_from=later),
        "portal_alert": Alert.objects.create(title="Portalweiter Hinweis", valid_from=later),
    }
    for row in rows.values():
        log(row, "wagtail.create", user=publisher)
    return SimpleNamespace(own=own, foreign=foreign, publisher=publisher, client=client, **rows)


def test_the_list_shows_own_rows_alone(world: SimpleNamespace) -> None:
    page = world.client.get(address("index")).content.decode()
    assert "Eigener Hinweis" in page
    assert "Fremder Hinweis" not in page
    assert "Portalweiter Hinweis" not in page


def test_a_search_finds_own_rows_alone(world: SimpleNamespace) -> None:
    page = world.client.get(address("index"), {"q": "Hinweis"}).content.decode()
    assert "Eigener Hinweis" in page
    assert "Fremder Hinweis" not in page


@pytest.mark.parametrize("view", VIEWS_OF_A_ROW)
def test_own_rows_open(world: SimpleNamespace, view: str) -> None:
    assert world.client.get(address(view, world.own_alert.pk)).status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("view", VIEWS_OF_A_ROW)
@pytest.mark.parametrize("whose", ["foreign_alert", "portal_alert"])
def test_rows_of_others_do_not_exist(world: SimpleNamespace, whose: str, view: str, method: str) -> None:
    row = getattr(world, whose)
    response = getattr(world.client, method)(address(view, row.pk), form(world.own) if method == "post" else {})
    assert response.status_code == 404
    assert row.title not in response.content.decode()
    before = row.title
    row.refresh_from_db()
    assert row.title == before


@pytest.mark.parametrize("view", VIEWS_OF_A_ROW)
def test_the_views_themselves_refuse_too(world: SimpleNamespace, view: str) -> None:
    """The gate in front of them is one lock; this is the other."""
    register = next(found for found in registers.registered() if isinstance(found, AlertAdmin))
    request = RequestFactory().get("/")
    request.user = world.publisher
    view_class = getattr(register, f"{view}_view_class")
    instance = view_class(register, str(world.foreign_alert.pk))
    assert instance.check_action_permitted(world.publisher) is False
    assert view_class(register, str(world.own_alert.pk)).check_action_permitted(world.publisher) is True


def test_upstreams_history_is_open_to_all(world: SimpleNamespace) -> None:
    """Should it ask one day, our own view may go."""
    register = next(found for found in registers.registered() if isinstance(found, AlertAdmin))
    assert HistoryView(register, str(world.foreign_alert.pk)).check_action_permitted(world.publisher) is True


def test_an_author_has_no_business_here(world: SimpleNamespace) -> None:
    world.client.force_login(holder(RoleKind.AUTHOR, world.own))
    for place in (address("index"), address("create")):
        assert world.client.get(place).status_code == 302
    for view in VIEWS_OF_A_ROW:
        assert world.client.get(address(view, world.own_alert.pk)).status_code == 404


def test_a_new_row_belongs_to_an_own_municipality(world: SimpleNamespace) -> None:
    page = world.client.get(address("create")).content.decode()
    assert world.own.title in page
    assert world.foreign.title not in page
    assert world.client.post(address("create"), form(world.own)).status_code == 302
    assert Alert.objects.get(title="Neuer Hinweis").municipality_id == world.own.pk
    for other in (world.foreign, None):
        response = world.client.post(address("create"), form(other, title="Untergeschoben"))
        assert response.status_code == 200
        assert not Alert.objects.filter(title="Untergeschoben").exists()


def test_a_row_cannot_be_given_to_others(world: SimpleNamespace) -> None:
    for other in (world.foreign, None):
        assert world.client.post(address("edit", world.own_alert.pk), form(other)).status_code == 200
        world.own_alert.refresh_from_db()
        assert world.own_alert.municipality_id == world.own.pk


def test_an_own_row_is_changed_and_deleted(world: SimpleNamespace) -> None:
    world.client.post(address("edit", world.own_alert.pk), form(world.own, title="Geändert"))
    world.own_alert.refresh_from_db()
    assert world.own_alert.title == "Geändert"
    world.client.post(address("delete", world.own_alert.pk))
    assert not Alert.objects.filter(pk=world.own_alert.pk).exists()


def test_portal_administrators_keep_the_rows_of_nobody(world: SimpleNamespace, editor: Client) -> None:
    page = editor.get(address("index")).content.decode()
    assert "Portalweiter Hinweis" in page
    assert "Fremder Hinweis" in page
    assert editor.post(address("create"), form(None)).status_code == 302
    assert Alert.objects.get(title="Neuer Hinweis").municipality is None


def test_a_district_writes_for_the_whole_district(client: Client) -> None:
    district = tenant("Prüfkreis", is_district=True)
    town = tenant("Kreisstadt", district=district)
    client.force_login(holder(RoleKind.PUBLISHER, district))
    assert client.post(address("create"), form(district)).status_code == 302
    assert "Neuer Hinweis" in client.get(town.url).content.decode()
    assert client.post(address("create"), form(town)).status_code == 200


def test_parameters_ask_nothing_about_related_rows(world: SimpleNamespace) -> None:
    """Upstream passes any parameter to the database, which would answer questions about people bit by bit."""
    for question in ("municipality__roles__group__user__password__startswith", "title__startswith", "nonsense"):
        page = world.client.get(address("index"), {question: "gibt es nicht"})
        assert page.status_code == 200
        assert "Eigener Hinweis" in page.content.decode()
    assert "Eigener Hinweis" not in world.client.get(address("index"), {"level__exact": "danger"}).content.decode()


def test_whoever_works_for_two_filters_by_municipality(client: Client) -> None:
    places = tenant("Erststadt"), tenant("Zweitstadt")
    publisher = holder(RoleKind.PUBLISHER, places[0])
    publisher.groups.add(RoleGroup.objects.get(kind=RoleKind.PUBLISHER, municipality=places[1]).group)
    client.force_login(publisher)
    for place in places:
        Alert.objects.create(municipality=place, title=f"Hinweis {place.title}")
    page = client.get(address("index"), {"owner": places[0].pk}).content.decode()
    assert f"Hinweis {places[0].title}" in page
    assert f"Hinweis {places[1].title}" not in page
    assert client.get(address("index"), {"owner": "x"}).status_code == 200


def test_a_row_of_a_municipality_that_has_ended_is_closed(world: SimpleNamespace) -> None:
    MunicipalityPage.objects.filter(pk=world.own.pk).update(valid_until="2020-01-01")
    assert world.client.get(address("edit", world.own_alert.pk)).status_code == 404


def test_roles_decide_and_not_permissions_for_a_model() -> None:
    register = next(found for found in registers.registered() if isinstance(found, AlertAdmin))
    assert not register.get_permissions_for_registration().exists()


class Careless(ModelAdmin):
    model = Alert


class ForgetfulHistory(AlertAdmin):
    history_view_class = HistoryView


class Ownerless(AlertAdmin):
    owner_field = "level"


@pytest.mark.parametrize(
    ("register", "problem"),
    [
        (AlertAdmin, []),
        (Careless, ["municipalities.E001"]),
        (ForgetfulHistory, ["municipalities.E002"]),
        (Ownerless, ["municipalities.E003"]),
    ],
)
def test_the_check_finds_careless_registers(register: type[ModelAdmin], problem: list[str]) -> None:
    assert [found.id for found in registers.problems_of([register()])] == problem


def test_the_check_looks_at_every_address() -> None:
    def wrapped(view: Any) -> Any:
        def guard(request: Any) -> HttpResponse:
            return view(request)

        guard.__wrapped__ = view  # type: ignore[attr-defined]
        return guard

    careless = Careless()
    resolver = SimpleNamespace(url_patterns=[path("x/", wrapped(careless.index_view)), path("y/", HttpResponse)])
    assert registers.registered(resolver) == [careless]  # type: ignore[arg-type]
    assert any(isinstance(found, AlertAdmin) for found in registers.registered())
    assert registers.check_registers(None) == []
