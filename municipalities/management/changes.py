"""What the commands for changes of municipalities share."""

from argparse import ArgumentTypeError
from datetime import date

from django.core.management.base import OutputWrapper
from django.utils.translation import gettext as _

from municipalities.lifecycle.changes import Change


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(_("“%(text)s” is no day; write it as in 2027-01-31.") % {"text": text}) from error


def print_change(out: OutputWrapper, change: Change) -> None:
    names = {"place": change.place.title, "day": change.first_day.strftime("%d.%m.%Y")}
    if not change.steps:
        heading = _("%(place)s: nothing to do.")
    elif change.dry_run:
        heading = _("Would be done for %(place)s:")
    elif change.is_planned:
        heading = _("%(place)s: noted. The daily run carries it out on %(day)s.")
    else:
        heading = _("Done for %(place)s:")
    out.write(heading % names + "\n")
    for step in change.steps:
        out.write(f"  + {step}\n")
