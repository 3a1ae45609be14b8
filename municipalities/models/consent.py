"""Consent of the municipalities: a step of a workflow in which each of them is asked about what all share.

What is asked, who is asked and until when is fixed at the start (:class:`ConsentRequest`, :class:`ConsentParty`). The
answers (:class:`ConsentVote`) are only ever added to. All of it stays when the workflow is over, the page deleted or an
account removed: it is the record of the participation that the municipalities were promised.
"""

from typing import Any, NoReturn, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, F, Max, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.locks import WorkflowLock
from wagtail.models import Page, Revision, Task, TaskState

from cms.models.page import SealedLock
from municipalities.models.municipality import MunicipalityPage

DEFAULT_DAYS, MOST_DAYS = 14, 180
REASON_LENGTH = 3000


class ConsentRule(models.TextChoices):
    """When the municipalities have consented. What each means exactly stands in ``consent/rules.py``."""

    UNANIMOUS = "unanimous", _("Unanimous")
    MAJORITY = "majority", _("Majority of the votes cast")
    SILENCE = "silence", _("Silence is consent")

    @property
    def explained(self) -> str:
        return str(_EXPLAINED[self])


_EXPLAINED = {
    ConsentRule.UNANIMOUS: _(
        "Every municipality has to answer, at least one has to agree and none may object. "
        "One objection decides at once; who does not answer in time prevents the consent."
    ),
    ConsentRule.MAJORITY: _(
        "More municipalities agree than object. Abstentions and missing answers do not count; a tie is no consent."
    ),
    ConsentRule.SILENCE: _(
        "The municipalities consent unless one of them objects in time. One objection decides at once; "
        "who does not answer consents."
    ),
}


class ConsentAnswer(models.TextChoices):
    AGREE = "agree", _("We agree")
    OBJECT = "object", _("We object")
    ABSTAIN = "abstain", _("We abstain")


class ConsentOutcome(models.TextChoices):
    RUNNING = "running", _("running")
    PASSED = "passed", _("consented")
    NOT_PASSED = "not_passed", _("not consented")
    CANCELLED = "cancelled", _("cancelled")


class ConsentLock(SealedLock, WorkflowLock):
    """Nobody changes a text while the municipalities answer about it: they would answer about another one."""

    def for_user(self, user: Any) -> bool:
        return True

    def get_message(self, user: Any) -> str:
        consent = ConsentRequest.objects.running().filter(page=self.object.pk).first()
        until = date_format(consent.due, "SHORT_DATE_FORMAT") if consent else ""
        message = gettext(
            "The municipalities are being asked about this text until %(day)s. Nobody can change it until they have "
            "decided or the workflow is cancelled."
        ) % {"day": until}
        if consent is None:
            return message
        address = reverse("consent", args=[consent.pk])
        return format_html('{} <a href="{}">{}</a>', message, address, gettext("To the answers"))

    def get_description(self, user: Any, can_lock: bool = False) -> str:
        return gettext("The municipalities are being asked about this text. Nobody can change it meanwhile.")


class ConsentTask(Task):
    """The step. Portal administrators make it in Wagtail's own screens and put it into any workflow."""

    rule = models.CharField(
        _("rule"),
        max_length=20,
        choices=ConsentRule.choices,
        default=ConsentRule.MAJORITY,
        help_text=_(
            "Unanimous: all answer, and nobody objects. Majority: more agree than object; abstentions do not count. "
            "Silence is consent: nobody objects in time."
        ),
    )
    days = models.PositiveSmallIntegerField(
        _("days to answer"),
        default=DEFAULT_DAYS,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
        help_text=_(
            "Counted from the day after the start; the last day is included. "
            "What is running keeps its rule and its date."
        ),
    )

    admin_form_fields = [*Task.admin_form_fields, "rule", "days"]
    lock_class = ConsentLock

    class Meta:
        verbose_name = _("consent of the municipalities")
        verbose_name_plural = _("consents of the municipalities")

    @classmethod
    def get_description(cls) -> str:
        return gettext("Every municipality is asked. Its representative agrees, objects or abstains by a date.")

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        return True


class ConsentRequestQuerySet(models.QuerySet["ConsentRequest"]):
    def running(self) -> Self:
        return self.filter(outcome=ConsentOutcome.RUNNING)

    def newest_first(self) -> Self:
        """Running ones by their date, then those that are over, the last one first."""
        is_over = Case(When(outcome=ConsentOutcome.RUNNING, then=Value(0)), default=Value(1))
        return self.annotate(is_over=is_over).order_by("is_over", F("closed_at").desc(nulls_first=True), "due", "-pk")


