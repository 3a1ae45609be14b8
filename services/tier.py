"""A service goes from the towns to the district on a day, or back: who is responsible changes for all at once."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from municipalities.folding import fold_bare
from municipalities.models import MunicipalityPage
from services.entries import add_entries, change_entries, delete_entries, lock_services
from services.grounds import ground_of, with_grounds
from services.models import Evidence, OfficePage, Responsibility, Role, ServicePage


class Tier(models.TextChoices):
    DISTRICT = "district", gettext_lazy("from the towns and municipalities to the district")
    MUNICIPALITIES = "municipalities", gettext_lazy("from the district to the towns and municipalities")


class TierError(Exception):
    """The change cannot be made; the text says why, in the user's language."""


@dataclass(frozen=True)
class TierChange:
    """What is to change: who takes over from ``first_day`` on, in which role, and where that stands."""

    service: ServicePage
    district: MunicipalityPage
    tier: Tier
    role: Role
    first_day: date
    legal_basis: str = ""
    source: str = ""

    @property
    def last_day(self) -> date:
        return self.first_day - timedelta(days=1)

    def takers(self) -> list[MunicipalityPage]:
        """Those who are responsible afterwards."""
        if self.tier == Tier.DISTRICT:
            return [self.district]
        return self.district.members_on(self.first_day)


@dataclass
class TierPlan:
    """What would be done. ``open`` are places for which nobody is named: there a gap begins."""

    ended: list[Responsibility] = field(default_factory=list)
    dropped: list[Responsibility] = field(default_factory=list)
    kept: list[Responsibility] = field(default_factory=list)
    begun: list[Responsibility] = field(default_factory=list)
    open: list[MunicipalityPage] = field(default_factory=list)

    @property
    def changes_anything(self) -> bool:
        return bool(self.ended or self.dropped or self.begun)

    @property
    def digest(self) -> str:
        """Tells whether what is carried out is what was shown."""
        lists: tuple[list[Responsibility], ...] = (self.ended, self.dropped, self.kept)
        seen = [[(row.pk, row.office_id, str(row.valid_from), str(row.valid_until)) for row in rows] for rows in lists]
        begun = [(row.area_id, row.office_id, str(row.valid_from), row.legal_basis, row.source) for row in self.begun]
        return hashlib.sha256(repr((seen, begun)).encode()).hexdigest()


def rows_of(change: TierChange, *, lock: bool = False) -> list[Responsibility]:
    """Entries of the district and its municipalities that hold on the day or later, kept as they are with ``lock``.

    Raises :class:`TierError` where one follows from an agreement: that has to end first.
    """
    rows = (
        with_grounds(Responsibility.objects.from_day(change.first_day))
        .filter(models.Q(area=change.district) | models.Q(area__district=change.district))
        .filter(service=change.service, role=change.role)
        .select_related("area", "office", "service", "locality")
        .order_by("valid_from", "pk")
    )
    rows = rows.select_for_update(of=("self",)) if lock else rows
    found = sorted(rows, key=lambda row: fold_bare(row.area.title))
    prevailing = [row for row in found if row.prevails]
    if prevailing:
        grounds = {ground.title for row in prevailing if (ground := ground_of(row)) is not None}
        places = sorted({row.area.title for row in prevailing})
        raise TierError(
            _("For %(places)s an agreement holds on that day: %(titles)s. Please end it first.")
            % {"places": ", ".join(places), "titles": ", ".join(sorted(grounds)) or "–"}
        )
    return found


def plan_of(change: TierChange, offices: Mapping[int, OfficePage], *, lock: bool = False) -> TierPlan:
    """``offices`` are those who take over, by the key of the place. May raise :class:`TierError`."""
    plan = TierPlan()
    served = set()
    for row in rows_of(change, lock=lock):
        if _goes_on(row, change, offices) and row.area_id not in served:
            served.add(row.area_id)
            plan.kept.append(row)
        elif row.valid_from is not None and row.valid_from >= change.first_day:
            plan.dropped.append(row)
        else:
            plan.ended.append(row)
    for place in change.takers():
        if place.pk in served:
            continue
        office = offices.get(place.pk)
        if office is None:
            plan.open.append(place)
            continue
        plan.begun.append(
            Responsibility(
                service=change.service,
                area=place,
                office=office,
                role=change.role,
                valid_from=change.first_day,
                legal_basis=change.legal_basis,
                source=change.source,
                evidence=Evidence.CONFIRMED if change.source else Evidence.UNCONFIRMED,
            )
        )
    return plan


def _goes_on(row: Responsibility, change: TierChange, offices: Mapping[int, OfficePage]) -> bool:
    """Whether the entry says already what is to hold."""
    office = offices.get(row.area_id)
    is_whole = row.locality_id is None and row.valid_until is None
    has_begun = row.valid_from is None or row.valid_from <= change.first_day
    is_settled = row.evidence != Evidence.CONTESTED
    return office is not None and row.office_id == office.pk and is_whole and has_begun and is_settled


def carry_out(change: TierChange, offices: Mapping[int, OfficePage], digest: str, user: Any) -> TierPlan | None:
    """Do all of it or nothing. ``None`` where it is no longer what was shown: then nothing has changed."""
    with transaction.atomic():
        lock_services([change.service.pk])
        plan = plan_of(change, offices, lock=True)
        if plan.digest != digest:
            return None
        for row in plan.ended:
            row.valid_until = change.last_day
        change_entries(plan.ended, ["valid_until"], user)
        delete_entries(plan.dropped, user)
        add_entries(plan.begun, user)
    return plan
