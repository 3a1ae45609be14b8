"""What the history of a page tells about changes of its reference, besides what was saved and published."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, LogFormatter, log
from wagtail.models import Page

from services.languages import GERMAN, languages
from services.text_modules import MODULES_BY_CODE

KEPT, TAKEN, MERGED = "portal.reference.keep", "portal.reference.take", "portal.reference.merge"
REMOVED = "portal.reference.remove"
OBJECTED, OBJECTION_TAKEN_BACK = "portal.reference.object", "portal.reference.objection_taken_back"
REPLACED = "portal.reference.replace"
MADE_BINDING, BINDING_LIFTED = "portal.reference.binding", "portal.reference.binding_lifted"
TRANSLATION_CONFIRMED = "portal.reference.translation"

_MESSAGES: dict[str, tuple[Any, Any]] = {
    KEPT: (gettext_lazy("Keep the own text"), gettext_lazy("Shared text changed: own text kept")),
    TAKEN: (gettext_lazy("Take the shared text"), gettext_lazy("Shared text changed: shared text taken")),
    REMOVED: (gettext_lazy("Remove the own text"), gettext_lazy("Shared text changed: own text removed")),
    MERGED: (gettext_lazy("Merge with the shared text"), gettext_lazy("Shared text changed: merged")),
    OBJECTED: (gettext_lazy("Object to a binding change"), gettext_lazy("Objected to a binding change")),
    OBJECTION_TAKEN_BACK: (gettext_lazy("Take back an objection"), gettext_lazy("Objection taken back")),
    REPLACED: (gettext_lazy("Replace by a binding change"), gettext_lazy("Own text replaced by a binding change")),
    MADE_BINDING: (gettext_lazy("Make a change binding"), gettext_lazy("Change made binding")),
    BINDING_LIFTED: (gettext_lazy("Lift a binding change"), gettext_lazy("Change is no longer binding")),
    TRANSLATION_CONFIRMED: (gettext_lazy("Confirm a translation"), gettext_lazy("Translation confirmed")),
}


def note(page: Page, action: str, user: Any, code: str, language: str = GERMAN, is_draft: bool = False) -> None:
    """Write into the history of the page; without a person it was the portal that did it."""
    log(instance=page, action=action, user=user, data={"code": code, "language": language, "is_draft": is_draft})


def describe(message: str | Promise, data: dict[str, Any]) -> str:
    """The message with the text that it is about."""
    module, language = MODULES_BY_CODE.get(data.get("code", "")), languages().get(data.get("language", ""))
    about = [str(module.label)] if module else []
    if language is not None and language.code != GERMAN:
        about.append(language.name)
    if data.get("is_draft"):
        about.append(_("draft"))
    return f"{message} ({', '.join(about)})" if about else str(message)


def _formatter(name: Any, message: Any) -> type[LogFormatter]:
    class Formatter(LogFormatter):
        label = name

        def format_message(self, log_entry: Any) -> str:
            return describe(message, log_entry.data or {})

    return Formatter


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    for action, (label, message) in _MESSAGES.items():
        actions.register_action(action)(_formatter(label, message))