class ConsentRequest(models.Model):
    """One round of questions. A workflow that is started again makes a new one."""

    task_state = models.OneToOneField(TaskState, null=True, on_delete=models.SET_NULL, related_name="consent")
    page = models.ForeignKey(Page, null=True, on_delete=models.SET_NULL, related_name="+")
    revision = models.ForeignKey(Revision, null=True, on_delete=models.SET_NULL, related_name="+")
    subject = models.CharField(_("subject"), max_length=255)
    version_at = models.DateTimeField(_("version of"))
    # What the page says in this version, and what differs from the published one: (label, HTML) for each field.
    text = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    rule = models.CharField(_("rule"), max_length=20, choices=ConsentRule.choices)
    due = models.DateField(_("answer by"))
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    outcome = models.CharField(
        _("result"), max_length=20, choices=ConsentOutcome.choices, default=ConsentOutcome.RUNNING, db_index=True
    )
    closed_at = models.DateTimeField(_("ended"), null=True)

    objects = ConsentRequestQuerySet.as_manager()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("request for consent")
        verbose_name_plural = _("requests for consent")

    def __str__(self) -> str:
        return self.subject

    @property
    def is_running(self) -> bool:
        return self.outcome == ConsentOutcome.RUNNING

    @property
    def takes_answers(self) -> bool:
        """Until the end of the last day, or until the decision falls before."""
        return self.is_running and timezone.localdate() <= self.due

    @property
    def rule_in_words(self) -> str:
        return ConsentRule(self.rule).explained


class ConsentPartyQuerySet(models.QuerySet["ConsentParty"]):
    def counting(self) -> Self:
        """Those that still take part."""
        return self.filter(left_at=None)

    def unanswered(self) -> Self:
        return self.counting().filter(votes=None)

    def awaiting(self) -> Self:
        """Whose answer is still waited for."""
        return self.unanswered().filter(consent__outcome=ConsentOutcome.RUNNING, consent__due__gte=timezone.localdate())


class ConsentParty(models.Model):
    """A municipality that was asked: one voice. Its name stays, whatever becomes of it."""

    consent = models.ForeignKey(ConsentRequest, on_delete=models.CASCADE, related_name="parties")
    municipality = models.ForeignKey(MunicipalityPage, null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(_("municipality"), max_length=255)
    left_at = models.DateTimeField(null=True)
    # When its representatives were written to; what could not be sent is tried again.
    told_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    objects = ConsentPartyQuerySet.as_manager()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("municipality that was asked")
        verbose_name_plural = _("municipalities that were asked")
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(fields=("consent", "municipality"), name="one_voice_for_each_municipality"),
        ]

    def __str__(self) -> str:
        return self.name


class Capacity(models.TextChoices):
    """As what somebody answered; the record needs the office, not the name."""

    REPRESENTATIVE = "representative", _("named representative")
    LOCAL_ADMIN = "local_administrator", _("local administrators")


class ConsentVoteQuerySet(models.QuerySet["ConsentVote"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("Answers are never changed.")

    def delete(self) -> NoReturn:
        raise TypeError("Answers are never taken away.")

    def in_force(self) -> Self:
        """The last answer of each municipality."""
        last = ConsentParty.objects.annotate(last=Max("votes")).filter(last__isnull=False)
        return self.filter(pk__in=last.values("last"))


class ConsentVote(models.Model):
    """An answer, or a later one in its place. Answers are added, never changed and never taken away."""

    party = models.ForeignKey(ConsentParty, on_delete=models.CASCADE, related_name="votes")
    answer = models.CharField(_("answer"), max_length=10, choices=ConsentAnswer.choices)
    reason = models.TextField(_("reason"), blank=True, max_length=REASON_LENGTH)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    capacity = models.CharField(max_length=20, choices=Capacity.choices)

    objects = ConsentVoteQuerySet.as_manager()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("answer of a municipality")
        verbose_name_plural = _("answers of municipalities")
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(answer=ConsentAnswer.OBJECT) | ~Q(reason=""), name="objections_have_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.get_answer_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("An answer is never changed; a later one takes its place.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("An answer is never taken away.")
