"""Opening a request for consent, answering it, and what follows from the answers.

The workflow is Wagtail's: the request begins with the step's task state, approves or rejects that at the end, and is
cancelled with it. Every change of a request holds its row, so that of two at the same moment the second sees what the
first has done.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from wagtail.models import Page, TaskState

from municipalities import permissions
from municipalities.consent import mails
from municipalities.consent.representatives import capacity_of
from municipalities.consent.rules import Tally, decide, explain
from municipalities.consent.texts import changes_of, text_of
from municipalities.models import (
    ConsentAnswer,
    ConsentOutcome,
    ConsentParty,
    ConsentRequest,
    ConsentTask,
    ConsentVote,
    Tenant,
)
from municipalities.tenancy import municipality_of

logger = logging.getLogger(__name__)


class AnswerRefused(Exception):  # noqa: N818 (it is an answer to a person, and no fault)
    """The answer was not stored; the text says why, in the user's language."""


# Opening


def on_task_submitted(sender: Any, instance: TaskState, **kwargs: Any) -> None:
    """The step begins. A page that cannot be put to the municipalities goes back at once, with the reason."""
    task = instance.task.specific
    if not isinstance(task, ConsentTask):
        return
    with translation.override(settings.LANGUAGE_CODE):
        reason = open_request(task, instance)
        if reason:
            # Without an update: the workflow looks at the state of the step itself once it has begun.
            instance.reject(update=False, comment=reason)


@transaction.atomic
def open_request(task: ConsentTask, state: TaskState) -> str:
    """Fix what is asked, who is asked and until when. Returns why that is impossible, or nothing."""
    page = state.revision.as_object()
    place = municipality_of(page)
    if place is not None:
        return _("This page belongs to %(place)s alone; the other municipalities are not asked about it.") % {
            "place": place.title
        }
    today = timezone.localdate()
    members = Tenant.objects.filter(
        Q(municipality__valid_until=None) | Q(municipality__valid_until__gte=today)
    ).select_related("municipality")
    if not members:
        return _("No municipality takes part in the portal yet, so nobody could be asked.")
    published = Page.objects.get(pk=page.pk).specific if page.live else None
    consent = ConsentRequest.objects.create(
        task_state=state,
        page_id=page.pk,
        revision=state.revision,
        subject=page.title,
        version_at=state.revision.created_at,
        text=text_of(page),
        changes=changes_of(published, page) if published is not None else [],
        rule=task.rule,
        due=today + timedelta(days=task.days),
        # Not who brought the workflow to this step: that may be the publisher of a step before, or nobody.
        requested_by=state.workflow_state.requested_by,
    )
    ConsentParty.objects.bulk_create(
        ConsentParty(consent=consent, municipality=tenant.municipality, name=tenant.municipality.title)
        for tenant in members
    )
    transaction.on_commit(lambda: mails.tell_later(consent.pk))
    return ""


# Answering


@transaction.atomic
def answer(party: ConsentParty, user: Any, choice: str, reason: str, seen: int | None) -> ConsentVote:
    """Note the municipality's answer. ``seen`` is the key of the answer that the person knew, if there was one.

    Raises :class:`AnswerRefused`, and then nothing is stored.
    """
    consent = ConsentRequest.objects.select_for_update().get(pk=party.consent_id)
    party = ConsentParty.objects.get(pk=party.pk)
    why_not = why_refused(consent, party, user)
    last = party.votes.last()
    if not why_not and (last.pk if last else None) != seen:
        why_not = _(
            "In the meantime an answer was given for %(place)s: “%(answer)s”. Please look at it first; "
            "yours was not stored."
        ) % {"place": party.name, "answer": last.get_answer_display() if last else ""}
    if not why_not and choice == ConsentAnswer.OBJECT and not reason.strip():
        why_not = _("Please give a reason for the objection.")
    if why_not:
        raise AnswerRefused(why_not)
    return ConsentVote.objects.create(
        party=party, answer=choice, reason=reason.strip(), by=user, capacity=capacity_of(user, party)
    )


def why_refused(consent: ConsentRequest, party: ConsentParty, user: Any) -> str:
    """Why the person cannot answer for the municipality now, or nothing."""
    if party.left_at is not None:
        return _("%(place)s has left the portal and no longer takes part.") % {"place": party.name}
    if not permissions.municipalities_answered_by(user).filter(pk=party.municipality_id).exists():
        return _("You do not answer for %(place)s, or no longer.") % {"place": party.name}
    if not consent.is_running:
        return _("This is decided already (%(result)s); answers can no longer be given or changed.") % {
            "result": consent.get_outcome_display()
        }
    if not consent.takes_answers:
        return _("The last day to answer was %(day)s.") % {"day": date_format(consent.due, "SHORT_DATE_FORMAT")}
    return ""


