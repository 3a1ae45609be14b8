"""Who answers for a municipality, asked from the municipality's side; ``permissions`` has it from the person's."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import F, Q, QuerySet

from cms.models import User
from municipalities.models import (
    Capacity,
    ConsentParty,
    ConsentRequest,
    MunicipalityPage,
    RoleGroup,
    RoleKind,
    Tenant,
)


def people_to_name(place: MunicipalityPage) -> QuerySet[User]:
    """Who can be named as the municipality's representative: whoever holds a role there."""
    people = User.objects.filter(is_active=True, groups__role__municipality=place)
    return people.distinct().order_by("last_name", "first_name", "username")


def representative_of(place: MunicipalityPage | None) -> User | None:
    """The named one, as long as that person works there."""
    tenant = Tenant.objects.filter(municipality=place).select_related("representative").first()
    if place is None or tenant is None or tenant.representative is None:
        return None
    return people_to_name(place).filter(pk=tenant.representative.pk).first()


def people_answering_for(places: Collection[int]) -> dict[int, list[User]]:
    """For each municipality the named representative, or else the local administrators. Three queries."""
    named = dict(Tenant.objects.filter(municipality__in=places).values_list("municipality", "representative"))
    memberships = User.groups.through.objects.filter(group__role__municipality__in=places, user__is_active=True)
    at_work: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for place, user, kind in memberships.values_list("group__role__municipality", "user", "group__role__kind"):
        at_work[place][user].add(kind)
    users = User.objects.in_bulk({user for found in at_work.values() for user in found})
    return {
        place: [users[named[place]]]
        if named.get(place) in found
        else [users[user] for user in sorted(found) if RoleKind.LOCAL_ADMIN in found[user]]
        for place, found in at_work.items()
    }


def unanswerable(consent: ConsentRequest) -> QuerySet[ConsentParty]:
    """Municipalities that are still to answer and for which nobody can."""
    held = RoleGroup.objects.filter(municipality__isnull=False, group__user__is_active=True)
    administered = held.filter(kind=RoleKind.LOCAL_ADMIN)
    named = RoleGroup.objects.filter(group__user__is_active=True, group__user=F("municipality__tenant__representative"))
    able = Q(municipality__in=administered.values("municipality")) | Q(municipality__in=named.values("municipality"))
    return consent.parties.unanswered().exclude(able)


def capacity_of(user: User, party: ConsentParty) -> Capacity:
    named = representative_of(party.municipality)
    return Capacity.REPRESENTATIVE if named is not None and named.pk == user.pk else Capacity.LOCAL_ADMIN
