"""The groups behind the roles: which of Wagtail's permissions each role has, and where."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Model
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from municipalities.models import Approval, MunicipalityPage, RoleGroup, RoleKind, Tenant

_AUTHOR_PAGES = ("add_page", "change_page")
_PUBLISHER_PAGES = (*_AUTHOR_PAGES, "publish_page", "lock_page", "unlock_page", "bulk_delete_page")
_MEDIA = (
    *("add_image", "change_image", "choose_image"),
    *("add_document", "change_document", "choose_document"),
)
_CHOOSE_MEDIA = ("choose_image", "choose_document")
# Permissions for images and documents belong to Wagtail's own models, whatever the portal's are called.
_MEDIA_APPS = ("wagtailimages", "wagtaildocs")
SHARED_COLLECTION = "Gemeinsam"


def role_name(kind: RoleKind, municipality: MunicipalityPage | None = None) -> str:
    """The group's name as administrators see it, with the key: two municipalities may have the same name."""
    return f"{municipality.title} ({municipality.ags}): {kind.label}" if municipality else str(kind.label)


def set_up_role(
    kind: RoleKind,
    pages: Iterable[Page],
    collections: Iterable[Collection],
    municipality: MunicipalityPage | None = None,
) -> RoleGroup:
    """Create the role's group if it is missing and bring its permissions in step; whoever holds it keeps it."""
    role = RoleGroup.objects.filter(kind=kind, municipality=municipality).select_related("group").first()
    name = role_name(kind, municipality)
    if role is None:
        group, _created = Group.objects.get_or_create(name=name)
        role = RoleGroup.objects.create(group=group, kind=kind, municipality=municipality)
    elif role.group.name != name:
        role.group.name = name
        role.group.save(update_fields=["name"])
    wanted_pages = {(page.pk, codename) for page in pages for codename in page_permissions(kind, municipality)}
    _sync_pages(role.group, wanted_pages)
    wanted = {(collection.pk, codename) for collection in collections for codename in _MEDIA}
    wanted |= {(shared_collection().pk, codename) for codename in _CHOOSE_MEDIA}
    _sync_collections(role.group, wanted)
    role.group.permissions.set(Permission.objects.filter(codename="access_admin"))
    return role


def page_permissions(kind: RoleKind, municipality: MunicipalityPage | None) -> tuple[str, ...]:
    if kind != RoleKind.AUTHOR:
        return _PUBLISHER_PAGES
    tenant = Tenant.objects.filter(municipality=municipality).first()
    if tenant is not None and tenant.approval == Approval.AUTHORS_PUBLISH:
        return (*_AUTHOR_PAGES, "publish_page")
    return _AUTHOR_PAGES


def shared_collection() -> Collection:
    """Images and documents that all municipalities may use."""
    root = Collection.get_first_root_node()
    found = root.get_children().filter(name=SHARED_COLLECTION).first()
    return found or root.add_child(name=SHARED_COLLECTION)


def _sync_pages(group: Group, wanted: set[tuple[int, str]]) -> None:
    rows = GroupPagePermission.objects.filter(group=group).select_related("permission")
    existing = {(row.page_id, row.permission.codename): row for row in rows}
    _remove(GroupPagePermission, [existing[key] for key in existing.keys() - wanted])
    new = sorted(wanted - existing.keys())
    permissions = _permissions(("wagtailcore",), new)
    GroupPagePermission.objects.bulk_create(
        GroupPagePermission(group=group, page_id=page_id, permission=permissions[codename]) for page_id, codename in new
    )


def _sync_collections(group: Group, wanted: set[tuple[int, str]]) -> None:
    rows = GroupCollectionPermission.objects.filter(group=group).select_related("permission")
    existing = {(row.collection_id, row.permission.codename): row for row in rows}
    _remove(GroupCollectionPermission, [existing[key] for key in existing.keys() - wanted])
    new = sorted(wanted - existing.keys())
    permissions = _permissions(_MEDIA_APPS, new)
    GroupCollectionPermission.objects.bulk_create(
        GroupCollectionPermission(group=group, collection_id=collection_id, permission=permissions[codename])
        for collection_id, codename in new
    )


def _remove(model: type[Model], rows: list[Any]) -> None:
    if rows:
        model._default_manager.filter(pk__in=[row.pk for row in rows]).delete()


def _permissions(apps: tuple[str, ...], keys: list[tuple[int, str]]) -> dict[str, Permission]:
    codenames = {codename for _pk, codename in keys}
    found = Permission.objects.filter(content_type__app_label__in=apps, codename__in=codenames) if codenames else ()
    return {permission.codename: permission for permission in found}