# The result


def tally_of(consent: ConsentRequest) -> Tally:
    parties = consent.parties.counting()
    given = list(ConsentVote.objects.in_force().filter(party__in=parties).values_list("answer", flat=True))
    counts = {choice: given.count(choice) for choice in ConsentAnswer}
    return Tally(
        agree=counts[ConsentAnswer.AGREE],
        object=counts[ConsentAnswer.OBJECT],
        abstain=counts[ConsentAnswer.ABSTAIN],
        silent=parties.count() - len(given),
    )


@transaction.atomic
def settle(consent: ConsentRequest) -> ConsentOutcome:
    """Close the request where its result is certain or its date has passed, and let the workflow go on or back.

    Running it again changes nothing. Whatever publishing the page raises comes through, and then nothing has changed.
    """
    # The page first, as its form does: two that wait for each other would wait for ever.
    page = Page.objects.select_for_update().filter(pk=consent.page_id).first()
    consent = ConsentRequest.objects.select_for_update().get(pk=consent.pk)
    if not consent.is_running:
        return ConsentOutcome(consent.outcome)
    state = consent.task_state
    if state is None or page is None or state.status != TaskState.STATUS_IN_PROGRESS:
        return _close(consent, ConsentOutcome.CANCELLED)
    with translation.override(settings.LANGUAGE_CODE):
        if page.latest_revision_id != consent.revision_id:
            # What would be published is no longer what the municipalities have read.
            state.workflow_state.cancel()
            return _close(consent, ConsentOutcome.CANCELLED)
        tally = tally_of(consent)
        passed = decide(consent.rule, tally, is_over=timezone.localdate() > consent.due)
        if passed is None:
            return ConsentOutcome.RUNNING
        outcome = _close(consent, ConsentOutcome.PASSED if passed else ConsentOutcome.NOT_PASSED)
        # Decided by all of them and by nobody in particular.
        comment = comment_of(consent, tally, passed)
        (state.approve if passed else state.reject)(user=None, comment=comment)
        return outcome


def _close(consent: ConsentRequest, outcome: ConsentOutcome) -> ConsentOutcome:
    consent.outcome, consent.closed_at = outcome, timezone.now()
    consent.save(update_fields=["outcome", "closed_at"])
    return outcome


def comment_of(consent: ConsentRequest, tally: Tally, passed: bool) -> str:
    """What the workflow's history tells: the count, and who objected why."""
    objections = ConsentVote.objects.in_force().filter(
        party__in=consent.parties.counting(), answer=ConsentAnswer.OBJECT
    )
    lines = [explain(consent.rule, tally, passed)]
    lines += [
        f"{vote.party.name}: {Truncator(vote.reason).chars(500)}"
        for vote in objections.select_related("party").order_by("party__name")
    ]
    return "\n".join(lines)


def settle_all(requests: Iterable[ConsentRequest]) -> tuple[list[ConsentRequest], list[ConsentRequest]]:
    """Those that were closed, and those for which it failed: one that cannot be published holds up no other."""
    closed, failed = [], []
    for consent in requests:
        try:
            is_closed = settle(consent) != ConsentOutcome.RUNNING
        except Exception:
            logger.exception("The result of request %s could not be carried out.", consent.pk)
            failed.append(consent)
        else:
            closed += [consent] if is_closed else []
    return closed, failed


# What happens elsewhere


def on_task_cancelled(sender: Any, instance: TaskState, **kwargs: Any) -> None:
    """The workflow was cancelled or started again, or the step was taken out of it."""
    _cancel(ConsentRequest.objects.running().filter(task_state=instance.pk))


def on_task_state_deleted(sender: Any, instance: TaskState, **kwargs: Any) -> None:
    """The page was deleted for good, and its workflows with it."""
    _cancel(ConsentRequest.objects.running().filter(task_state=instance.pk))


def on_page_moved(sender: Any, instance: Page, **kwargs: Any) -> None:
    """What has become a municipality's own is no longer a question for the others."""
    running = ConsentRequest.objects.running().filter(page__in=instance.get_descendants(inclusive=True))
    for consent in running.select_related("task_state__workflow_state"):
        if consent.task_state is not None and municipality_of(instance) is not None:
            consent.task_state.workflow_state.cancel()


def _cancel(requests: Any) -> None:
    requests.update(outcome=ConsentOutcome.CANCELLED, closed_at=timezone.now())


def on_tenant_deleted(sender: Any, instance: Tenant, **kwargs: Any) -> None:
    """A municipality that leaves has no voice any more; what it answered stays in the record."""
    ConsentParty.objects.counting().filter(
        municipality=instance.municipality_id, consent__outcome=ConsentOutcome.RUNNING
    ).update(left_at=timezone.now())
