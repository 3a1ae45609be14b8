"""Taking back a change that was noted for a day that has not come yet."""

from typing import Any

from django.utils.translation import gettext as _
from wagtail.log_actions import log

from municipalities import log_actions
from municipalities.lifecycle.changes import Change, ChangeError, all_or_nothing, find_municipality, lock_tenant
from municipalities.models import MunicipalityPage


def cancel(ags: str, *, user: Any = None) -> Change:
    """The municipality goes on existing. Raises :class:`ChangeError` where the change has been carried out."""
    place = find_municipality(ags)
    if place.valid_until is None:
        raise ChangeError(_("No change is planned for %(place)s.") % {"place": place.title})
    with all_or_nothing(dry_run=False):
        lock_tenant(place)
        change = Change(place, place.valid_until, place.successor, user=user)
        MunicipalityPage.objects.filter(pk=place.pk).update(valid_until=None, successor=None)
        change.note(_("The planned change of %(place)s is cancelled.") % {"place": place.title})
        log(instance=place, action=log_actions.CHANGE_CANCELLED, user=user)
    return change
