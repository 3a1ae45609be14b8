"""What the three-way view shows of a comparison."""

from typing import Any

from django.utils import timezone
from wagtail.models import Page

from services.inheritance.access import people_shown
from services.inheritance.comparison import Comparison, is_settled_in_draft, parts_of_draft
from services.inheritance.marking import pieces, sides
from services.inheritance.standing import References
from services.inheritance.three_way import Conflict
from services.inheritance.views.forms import ConflictsForm
from services.inheritance.views.waiting import decider
from services.models import LocalServicePage


def context_of(
    comparison: Comparison, page: LocalServicePage, user: Any, publishes: bool, conflicts: ConflictsForm
) -> dict[str, Any]:
    """``publishes`` says whether what is decided holds for the published page at once."""
    today, answer = timezone.localdate(), comparison.last_answer
    has_draft = page.has_unpublished_changes
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
        "is_settled_in_draft": _is_settled_in_draft(comparison, page),
        "draft_says_else": publishes
        and has_draft
        and _own(page.get_latest_revision_as_object(), comparison) != _own(page, comparison),
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


def _is_settled_in_draft(comparison: Comparison, page: LocalServicePage) -> bool:
    waiting = comparison.waiting
    if not waiting or page.reference is None:
        return False
    draft = parts_of_draft(page)
    references = References.of([page.reference_id], draft or ())
    return all(is_settled_in_draft(page, notice, draft, references) for notice in waiting)


def _own(page: Page, comparison: Comparison) -> list[tuple[str, str]]:
    return [
        (part.mode, part.text)
        for part in page.text_modules.all()
        if (part.code, part.language) == (comparison.code, comparison.language)
    ]
