"""Review dates: nobody notices that a page has become wrong, so somebody is asked from time to time."""

import logging
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from smtplib import SMTPException
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.log_actions import log
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from cms.models import BasePage, User
from cms.models.page import ancestor_paths
from municipalities import log_actions, permissions
from municipalities.models import MunicipalityPage, PageReview, RoleKind, Tenant
from municipalities.models.tenant import DEFAULT_REVIEW_MONTHS
from municipalities.tenancy import municipality_of

logger = logging.getLogger(__name__)


def is_reviewed(page: Page) -> bool:
    """Whether pages of this kind have a review date at all."""
    model = page.specific_class
    return model is not None and issubclass(model, BasePage) and model.is_reviewed


def next_date(page: Page, day: date) -> date:
    """When the page is to be read again after somebody did so on ``day``, by the interval of its municipality."""
    tenants = Tenant.objects.filter(municipality__path__in=ancestor_paths(page)).order_by("-municipality__depth")
    months = tenants.values_list("review_months", flat=True).first()
    return _months_later(day, months or DEFAULT_REVIEW_MONTHS)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))


def on_published(sender: type[Page], instance: Page, revision: Any = None, restored: bool = False, **kw: Any) -> None:
    """Whoever publishes has read the page. One that comes back from the bin has not been read."""
    if is_reviewed(instance) and not restored:
        _move_on(instance, revision.user if revision is not None else None)


@contextmanager
def nobody_reads(page: Page) -> Iterator[None]:
    """What is published within is published by the portal itself: who read the page when stays as it is.

    ``page`` as it is before.
    """
    with transaction.atomic():
        reviews = PageReview.objects.filter(page=page.pk)
        before = reviews.select_for_update().first()
        yield
        if before is not None:
            before.confirmed_at = before.confirmed_at or page.last_published_at
            before.save()
        elif page.last_published_at is not None:
            due = next_date(page, timezone.localdate(page.last_published_at))
            reviews.update(due=due, confirmed_at=page.last_published_at)


def confirm(page: Page, user: Any) -> PageReview:
    """Note that the person says the page is still correct."""
    review = _move_on(page, user, is_answer=True)
    log(instance=page.specific, action=log_actions.REVIEW_CONFIRMED, user=user, data={"due": review.due.isoformat()})
    return review


def choose_date(page: Page, day: date, user: Any) -> PageReview:
    """Set the day by hand. It stays when the page is published before."""
    review, _created = PageReview.objects.update_or_create(page_id=page.pk, defaults={"due": day, "is_chosen": True})
    log(instance=page.specific, action=log_actions.REVIEW_DATE_CHOSEN, user=user, data={"due": day.isoformat()})
    return review


def _move_on(page: Page, user: User | None, is_answer: bool = False) -> PageReview:
    today = timezone.localdate()
    following = next_date(page, today)
    with transaction.atomic():
        # Two people may publish or confirm at the same moment.
        reviews = PageReview.objects.select_for_update()
        review, _created = reviews.get_or_create(page_id=page.pk, defaults={"due": following})
        # A day that was chosen for a reason, such as new fees from January, is not lost to a corrected comma.
        if is_answer or not review.is_chosen or review.due <= today:
            review.due, review.is_chosen = following, False
        review.confirmed_at, review.confirmed_by = timezone.now(), user
        review.save()
    return review


def due_reviews(user: Any) -> QuerySet[PageReview]:
    """What the person's municipalities, or for central roles the own part of the portal, have to read again."""
    reviews = PageReview.objects.due(timezone.localdate()).select_related("page", "page__content_type", "confirmed_by")
    if permissions.is_portal_admin(user):
        return reviews
    return reviews.filter(page__in=permissions.own_pages(user).values("pk"))


# Reminders


def add_missing_reviews() -> int:
    """Give published pages from before there were review dates one, counted from when they were published last."""
    missing = Page.objects.live().filter(review=None, depth__gt=1).select_related("content_type")
    made = 0
    for page in missing.iterator(chunk_size=200):
        if is_reviewed(page):
            read = timezone.localdate(page.last_published_at) if page.last_published_at else timezone.localdate()
            PageReview.objects.get_or_create(page_id=page.pk, defaults={"due": next_date(page, read)})
            made += 1
    return made


def send_reminders() -> tuple[int, list[str]]:
    """One e-mail for each person with all pages whose day has come; for each day of a page only once.

    Returns the number of e-mails and the titles of pages that nobody could be asked about: these are tried again.
    """
    lists: dict[User, list[PageReview]] = defaultdict(list)
    unasked: list[str] = []
    people: dict[int | None, list[User]] = {}
    for review in PageReview.objects.due(timezone.localdate()).not_reminded().select_related("page"):
        place = municipality_of(review.page)
        if place is None or place.pk not in people:
            people[place.pk if place else None] = responsible(review.page, place)
        asked = people[place.pk if place else None]
        for user in asked:
            lists[user].append(review)
        if not asked:
            unasked.append(review.page.title)
    sent = 0
    for user, reviews in lists.items():
        try:
            _send(user, reviews)
        except (OSError, SMTPException):
            logger.exception("The reminder for user %s could not be sent.", user.pk)
            continue
        sent += 1
        PageReview.objects.filter(pk__in=[review.pk for review in reviews]).update(reminded_for=F("due"))
    return sent, unasked


def responsible(page: Page, place: MunicipalityPage | None) -> list[User]:
    """The publishers of a municipality, its local administrators where it has none; else whoever may publish."""
    reachable = User.objects.filter(is_active=True).exclude(email="")
    if place is None:
        return list(
            page_permission_policy.users_with_permission_for_instance("publish", page, include_superusers=False).filter(
                pk__in=reachable.values("pk")
            )
        )
    for kind in (RoleKind.PUBLISHER, RoleKind.LOCAL_ADMIN):
        found = list(reachable.filter(groups__role__municipality=place, groups__role__kind=kind).distinct())
        if found:
            return found
    return []


def _send(user: User, reviews: list[PageReview]) -> None:
    lines = [
        f"- {review.page.title} ({review.due:%d.%m.%Y})\n  {_address('wagtailadmin_pages:edit', review.page_id)}"
        for review in reviews
    ]
    text = _(
        "Hello,\n\nplease read the following pages and say whether they are still correct:\n\n%(pages)s\n\n"
        "The list, where one click is enough for each page:\n%(list)s"
    ) % {"pages": "\n".join(lines), "list": _address("page_reviews")}
    subject = ngettext("%(count)s page is to be reviewed", "%(count)s pages are to be reviewed", len(reviews)) % {
        "count": len(reviews)
    }
    send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [user.email])


def _address(name: str, *args: Any) -> str:
    return urljoin(settings.WAGTAILADMIN_BASE_URL, reverse(name, args=args))
