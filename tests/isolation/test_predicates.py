"""Each condition in the permission module, asked directly: behind the gate others would cover for a missing one."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from wagtail.models import Page, PageViewRestriction

from cms.models import User
from cms.visibility import open_to_all
from home.models import StandardPage
from municipalities import permissions
from municipalities.models import BinnedPage, MunicipalityKind, MunicipalityPage, RoleGroup, RoleKind, Tenant
from tests.factories import DocumentFactory, MunicipalityFactory, StandardPageFactory, UserFactory
from tests.isolation.world import (
    AUTHOR,
    CENTRAL,
    COOPERATION_MANAGER,
    FOREIGN,
    LOCAL_ADMIN,
    OWN,
    PORTAL_ADMIN,
    PUBLISHED,
    PUBLISHER,
    REFERENCE_EDITOR,
    STRANGER,
    World,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(world: World) -> dict[str, User]:
    """Read anew: what a person may do is kept with the person."""
    return {role: User.objects.get(pk=person.pk) for role, person in world.people.items() if person is not None}


def give(person: User, kind: RoleKind, municipality: MunicipalityPage | None) -> User:
    person.groups.add(RoleGroup.objects.get(kind=kind, municipality=municipality).group)
    return User.objects.get(pk=person.pk)


@pytest.fixture
def two_hats(world: World) -> User:
    """Local administrator here, author there."""
    person = give(UserFactory(), RoleKind.LOCAL_ADMIN, world.things[OWN].place)
    return give(person, RoleKind.AUTHOR, world.things[FOREIGN].place)


def test_a_blocked_portal_administrator_is_none(people: dict[str, User]) -> None:
    admin = people[PORTAL_ADMIN]
    assert permissions.is_portal_admin(admin)
    admin.is_active = False
    assert not permissions.is_portal_admin(admin)
    assert not permissions.is_portal_admin(people[LOCAL_ADMIN])


def test_municipalities_of_a_person(world: World, people: dict[str, User], two_hats: User) -> None:
    own, foreign = world.things[OWN].place, world.things[FOREIGN].place
    assert set(permissions.municipalities_of(people[PORTAL_ADMIN])) >= {own, foreign}
    assert set(permissions.municipalities_of(people[AUTHOR])) == {own}
    assert set(permissions.municipalities_of(two_hats)) == {own, foreign}
    assert set(permissions.municipalities_of(two_hats, RoleKind.LOCAL_ADMIN)) == {own}
    assert not permissions.municipalities_of(people[REFERENCE_EDITOR])
    assert not permissions.municipalities_of(people[STRANGER])


def test_only_own_pages_that_are_not_fixed_are_removed(world: World, people: dict[str, User]) -> None:
    fixed = world.things[OWN].place.get_children().get(slug="leistungen")
    own, foreign = world.things[OWN].page, world.things[FOREIGN].page
    expected = {own: (True, True), fixed: (False, True), foreign: (False, True)}
    for page, answers in expected.items():
        testers = [page.specific.permissions_for_user(people[role]) for role in (PUBLISHER, PORTAL_ADMIN)]
        assert tuple(tester.can_delete() for tester in testers) == answers
        assert tuple(tester.can_move() for tester in testers) == answers


def test_a_publisher_here_is_none_there(world: World, people: dict[str, User]) -> None:
    own, foreign = world.things[OWN].place, world.things[FOREIGN].place
    person = give(people[AUTHOR], RoleKind.PUBLISHER, foreign)
    assert not permissions.may_publish_for(person, own)
    assert permissions.may_publish_for(person, foreign)
    assert set(permissions.municipalities_published_by(person)) == {foreign}
    assert not permissions.may_confirm(person, world.things[OWN].page)
    assert permissions.may_confirm(person, world.things[FOREIGN].page)
    assert not permissions.may_set_up(person, foreign)
    assert not permissions.municipalities_published_by(world.things[OWN].person)


def test_settings_are_for_local_administrators(world: World, people: dict[str, User], two_hats: User) -> None:
    own, foreign = world.things[OWN].place, world.things[FOREIGN].place
    assert permissions.may_set_up(two_hats, own)
    assert not permissions.may_set_up(two_hats, foreign)
    assert not permissions.may_set_up(people[PUBLISHER], own)
    assert permissions.may_set_up(people[PORTAL_ADMIN], foreign)


def test_consents_are_followed_by_all_at_work(people: dict[str, User]) -> None:
    at_work = (AUTHOR, PUBLISHER, LOCAL_ADMIN, REFERENCE_EDITOR, COOPERATION_MANAGER, PORTAL_ADMIN)
    assert all(permissions.may_follow_consents(people[role]) for role in at_work)
    assert not permissions.may_follow_consents(people[STRANGER])


def test_one_answers_for_the_municipality(world: World, people: dict[str, User], two_hats: User) -> None:
    own, foreign = world.things[OWN].place, world.things[FOREIGN].place
    answered = permissions.municipalities_answered_by
    assert set(answered(people[LOCAL_ADMIN])) == set(answered(two_hats)) == {own}
    for role in (AUTHOR, PUBLISHER, REFERENCE_EDITOR, COOPERATION_MANAGER, PORTAL_ADMIN, STRANGER):
        assert not answered(people[role])
    author = people[AUTHOR]
    Tenant.objects.filter(municipality=own).update(representative=author)
    assert set(answered(author)) == {own}
    assert not answered(people[LOCAL_ADMIN])
    # Named for one where the person does not, or no longer, work: as if nobody were named.
    Tenant.objects.filter(municipality__in=[own, foreign]).update(representative=world.things[FOREIGN].person)
    assert set(answered(world.things[FOREIGN].person)) == {foreign}
    assert set(answered(people[LOCAL_ADMIN])) == {own}
    Tenant.objects.filter(municipality=own).update(representative=author)
    User.objects.filter(pk=author.pk).update(is_active=False)
    assert set(answered(people[LOCAL_ADMIN])) == {own}
    assert not answered(User.objects.get(pk=author.pk))


def test_districts_oversee_their_own_municipalities(world: World, people: dict[str, User]) -> None:
    own, foreign = world.things[OWN].place, world.things[FOREIGN].place
    district = MunicipalityFactory(kind=MunicipalityKind.DISTRICT, ags="99999", published=True)
    MunicipalityPage.objects.filter(pk=own.pk).update(district=district)
    group = Group.objects.create(name="Kreis")
    RoleGroup.objects.create(group=group, kind=RoleKind.AUTHOR, municipality=district)
    person = UserFactory()
    person.groups.add(group)
    assert set(permissions.municipalities_overseen_by(person)) == {district, own}
    for role in (REFERENCE_EDITOR, PORTAL_ADMIN):
        assert set(permissions.municipalities_overseen_by(people[role])) >= {district, own, foreign}
    for role in (AUTHOR, LOCAL_ADMIN, COOPERATION_MANAGER, STRANGER):
        assert not permissions.municipalities_overseen_by(people[role])


@pytest.fixture
def public(world: World) -> StandardPage:
    """A published page of others, with another above it."""
    parent = StandardPageFactory(parent=world.things[FOREIGN].place, published=True)
    return StandardPageFactory(parent=parent, published=True)


def _restrict(page: Page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


@pytest.mark.parametrize("which", ["itself", "above"])
@pytest.mark.parametrize("how", ["withdrawn", "restricted"])
def test_what_is_not_public_is_not_seen(people: dict[str, User], public: StandardPage, which: str, how: str) -> None:
    def is_seen() -> tuple[bool, bool, bool]:
        found = Page.objects.get(pk=public.pk)
        listed = permissions.visible_pages(people[AUTHOR], Page.objects.filter(pk=public.pk)).exists()
        return permissions.page_is_public(found), permissions.may_see(people[AUTHOR], found), listed

    assert is_seen() == (True, True, True)
    page = public if which == "itself" else public.get_parent()
    if how == "withdrawn":
        # Not with Wagtail's action, which knows to withdraw what lies below.
        Page.objects.filter(pk=page.pk).update(live=False)
    else:
        _restrict(page)
    assert is_seen() == (False, False, False)
    assert permissions.visible_pages(people[PORTAL_ADMIN], Page.objects.filter(pk=public.pk)).exists()


def test_what_is_restricted_at_the_root_of_the_tree_is_public_nowhere(public: StandardPage) -> None:
    root = Page.objects.get(depth=1)

    def is_open() -> tuple[bool, bool]:
        return permissions.page_is_public(public), open_to_all(Page.objects.filter(pk=public.pk)).exists()

    Page.objects.filter(pk=root.pk).update(live=False)
    assert is_open() == (True, True), "nobody visits the root"
    _restrict(root)
    assert is_open() == (False, False)


def test_own_drafts_are_seen(world: World, people: dict[str, User]) -> None:
    draft = world.things[OWN].page
    assert permissions.may_see(people[AUTHOR], draft)
    assert draft.page_ptr in permissions.visible_pages(people[AUTHOR], Page.objects.filter(pk=draft.pk))


def test_the_bin(world: World, people: dict[str, User]) -> None:
    own, foreign = world.things[OWN], world.things[FOREIGN]
    answers = {
        role: [permissions.may_restore(people[role], thing) for thing in (own.binned, own.binned_published)]
        for role in (AUTHOR, PUBLISHER, COOPERATION_MANAGER)
    }
    assert answers == {AUTHOR: [True, False], PUBLISHER: [True, True], COOPERATION_MANAGER: [False, False]}
    for thing in (foreign.binned, foreign.binned_published):
        assert not permissions.may_restore(people[PUBLISHER], thing)
        assert permissions.may_restore(people[PORTAL_ADMIN], thing)
    assert own.binned in permissions.visible_bin(people[AUTHOR])
    assert foreign.binned not in permissions.visible_bin(people[AUTHOR])
    assert foreign.binned in permissions.visible_bin(people[PORTAL_ADMIN])


def test_what_lay_below_a_page_that_is_gone_only_portal_administrators_bring_back(
    world: World, people: dict[str, User]
) -> None:
    BinnedPage.objects.filter(pk=world.things[OWN].binned.pk).update(anchor=None)
    binned = BinnedPage.objects.get(pk=world.things[OWN].binned.pk)
    assert not permissions.may_restore(people[PUBLISHER], binned)
    assert permissions.may_restore(people[PORTAL_ADMIN], binned)


def test_shared_media_are_used_and_not_changed(world: World, people: dict[str, User]) -> None:
    for thing in ("image", "document"):
        shared, own, foreign = (getattr(world.things[name], thing) for name in (CENTRAL, OWN, FOREIGN))
        assert permissions.may_use_media(people[AUTHOR], shared)
        assert not permissions.may_change_media(people[AUTHOR], shared)
        assert permissions.may_change_media(people[AUTHOR], own)
        assert not permissions.may_use_media(people[AUTHOR], foreign)


def test_documents_are_read_when_a_public_page_shows_them(world: World, people: dict[str, User]) -> None:
    document = DocumentFactory(collection=world.things[FOREIGN].collection)
    page = StandardPageFactory(parent=world.things[FOREIGN].place, live=False, body=[("document", document)])
    reader: Any = AnonymousUser()

    def answers() -> tuple[bool, bool]:
        return permissions.document_is_public(document), permissions.may_read_document(reader, document)

    assert answers() == (False, False)
    page.save_revision().publish()
    assert answers() == (True, True)
    _restrict(page)
    assert answers() == (False, False)
    assert permissions.may_read_document(world.things[FOREIGN].person, document)
    assert not permissions.may_read_document(people[AUTHOR], document)


def test_colleagues(world: World, people: dict[str, User]) -> None:
    managers = UserFactory()
    managers = give(managers, RoleKind.COOPERATION_MANAGER, None)
    seen = {role: set(permissions.visible_people(people[role])) for role in people}
    own, foreign = world.things[OWN].person, world.things[FOREIGN].person
    assert seen[PORTAL_ADMIN] >= {own, foreign, managers}
    assert own in seen[AUTHOR]
    assert not seen[AUTHOR] & {foreign, managers}
    assert managers in seen[COOPERATION_MANAGER]
    assert people[REFERENCE_EDITOR] in seen[REFERENCE_EDITOR]
    assert not seen[REFERENCE_EDITOR] & {own, foreign, managers}
    assert seen[STRANGER] == {people[STRANGER]}


def test_roles_are_given_where_somebody_administers(world: World, people: dict[str, User], two_hats: User) -> None:
    own, foreign = world.things[OWN], world.things[FOREIGN]
    given = RoleGroup.objects.filter(group__in=permissions.assignable_groups(two_hats))
    assert {role.municipality_id for role in given} == {own.place.pk}
    assert not permissions.assignable_groups(people[PUBLISHER])
    assert foreign.group in permissions.assignable_groups(people[PORTAL_ADMIN])
    assert [permissions.may_manage_people(people[role]) for role in (PUBLISHER, LOCAL_ADMIN, PORTAL_ADMIN)] == [
        False,
        True,
        True,
    ]
    assert permissions.may_give_roles(two_hats, own.person)
    assert not permissions.may_give_roles(two_hats, foreign.person)
    assert not permissions.may_give_roles(people[PUBLISHER], own.person)
    assert permissions.may_give_roles(people[PORTAL_ADMIN], foreign.person)


def test_portal_administrators_are_out_of_reach(world: World, people: dict[str, User]) -> None:
    admin = give(people[PORTAL_ADMIN], RoleKind.AUTHOR, world.things[OWN].place)
    for check in (permissions.may_give_roles, permissions.may_manage_person, permissions.may_see_rights_of):
        assert not check(people[LOCAL_ADMIN], admin)
        assert check(admin, people[LOCAL_ADMIN])


def test_accounts_are_changed_of_those_who_work_nowhere_else(world: World, people: dict[str, User]) -> None:
    administrator, person = people[LOCAL_ADMIN], world.things[OWN].person
    assert permissions.may_manage_person(administrator, person)
    assert not permissions.may_manage_person(administrator, administrator)
    assert not permissions.may_manage_person(administrator, people[STRANGER])
    assert not permissions.may_manage_person(people[PUBLISHER], person)
    person = give(person, RoleKind.AUTHOR, world.things[FOREIGN].place)
    assert not permissions.may_manage_person(administrator, person)
    assert permissions.may_give_roles(administrator, person)
    assert permissions.may_manage_person(people[PORTAL_ADMIN], person)


def test_rights_are_looked_up_of_the_own_people(world: World, people: dict[str, User]) -> None:
    own, foreign = world.things[OWN].person, world.things[FOREIGN].person
    assert permissions.may_see_rights_of(own, own)
    assert permissions.may_see_rights_of(people[LOCAL_ADMIN], own)
    assert not permissions.may_see_rights_of(people[LOCAL_ADMIN], foreign)
    assert not permissions.may_see_rights_of(people[AUTHOR], own)


def test_the_way_down_opens_and_nothing_beside_it(world: World, people: dict[str, User]) -> None:
    own, foreign = world.things[OWN].place, world.things[FOREIGN].place
    home = own.get_parent()
    for page, answers in {home: (True, False), own: (True, True), foreign: (False, False)}.items():
        person = people[AUTHOR]
        assert (permissions.may_explore(person, page), permissions.may_work_on(person, page)) == answers
        assert permissions.own_pages(person).filter(pk=page.pk).exists() is answers[1]
    assert permissions.may_work_on(people[REFERENCE_EDITOR], world.things[CENTRAL].page)
    assert not permissions.may_work_on(people[REFERENCE_EDITOR], own)
    assert permissions.may_see(people[REFERENCE_EDITOR], world.things[PUBLISHED].page)
