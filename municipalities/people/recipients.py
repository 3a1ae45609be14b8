"""E-mails about a page: only to those who may still work on it, and only once what they tell has happened.

Wagtail writes to whoever once submitted the page, commented on it or subscribed to its comments. A role that was taken
away ends that too. And it writes while the page is being saved: a mail server that is slow to answer would hold up
everybody who saves anything, and what is taken back in the end would have been announced. One that refuses the e-mail
takes nothing back: the log of the server says so.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from wagtail.admin import mail
from wagtail.admin.views.pages import edit
from wagtail.models import Page

from municipalities import permissions


def _still_at_work(recipients: Iterable[Any], about: Any) -> list[Any]:
    if not isinstance(about, Page):
        return list(recipients)
    return [person for person in recipients if person.is_active and permissions.may_work_on(person, about)]


def write_only_to_those_at_work() -> None:
    """Wagtail offers no other way to choose the recipients, and the moment, than to set the functions for it."""
    valid_recipients = mail.BaseWorkflowStateEmailNotifier.get_valid_recipients
    send_emails = mail.EmailNotificationMixin.send_emails
    send = mail.send_notification

    def of_workflow(notifier: Any, workflow_state: Any, **kwargs: Any) -> set[Any]:
        found = valid_recipients(notifier, workflow_state, **kwargs)
        return set(_still_at_work(found, workflow_state.content_object))

    def once_it_is_saved(notifier: Any, *args: Any, **kwargs: Any) -> bool:
        transaction.on_commit(lambda: send_emails(notifier, *args, **kwargs), robust=True)
        return True

    def about_comments(recipient_users: Iterable[Any], notification: str, extra_context: dict[str, Any]) -> bool:
        recipients = _still_at_work(recipient_users, extra_context.get("page"))
        transaction.on_commit(lambda: send(recipients, notification, extra_context), robust=True)
        return True

    mail.BaseWorkflowStateEmailNotifier.get_valid_recipients = of_workflow
    mail.EmailNotificationMixin.send_emails = once_it_is_saved
    edit.send_notification = about_comments
