"""Who gets e-mails about a page: only those who may still work on it.

Wagtail writes to whoever once submitted the page, commented on it or subscribed to its comments. A role that was taken
away ends that too.
"""

from collections.abc import Iterable
from typing import Any

from wagtail.admin import mail
from wagtail.admin.views.pages import edit
from wagtail.models import Page

from municipalities import permissions


def _still_at_work(recipients: Iterable[Any], about: Any) -> list[Any]:
    if not isinstance(about, Page):
        return list(recipients)
    return [person for person in recipients if person.is_active and permissions.may_work_on(person, about)]


def write_only_to_those_at_work() -> None:
    """Wagtail offers no other way to choose the recipients than to set the functions that collect them."""
    valid_recipients = mail.BaseWorkflowStateEmailNotifier.get_valid_recipients
    send = mail.send_notification

    def of_workflow(notifier: Any, workflow_state: Any, **kwargs: Any) -> set[Any]:
        found = valid_recipients(notifier, workflow_state, **kwargs)
        return set(_still_at_work(found, workflow_state.content_object))

    def about_comments(recipient_users: Iterable[Any], notification: str, extra_context: dict[str, Any]) -> Any:
        recipients = _still_at_work(recipient_users, extra_context.get("page"))
        return send(recipients, notification, extra_context)

    mail.BaseWorkflowStateEmailNotifier.get_valid_recipients = of_workflow
    edit.send_notification = about_comments
