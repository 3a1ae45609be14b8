"""What changed references ask of municipalities, day by day."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from services.inheritance.binding import apply_binding_changes
from services.inheritance.follow_up import resume
from services.inheritance.mails import send_binding_reminders, tell_what_could_not_be_replaced


class Command(BaseCommand):
    help = (
        "Finish interrupted follow-up work, remind of binding changes and carry out those that hold by now. "
        "For daily use, soon after midnight; whoever runs it twice does nothing twice."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        resumed = resume()
        if resumed:
            self.stdout.write(_("Interrupted work finished: %(count)s") % {"count": resumed})
        replaced = 0
        for page, codes in apply_binding_changes(today):
            self.stdout.write(f"{page.url_path}: {', '.join(codes)}")
            replaced += 1
        self.stdout.write(
            ngettext(
                "%(count)s page follows its reference again.", "%(count)s pages follow their reference again.", replaced
            )
            % {"count": replaced}
        )
        sent = tell_what_could_not_be_replaced(today) + send_binding_reminders(today)
        self.stdout.write(ngettext("%(count)s e-mail sent.", "%(count)s e-mails sent.", sent) % {"count": sent})
