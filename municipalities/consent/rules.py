"""When the municipalities have consented: pure rules, without the database.

An answer counts for the municipality that gave it; ``silent`` are those that are still to answer or never did. A
municipality that has left the portal meanwhile is not part of the count. For all rules: where nobody is left who could
consent, there is no consent.

- Unanimous: no objection, every municipality has answered, at least one agrees. An abstention leaves the decision to
  the others. One objection decides; so does, at the date, one missing answer.
- Majority of the votes cast: more agree than object. Abstentions and missing answers are no votes cast, so that they
  count on neither side; a tie is no consent, and neither is it where nobody agreed.
- Silence is consent: no objection by the date. One objection decides.

Before the date a decision falls as soon as the missing answers could no longer turn it. Whether a municipality might
still change an answer does not hold it up: the form says so where an answer decides.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from municipalities.models import ConsentRule


@dataclass(frozen=True)
class Tally:
    agree: int = 0
    object: int = 0
    abstain: int = 0
    silent: int = 0

    @property
    def asked(self) -> int:
        return self.agree + self.object + self.abstain + self.silent


def decide(rule: str, tally: Tally, *, is_over: bool) -> bool | None:
    """Whether the municipalities have consented; ``None`` as long as the missing answers can turn it.

    ``is_over`` says that the date has passed and nobody answers any more.
    """
    all_answered = tally.silent == 0
    if tally.asked == 0:
        return False
    if rule == ConsentRule.MAJORITY:
        if is_over or all_answered:
            return tally.agree > tally.object
        if tally.agree > tally.object + tally.silent:
            return True
        return False if tally.object >= tally.agree + tally.silent else None
    if tally.object:
        return False
    if rule == ConsentRule.UNANIMOUS:
        if all_answered:
            return tally.agree > 0
        return False if is_over else None
    return True if is_over or all_answered else None


def explain(rule: str, tally: Tally, passed: bool) -> str:
    """How the result follows from the rule, in one or two sentences."""
    return f"{counted(tally)} {_why(rule, tally, passed)}"


def counted(tally: Tally) -> str:
    parts = [
        ngettext("%(count)d municipality agreed", "%(count)d municipalities agreed", tally.agree),
        ngettext("%(count)d objected", "%(count)d objected", tally.object),
        ngettext("%(count)d abstained", "%(count)d abstained", tally.abstain),
        ngettext("%(count)d has not answered", "%(count)d have not answered", tally.silent),
    ]
    counts = (tally.agree, tally.object, tally.abstain, tally.silent)
    return ", ".join(part % {"count": count} for part, count in zip(parts, counts, strict=True)) + "."


def _why(rule: str, tally: Tally, passed: bool) -> str:
    if tally.asked == 0:
        return _("No municipality takes part any more, so nobody could consent.")
    if rule == ConsentRule.MAJORITY:
        if passed:
            return _("More agreed than objected, so the majority of the votes cast consents.")
        if tally.agree == tally.object == 0:
            return _("No vote was cast, so there is no majority.")
        if tally.agree == tally.object:
            return _("As many agreed as objected; a tie is no consent.")
        return _("More objected than agreed, so there is no majority.")
    if tally.object:
        return _("One objection is enough, so there is no consent.")
    if rule == ConsentRule.SILENCE:
        return _("Nobody objected, and who does not answer consents.")
    if passed:
        return _("All answered, nobody objected, and at least one agreed.")
    if tally.silent:
        return _("Not all answered in time, so it is not unanimous.")
    return _("All abstained, so that nobody agreed.")
