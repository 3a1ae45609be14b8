"""What leaving and merging share: the report of a change, running it as a whole or not at all, and revising pages.

Apps above this one hold things of a municipality too; they register what is to be done with them here.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms import dry_run as dry_runs
from municipalities.models import MunicipalityPage, Tenant
from municipalities.register.keys import read_key

_FURTHEST = timedelta(days=5 * 366)


class ChangeError(Exception):
    """The change cannot be made; the text says why, in the user's language."""


@dataclass
class Change:
    """What is done with a municipality from ``first_day`` on: it leaves, or is merged into ``heir``.

    ``steps`` says what was done, in order. An empty list means that everything was as it should be already.
    ``is_planned`` is true where the day lies ahead and has only been noted.
    """

    place: MunicipalityPage
    first_day: date
    heir: MunicipalityPage | None = None
    user: Any = None
    dry_run: bool = False
    is_planned: bool = False
    steps: list[str] = field(default_factory=list)

    @property
    def last_day(self) -> date:
        return self.first_day - timedelta(days=1)

    @property
    def into(self) -> MunicipalityPage:
        """The heir, for what is done only where there is one."""
        if self.heir is None:
            raise TypeError("This change has no heir.")
        return self.heir

    def note(self, text: str, count: int | None = None) -> None:
        """Say what was done; what was done to nothing is left out."""
        if count is None:
            self.steps.append(text)
        elif count:
            self.steps.append(f"{text}: {count}")


# What else happens when a municipality leaves or is merged; runs within the same transaction, before its pages move.
Step = Callable[[Change], None]
# Addresses that lead to a place outside its own part of the tree, each with the address at its heir (empty without).
PlaceAddresses = Callable[[MunicipalityPage, MunicipalityPage | None], Iterable[tuple[str, str]]]
# Name of a file in the export and what it holds.
ExportPart = Callable[[MunicipalityPage], list[dict[str, Any]]]

leave_steps: list[Step] = []
merge_steps: list[Step] = []
place_addresses: list[PlaceAddresses] = []
export_parts: dict[str, ExportPart] = {}


@contextmanager
def all_or_nothing(dry_run: bool) -> Iterator[None]:
    """As the portal's, with errors that can be told."""
    try:
        with dry_runs.all_or_nothing(dry_run):
            yield
    except ValidationError as error:
        raise ChangeError(" ".join(error.messages)) from error


def find_municipality(ags: str) -> MunicipalityPage:
    place = MunicipalityPage.objects.filter(ags=read_key(ags)).first()
    if place is None:
        raise ChangeError(_("This portal has no municipality with the key %(ags)s.") % {"ags": ags.strip()})
    return place


def lock_tenant(place: MunicipalityPage) -> Tenant:
    """The tenant, held until the end of the transaction, so that two runs do not meet.

    What is planned for the municipality is read again: another run may have changed it until now.
    """
    tenant = Tenant.objects.select_for_update(of=("self",)).filter(municipality=place).first()
    if tenant is None:
        raise ChangeError(_("%(place)s has no editors here; please take it up first.") % {"place": place.title})
    place.refresh_from_db(fields=["valid_until", "successor"])
    return tenant


def check_other_plans(change: Change) -> None:
    """What is planned already is neither replaced nor made impossible by another plan; somebody has to cancel it."""
    place = change.place
    heir_id = change.heir.pk if change.heir else None
    if place.valid_until is not None and not _is_planned(change):
        if place.successor is not None and place.successor_id != heir_id:
            raise ChangeError(
                _("%(place)s is to be merged into %(heir)s; please cancel that first.")
                % {"place": place.title, "heir": place.successor.title}
            )
        raise ChangeError(
            _("%(place)s ends on %(day)s; please cancel that plan first.")
            % {"place": place.title, "day": date_format(place.valid_until, "SHORT_DATE_FORMAT")}
        )
    coming = place.predecessors.filter(tenant__isnull=False)
    if coming:
        raise ChangeError(
            _("To be merged into %(place)s: %(names)s. Please cancel that first.")
            % {"place": place.title, "names": ", ".join(page.title for page in coming)}
        )


def plan(change: Change) -> None:
    """Note on the page until when the municipality exists and who comes after it."""
    place, heir = change.place, change.heir
    if _is_planned(change):
        # The day itself may have passed without a run.
        return
    _check_day(change)
    place.valid_until, place.successor = change.last_day, heir
    MunicipalityPage.objects.filter(pk=place.pk).update(valid_until=change.last_day, successor=heir)
    if heir is not None:
        change.note(_("Successor: %(heir)s") % {"heir": heir.title})
    change.note(
        _("Last day of %(place)s: %(day)s") % {"place": place.title, "day": change.last_day.strftime("%d.%m.%Y")}
    )


def _is_planned(change: Change) -> bool:
    """Whether just this is noted on the page already."""
    place = change.place
    is_same_day = place.valid_until is not None and (change.first_day - place.valid_until).days == 1
    return is_same_day and place.successor_id == (change.heir.pk if change.heir else None)


def _check_day(change: Change) -> None:
    """A slip in typing the day would end what has not even begun, or be forgotten until it happens."""
    place, today = change.place, timezone.localdate()
    since = [today] if place.first_published_at is None else [timezone.localdate(place.first_published_at)]
    if place.valid_from is not None:
        since.append(place.valid_from + timedelta(days=1))
    first, last = max(since), today + _FURTHEST
    if not first <= change.first_day <= last:
        raise ChangeError(
            _("Please choose a day from %(first)s to %(last)s.")
            % {"first": date_format(first, "SHORT_DATE_FORMAT"), "last": date_format(last, "SHORT_DATE_FORMAT")}
        )


def has_begun(change: Change) -> bool:
    return change.first_day <= timezone.localdate()


def revise(page: Page, amend: Callable[[Any], None], user: Any = None) -> None:
    """Change a page as it is published and its newest draft alike, so that no later publishing takes it back."""
    current = page.specific_class.objects.get(pk=page.pk)
    draft = current.get_latest_revision_as_object() if current.has_unpublished_changes else None
    amend(current)
    if draft is None and current.live:
        current.save_revision(user=user, clean=False).publish(user=user)
        return
    current.save(clean=False)
    if draft is not None:
        amend(draft)
    (draft or current).save_revision(user=user, clean=False)
