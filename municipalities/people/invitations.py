"""Inviting colleagues: an account without a password, and a link by e-mail to choose one."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from smtplib import SMTPException
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from wagtail.admin.utils import get_user_display_name

from cms.models import User

logger = logging.getLogger(__name__)


class InvitationError(Exception):
    """The person cannot be invited; the text says why, in the user's language."""


@dataclass
class Invitation:
    """What became of an invitation. ``gained`` names the roles that the person did not hold before.

    ``mail_failed`` is known only once the transaction is over.
    """

    person: User
    is_new: bool
    gained: list[str]
    is_new_admin: bool = False
    mail_failed: bool = False

    @property
    def told(self) -> str:
        """What happened to the person, in the words of the one who invited."""
        names = {
            "email": self.person.email,
            "name": get_user_display_name(self.person),
            "roles": ", ".join(self.gained),
        }
        if self.is_new:
            return _("Invitation to %(email)s: a link to choose a password") % names
        if self.gained:
            return _("%(name)s (%(email)s) has an account already and gets these roles too: %(roles)s") % names
        return _("%(name)s (%(email)s) holds the role already") % names

    @property
    def trouble(self) -> str:
        """What the one who invited has to do because the e-mail did not go out; empty when it did."""
        if not self.mail_failed:
            return ""
        if self.is_new:
            return _(
                "The e-mail to %(email)s could not be sent. The account exists: please ask the person to choose "
                "“Forgotten password” on the login page."
            ) % {"email": self.person.email}
        return _("The e-mail to %(email)s could not be sent. Please tell the person about the new role.") % {
            "email": self.person.email
        }


def invite(
    email: str, groups: Iterable[Group], first_name: str = "", last_name: str = "", *, as_admin: bool = False
) -> Invitation:
    """Give a person roles, with ``as_admin`` for the whole portal. Whoever has no account yet gets one, and a link to
    choose a password.

    The account exists even where the e-mail cannot be sent: the link can be asked for again on the login page. Raises
    :class:`InvitationError` for an address that is none, for a person whose account is blocked, and where somebody else
    makes the account at the same moment.
    """
    email = email.strip()
    reason = why_not(email)
    if reason:
        raise InvitationError(reason)
    user = account_of(email)
    is_new = user is None
    if user is None:
        user = _new_account(email, first_name, last_name)
    held = set(user.groups.values_list("pk", flat=True))
    gained = [group for group in groups if group.pk not in held]
    user.groups.add(*gained)
    invitation = Invitation(user, is_new, [group.name for group in gained])
    if as_admin and not user.is_superuser:
        user.is_superuser = invitation.is_new_admin = True
        user.save(update_fields=["is_superuser"])
        invitation.gained.append(_("Portal administrator"))
    if is_new or invitation.gained:
        transaction.on_commit(lambda: _send(invitation))
    return invitation


def _new_account(email: str, first_name: str, last_name: str) -> User:
    # A password that nobody knows rather than none: the login page sends a new link only to those who have one.
    password = get_random_string(40)
    try:
        with transaction.atomic():
            return User.objects.create_user(
                email[:150], email=email, password=password, first_name=first_name, last_name=last_name
            )
    except IntegrityError as error:
        # Whose account it is, and what for, has to be seen before it gets roles from here too.
        raise InvitationError(
            _("Somebody has just invited %(email)s already. Please try again.") % {"email": email}
        ) from error


def account_of(email: str) -> User | None:
    """The account that gets the roles when somebody invites this address."""
    return User.objects.filter(email__iexact=email, is_active=True).first()


def why_not(email: str) -> str:
    """Why nobody can be invited at this address; empty where one can.

    That an account elsewhere is blocked is nobody's business here, so that all other reasons read the same.
    """
    try:
        validate_email(email)
    except ValidationError:
        return _("“%(email)s” is not an e-mail address.") % {"email": email}
    taken = User.objects.filter(Q(email__iexact=email) | Q(username__iexact=email[:150]))
    if account_of(email) is None and taken.exists():
        return _(
            "%(email)s cannot be invited. Is it the address of a colleague who is blocked? Then unblock the account in "
            "the list; otherwise please ask the portal administrators."
        ) % {"email": email}
    return ""


def _send(invitation: Invitation) -> None:
    try:
        if invitation.is_new:
            send_link(invitation.person)
        else:
            send_roles(invitation.person, invitation.gained)
    except (OSError, SMTPException):
        # What was decided holds; the person in front is told.
        logger.exception("Invitation not sent")
        invitation.mail_failed = True


def send_roles(user: User, roles: Iterable[str]) -> None:
    """Tell a person who works with the portal already about new roles."""
    text = _(
        "Hello,\n\nin the %(portal)s you now have these roles too:\n\n%(roles)s\n\n"
        "User name and password stay the same:\n\n%(url)s"
    ) % {
        "portal": settings.WAGTAIL_SITE_NAME,
        "roles": "\n".join(f"- {role}" for role in roles),
        "url": urljoin(settings.WAGTAILADMIN_BASE_URL, reverse("wagtailadmin_home")),
    }
    subject = _("New roles in the %(portal)s") % {"portal": settings.WAGTAIL_SITE_NAME}
    send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [user.email])


def send_link(user: User) -> None:
    """Send the link with which a person chooses a password."""
    address = reverse(
        "wagtailadmin_password_reset_confirm",
        kwargs={
            "uidb64": urlsafe_base64_encode(force_bytes(user.pk)),
            "token": default_token_generator.make_token(user),
        },
    )
    url = urljoin(settings.WAGTAILADMIN_BASE_URL, address)
    text = _(
        "Hello,\n\nyou have been invited to edit the %(portal)s. Your user name is %(username)s.\n"
        "Choose your password here:\n\n%(url)s\n\nThe link holds for %(days)s days."
    ) % {
        "portal": settings.WAGTAIL_SITE_NAME,
        "username": user.get_username(),
        "url": url,
        "days": settings.PASSWORD_RESET_TIMEOUT // 86400,
    }
    subject = _("Your access to the %(portal)s") % {"portal": settings.WAGTAIL_SITE_NAME}
    send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [user.email])
