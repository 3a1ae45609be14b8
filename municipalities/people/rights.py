"""What a person may do with a page, and through which group on which page: answers, and no decisions of its own."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.utils import get_user_display_name
from wagtail.models import GroupPagePermission, Page, PagePermissionTester

from cms.models import User
from cms.models.page import PortalPagePermissionTester, ancestor_paths
from municipalities import permissions
from municipalities.models import RoleGroup, RoleKind
from municipalities.tenancy import municipality_of


@dataclass(frozen=True)
class Grant:
    """The group that gives a right, and the page for which (and for all below which) it has it."""

    group: str
    page: str


@dataclass(frozen=True)
class Right:
    """``note`` says why not, where a group would give the right."""

    label: str
    is_allowed: bool
    through: list[Grant]
    note: str = ""


@dataclass(frozen=True)
class Publishers:
    """Who may publish a page: names where the person in front may know them, and for all others how many."""

    named: list[tuple[str, list[str]]]
    others: list[str]


@dataclass(frozen=True)
class _Action:
    label: Any
    # Any of these on the page or above it gives the right, as far as the state of the page allows.
    codenames: frozenset[str]
    is_allowed: Callable[[PagePermissionTester, User, Page], bool]
    # Takes the page away from where it is.
    is_removal: bool = False


def _action(
    label: Any,
    codenames: str,
    is_allowed: Callable[[PagePermissionTester, User, Page], bool],
    *,
    is_removal: bool = False,
) -> _Action:
    return _Action(label, frozenset(f"{name}_page" for name in codenames.split()), is_allowed, is_removal)


def _may_submit(tester: PagePermissionTester, user: User, page: Page) -> bool:
    return tester.can_edit() and tester.can_submit_for_moderation()


_ACTIONS = (
    _action(
        _("Read drafts"),
        "add change publish lock unlock bulk_delete",
        lambda tester, user, page: permissions.may_work_on(user, page),
    ),
    _action(_("Edit"), "change", lambda tester, user, page: tester.can_edit()),
    _action(_("Add pages below"), "add", lambda tester, user, page: tester.can_add_subpage()),
    _action(_("Submit for approval"), "change", _may_submit),
    _action(_("Publish"), "publish", lambda tester, user, page: tester.can_publish()),
    _action(
        _("Withdraw"),
        "publish",
        lambda tester, user, page: tester.can_unpublish(),
        is_removal=True,
    ),
    _action(
        _("Move"),
        "change",
        lambda tester, user, page: tester.can_move(),
        is_removal=True,
    ),
    _action(
        _("Delete"),
        "change",
        lambda tester, user, page: tester.can_delete(),
        is_removal=True,
    ),
    _action(_("Lock"), "lock", lambda tester, user, page: tester.can_lock()),
    _action(_("Unlock"), "unlock", lambda tester, user, page: tester.can_unlock()),
)


def rights_of(person: User, page: Page) -> list[Right]:
    """Every action with yes or no. The answers are those of the predicates that guard the views themselves."""
    page = page.specific
    tester = page.permissions_for_user(person)
    grants = _grants(person, page)
    rights = []
    for action in _ACTIONS:
        is_allowed = person.is_active and action.is_allowed(tester, person, page)
        through = [grant for codename, grant in grants if codename in action.codenames]
        through = list(dict.fromkeys(through))
        if is_allowed and not through:
            through = [_without_group(person, page)]
        note = _reason(action, person, page, tester) if through and not is_allowed else ""
        rights.append(Right(str(action.label), is_allowed, through, note))
    return [*rights, _people_right(person, page)]


def _grants(person: User, page: Page) -> list[tuple[str, Grant]]:
    if not person.is_active or person.is_superuser:
        return []
    rows = GroupPagePermission.objects.filter(group__user=person, page__path__in=ancestor_paths(page))
    rows = rows.select_related("group", "page", "permission").order_by("group__name", "page__path")
    return [(row.permission.codename, Grant(row.group.name, row.page.title)) for row in rows]


def _without_group(person: User, page: Page) -> Grant:
    if permissions.is_portal_admin(person):
        return Grant(gettext("Portal administrator"), gettext("all pages"))
    if page.owner_id == person.pk:
        return Grant(gettext("own page"), page.title)
    return Grant(gettext("step of the approval"), page.title)


def _reason(action: _Action, person: User, page: Page, tester: PagePermissionTester) -> str:
    """Why a group that would give the right does not here."""
    model = page.specific_class
    if "add_page" in action.codenames and len(action.codenames) == 1:
        has_below = model is not None and model.creatable_subpage_models()
        return "" if has_below else gettext("Below this page there can be no other.")
    if tester.page_locked():
        return gettext("The page is locked, or waits for somebody's approval.")
    if action.is_removal and isinstance(tester, PortalPagePermissionTester) and tester.is_kept():
        return gettext("The municipality does not work without this page.")
    if action.is_allowed is _may_submit:
        waits = page.workflow_in_progress
        return (
            gettext("The page waits for approval already.") if waits else gettext("Nobody has to approve pages here.")
        )
    if "publish_page" in action.codenames and not page.live:
        return gettext("The page is not published.")
    return gettext("What is published, only those remove who may publish; pages with others below, only publishers.")


def _people_right(person: User, page: Page) -> Right:
    """Looking after colleagues is a right in the municipality that the page belongs to."""
    label = gettext("Invite and look after colleagues")
    place = municipality_of(page)
    if permissions.is_portal_admin(person):
        return Right(label, True, [_without_group(person, page)])
    if place is None or not person.is_active:
        return Right(label, False, [])
    is_allowed = place.pk in permissions.municipality_ids(person, RoleKind.LOCAL_ADMIN)
    through = [
        Grant(role.group.name, place.title)
        for role in permissions.roles_of(person)
        if role.municipality_id == place.pk and role.kind == RoleKind.LOCAL_ADMIN
    ]
    return Right(label, is_allowed, through)


def people_to_ask_for(viewer: User, page: Page) -> QuerySet[User]:
    """Whom the person may look up here: administrators their own people, all others themselves alone."""
    people = User.objects.filter(pk=viewer.pk)
    if permissions.is_portal_admin(viewer):
        groups = GroupPagePermission.objects.filter(page__path__in=ancestor_paths(page)).values("group")
        people |= User.objects.filter(groups__in=groups)
    else:
        groups = permissions.assignable_groups(viewer)
        people |= User.objects.filter(groups__in=groups.values("pk"), is_superuser=False)
    return people.distinct().order_by("last_name", "first_name", "username")


def publishers_of(viewer: User, page: Page) -> Publishers:
    """Who may publish here, by role. Portal administrators always may; they are counted."""
    rows = GroupPagePermission.objects.filter(
        permission__codename="publish_page", page__path__in=ancestor_paths(page)
    ).select_related("group")
    groups = {row.group_id: row.group for row in rows}
    kinds = dict(RoleGroup.objects.filter(group__in=groups).values_list("group", "kind"))
    known = set(permissions.visible_people(viewer).values_list("pk", flat=True))
    named: list[tuple[str, list[str]]] = []
    others: list[str] = []
    for pk, group in sorted(groups.items(), key=lambda found: found[1].name):
        people = list(group.user_set.filter(is_active=True).order_by("last_name", "first_name", "username"))
        mine = [get_user_display_name(person) for person in people if person.pk in known]
        if mine:
            named.append((group.name, mine))
        if len(people) > len(mine):
            # The name of a group says whose it is; for others the role is enough.
            role = group.name if mine else str(RoleKind(kinds[pk]).label) if pk in kinds else gettext("other group")
            others.append(_counted(role, len(people) - len(mine)))
    others.append(_counted(gettext("Portal administrators"), _admins().count()))
    return Publishers(named, others)


def _admins() -> QuerySet[User]:
    return User.objects.filter(is_superuser=True, is_active=True)


def _counted(role: str, count: int) -> str:
    people = ngettext("%(count)d person", "%(count)d people", count) % {"count": count}
    return f"{role}: {people}"


def names(people: Iterable[User]) -> list[tuple[int, str]]:
    return [(person.pk, get_user_display_name(person)) for person in people]
