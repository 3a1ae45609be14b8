"""A municipality leaves the portal: its pages are kept in the archive, its addresses lead on, nobody edits there."""

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Site

from cms.sites import is_start_page, portal_site
from municipalities import log_actions
from municipalities.lifecycle.addresses import LONGEST, Target, addresses_of, lead_on, lead_on_elsewhere
from municipalities.lifecycle.archive import end_workflow, open_workflow_states, remove_roles, withdraw_pages
from municipalities.lifecycle.belongings import end_alerts
from municipalities.lifecycle.changes import (
    Change,
    ChangeError,
    all_or_nothing,
    check_other_plans,
    find_municipality,
    has_begun,
    leave_steps,
    lock_tenant,
    plan,
)
from municipalities.models import MunicipalityPage, Tenant


def leave(ags: str, first_day: date | None = None, *, dry_run: bool = False, user: Any = None) -> Change:
    """From ``first_day`` (today) on the municipality is no longer part of the portal.

    A day that lies ahead is noted, and the daily run carries it out. Raises :class:`ChangeError`, and then nothing has
    changed; running it again changes nothing.
    """
    place = find_municipality(ags)
    change = Change(place, first_day or timezone.localdate(), user=user, dry_run=dry_run)
    if place.valid_until is not None and not Tenant.objects.filter(municipality=place).exists():
        return change
    with all_or_nothing(dry_run):
        tenant = lock_tenant(place)
        _check(change)
        plan(change)
        change.is_planned = not has_begun(change)
        if dry_run or not change.is_planned:
            _carry_out(change, tenant)
    return change


def _check(change: Change) -> None:
    place = change.place
    check_other_plans(change)
    members = place.members.filter(valid_until__isnull=True) if place.is_district else MunicipalityPage.objects.none()
    if members:
        raise ChangeError(
            _("Municipalities of %(place)s still belong to the portal: %(names)s.")
            % {"place": place.title, "names": ", ".join(member.title for member in members)}
        )
    if is_start_page(place.pk):
        raise ChangeError(_("%(place)s is the start page of the portal.") % {"place": place.title})


def _carry_out(change: Change, tenant: Tenant) -> None:
    place = change.place
    addresses = addresses_of(place)
    for step in leave_steps:
        step(change)
    end_alerts(change)
    end_workflow(tenant, open_workflow_states(place), change)
    were_live = withdraw_pages(change)
    Tenant.objects.filter(pk=tenant.pk).delete()
    remove_roles(change, block=True)
    sites = Site.objects.filter(root_page_id=place.pk)
    change.note(_("Host names removed"), sites.count())
    own_sites = {site.pk for site in sites}
    sites.delete()
    target = _target(place)
    # What stood on the own host name goes with it.
    kept = [address for address in addresses if address.site_id not in own_sites]
    count = lead_on(kept, lambda address: target, permanent=False)
    count += lead_on_elsewhere(place, None, target, permanent=False)
    change.note(
        _("Addresses that lead on to %(target)s") % {"target": target if isinstance(target, str) else target.title},
        count,
    )
    log(
        instance=place,
        action=log_actions.LEFT,
        user=change.user,
        # Should the municipality come back, these were public.
        data={"day": str(change.first_day), "live": were_live},
    )


def _target(place: MunicipalityPage) -> Target:
    """The own website; where none is known, the district's page, or the portal's."""
    host = (urlsplit(place.website).hostname or "").lower()
    if host and not Site.objects.filter(hostname__iexact=host).exists() and len(place.website) <= LONGEST:
        return place.website
    district = place.district
    if district is not None and district.live and district.exists_on(timezone.localdate()):
        return district
    portal = portal_site()
    return portal.root_page if portal else place.get_parent()
