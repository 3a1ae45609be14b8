"""Entries and their periods in words, for editors."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from services.models.responsibility import Responsibility

EDIT_ADDRESS = "wagtailsnippets_services_responsibility:edit"


def day_in_words(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def period_in_words(first: date | None, last: date | None) -> str:
    days = {"first": day_in_words(first) if first else "", "last": day_in_words(last) if last else ""}
    if first and last:
        return _("%(first)s to %(last)s") % days
    if first:
        return _("from %(first)s") % days
    return _("until %(last)s") % days if last else _("without limit")


def contradiction(others: Sequence[Responsibility]) -> SafeString:
    """Why an entry is refused, with the way to each of the others: whoever may change it may change them too."""
    links = format_html_join(
        ", ",
        '<a href="{}">{} ({})</a>',
        (
            (reverse(EDIT_ADDRESS, args=[row.pk]), row.office_shown(), period_in_words(row.valid_from, row.valid_until))
            for row in others
        ),
    )
    return format_html(
        _(
            "For this service, area and role there is another entry in the same period: {links}. Please end that one "
            "first, or change the period here. If the offices do it together, choose “office run jointly” in both."
        ),
        links=links,
    )
