"""The columns of the table, the same for taking out and reading in, and the words in its cells."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from municipalities.folding import fold
from services.models.responsibility import Arrangement, Evidence, Responsibility, Role
from services.responsibility_table.cells import day_text, normal
from services.responsibility_table.labels import Labels

KEY, DELETE = "key", "delete"
CHOICES: dict[str, type[TextChoices]] = {"role": Role, "arrangement": Arrangement, "evidence": Evidence}
TEXTS = ("task", "legal_basis", "reason", "source", "as_of", "note")
DAYS = ("valid_from", "valid_until")
# Several columns together name one thing, so that people can read what programs look up.
GROUPS = {
    "service": ("service", "service_title"),
    "area": ("area", "area_title"),
    "locality": ("locality",),
    "office": ("office", "office_title", "office_place"),
}
_HEADINGS: dict[str, Any] = {
    KEY: _("Entry (number)"),
    "service": _("Service (short name or LeiKa key)"),
    "service_title": _("Service (name)"),
    "area": _("Area (AGS)"),
    "area_title": _("Area (name)"),
    "office": _("Office (number)"),
    "office_title": _("Office (name)"),
    "office_place": _("Office of which municipality"),
    DELETE: _("Delete (yes)"),
}
COLUMNS = (
    KEY,
    *(name for group in GROUPS.values() for name in group),
    *CHOICES,
    *(name for name in TEXTS if name in ("task", "legal_basis", "reason")),
    *DAYS,
    *(name for name in TEXTS if name in ("source", "as_of", "note")),
    DELETE,
)
_YES, _NO = {"ja", "j", "x", "yes", "true", "wahr", "1"}, {"", "nein", "n", "no", "false", "falsch", "0"}


def heading(name: str) -> str:
    known = _HEADINGS.get(name)
    return str(known) if known else field_label(name)


def field_label(name: str) -> str:
    """What the form calls a field, for the preview."""
    field: Any = Responsibility._meta.get_field(name)
    return capfirst(str(field.verbose_name))


def _languages() -> Iterable[str]:
    """Of the editors' interface: a table taken out in one is read in another."""
    return [code for code, _name in settings.WAGTAILADMIN_PERMITTED_LANGUAGES]


@cache
def headings() -> dict[str, str]:
    """Columns by their folded headings, in every language."""
    found: dict[str, str] = {}
    for language in _languages():
        with translation.override(language):
            found |= {fold(heading(name)): name for name in COLUMNS}
    return found


@cache
def _words(name: str) -> dict[str, str]:
    """Values of a field with choices by the words for them, in every language."""
    found: dict[str, str] = {}
    for language in _languages():
        with translation.override(language):
            found |= {fold(str(label)): value for value, label in CHOICES[name].choices}
    return found | {fold(value): value for value in CHOICES[name].values}


def choice_of(name: str, text: str) -> str | None:
    """The value that a word stands for, ``None`` where it stands for none."""
    return _words(name).get(fold(text))


def yes_or_no(text: str) -> bool | None:
    word = text.lower()
    return True if word in _YES else False if word in _NO else None


def cells_of(row: Responsibility, labels: Labels) -> dict[str, str]:
    """An entry as the person may read it; service, area, locality and office should be loaded."""
    cells = {
        KEY: str(row.pk),
        "service": row.service.slug if labels.shows(row.service) else "",
        "service_title": labels.page(row.service),
        "area": row.area.ags,
        "area_title": labels.page(row.area),
        "locality": row.locality.name if row.locality else "",
        "office": str(row.office_id or ""),
        "office_title": labels.page(row.office) if row.office else "",
        "office_place": labels.place_of(row.office) if row.office else "",
        **{name: labels.choice(row, name) for name in CHOICES},
        **{name: getattr(row, name) for name in TEXTS},
        **{name: day_text(getattr(row, name)) for name in DAYS},
        DELETE: "",
    }
    return {name: normal(text) for name, text in cells.items()}
