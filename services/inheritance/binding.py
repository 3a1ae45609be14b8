"""Changes that the law demands: announced with a day, reminded of, and carried out on that day."""

import logging
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from municipalities import review
from services.inheritance.decisions import revise_both
from services.inheritance.log_actions import REPLACED, note
from services.inheritance.notices import concerns, must_follow, reopen
from services.models import ChangeNotice, LocalServicePage, Outcome, ReferenceVersion
from services.modes import ModuleMode

logger = logging.getLogger(__name__)

# Municipalities are told at once, and reminded this many days before the change holds.
REMINDED_BEFORE = (14, 3)
# Having been told that an own text could not be replaced when its day had come counts as the last reminder.
ON_THE_DAY = 0


def make_binding(version: ReferenceVersion, effective_on: date, legal_basis: str, note: str) -> None:
    """Announce that a change must be followed from a day on.

    What municipalities decided about the change before counts no more: a law asks nobody. They may object.
    Raises ``ValidationError`` for a day that has passed, for a version that changes nothing, or without a law.
    """
    if effective_on <= timezone.localdate():
        raise ValidationError({"effective_on": _("Please choose a day from tomorrow on, so that nobody is surprised.")})
    if not legal_basis.strip():
        raise ValidationError({"legal_basis": _("Please name the law that demands the change.")})
    with transaction.atomic():
        version.is_binding, version.effective_on = True, effective_on
        version.legal_basis, version.note = legal_basis.strip(), note.strip()
        version.save(update_fields=["is_binding", "effective_on", "legal_basis", "note"])
        # Whoever was reminded of another day is reminded of this one.
        version.notices.waiting().update(reminded_for=None)
        reopen(version)


def lift_binding(version: ReferenceVersion) -> None:
    """It was no binding change after all. Who has not decided yet may do so in peace."""
    version.is_binding, version.effective_on = False, None
    version.save(update_fields=["is_binding", "effective_on"])


def apply_binding_changes(day: date) -> Iterator[tuple[LocalServicePage, list[str]]]:
    """Let the shared text take the place of own ones wherever a binding change holds by now; page by page.

    Each page is a step of its own: who goes on after an interruption finds what is left and does nothing twice.
    Yields each page with the codes that were replaced.
    """
    # A shared text that is withdrawn takes the place of nothing: the page would be left without any.
    due = ChangeNotice.objects.waiting().in_force_on(day).filter(version__service__live=True)
    for key in list(due.order_by("page").values_list("page", flat=True).distinct()):
        page = LocalServicePage.objects.filter(pk=key).first()
        if page is None:
            continue
        try:
            with transaction.atomic():
                codes = _replace(page, day)
        except Exception:
            # Such as something else on the page that must not go public as it is. The other pages do not wait for it;
            # tried again every day until somebody mends it.
            logger.exception("The own text on page %s could not be replaced.", key)
            continue
        if codes:
            yield page, codes


def _replace(page: LocalServicePage, day: date) -> list[str]:
    due = ChangeNotice.objects.select_for_update(of=("self",)).waiting().in_force_on(day).filter(page=page.pk)
    own = list(page.text_modules.all())
    notices = [notice for notice in due.select_related("version") if must_follow(notice, own)]
    if not notices:
        return []

    def change(current: LocalServicePage) -> bool:
        parts = list(current.text_modules.all())
        current.text_modules = [
            part
            for part in parts
            if part.mode != ModuleMode.REPLACE or not any(concerns(notice, part) for notice in notices)
        ]
        return True

    def close() -> None:
        ChangeNotice.objects.filter(pk__in=[notice.pk for notice in notices]).update(
            outcome=Outcome.REPLACED, decided_at=timezone.now()
        )

    # What the page says besides may be of the old law: that is still to be looked at.
    with review.nobody_reads(page):
        if not revise_both(page, change, None, publish=True, before_publishing=close):
            close()
    for code, language in sorted({(notice.code, notice.language) for notice in notices}):
        note(page, REPLACED, None, code, language)
    return sorted({notice.code for notice in notices})


def reminders_due(day: date) -> Iterator[tuple[int, ChangeNotice]]:
    """Notices of binding changes of which somebody is to be reminded today, each with the days that are left.

    A day on which nothing ran is made up for on the next. What stands beside the shared text stays: nobody is reminded.
    """
    last = day + timedelta(days=max(REMINDED_BEFORE))
    for notice in _to_follow(version__effective_on__gt=day, version__effective_on__lte=last):
        left = (notice.version.effective_on - day).days if notice.version.effective_on else 0
        stage = min(before for before in REMINDED_BEFORE if before >= left)
        if notice.reminded_for is None or notice.reminded_for > stage:
            yield stage, notice


def overdue(day: date) -> list[ChangeNotice]:
    """Notices of own texts that should have been replaced by now, of which nobody was told yet."""
    notices = _to_follow(version__effective_on__lte=day, version__service__live=True)
    return [notice for notice in notices if notice.reminded_for != ON_THE_DAY]


def _to_follow(**when: Any) -> Iterator[ChangeNotice]:
    """Binding changes that wait for own texts which they are to replace."""
    waiting = ChangeNotice.objects.waiting().filter(version__is_binding=True, **when)
    for notice in waiting.select_related("version__service", "page").prefetch_related("page__text_modules"):
        if must_follow(notice, notice.page.text_modules.all()):
            yield notice
