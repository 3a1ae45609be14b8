"""Close requests for consent whose date has passed or whose result is certain; remind who has not answered."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from municipalities.consent import mails
from municipalities.consent.requests import settle_all
from municipalities.models import ConsentRequest


class Command(BaseCommand):
    help = (
        "Close requests for consent whose date has passed, let their workflows go on or back, and remind "
        "municipalities that have not answered. For daily use; a second run changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        closed, failed = settle_all(ConsentRequest.objects.running().order_by("due", "pk"))
        for consent in closed:
            consent.refresh_from_db()
            self.stdout.write(f"{consent.subject}: {consent.get_outcome_display()}")
        unasked = [*mails.tell_all(), *mails.remind(timezone.localdate())]
        if unasked:
            names = ", ".join(f"{party.name} ({party.consent.subject})" for party in unasked)
            self.stderr.write(_("Nobody answers for: %(names)s") % {"names": names})
        self.stdout.write(
            ngettext("%(count)s request closed.", "%(count)s requests closed.", len(closed)) % {"count": len(closed)}
        )
        if failed:
            names = ", ".join(consent.subject for consent in failed)
            raise CommandError(_("The result could not be carried out for: %(names)s") % {"names": names})
