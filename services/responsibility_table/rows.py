"""One row of the table, put into one entry; everything that stands against it is said, each with its column."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from services.models.responsibility import Responsibility
from services.responsibility_table.cells import day_of, day_text
from services.responsibility_table.columns import CHOICES, COLUMNS, DAYS, GROUPS, TEXTS, choice_of
from services.responsibility_table.directory import Directory, NotFoundError
from services.responsibility_table.labels import Labels

# Fields of an entry in the order of the columns.
FIELDS = tuple(dict.fromkeys(name for name in COLUMNS if name in {*GROUPS, *CHOICES, *TEXTS, *DAYS}))


@dataclass(frozen=True)
class RowError:
    """``column`` is empty where the row as a whole is wrong."""

    column: str
    reason: str


def raw(entry: Responsibility) -> dict[str, Any]:
    """Values of the fields as they are stored, keys for what they refer to."""
    return {name: getattr(entry, f"{name}_id" if name in GROUPS else name) for name in FIELDS}


def shown(entry: Responsibility, labels: Labels) -> dict[str, str]:
    """Values of the fields as people read them."""
    office = labels.page(entry.office) if entry.office else ""
    place = labels.place_of(entry.office) if entry.office else ""
    return {
        "service": labels.page(entry.service),
        "area": labels.page(entry.area),
        "locality": entry.locality.name if entry.locality else "",
        "office": f"{office} ({place})" if place else office,
        **{name: labels.choice(entry, name) for name in CHOICES},
        **{name: getattr(entry, name) for name in TEXTS},
        **{name: day_text(getattr(entry, name)) for name in DAYS},
    }


def fill(entry: Responsibility, cells: dict[str, str], changed: set[str], directory: Directory) -> list[RowError]:
    """Put the cells of the columns that are ``changed`` into the entry."""
    errors: list[RowError] = []

    def look_up(name: str, found: Callable[[], Any]) -> None:
        try:
            setattr(entry, name, found())
        except NotFoundError as error:
            errors.append(RowError(error.column, str(error)))

    if changed.intersection(GROUPS["service"]):
        look_up("service", lambda: directory.service(cells["service"], cells["service_title"]))
    if changed.intersection(GROUPS["area"]):
        look_up("area", lambda: directory.area(cells["area"], cells["area_title"]))
    area = entry.area if entry.area_id else None
    if area is not None and changed.intersection((*GROUPS["area"], *GROUPS["locality"])):
        look_up("locality", lambda: directory.locality(cells["locality"], area))
    if changed.intersection(GROUPS["office"]):
        key, title, place = (cells[name] for name in GROUPS["office"])
        look_up("office", lambda: directory.office(key, title, place, area))
    for name in changed.intersection(CHOICES):
        value = choice_of(name, cells[name])
        if value is None:
            reason = _("Possible here: %(words)s.") % {"words": ", ".join(str(label) for label in CHOICES[name].labels)}
            errors.append(RowError(name, reason))
        else:
            setattr(entry, name, value)
    for name in changed.intersection(DAYS):
        try:
            setattr(entry, name, day_of(cells[name]))
        except ValueError:
            errors.append(RowError(name, _("This is no day. Please write it as in 31.12.2026.")))
    for name in changed.intersection(TEXTS):
        setattr(entry, name, cells[name])
    return errors


def validate(entry: Responsibility, known: Sequence[RowError] = ()) -> list[RowError]:
    """What is ``known`` to be wrong, and what the form says of the rest of the entry."""
    wrong = {error.column for error in known}
    errors: list[RowError] = []
    for check in (lambda: entry.clean_fields(exclude=GROUPS), entry.clean):
        try:
            check()
        except ValidationError as error:
            found = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
            for name, reasons in found.items():
                column = "" if name == NON_FIELD_ERRORS else name
                errors += [RowError(column, reason) for reason in reasons if not column or column not in wrong]
    return [*known, *errors]
