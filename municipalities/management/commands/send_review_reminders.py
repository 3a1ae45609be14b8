"""Ask by e-mail for the review of pages whose day has come."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from municipalities.review import add_missing_reviews, send_reminders


class Command(BaseCommand):
    help = "Send one e-mail to each publisher with the pages to be reviewed. For daily use; asks once for each date."

    def handle(self, *args: Any, **options: Any) -> None:
        add_missing_reviews()
        sent, unasked = send_reminders()
        self.stdout.write(ngettext("%(count)s e-mail sent.", "%(count)s e-mails sent.", sent) % {"count": sent})
        if unasked:
            self.stderr.write(_("Nobody can be asked about: %(pages)s") % {"pages": ", ".join(unasked)})
