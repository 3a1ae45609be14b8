"""What the three-way view shows of a comparison."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString

from services.inheritance.access import people_shown
from services.inheritance.comparison import Comparison, is_settled_in_draft
from services.inheritance.marking import pieces, shown, sides
from services.inheritance.standing import References
from services.inheritance.three_way import Conflict
from services.inheritance.views.forms import ConflictsForm
from services.inheritance.views.waiting import decider
from services.models import LocalServicePage, LocalTextModule


def context_of(comparison: Comparison, page: LocalServicePage, user: Any, conflicts: ConflictsForm) -> dict[str, Any]:
    today, answer = timezone.localdate(), comparison.last_answer
    return {
        "binding": comparison.binding[0] if comparison.binding else None,
        "beside_binding": [
            notice.version
            for notice in comparison.waiting
            if notice.version.is_binding and notice not in comparison.binding
        ],
        "objections": comparison.objections,
        "may_take_back": any(
            notice.version.effective_on is not None and notice.version.effective_on > today
            for notice in comparison.objections
        ),
        "answer": answer,
        "answered_by": decider(answer, people_shown(user, [answer])) if answer is not None else "",
        "notes": [notice.version for notice in comparison.waiting if notice.version.note],
        "merged": _merged(comparison, conflicts),
        "has_conflicts": bool(conflicts.fields),
    }


def _merged(comparison: Comparison, conflicts: ConflictsForm) -> list[dict[str, Any]]:
    """The merged text piece by piece, conflicts with their fields."""
    if comparison.merge is None:
        return []
    fields = iter(conflicts)
    return [
        {"conflict": sides(piece), "field": next(fields)} if isinstance(piece, Conflict) else {"text": piece}
        for piece in pieces(comparison.merge)
    ]


@dataclass(frozen=True)
class InDraft:
    """What a draft has decided, which counts once somebody publishes it."""

    is_kept: bool
    # How the own texts read there; none where they were given up.
    texts: list[tuple[str, SafeString]]


def settled_in_draft(comparison: Comparison) -> InDraft | None:
    """``None`` where the draft above a published page has not decided."""
    page, draft = comparison.page, comparison.draft
    if draft is None or not page.live or page.reference is None or not comparison.is_waiting:
        return None
    own, references = comparison.in_draft or [], References.of([page.reference_id], draft)
    is_settled = all(is_settled_in_draft(page, notice, draft, references) for notice in comparison.waiting)
    if not is_settled or references.open_among(page, own):
        return None
    return InDraft(
        is_kept=_said(own) == _said(comparison.parts),
        texts=[(part.get_mode_display(), shown(part.text)) for part in own],
    )


def is_other_in_draft(comparison: Comparison) -> bool:
    """Whether the draft above the published page says something else there."""
    return comparison.in_draft is not None and _said(comparison.in_draft) != _said(comparison.parts)


def _said(parts: Iterable[LocalTextModule]) -> list[tuple[str, str]]:
    return [(part.mode, part.text) for part in parts]
