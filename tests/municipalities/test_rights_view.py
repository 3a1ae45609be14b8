"""„Was darf ich hier?“: the answers are those of the predicates, and nobody learns whom others have."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from home.installation import install_portal
from home.models import StandardPage
from municipalities.models import MunicipalityPage, RoleGroup, RoleKind
from municipalities.tenants.provisioning import set_up_tenant
from tests.factories import MunicipalityFactory, ServiceFactory, StandardPageFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> MunicipalityPage:
    return tenant("Hierhausen")


def tenant(title: str) -> MunicipalityPage:
    page = MunicipalityFactory(title=title, published=True)
    set_up_tenant(page)
    return MunicipalityPage.objects.get(pk=page.pk)


def holding(kind: RoleKind, place: MunicipalityPage | None, name: str, **fields: Any) -> Any:
    person = UserFactory(username=name.lower(), first_name="Probe", last_name=name, **fields)
    person.groups.add(RoleGroup.objects.get(kind=kind, municipality=place).group)
    return person


def address(page: Page) -> str:
    return reverse("page_rights", args=(page.pk,))


def shown(client: Client, viewer: Any, page: Page, person: Any = None) -> BeautifulSoup:
    client.force_login(viewer)
    response = client.get(address(page), {"person": person.pk} if person else {})
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def answers(soup: BeautifulSoup) -> dict[str, bool]:
    table = soup.select("main table.listing tbody tr")
    return {
        row.th.get_text(strip=True): row.select("td")[0].select_one("use[href='#icon-check']") is not None
        for row in table
    }


def through(soup: BeautifulSoup, action: str) -> str:
    (row,) = (row for row in soup.select("main table.listing tbody tr") if row.th.get_text(strip=True) == action)
    return row.select("td")[1].get_text(" ", strip=True)


@pytest.mark.parametrize(
    ("kind", "published", "allowed"),
    [
        (RoleKind.AUTHOR, False, {0, 1, 2, 3, 6, 7}),
        (RoleKind.PUBLISHER, False, {0, 1, 2, 3, 4, 6, 7, 8, 9}),
        (RoleKind.LOCAL_ADMIN, False, {0, 1, 2, 3, 4, 6, 7, 8, 9, 10}),
        (RoleKind.AUTHOR, True, {0, 1, 2, 3}),
        (RoleKind.PUBLISHER, True, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}),
    ],
)
def test_each_role_sees_what_it_may_do(
    client: Client, place: MunicipalityPage, kind: RoleKind, published: bool, allowed: set[int]
) -> None:
    page = StandardPageFactory(parent=place, live=published)
    found = answers(shown(client, holding(kind, place, "Person"), page))
    assert {number for number, is_allowed in enumerate(found.values()) if is_allowed} == allowed


def test_the_answers_are_what_the_views_do(client: Client, place: MunicipalityPage) -> None:
    page = StandardPageFactory(parent=place, published=True)
    person = holding(RoleKind.AUTHOR, place, "Person")
    found = list(answers(shown(client, person, page)).values())
    for number, name in ((1, "edit"), (5, "unpublish"), (7, "delete")):
        response = client.get(reverse(f"wagtailadmin_pages:{name}", args=(page.pk,)))
        assert (response.status_code == 200) == found[number], name


def test_the_group_and_the_page_it_comes_from_are_named(client: Client, place: MunicipalityPage) -> None:
    page = StandardPageFactory(parent=place)
    group = place.roles.get(kind=RoleKind.PUBLISHER).group
    soup = shown(client, holding(RoleKind.PUBLISHER, place, "Person"), page)
    action = list(answers(soup))[4]
    assert through(soup, action) == f"{group.name} – Hierhausen"


def test_fixed_pages_are_not_removed_and_it_says_why(client: Client, place: MunicipalityPage) -> None:
    soup = shown(client, holding(RoleKind.PUBLISHER, place, "Person"), place)
    found = answers(soup)
    for number in (5, 6, 7):
        action = list(found)[number]
        assert not found[action]
        assert "Hierhausen" in through(soup, action)


def test_administrators_look_up_their_own_people_and_nobody_else(client: Client, place: MunicipalityPage) -> None:
    page = StandardPageFactory(parent=place)
    admin = holding(RoleKind.LOCAL_ADMIN, place, "Leitung")
    mine = holding(RoleKind.AUTHOR, place, "Eigene")
    foreign = holding(RoleKind.AUTHOR, tenant("Anderswo"), "Fremde")
    portal = UserFactory(admin=True, username="portal")
    soup = shown(client, admin, page, mine)
    assert "Probe Eigene" in soup.select_one("main").get_text()
    assert not list(answers(soup).values())[4]
    options = {option["value"] for option in soup.select("select[name=person] option")}
    assert options == {str(admin.pk), str(mine.pk)}
    for other in (foreign, portal):
        assert client.get(address(page), {"person": other.pk}).status_code == 404
    client.force_login(mine)
    assert client.get(address(page), {"person": admin.pk}).status_code == 404
    assert client.get(address(page), {"person": mine.pk}).status_code == 200


@pytest.mark.parametrize("person", ["", "x", "-1", "9" * 30, "1 OR 1=1", "²"])
def test_nonsense_is_nobody(client: Client, editor: Client, place: MunicipalityPage, person: str) -> None:
    page = StandardPageFactory(parent=place)
    status = 200 if not person else 404
    assert editor.get(address(page), {"person": person}).status_code == status
    client.force_login(holding(RoleKind.LOCAL_ADMIN, place, "Leitung"))
    assert client.get(address(page), {"person": person}).status_code == 404


def test_pages_of_others_do_not_exist(client: Client, place: MunicipalityPage) -> None:
    foreign = StandardPageFactory(parent=tenant("Anderswo"), published=True)
    client.force_login(holding(RoleKind.LOCAL_ADMIN, place, "Leitung"))
    assert client.get(address(foreign)).status_code == 404


def test_who_may_publish_is_named_to_colleagues_and_counted_for_others(client: Client, place: MunicipalityPage) -> None:
    install_portal()
    page = StandardPageFactory(parent=place)
    author = holding(RoleKind.AUTHOR, place, "Autorin")
    holding(RoleKind.PUBLISHER, place, "Freigeberin")
    holding(RoleKind.PUBLISHER, place, "Gesperrte", is_active=False)
    UserFactory(admin=True, username="geheimer-admin")
    text = shown(client, author, page).select_one("main").get_text()
    assert "Probe Freigeberin" in text
    assert "Gesperrte" not in text
    assert "geheimer-admin" not in text


def test_a_blocked_account_may_nothing(client: Client, editor: Client, place: MunicipalityPage) -> None:
    page = StandardPageFactory(parent=place)
    person = holding(RoleKind.PUBLISHER, place, "Gesperrte", is_active=False)
    soup = BeautifulSoup(editor.get(address(page), {"person": person.pk}).content, "html.parser")
    assert not any(answers(soup).values())


def test_portal_administrators_may_everything(editor: Client) -> None:
    soup = BeautifulSoup(editor.get(address(ServiceFactory(published=True))).content, "html.parser")
    assert list(answers(soup).values())[4]


def test_the_menu_of_the_page_leads_there(client: Client, place: MunicipalityPage) -> None:
    page = StandardPage.objects.child_of(place).get(slug="kontakt")
    client.force_login(holding(RoleKind.AUTHOR, place, "Person"))
    assert address(page) in client.get(reverse("wagtailadmin_pages:edit", args=(page.pk,))).content.decode()
