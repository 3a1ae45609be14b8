"""A municipality is merged into another, which takes over its pages, offices, people and addresses."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page, WorkflowState

from cms.sites import is_start_page
from municipalities import log_actions
from municipalities.folding import fold_bare
from municipalities.lifecycle.addresses import LONGEST, Address, Target, addresses_of, lead_on, lead_on_elsewhere
from municipalities.lifecycle.archive import (
    end_workflow,
    open_workflow_states,
    people_of,
    remove_roles,
    withdraw_pages,
)
from municipalities.lifecycle.belongings import take_over_alerts, take_over_bin
from municipalities.lifecycle.changes import (
    Change,
    ChangeError,
    all_or_nothing,
    check_other_plans,
    find_municipality,
    has_begun,
    lock_tenant,
    merge_steps,
    plan,
    revise,
)
from municipalities.lifecycle.merging_pages import TakenOver, take_over_pages
from municipalities.models import Locality, MunicipalityPage, PostalCode, RoleGroup, Tenant


def merge(old_ags: str, new_ags: str, first_day: date, *, dry_run: bool = False, user: Any = None) -> Change:
    """From ``first_day`` on the municipality ``old_ags`` is a part of ``new_ags``.

    A day that lies ahead is noted, and the daily run carries it out. Raises :class:`ChangeError`, and then nothing has
    changed; running it again changes nothing.
    """
    place, heir = find_municipality(old_ags), find_municipality(new_ags)
    change = Change(place, first_day, heir, user=user, dry_run=dry_run)
    is_over = place.valid_until is not None and not Tenant.objects.filter(municipality=place).exists()
    if is_over and place.successor_id == heir.pk:
        return change
    with all_or_nothing(dry_run):
        if is_over:
            raise ChangeError(_("%(place)s has left the portal or was merged.") % {"place": place.title})
        if place.pk == heir.pk:
            raise ChangeError(_("A municipality cannot be merged into itself."))
        # Always in the same order, so that two runs do not wait for each other.
        tenants = {found.pk: lock_tenant(found) for found in sorted((place, heir), key=lambda found: found.pk)}
        _check(change)
        plan(change)
        change.is_planned = not has_begun(change)
        if dry_run or not change.is_planned:
            _carry_out(change, tenants[place.pk], tenants[heir.pk])
    return change


def _check(change: Change) -> None:
    place, heir = change.place, change.into
    names = {"place": place.title, "heir": heir.title}
    check_other_plans(change)
    if place.is_district != heir.is_district:
        raise ChangeError(_("A district and a municipality cannot be merged."))
    if heir.valid_until is not None:
        raise ChangeError(_("%(heir)s itself ends; it cannot take over anything.") % names)
    if not heir.live or not heir.exists_on(change.first_day):
        raise ChangeError(_("%(heir)s is not published or does not exist on that day.") % names)
    if is_start_page(place.pk):
        raise ChangeError(_("%(place)s is the start page of the portal.") % names)


def _carry_out(change: Change, old: Tenant, new: Tenant) -> None:
    place, heir = change.place, change.into
    addresses = addresses_of(place)
    waiting = open_workflow_states(place)
    submitted = [state for state in waiting if state.status == WorkflowState.STATUS_IN_PROGRESS]
    end_workflow(old, waiting, change)
    for step in merge_steps:
        step(change)
    _take_over_places(change)
    take_over_alerts(change)
    taken = take_over_pages(change)
    take_over_bin(change, taken.counterparts)
    _take_over_people(change)
    # Below the successor's collection the same people may use what they used before.
    Tenant.objects.filter(pk=old.pk).delete()
    old.collection.refresh_from_db()
    new.collection.refresh_from_db()
    old.collection.move(new.collection, pos="sorted-child")
    change.note(_("Collection for images and documents taken over"))
    change.place = place = MunicipalityPage.objects.get(pk=place.pk)
    withdraw_pages(change)
    remove_roles(change, block=False)
    count = lead_on(addresses, _finder(addresses, taken), permanent=True)
    count += lead_on_elsewhere(place, heir, None, permanent=True)
    change.note(_("Addresses that lead on to %(target)s") % {"target": heir.title}, count)
    log(
        instance=place,
        action=log_actions.MERGED,
        user=change.user,
        data={"day": str(change.first_day), "heir": heir.title},
    )
    _submit_again(submitted, taken, new, change)


def _take_over_places(change: Change) -> None:
    """Localities keep their keys, which stand in addresses; the old name becomes one of them."""
    place, heir = change.place, change.into
    moved = list(Locality.objects.filter(municipality_id=place.pk).order_by("sort_order", "pk"))
    Locality.objects.filter(pk__in=[locality.pk for locality in moved]).update(municipality_id=heir.pk)
    known = {fold_bare(name) for name in Locality.objects.filter(municipality=heir.pk).values_list("name", flat=True)}
    if fold_bare(place.title) not in known | {fold_bare(heir.title)} and not place.is_district:
        moved.append(Locality.objects.create(municipality_id=heir.pk, name=place.title[:80]))
    had = set(PostalCode.objects.filter(municipality=heir.pk).values_list("code", flat=True))
    codes = PostalCode.objects.filter(municipality=place.pk).exclude(code__in=had).values_list("code", flat=True)
    added = [PostalCode.objects.create(municipality_id=heir.pk, code=code) for code in sorted(set(codes))]

    def amend(page: MunicipalityPage) -> None:
        names = {locality.pk for locality in page.localities.all()}
        page.localities.add(*(locality for locality in moved if locality.pk not in names))
        present = {code.code for code in page.postal_codes.all()}
        page.postal_codes.add(*(code for code in added if code.code not in present))

    def forget(page: MunicipalityPage) -> None:
        page.localities.set([])

    revise(heir, amend, change.user)
    revise(place, forget, change.user)
    change.note(_("Localities taken over"), len(moved))
    change.note(_("Postcodes taken over"), len(added))
    for member in place.members.all() if place.is_district else ():
        revise(member, _belong_to(heir), change.user)
    _take_over_boundary(place, heir)


def _belong_to(district: MunicipalityPage) -> Callable[[MunicipalityPage], None]:
    def amend(page: MunicipalityPage) -> None:
        page.district = district

    return amend


def _take_over_boundary(place: MunicipalityPage, heir: MunicipalityPage) -> None:
    """Both areas side by side, until a new boundary is imported; otherwise the map would have a hole."""
    if not place.boundary or not heir.boundary:
        return
    polygons: list[Any] = []
    for boundary in (heir.boundary, place.boundary):
        coordinates = boundary["coordinates"]
        polygons += coordinates if boundary["type"] == "MultiPolygon" else [coordinates]
    MunicipalityPage.objects.filter(pk=heir.pk).update(boundary={"type": "MultiPolygon", "coordinates": polygons})


def _take_over_people(change: Change) -> None:
    groups = {role.kind: role.group for role in RoleGroup.objects.filter(municipality=change.into)}
    people = people_of(change)
    for kind, persons in people.items():
        if kind in groups:
            groups[kind].user_set.add(*persons)
    change.note(_("People with a role taken over"), len({person.pk for found in people.values() for person in found}))


def _finder(addresses: list[Address], taken: TakenOver) -> Callable[[Address], Target]:
    """Where an old address leads: to the page itself where it was moved, else to the page that answers for it now."""
    pages = {page.pk: page for page in Page.objects.filter(pk__in=[*taken.counterparts.values()])}
    known = Page.objects.in_bulk({address.page_id for address in addresses})
    moved = [page.path for page in Page.objects.filter(pk__in=taken.moved)]
    old = {page.pk: page for page in Page.objects.filter(pk__in=taken.counterparts)}
    lost = {page.path: taken.counterparts[pk] for pk, page in old.items()}

    def find(address: Address) -> Target:
        page = known[address.page_id]
        if any(page.path.startswith(path) for path in moved):
            target = page
        else:
            # The nearest page above that has a counterpart; the municipality itself has one.
            nearest = max((path for path in lost if page.path.startswith(path)), key=len)
            target = pages[lost[nearest]]
        link = f"{target.url}{address.below}/" if address.below and target.url else ""
        return link if 0 < len(link) <= LONGEST else target

    return find


def _submit_again(states: list[WorkflowState], taken: TakenOver, tenant: Tenant, change: Change) -> None:
    """What waited for approval waits for the successor's publishers; last of all, because it sends e-mails."""
    paths = [page.path for page in Page.objects.filter(pk__in=taken.moved)]
    count = 0
    for state in states:
        page = Page.objects.get(pk=state.object_id)
        if tenant.workflow is None or not tenant.workflow.active or page.get_workflow() is None:
            continue
        if any(page.path.startswith(path) for path in paths):
            count += 1
            if not change.dry_run:
                tenant.workflow.start(page.specific, state.requested_by)
    change.note(_("Pages submitted again to the publishers of %(heir)s") % {"heir": tenant.municipality.title}, count)
