"""What must be right before a service is published, whichever way: by its form, by approval, many at once, by plan."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from smtplib import SMTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Revision

from cms.models import BasePage
from cms.publishing import PublicationRefusedError
from municipalities import permissions, review
from municipalities.tenancy import municipality_of
from services.merge import online_facts
from services.modes import LocalState, StructuredMode
from services.placeholders import Spot, in_fields

if TYPE_CHECKING:
    from services.models import LocalServicePage

logger = logging.getLogger(__name__)

PUBLICATION_REFUSED = "portal.publish.refused"
# The log action with which Wagtail publishes what was planned.
_BY_PLAN = "wagtail.publish.scheduled"


@dataclass(frozen=True)
class Objection:
    """Why a page may not be published, and the field where it is mended; ``part`` is the number of an own text."""

    field: str
    message: str
    part: int | None = None
    # As much as somebody needs who does not have the form before them.
    in_full: str = ""


def of_placeholder(spot: Spot) -> Objection:
    message = _("A placeholder is left here: “%(words)s”. Please replace it before you publish.")
    in_full = _("A placeholder is left in %(spot)s.") % {"spot": spot}
    return Objection(spot.field, message % {"words": spot.words}, spot.part, in_full)


def of_local_state(page: "LocalServicePage") -> Iterator[Objection]:
    """What a citizen would take for a promise and find to be none."""
    if page.state == LocalState.ONLINE_ONLY and not online_facts(page.live_reference, page):
        message = _(
            "“Online only” needs an online service: neither you nor the reference text name one. Please add it, or "
            "choose another state."
        )
        yield Objection("state", message)
    has_own = page.online_services_mode != StructuredMode.INHERIT and bool(page.online_services)
    if page.state == LocalState.IN_PERSON and has_own:
        yield Objection("state", _("“In person only” and an online service of your own contradict each other."))


class CheckedBeforePublication(BasePage):
    """Page types with words that must be whole before anybody reads them."""

    class Meta:
        abstract = True

    def field_objections(self) -> Iterator[Objection]:
        """What is wrong with the page's own fields."""
        yield from map(of_placeholder, in_fields(self))

    def objections(self) -> Iterator[Objection]:
        """As :meth:`field_objections`, with all that belongs to the page."""
        return self.field_objections()

    def publish(self, revision: Revision, *args: Any, log_action: Any = True, **kwargs: Any) -> Any:
        """As Wagtail's, but what nobody may read is refused; a plan that comes to this ends, and editors are told.

        Raises :class:`PublicationRefusedError`.
        """
        draft = revision.as_object()
        found = [
            _("“%(title)s”: %(objection)s") % {"title": draft.title, "objection": one.in_full or one.message}
            for one in draft.objections()
        ]
        if not found:
            # With all that follows from it: an interruption in between would leave words that nobody was told of.
            with transaction.atomic():
                return super().publish(revision, *args, log_action=log_action, **kwargs)
        if log_action != _BY_PLAN:
            raise PublicationRefusedError(self, found)
        Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
        log(instance=self, action=PUBLICATION_REFUSED, revision=revision, data={"reasons": found})
        _tell(self, revision, found)
        return None


def _tell(page: BasePage, revision: Revision, reasons: list[str]) -> None:
    people = {user.pk: user for user in review.responsible(page, municipality_of(page))}
    writer = revision.user
    if writer is not None and writer.is_active and writer.email and permissions.may_work_on(writer, page):
        people[writer.pk] = writer
    subject = _("Not published as planned: %(title)s") % {"title": revision.as_object().title}
    text = _(
        "Hello,\n\nthe planned version of this page was not published:\n\n%(reasons)s\n\n"
        "It is a draft again. Please mend it and publish it:\n%(address)s"
    ) % {
        "reasons": "\n".join(f"- {reason}" for reason in reasons),
        "address": urljoin(settings.WAGTAILADMIN_BASE_URL, reverse("wagtailadmin_pages:edit", args=[page.pk])),
    }
    for user in people.values():
        try:
            send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [user.email])
        except (OSError, SMTPException):
            logger.exception("The note on page %s could not be sent to user %s.", page.pk, user.pk)
