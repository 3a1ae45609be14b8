"""What a municipality decides about its own text once the reference has changed: keep it, give it up, merge both."""

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from services.models import LocalServicePage, LocalTextModule, ReferenceVersion
from services.modes import ModuleMode
from services.three_way import TextMerge, merge_texts
from services.versions import latest


class Choice(models.TextChoices):
    KEEP = "keep", _("keep our text")
    TAKE = "take", _("take the text of the reference")
    MERGE = "merge", _("merge both")


class NothingToDecideError(Exception):
    """The municipality has no text of its own in this module any more, or the reference is gone."""


def three_way(page: LocalServicePage, code: str) -> TextMerge:
    """What the reference said when the municipality wrote its text, what it says now, and the own text, merged.

    Texts beside the reference stay beside it; only one that stands instead of it can be merged with it.
    """
    return _merged(list(page.text_modules.all()), code, _now(page))


def decide(page: LocalServicePage, code: str, choice: Choice, user: Any, *, publish: bool) -> None:
    """Carry out a decision for one text module, in what is published and in the draft that may lie above it.

    Without ``publish`` the outcome is a draft, for somebody else to approve. The text that goes stays in the history
    of the page. A merge with conflicts keeps both versions in the text, one after the other, and is a draft always.
    """
    with transaction.atomic():
        current = LocalServicePage.objects.select_for_update().get(pk=page.pk)
        draft = current.get_latest_revision_as_object() if current.has_unpublished_changes else None
        if publish and current.live:
            is_final = _apply(current, code, choice)
            revision = current.save_revision(user=user, log_action=True)
            if is_final:
                revision.publish(user=user)
        if draft is not None or not (publish and current.live):
            draft = draft or current
            _apply(draft, code, choice)
            draft.save_revision(user=user, log_action=True)


def _apply(page: LocalServicePage, code: str, choice: Choice) -> bool:
    """Change the page in memory; whether the outcome may be published as it is."""
    parts, now, is_final = list(page.text_modules.all()), _now(page), True
    if all(part.code != code for part in parts):
        raise NothingToDecideError
    if choice == Choice.TAKE:
        parts = [part for part in parts if part.code != code]
    if choice == Choice.MERGE:
        merged = _merged(parts, code, now)
        is_final = not merged.has_conflicts
        _replacement(parts, code).text = merged.html
    for part in parts:
        if part.code == code:
            part.based_on = now
    page.text_modules = parts
    return is_final


def _merged(parts: list[LocalTextModule], code: str, now: ReferenceVersion) -> TextMerge:
    ours = _replacement(parts, code)
    return merge_texts((ours.based_on or now).text(code), now.text(code), ours.text)


def _replacement(parts: list[LocalTextModule], code: str) -> LocalTextModule:
    """The text that stands instead of the reference: of several the last, as on the public page."""
    found = [part for part in parts if part.code == code and part.mode == ModuleMode.REPLACE]
    if not found:
        raise NothingToDecideError
    return found[-1]


def _now(page: LocalServicePage) -> ReferenceVersion:
    version = latest(page.reference) if page.reference is not None else None
    if version is None:
        raise NothingToDecideError
    return version
