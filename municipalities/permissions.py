"""Who may see and do what: the one place that answers, for pages, media, people and registers alike.

Wagtail's own permissions say what a role may do on which pages and collections (see ``tenants/roles.py``). The
predicates here put them together with the tenancy: what belongs to another municipality is neither changed nor seen,
except what is published anyway. Every view of the editors' interface is guarded by them (``gate/``), every list is
filtered by them.
"""

from typing import Any

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet
from wagtail.models import Page, ReferenceIndex
from wagtail.permissions import page_permission_policy, policy_registry

from cms.models import PortalDocument, PortalImage, User
from cms.visibility import CLOSED, open_to_all
from municipalities.models import (
    BinnedPage,
    MunicipalityKind,
    MunicipalityPage,
    MunicipalityQuerySet,
    RoleGroup,
    RoleKind,
    Tenant,
)

_ANY_PAGE_ACTION = {"add", "change", "publish", "lock", "unlock", "bulk_delete"}


def is_portal_admin(user: Any) -> bool:
    """Portal administrators look after everything; all others are held to their own part."""
    return bool(user.is_active and user.is_superuser)


def roles_of(user: User) -> list[RoleGroup]:
    """The roles a person holds, read once for each request."""
    known: list[RoleGroup] | None = user.__dict__.get("_portal_roles")
    if known is None:
        known = list(RoleGroup.objects.filter(group__user=user).select_related("group", "municipality").order_by("pk"))
        user.__dict__["_portal_roles"] = known
    return known


def municipality_ids(user: User, *kinds: RoleKind) -> set[int]:
    """Keys of the municipalities where a person holds a role, or one of these kinds."""
    return {
        role.municipality_id
        for role in roles_of(user)
        if role.municipality_id is not None and (not kinds or role.kind in kinds)
    }


def municipalities_of(user: User, *kinds: RoleKind) -> MunicipalityQuerySet:
    """Municipalities a person works for; all of them for portal administrators."""
    if is_portal_admin(user):
        return MunicipalityPage.objects.all()
    return MunicipalityPage.objects.filter(pk__in=municipality_ids(user, *kinds))


# Pages


def may_work_on(user: User, page: Page) -> bool:
    """Whether the page lies in a part of the tree where the person has any task."""
    return page_permission_policy.user_has_any_permission_for_instance(user, _ANY_PAGE_ACTION, page)


def own_pages(user: User) -> QuerySet[Page]:
    """As :func:`may_work_on`, for lists."""
    return page_permission_policy.instances_user_has_any_permission_for(user, _ANY_PAGE_ACTION)


def may_see(user: User, page: Page) -> bool:
    """Whether the person may see the page in the editors' interface: an own one, or a published one of others."""
    return may_work_on(user, page) or page_is_public(page)


def may_explore(user: User, page: Page) -> bool:
    """Whether the list of the page's children opens: own pages and the way down to them."""
    return page_permission_policy.explorable_instances(user).filter(pk=page.pk).exists()


def may_publish_for(user: User, municipality: MunicipalityPage) -> bool:
    """Whether the person may decide for the municipality what the public sees."""
    return page_permission_policy.user_has_permission_for_instance(user, "publish", municipality)


def municipalities_published_by(user: User) -> MunicipalityQuerySet:
    """As :func:`may_publish_for`, for lists."""
    own = page_permission_policy.instances_user_has_permission_for(user, "publish")
    return MunicipalityPage.objects.filter(pk__in=own.values("pk"))


def municipalities_overseen_by(user: User) -> MunicipalityQuerySet:
    """Municipalities of which the person may see numbers side by side, though nothing of their drafts.

    Whoever works for a district sees its municipalities; reference editors and portal administrators see all.
    """
    if is_portal_admin(user) or any(role.kind == RoleKind.REFERENCE_EDITOR for role in roles_of(user)):
        return MunicipalityPage.objects.all()
    districts = municipalities_of(user).filter(kind=MunicipalityKind.DISTRICT)
    return MunicipalityPage.objects.filter(Q(pk__in=districts.values("pk")) | Q(district__in=districts.values("pk")))


def may_confirm(user: Any, page: Page) -> bool:
    """Whether the person may say that a page is still correct, and when somebody has to look at it again."""
    return page_permission_policy.user_has_permission_for_instance(user, "publish", page)


def may_set_up(user: User, municipality: MunicipalityPage) -> bool:
    """Whether the person decides how the municipality works with the portal: who approves, how often pages are read."""
    return is_portal_admin(user) or municipality.pk in municipality_ids(user, RoleKind.LOCAL_ADMIN)


def may_follow_consents(user: Any) -> bool:
    """Whether the person may read what the municipalities are asked about and what each has answered: all at work."""
    return is_portal_admin(user) or bool(roles_of(user))


