"""Portal administrators may do everything: nobody becomes one without the others knowing."""

from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import send_mass_mail
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.utils import get_user_display_name
from wagtail.log_actions import log

from cms.models import User
from municipalities import log_actions


def note_new_admin(person: User, by: User) -> None:
    """Into the history, and by e-mail to the other portal administrators once it is so."""
    log(instance=person, action=log_actions.ADMIN_MADE, user=by)
    transaction.on_commit(lambda: _tell_others(person, by), robust=True)


def _tell_others(person: User, by: User) -> None:
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk__in=(person.pk, by.pk))
    portal = settings.WAGTAIL_SITE_NAME
    subject = _("New portal administrator in the %(portal)s") % {"portal": portal}
    text = _(
        "Hello,\n\n%(by)s has made %(name)s (%(email)s) a portal administrator of the %(portal)s. "
        "If that is a mistake, you can take it back here:\n\n%(url)s"
    ) % {
        "by": get_user_display_name(by),
        "name": get_user_display_name(person),
        "email": person.email,
        "portal": portal,
        "url": urljoin(settings.WAGTAILADMIN_BASE_URL, reverse("wagtailusers_users:edit", args=[person.pk])),
    }
    addresses = others.exclude(email="").values_list("email", flat=True)
    send_mass_mail([(subject, text, settings.DEFAULT_FROM_EMAIL, [address]) for address in addresses])
