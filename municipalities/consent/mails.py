"""E-mails to those who answer for the municipalities: once at the start, and once more before the date.

What could not be sent, or to nobody, is tried again by the daily run.
"""

import logging
from collections import defaultdict
from contextlib import suppress
from datetime import date, timedelta
from smtplib import SMTPException
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks import task

from cms.background import give_to_worker
from cms.models import User
from municipalities.consent.representatives import people_answering_for
from municipalities.models import ConsentParty, ConsentRequest

logger = logging.getLogger(__name__)

# A reminder is sent this many days before the last one; for shorter times on the day after the start.
REMIND_BEFORE = timedelta(days=3)


def tell_later(key: int) -> None:
    """Have the representatives written to in the background: hundreds of e-mails are no wait for an editor."""
    give_to_worker(tell_task, key)


@task(backend="background")
def tell_task(key: int) -> None:
    for consent in ConsentRequest.objects.filter(pk=key):
        tell(consent)


def tell(consent: ConsentRequest) -> list[ConsentParty]:
    """Write to the representatives of those who were not written to yet. Returns municipalities nobody answers for."""
    return _write(ConsentParty.objects.awaiting().filter(consent=consent, told_at=None), "told_at")


def tell_all() -> list[ConsentParty]:
    """As :func:`tell`, for all that runs."""
    return _write(ConsentParty.objects.awaiting().filter(told_at=None), "told_at")


def remind(today: date) -> list[ConsentParty]:
    """Write once more to those who have not answered, shortly before the date."""
    waiting = ConsentParty.objects.awaiting().filter(
        consent__due__lte=today + REMIND_BEFORE, told_at__isnull=False, reminded_at=None
    )
    yesterday_or_before = [party.pk for party in waiting if timezone.localdate(party.told_at) < today]
    return _write(waiting.filter(pk__in=yesterday_or_before), "reminded_at")


def _write(parties: QuerySet[ConsentParty], noted_in: str) -> list[ConsentParty]:
    lists: dict[User, list[ConsentParty]] = defaultdict(list)
    unasked: list[ConsentParty] = []
    parties = parties.select_related("consent").defer("consent__text", "consent__changes")
    asked = list(parties.order_by("consent__due", "consent", "name"))
    answering = people_answering_for({party.municipality_id for party in asked if party.municipality_id})
    for party in asked:
        people = [person for person in answering.get(party.municipality_id or 0, ()) if person.email]
        for person in people:
            lists[person].append(party)
        if not people:
            unasked.append(party)
    connection = get_connection()
    for person, found in lists.items():
        try:
            # Does nothing while it is open.
            connection.open()
        except OSError:
            logger.exception("The mail server does not answer; requests for consent were not sent.")
            break
        try:
            _message(person, found, connection, is_reminder=noted_in == "reminded_at").send()
        except (OSError, SMTPException):
            logger.exception("The request for consent could not be sent to user %s.", person.pk)
            _close(connection)
            continue
        ConsentParty.objects.filter(pk__in=[party.pk for party in found]).update(**{noted_in: timezone.now()})
    _close(connection)
    return unasked


def _close(connection: BaseEmailBackend) -> None:
    # Whatever a server says to a farewell changes nothing.
    with suppress(OSError):
        connection.close()


def _message(
    person: User, parties: list[ConsentParty], connection: BaseEmailBackend, *, is_reminder: bool
) -> EmailMessage:
    with translation.override(settings.LANGUAGE_CODE):
        consents = {party.consent.pk: party.consent for party in parties}
        entries = [
            _entry(consent, [party for party in parties if party.consent_id == consent.pk])
            for consent in consents.values()
        ]
        if is_reminder:
            subject = ngettext(
                "Reminder: your municipality has not answered %(count)s request yet",
                "Reminder: your municipality has not answered %(count)s requests yet",
                len(entries),
            )
            opening = _("the time to answer is running out:")
        else:
            subject = ngettext(
                "%(count)s request for consent to your municipality",
                "%(count)s requests for consent to your municipality",
                len(entries),
            )
            opening = _("the municipalities are asked for their consent, and you answer for yours:")
        text = _(
            "Hello,\n\n%(opening)s\n\n%(requests)s\n\nThere you read the text and answer: agree, object with a reason, "
            "or abstain."
        ) % {"opening": opening, "requests": "\n\n".join(entries)}
        subject %= {"count": len(entries)}
        return EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [person.email], connection=connection)


def _entry(consent: ConsentRequest, parties: list[ConsentParty]) -> str:
    lines = [
        _("“%(subject)s”, answer by %(day)s, for %(places)s")
        % {
            "subject": consent.subject,
            "day": date_format(consent.due, "SHORT_DATE_FORMAT"),
            "places": ", ".join(party.name for party in parties),
        },
        f"{consent.get_rule_display()}: {consent.rule_in_words}",
        urljoin(settings.WAGTAILADMIN_BASE_URL, reverse("consent", args=[consent.pk])),
    ]
    return "\n".join(lines)