def municipalities_answered_by(user: Any) -> MunicipalityQuerySet:
    """Municipalities for which the person answers where all are asked.

    The one named in the municipality's settings, as long as that person works there; otherwise its local
    administrators. Portal administrators answer for nobody.
    """
    at_work = RoleGroup.objects.filter(
        municipality=OuterRef("municipality"), group__user=OuterRef("representative"), group__user__is_active=True
    )
    administered = municipality_ids(user, RoleKind.LOCAL_ADMIN)
    tenants = Tenant.objects.annotate(has_representative=Exists(at_work)).filter(
        Q(has_representative=True, representative=user.pk) | Q(has_representative=False, municipality__in=administered)
    )
    return MunicipalityPage.objects.filter(pk__in=tenants.values("municipality"))


def page_is_public(page: Page) -> bool:
    """Published, and nothing above it is withdrawn or restricted."""
    return not page.get_ancestors(inclusive=True).filter(CLOSED).exists()


def visible_pages(user: Any, pages: QuerySet[Page]) -> QuerySet[Page]:
    """As :func:`may_see`, for lists: own pages, and published ones of others under the title that the public sees."""
    if is_portal_admin(user):
        return pages
    public = open_to_all(Page.objects.all())
    visible = Page.objects.filter(Q(pk__in=own_pages(user).values("pk")) | Q(pk__in=public.values("pk")))
    # By key: a search over the result takes no other conditions.
    return pages.filter(pk__in=visible.values_list("pk", flat=True))


# The bin


def visible_bin(user: Any) -> QuerySet[BinnedPage]:
    """What was deleted of the person's own part of the tree."""
    if is_portal_admin(user):
        return BinnedPage.objects.all()
    return BinnedPage.objects.filter(anchor__in=own_pages(user).values("pk"))


def may_restore(user: Any, binned: BinnedPage) -> bool:
    """Whether the person may bring a deleted page back; what was published needs someone who may publish."""
    if is_portal_admin(user):
        return True
    if binned.anchor is None:
        return False
    action = "publish" if binned.published else "add"
    return page_permission_policy.user_has_permission_for_instance(user, action, binned.anchor)


# Images, documents and their collections


def may_use_media(user: User, media: PortalImage | PortalDocument) -> bool:
    """Whether the person may see and choose an image or document."""
    policy = policy_registry.get(media)
    return policy.user_has_any_permission_for_instance(user, {"add", "change", "delete", "choose"}, media)


def may_change_media(user: User, media: PortalImage | PortalDocument) -> bool:
    policy = policy_registry.get(media)
    return policy.user_has_any_permission_for_instance(user, {"change", "delete"}, media)


def document_is_public(document: PortalDocument) -> bool:
    """Whether a page that the public sees uses the document; what drafts use stands in no index."""
    used = ReferenceIndex.get_references_to(document).filter(base_content_type=ContentType.objects.get_for_model(Page))
    keys = [int(key) for key in used.values_list("object_id", flat=True).distinct()]
    return open_to_all(Page.objects.filter(pk__in=keys)).exists()


def may_read_document(user: Any, document: PortalDocument) -> bool:
    """Whether the document's file is handed out: to all when it is published, before that to those who may use it."""
    return document_is_public(document) or (user.is_authenticated and may_use_media(user, document))


# People


def visible_people(user: User) -> QuerySet[User]:
    """Colleagues: those who hold a role in one of the person's municipalities or the same central role."""
    if is_portal_admin(user):
        return User.objects.all()
    roles = roles_of(user)
    shared = RoleGroup.objects.filter(
        Q(municipality__in=municipality_ids(user))
        | Q(municipality__isnull=True, kind__in=[role.kind for role in roles if role.municipality_id is None])
    )
    return User.objects.filter(Q(pk=user.pk) | Q(groups__in=shared.values("group"))).distinct()


def may_manage_people(user: User) -> bool:
    """Whether the person looks after any colleagues at all."""
    return is_portal_admin(user) or bool(municipality_ids(user, RoleKind.LOCAL_ADMIN))


def assignable_groups(user: User) -> QuerySet[Group]:
    """Groups a person may give and take: those of the municipalities that they administer, and no right they lack."""
    if is_portal_admin(user):
        return Group.objects.all()
    return Group.objects.filter(role__municipality__in=municipality_ids(user, RoleKind.LOCAL_ADMIN))


def may_give_roles(user: User, person: User) -> bool:
    """Whether the person's roles in the own municipality may be changed. Portal administrators are out of reach."""
    if is_portal_admin(user):
        return True
    return not person.is_superuser and person.groups.filter(pk__in=assignable_groups(user)).exists()


def may_see_rights_of(user: User, person: User) -> bool:
    """Whether the person may look up what somebody may do: everyone for themselves, administrators for their people."""
    return person.pk == user.pk or may_give_roles(user, person)


def may_manage_person(user: User, person: User) -> bool:
    """Whether name, e-mail and access of the whole account may be changed: only of those who work nowhere else."""
    if is_portal_admin(user):
        return True
    if person.pk == user.pk or not may_give_roles(user, person):
        return False
    return not person.groups.exclude(pk__in=assignable_groups(user)).exists()
