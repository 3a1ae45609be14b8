"""The proof of the proof: take any single check out of the permission module, and the matrix notices.

Each predicate is replaced by one that lets everybody through; then some role must be able to do or see something it
should not. A new predicate without a line here fails.
"""

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import Page

from cms.models import User
from municipalities import permissions
from municipalities.models import BinnedPage, MunicipalityPage, RoleGroup
from tests.isolation.matrix import METHODS, walk
from tests.isolation.test_injections import LogIn
from tests.isolation.world import AUTHOR, FOREIGN, LOCAL_ADMIN, OWN, PUBLISHER, STRANGER, World


def _yes(*args: Any, **kwargs: Any) -> bool:
    return True


def _the_matrix_finds_it(*roles: str) -> Callable[[World, LogIn], bool]:
    """Whether the walk finds a violation; it looks before it changes anything, and stops at the first."""

    def attack(world: World, log_in: LogIn) -> bool:
        walks = (walk(world, role, methods=(method,)) for method in METHODS for role in roles)
        return any(tally.violations for tallies in walks for tally in tallies)

    return attack


def _gives_a_foreign_role(world: World, log_in: LogIn) -> bool:
    data = {"email": "neu@example.org", "first_name": "N", "last_name": "N", "groups": [world.things[FOREIGN].group.pk]}
    log_in(LOCAL_ADMIN).post(reverse("wagtailusers_users:add"), data)
    return User.objects.filter(email="neu@example.org").exists()


def _renames_somebody_who_works_elsewhere(world: World, log_in: LogIn) -> bool:
    person = world.things[OWN].person
    person.groups.add(world.things[FOREIGN].group)
    data = {"username": person.username, "email": person.email, "first_name": "gekapert", "last_name": "x"}
    log_in(LOCAL_ADMIN).post(reverse("wagtailusers_users:edit", args=[person.pk]), data)
    return User.objects.filter(first_name="gekapert").exists()


def _reads_a_foreign_document(world: World, log_in: LogIn) -> bool:
    return log_in(AUTHOR).get(world.things[FOREIGN].document.url).status_code == 200


# What stands in for each check, and how that shows.
MUTATIONS: dict[str, tuple[Any, Callable[[World, LogIn], bool]]] = {
    "is_portal_admin": (_yes, _the_matrix_finds_it(AUTHOR)),
    "roles_of": (lambda user: list(RoleGroup.objects.all()), _the_matrix_finds_it(AUTHOR)),
    "municipality_ids": (
        lambda user, *kinds: set(MunicipalityPage.objects.values_list("pk", flat=True)),
        _the_matrix_finds_it(AUTHOR),
    ),
    "municipalities_of": (lambda user, *kinds: MunicipalityPage.objects.all(), _the_matrix_finds_it(PUBLISHER)),
    "may_work_on": (_yes, _the_matrix_finds_it(AUTHOR)),
    "own_pages": (lambda user: Page.objects.all(), _the_matrix_finds_it(AUTHOR)),
    "may_confirm": (_yes, _the_matrix_finds_it(AUTHOR)),
    "may_follow_consents": (_yes, _the_matrix_finds_it(STRANGER)),
    "municipalities_answered_by": (lambda user: MunicipalityPage.objects.all(), _the_matrix_finds_it(AUTHOR)),
    "may_set_up": (_yes, _the_matrix_finds_it(PUBLISHER)),
    "visible_bin": (lambda user: BinnedPage.objects.all(), _the_matrix_finds_it(AUTHOR)),
    "may_restore": (_yes, _the_matrix_finds_it(AUTHOR)),
    "may_see": (_yes, _the_matrix_finds_it(AUTHOR)),
    "may_explore": (_yes, _the_matrix_finds_it(AUTHOR)),
    "may_publish_for": (_yes, _the_matrix_finds_it(AUTHOR)),
    "municipalities_published_by": (lambda user: MunicipalityPage.objects.all(), _the_matrix_finds_it(AUTHOR)),
    "municipalities_overseen_by": (lambda user: MunicipalityPage.objects.all(), _the_matrix_finds_it(AUTHOR)),
    "page_is_public": (_yes, _the_matrix_finds_it(AUTHOR)),
    "visible_pages": (lambda user, pages: pages, _the_matrix_finds_it(AUTHOR)),
    "may_use_media": (_yes, _the_matrix_finds_it(AUTHOR)),
    "document_is_public": (_yes, _reads_a_foreign_document),
    "may_read_document": (_yes, _reads_a_foreign_document),
    "may_change_media": (_yes, _the_matrix_finds_it(AUTHOR)),
    "visible_people": (lambda user: User.objects.all(), _the_matrix_finds_it(AUTHOR)),
    "may_manage_people": (_yes, _the_matrix_finds_it(AUTHOR)),
    "assignable_groups": (lambda user: Group.objects.all(), _gives_a_foreign_role),
    "may_give_roles": (_yes, _the_matrix_finds_it(LOCAL_ADMIN)),
    "may_see_rights_of": (_yes, _the_matrix_finds_it(AUTHOR)),
    "may_manage_person": (_yes, _renames_somebody_who_works_elsewhere),
}


def test_every_check_is_put_to_the_proof() -> None:
    checks = {
        name
        for name, function in inspect.getmembers(permissions, inspect.isfunction)
        if function.__module__ == permissions.__name__ and not name.startswith("_")
    }
    assert checks == set(MUTATIONS)


@pytest.mark.parametrize("name", MUTATIONS)
def test_without_this_check_something_leaks(
    world: World, log_in: LogIn, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    replacement, attack = MUTATIONS[name]
    monkeypatch.setattr(permissions, name, replacement)
    assert attack(world, log_in)
