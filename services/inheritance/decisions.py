"""What a municipality decides about its own text once the reference has changed: keep it, give it up, merge both."""

from collections.abc import Callable
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision, WorkflowState

from municipalities.review import nobody_reads
from services.inheritance.log_actions import KEPT, MERGED, REMOVED, TAKEN, note
from services.inheritance.notices import answer, must_follow
from services.inheritance.standing import References
from services.inheritance.three_way import TextMerge, merge_texts
from services.languages import GERMAN
from services.models import ChangeNotice, LocalServicePage, LocalTextModule, Outcome, ReferenceVersion
from services.modes import ModuleMode

Change = Callable[[LocalServicePage], bool]


class Choice(models.TextChoices):
    KEEP = "keep", _("keep our text")
    TAKE = "take", _("take the text of the reference")
    MERGE = "merge", _("merge both")


_LOGGED = {Choice.KEEP: KEPT, Choice.TAKE: TAKEN, Choice.MERGE: MERGED}
_OUTCOMES = {Choice.KEEP: Outcome.KEPT, Choice.TAKE: Outcome.TAKEN, Choice.MERGE: Outcome.MERGED}


class NothingToDecideError(Exception):
    """The municipality has no such text of its own in this module any more, or the reference is gone."""


class BindingChangeError(Exception):
    """The law demands the change: the shared text comes on its day unless the municipality objects."""


def three_way(page: LocalServicePage, code: str, language: str = GERMAN) -> TextMerge:
    """What the reference said when the municipality wrote its text, what it says now, and the own text, merged.

    Texts beside the reference stay beside it; only one that stands instead of it can be merged with it.
    """
    references = References.of_page(page)
    ours = _replacement(list(page.text_modules.all()), code, language)
    now = _now(page, references, language, code)
    if now.language != language:
        # Two languages do not merge.
        raise NothingToDecideError
    return merge_texts(references.then(page.reference_id, ours).rich_text(code), now.rich_text(code), ours.text)


def decide(
    page: LocalServicePage,
    code: str,
    choice: Choice,
    user: Any,
    *,
    publish: bool,
    language: str = GERMAN,
    text: str | None = None,
    anew: bool = False,
) -> bool:
    """Carry out a decision for one text module, in what is published and in the draft that may lie above it.

    ``text`` is what somebody made of a merge with the own text of ``page``; another text that stands in the draft is
    merged for itself, so that it is not lost. With ``anew`` the decision takes the place of the one that the draft
    holds already, which stays in the history. Without ``publish`` the outcome is a draft, for somebody else to
    approve; a merge with conflicts that nobody has resolved keeps both versions in the text and is a draft always.
    The text that goes stays in the history of the page. Returns whether the outcome is what the public reads.
    """

    waiting = ChangeNotice.objects.waiting().filter(page=page.pk, code=code, language=language)
    parts = [part for part in page.text_modules.all() if is_about(part, code, language)]
    if not parts:
        raise NothingToDecideError
    if choice == Choice.MERGE:
        three_way(page, code, language)
    if choice != Choice.TAKE and any(must_follow(notice, parts) for notice in waiting.select_related("version")):
        raise BindingChangeError

    seen = [part.text for part in parts]

    def apply(current: LocalServicePage) -> bool:
        own = [part for part in current.text_modules.all() if is_about(part, code, language)]
        if anew or (not own and choice != Choice.TAKE):
            # A draft that gave the text up would take it away again, from somebody who has just kept it.
            others = [part for part in current.text_modules.all() if not is_about(part, code, language)]
            own = list(LocalTextModule.objects.filter(page=page.pk, code=code, language=language))
            current.text_modules = [*others, *own]
        if not own:
            return True
        can_merge = any(part.mode == ModuleMode.REPLACE for part in own)
        what = choice if can_merge or choice != Choice.MERGE else Choice.KEEP
        return _apply(current, code, what, language, text if [part.text for part in own] == seen else None)

    # Who decides about one text has not read the page.
    with transaction.atomic(), nobody_reads(page):
        # What is still a draft is not decided: it may be thrown away.
        is_public = revise_both(
            page,
            apply,
            user,
            publish=publish,
            before_publishing=lambda: answer(page, language, code, _OUTCOMES[choice], user),
        )
        stood_instead = any(part.mode == ModuleMode.REPLACE for part in parts)
        action = REMOVED if choice == Choice.TAKE and not stood_instead else _LOGGED[choice]
        note(page, action, user, code, language, is_draft=not is_public)
    return is_public


