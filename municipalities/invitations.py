"""Inviting colleagues: an account without a password, and a link by e-mail to choose one."""

from collections.abc import Iterable
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from cms.models import User


class InvitationError(Exception):
    """The person cannot be invited; the text says why, in the user's language."""


def invite(email: str, groups: Iterable[Group], first_name: str = "", last_name: str = "") -> User:
    """Give a person roles. Whoever has no account yet gets one, and a link to choose a password.

    The account exists even where the e-mail cannot be sent: the link can be asked for again on the login page.
    """
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        raise InvitationError(_("“%(email)s” is not an e-mail address.") % {"email": email}) from error
    users = get_user_model().objects
    user = users.filter(email__iexact=email).first()
    is_new = user is None
    if user is None:
        if users.filter(username=email[:150]).exists():
            raise InvitationError(_("There is an account with this name already."))
        # A password that nobody knows rather than none: the login page sends a new link only to those who have one.
        user = users.create_user(
            email[:150], email=email, password=get_random_string(40), first_name=first_name, last_name=last_name
        )
    user.groups.add(*groups)
    if is_new:
        transaction.on_commit(lambda: send_link(user))
    return user


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
