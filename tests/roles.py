"""A municipality that works with the portal, and people who hold roles in it."""

from typing import Any

from cms.models import User
from municipalities.models import MunicipalityPage, RoleGroup, RoleKind
from municipalities.tenants.default_pages import default_pages
from municipalities.tenants.provisioning import set_up_tenant
from tests.factories import MunicipalityFactory, UserFactory, without_editors_indexes


def tenant(name: str, **values: Any) -> MunicipalityPage:
    with without_editors_indexes():
        place = MunicipalityFactory(title=name, published=True, **values)
        for default in default_pages():
            # Publishing each would take most of the time of many tests.
            place.add_child(instance=default.make(place))
        set_up_tenant(place)
    return MunicipalityPage.objects.get(pk=place.pk)


def holder(kind: RoleKind, place: MunicipalityPage | None, **fields: str) -> User:
    user = UserFactory(**fields)
    if not user.email:
        user.email = f"{user.username}@example.org"
        user.save()
    user.groups.add(RoleGroup.objects.get(kind=kind, municipality=place).group)
    return user
