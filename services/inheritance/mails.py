"""E-mails to municipalities whose own texts stand on a reference that has changed or is gone."""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from smtplib import SMTPException
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.models import User
from municipalities.review import responsible
from municipalities.tenancy import municipality_of, remember_municipalities
from services.inheritance.binding import ON_THE_DAY, overdue, reminders_due
from services.inheritance.notices import must_follow
from services.models import ChangeNotice, LocalServicePage, ServicePage

logger = logging.getLogger(__name__)


def tell_about_changes(service: ServicePage, page_ids: Collection[int]) -> None:
    """Tell those who publish for the pages, once for each change; sent when the transaction has ended."""
    notices = list(
        ChangeNotice.objects.waiting()
        .filter(page__in=page_ids, version__service=service, told_at=None)
        .select_related("version__service", "page")
        .prefetch_related("page__text_modules")
    )
    if not notices:
        return
    keys = [notice.pk for notice in notices]
    # First noted, then sent: an interruption in between costs an e-mail and never doubles one. The list has them all.
    ChangeNotice.objects.filter(pk__in=keys).update(told_at=timezone.now())
    lists = _by_person(notices)
    transaction.on_commit(lambda: _send_changes(service, lists))


def _send_changes(service: ServicePage, lists: dict[User, list[ChangeNotice]]) -> None:
    for user, notices in lists.items():
        text = _(
            "Hello,\n\nthe shared text of “%(service)s” has changed. You have own texts for this service:\n\n"
            "%(texts)s\n\nYour texts stay as they are until you decide:\n%(list)s"
        ) % {"service": service.title, "texts": _lines(notices), "list": _address()}
        subject = _("Shared text changed: %(service)s") % {"service": service.title}
        if not _send(user, subject, text):
            ChangeNotice.objects.filter(pk__in=[notice.pk for notice in notices]).update(told_at=None)


def tell_about_withdrawal(service: ServicePage, page_ids: Collection[int]) -> None:
    """The shared text is no longer published; pages that stood on it go on with their own texts alone."""
    pages = list(LocalServicePage.objects.live().filter(pk__in=page_ids).select_related("content_type"))
    people: dict[User, list[str]] = defaultdict(list)
    remember_municipalities(pages)
    for page in pages:
        for user in responsible(page, municipality_of(page)):
            people[user].append(urljoin(settings.WAGTAILADMIN_BASE_URL, _edit(page)))
    title = service.title

    def send() -> None:
        for user, addresses in people.items():
            text = _(
                "Hello,\n\nthe shared text of “%(service)s” is no longer published. Your own page still answers, with "
                "your own texts alone. Please check whether it still says everything:\n\n%(pages)s"
            ) % {"service": title, "pages": "\n".join(addresses)}
            _send(user, _("Shared text withdrawn: %(service)s") % {"service": title}, text)

    transaction.on_commit(send)


def send_binding_reminders(day: date) -> int:
    """One e-mail for each person with all binding changes that wait for them; returns the number of e-mails."""
    stages = dict[int, int]()
    notices = []
    for stage, notice in reminders_due(day):
        stages[notice.pk] = stage
        notices.append(notice)
    sent = 0
    for user, waiting in _by_person(notices).items():
        text = _(
            "Hello,\n\nsoon shared texts take the place of your own texts because the law has changed:\n\n%(texts)s\n\n"
            "If your own text has to stay, object and say why:\n%(list)s"
        ) % {"texts": _lines(waiting), "list": _address()}
        if _send(user, _("Shared texts will replace your own"), text):
            sent += 1
            for notice in waiting:
                ChangeNotice.objects.filter(pk=notice.pk).update(reminded_for=stages[notice.pk])
    return sent


def tell_what_could_not_be_replaced(day: date) -> int:
    """Where a binding change should have replaced an own text and could not, both sides are told once; returns the
    number of e-mails."""
    notices = overdue(day)
    oversee: dict[User, list[ChangeNotice]] = defaultdict(list)
    for notice in notices:
        for user in responsible(notice.version.service, municipality_of(notice.version.service)):
            oversee[user].append(notice)
    told: set[int] = set()
    sent = 0
    board = urljoin(settings.WAGTAILADMIN_BASE_URL, reverse("reference_board"))
    for people, address in ((_by_person(notices), _address()), (oversee, board)):
        for user, waiting in people.items():
            text = _(
                "Hello,\n\nbecause the law has changed, shared texts should have taken the place of these own texts by "
                "now:\n\n%(texts)s\n\nThe portal could not do that, mostly because something else on the page has to "
                "be mended before it can be published; the form of the page says what. The portal tries again every "
                "day:\n%(list)s"
            ) % {"texts": _lines(waiting), "list": address}
            if _send(user, _("Own texts could not be replaced"), text):
                sent += 1
                told.update(notice.pk for notice in waiting)
    ChangeNotice.objects.filter(pk__in=told).update(reminded_for=ON_THE_DAY)
    return sent


def _by_person(notices: Iterable[ChangeNotice]) -> dict[User, list[ChangeNotice]]:
    notices = list(notices)
    remember_municipalities([notice.page for notice in notices])
    asked: dict[int | None, list[User]] = {}
    lists: dict[User, list[ChangeNotice]] = defaultdict(list)
    for notice in notices:
        place = municipality_of(notice.page)
        key = place.pk if place else None
        if key not in asked:
            asked[key] = responsible(Page.objects.get(pk=notice.page_id), place)
        for user in asked[key]:
            lists[user].append(notice)
    return lists


def _lines(notices: Iterable[ChangeNotice]) -> str:
    return "\n".join(f"- {_line(notice)}" for notice in notices)


def _line(notice: ChangeNotice) -> str:
    place = municipality_of(notice.page)
    names = {
        "service": notice.version.service.title,
        "module": notice.text_name,
        "place": place.title if place else "",
    }
    if notice.version.effective_on is not None and must_follow(notice, notice.page.text_modules.all()):
        return _("%(service)s, %(module)s (%(place)s): binding from %(day)s, %(law)s") % {
            **names,
            "day": date_format(notice.version.effective_on),
            "law": notice.version.legal_basis,
        }
    return _("%(service)s, %(module)s (%(place)s)") % names


def _send(user: User, subject: str, text: str) -> bool:
    try:
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [user.email])
    except (OSError, SMTPException):
        logger.exception("An e-mail about shared texts to user %s could not be sent.", user.pk)
        return False
    return True


def _edit(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def _address() -> str:
    return urljoin(settings.WAGTAILADMIN_BASE_URL, reverse("reference_decisions"))
