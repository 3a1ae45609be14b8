"""Who may say who is responsible: publishers, each for the own municipality, and reference editors for all."""

from typing import Any

from django.db.models import Q, QuerySet

from cms.policies import PredicatePolicy
from municipalities import permissions
from municipalities.models import MunicipalityPage, RoleKind
from services.models.responsibility import Responsibility

_PUBLISHING = (RoleKind.PUBLISHER, RoleKind.LOCAL_ADMIN)


def decides_for_all(user: Any) -> bool:
    return permissions.is_portal_admin(user) or any(
        role.kind == RoleKind.REFERENCE_EDITOR for role in permissions.roles_of(user)
    )


def may_decide_for(user: Any, area: MunicipalityPage) -> bool:
    return decides_for_all(user) or permissions.may_publish_for(user, area)


def visible_responsibilities(user: Any) -> QuerySet[Responsibility]:
    """What editors see with its notes: of their own municipalities, and what their own offices do for others."""
    if decides_for_all(user):
        return Responsibility.objects.all()
    own = areas(user)
    offices = Q()
    for path in own.values_list("path", flat=True):
        offices |= Q(office__path__startswith=path)
    return Responsibility.objects.filter(Q(area__in=own) | offices) if offices else Responsibility.objects.none()


def areas(user: Any) -> QuerySet[MunicipalityPage]:
    """Municipalities whose responsibilities the person sees."""
    return MunicipalityPage.objects.all() if decides_for_all(user) else permissions.municipalities_of(user)


def areas_decided_by(user: Any) -> QuerySet[MunicipalityPage]:
    """As :func:`may_decide_for`, for lists."""
    return MunicipalityPage.objects.all() if decides_for_all(user) else permissions.municipalities_published_by(user)


class ResponsibilityPolicy(PredicatePolicy):
    def user_has_permission(self, user: Any, action: str) -> bool:
        if decides_for_all(user):
            return True
        if action == "view":
            return bool(permissions.municipality_ids(user))
        return bool(permissions.municipality_ids(user, *_PUBLISHING))

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Responsibility) -> bool:
        if action == "view":
            return visible_responsibilities(user).filter(pk=instance.pk).exists()
        # What follows from an agreement opens, and says there where it is changed.
        return may_decide_for(user, instance.area) and (action == "change" or not instance.prevails)
