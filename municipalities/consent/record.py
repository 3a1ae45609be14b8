"""What is to be read of requests for consent: the list for a person, and the record of one request."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from municipalities import permissions
from municipalities.consent.requests import tally_of
from municipalities.consent.rules import counted, explain
from municipalities.folding import fold_bare
from municipalities.models import (
    ConsentOutcome,
    ConsentParty,
    ConsentRequest,
    ConsentVote,
)


@dataclass(frozen=True)
class Line:
    """A municipality and its answer, or none."""

    party: ConsentParty
    vote: ConsentVote | None
    # Only where the reader may know the name.
    by: str = ""

    @property
    def note(self) -> str:
        if self.party.left_at is None:
            return ""
        return _("has left the portal on %(day)s; no longer counts") % {
            "day": date_format(self.party.left_at, "SHORT_DATE_FORMAT")
        }


def awaiting(user: Any) -> QuerySet[ConsentParty]:
    """What the person still has to answer, the nearest date first."""
    mine = permissions.municipalities_answered_by(user)
    parties = ConsentParty.objects.awaiting().filter(municipality__in=mine.values("pk"))
    return parties.select_related("consent").order_by("consent__due", "consent", "name")


def requests_for(user: Any) -> QuerySet[ConsentRequest]:
    """All requests, with how many have answered and, as ``own``, the parties that the person works for."""
    own = ConsentParty.objects.filter(municipality__in=permissions.municipality_ids(user)).prefetch_related("votes")
    counting = Q(parties__left_at=None)
    answered = Exists(ConsentVote.objects.filter(party=OuterRef("parties")))
    return (
        ConsentRequest.objects.newest_first()
        .annotate(
            asked=Count("parties", filter=counting, distinct=True),
            answered=Count("parties", filter=counting & Q(answered), distinct=True),
        )
        .defer("text", "changes")
        .prefetch_related(Prefetch("parties", queryset=own, to_attr="own"))
    )


def lines_of(consent: ConsentRequest, reader: Any = None) -> list[Line]:
    """Each municipality with its last answer. Names only for a reader who may know them; the record has none."""
    votes = {vote.party_id: vote for vote in ConsentVote.objects.filter(party__consent=consent).select_related("by")}
    known = _known(reader)
    return [
        Line(party, votes.get(party.pk), _name(votes.get(party.pk), known))
        for party in sorted(consent.parties.all(), key=lambda party: fold_bare(party.name))
    ]


def log_of(consent: ConsentRequest, reader: Any = None) -> list[Line]:
    """Every answer in the order in which it was given."""
    known = _known(reader)
    votes = ConsentVote.objects.filter(party__consent=consent).select_related("party", "by").order_by("pk")
    return [Line(vote.party, vote, _name(vote, known)) for vote in votes]


def result_of(consent: ConsentRequest) -> str:
    """How the result follows from the rule; while it is still open, or was broken off, how things stand."""
    tally = tally_of(consent)
    if consent.outcome in (ConsentOutcome.RUNNING, ConsentOutcome.CANCELLED):
        return counted(tally)
    return explain(consent.rule, tally, consent.outcome == ConsentOutcome.PASSED)


def _known(reader: Any) -> set[int]:
    return set() if reader is None else set(permissions.visible_people(reader).values_list("pk", flat=True))


def _name(vote: ConsentVote | None, known: set[int]) -> str:
    if vote is None or vote.by is None or vote.by.pk not in known:
        return ""
    return vote.by.get_full_name() or vote.by.get_username()
