"""Who has to look at an own text again because the law behind it has changed.

A municipality answers by publishing its page or by confirming that it is still correct, on the day from which the
change holds or later, and not before the change was marked.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from wagtail.query import PageQuerySet

from municipalities.models import PageReview
from services.models import LegalChange, LocalServicePage, LocalTextModule
from services.modes import LocalState, StructuredMode

_FACTS = ("documents_mode", "costs_mode", "deadlines_mode", "online_services_mode")


def with_own_content(pages: PageQuerySet) -> PageQuerySet:
    """Those that say something which does not follow the reference by itself: a text, a fact, or a state."""
    own = Exists(LocalTextModule.objects.filter(page=OuterRef("pk"))) | ~Q(processing_time="")
    for name in _FACTS:
        own |= ~Q(**{name: StructuredMode.INHERIT})
    return pages.filter(own | ~Q(state=LocalState.OFFERED))


def hints_for(page: LocalServicePage) -> list[LegalChange]:
    """Changes that the municipality has not answered yet, those to come included; for its form."""
    if page.pk is None or page.reference_id is None or not with_own_content(_alone(page)).exists():
        return []
    changes = LegalChange.objects.filter(service=page.reference_id, service__live=True)
    return _unanswered(changes, _read_at(page, PageReview.objects.filter(page=page.pk).first()))


def _alone(page: LocalServicePage) -> PageQuerySet:
    return LocalServicePage.objects.filter(pk=page.pk, live=True)


def unanswered(pages: Iterable[LocalServicePage], day: date) -> list[tuple[LocalServicePage, list[LegalChange]]]:
    """Pages with content of their own, each with the changes in force on a day that it has not answered; 3 queries."""
    by_service: dict[int, list[LegalChange]] = defaultdict(list)
    changes = LegalChange.objects.filter(changed_on__lte=day, service__live=True).order_by("changed_on", "pk")
    for change in changes:
        by_service[change.service_id].append(change)
    waiting = [page for page in pages if page.reference_id in by_service]
    reviews = {review.page_id: review for review in PageReview.objects.filter(page__in=[page.pk for page in waiting])}
    found = (
        (page, _unanswered(by_service[page.reference_id or 0], _read_at(page, reviews.get(page.pk))))
        for page in waiting
    )
    return [(page, hints) for page, hints in found if hints]


def _read_at(page: LocalServicePage, review: PageReview | None) -> datetime | None:
    """When somebody published the page or said that it is correct."""
    return (review.confirmed_at if review is not None else None) or page.last_published_at


def _unanswered(changes: Iterable[LegalChange], read: datetime | None) -> list[LegalChange]:
    return [
        change
        for change in changes
        if read is None or read < change.marked_at or timezone.localdate(read) < change.changed_on
    ]