def revise_both(
    page: LocalServicePage, change: Change, user: Any, *, publish: bool, before_publishing: Callable[[], Any]
) -> bool:
    """Change what is published and the draft above it, which stays one. Whether the public sees the change.

    ``change`` alters a page in memory and says whether the outcome may be published as it is. What was planned or
    waited for approval does so afterwards too: Wagtail takes both for settled when anything is published. A page that
    is only planned yet is changed as it is planned.
    """
    with transaction.atomic():
        current = LocalServicePage.objects.select_for_update(of=("self",)).get(pk=page.pk)
        draft = current.get_latest_revision_as_object() if current.has_unpublished_changes else None
        planned, approval = current.scheduled_revision, current.current_workflow_state
        is_planned = planned is not None and planned.pk == current.latest_revision_id
        is_public = False
        if publish and current.live:
            is_final = change(current)
            revision = current.save_revision(user=user, log_action=True)
            if is_final:
                before_publishing()
                revision.publish(user=user)
                is_public = True
        is_plan_changed = planned is not None and (is_public or (publish and not current.live))
        if planned is not None and is_plan_changed:
            _change_planned(planned, change, user)
        # The plan may be the draft itself.
        is_draft_changed = is_plan_changed and is_planned
        if not is_draft_changed and (draft is not None or not (publish and current.live)):
            draft = draft or current
            change(draft)
            draft.save_revision(user=user, log_action=True)
        if is_public and approval is not None and approval.status == WorkflowState.STATUS_IN_PROGRESS:
            approval.workflow.start(draft or current, approval.requested_by)
    return is_public


def _change_planned(planned: Revision, change: Change, user: Any) -> None:
    """What is to be published on a later day must not bring back then what was decided before."""
    day = planned.approved_go_live_at
    later = planned.as_object()
    change(later)
    revision = later.save_revision(user=user, log_action=True)
    Revision.objects.filter(pk=planned.pk).update(approved_go_live_at=None)
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=day)


def _apply(page: LocalServicePage, code: str, choice: Choice, language: str, text: str | None) -> bool:
    """Change the page in memory; whether the outcome may be published as it is."""
    parts, is_final = list(page.text_modules.all()), True
    now = _now(page, References.of_page(page), language, code)
    if choice == Choice.TAKE:
        parts = [part for part in parts if not is_about(part, code, language)]
    if choice == Choice.MERGE:
        replacement = _replacement(parts, code, language)
        if text is not None:
            replacement.text = text
        else:
            merged = three_way(page, code, language)
            is_final = not merged.has_conflicts
            replacement.text = merged.html
    for part in parts:
        if is_about(part, code, language):
            part.based_on = now
    page.text_modules = parts
    return is_final


def is_about(part: LocalTextModule, code: str, language: str) -> bool:
    return part.code == code and part.language == language


def _replacement(parts: list[LocalTextModule], code: str, language: str) -> LocalTextModule:
    """The text that stands instead of the reference: of several the last, as on the public page."""
    found = [part for part in parts if is_about(part, code, language) and part.mode == ModuleMode.REPLACE]
    if not found:
        raise NothingToDecideError
    return found[-1]


def _now(page: LocalServicePage, references: References, language: str, code: str) -> ReferenceVersion:
    version = references.now(page.reference_id, language, code)
    if version is None:
        raise NothingToDecideError
    return version
