"""What reading a table in would change, found out without changing anything."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.utils.translation import gettext as _

from cms.keys import key_of
from services.entries import lock_services
from services.models import Responsibility
from services.overlaps import can_clash, clashes_among
from services.responsibility_policy import visible_responsibilities
from services.responsibility_table.columns import COLUMNS, DELETE, KEY, cells_of, field_label, heading, yes_or_no
from services.responsibility_table.directory import Directory, NotFoundError
from services.responsibility_table.labels import Labels
from services.responsibility_table.reading import TableRow
from services.responsibility_table.rows import FIELDS, RowError, fill, raw, shown, validate


class Kind(Enum):
    NEW, CHANGED, ENDED, DELETED = "new", "changed", "ended", "deleted"


@dataclass(frozen=True, order=True)
class Problem:
    """``row`` is the number in the file, ``column`` the heading; empty where the row as a whole is wrong."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True)
class FieldChange:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Change:
    """``entry`` is as it would be stored; ``names`` are the fields that differ from what is stored."""

    kind: Kind
    row: int
    entry: Responsibility
    title: str
    names: tuple[str, ...]
    fields: tuple[FieldChange, ...]


@dataclass
class Plan:
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unchanged: int = 0

    def of(self, kind: Kind) -> list[Change]:
        return [change for change in self.changes if change.kind == kind]

    def fingerprint(self) -> str:
        """The same for what looks the same in the preview."""
        seen = [
            [change.kind.value, change.row, change.entry.pk, [[one.label, one.old, one.new] for one in change.fields]]
            for change in self.changes
        ]
        return hashlib.sha256(json.dumps([seen, self.unchanged]).encode()).hexdigest()


def plan_of(rows: Sequence[TableRow], user: Any, *, lock: bool = False) -> Plan:
    """Compare a table with what is stored, in a fixed number of queries.

    The entries follow the rights of the person, row by row, as the form does. ``lock`` keeps the stored ones as they
    are until the transaction ends.
    """
    planner = _Planner(rows, user, lock=lock)
    for row in rows:
        planner.take(row)
    planner.find_clashes()
    planner.plan.problems.sort()
    return planner.plan


class _Planner:
    def __init__(self, rows: Sequence[TableRow], user: Any, *, lock: bool) -> None:
        self.plan = Plan()
        self.directory = Directory(user)
        self.labels = self.directory.labels
        keys = {key for row in rows if (key := key_of(row.cells[KEY]))}
        stored = visible_responsibilities(user).filter(pk__in=keys)
        if lock:
            # Whoever else decides about one of the services waits here, and then sees what this table has changed.
            lock_services({*stored.values_list("service", flat=True), *self._services_in(rows)})
            stored = stored.order_by("pk").select_for_update(of=("self",))
        self.stored = {entry.pk: entry for entry in Labels.load(stored)}
        # Entries (by their ids) that may contradict others now.
        self.waiting: set[int] = set()
        # Numbers in the file by the keys of entries.
        self.numbers: dict[int, int] = {}

    def _services_in(self, rows: Sequence[TableRow]) -> set[int]:
        found = set()
        for row in rows:
            with suppress(NotFoundError):
                found.add(self.directory.service(row.cells["service"], row.cells["service_title"]).pk)
        return found

    def take(self, row: TableRow) -> None:
        is_to_go = yes_or_no(row.cells[DELETE])
        if is_to_go is None:
            self._refuse(row, DELETE, _("Please write “ja” here, or leave it empty."))
        if not row.cells[KEY]:
            if is_to_go:
                self._refuse(row, DELETE, _("Only what has a number can be deleted."))
            self._create(row)
            return
        entry = self.stored.get(key_of(row.cells[KEY]) or 0)
        if entry is None:
            self._refuse(row, KEY, _("There is no entry with this number, or it is none of yours."))
        elif entry.pk in self.numbers:
            reason = _("The same entry stands in row %(row)s already.") % {"row": self.numbers[entry.pk]}
            self._refuse(row, KEY, reason)
        else:
            self.numbers[entry.pk] = row.number
            (self._delete if is_to_go else self._compare)(row, entry)

    def _create(self, row: TableRow) -> None:
        entry = Responsibility()
        errors = fill(entry, row.cells, set(COLUMNS), self.directory)
        self._note(row, validate(entry, errors))
        if errors:
            return
        self._hold(row, entry.area_id, self.labels.page(entry.area))
        now = shown(entry, self.labels)
        self.waiting.add(id(entry))
        self._add(Kind.NEW, row, entry, {}, now, [name for name in FIELDS if now[name]])

    def _compare(self, row: TableRow, entry: Responsibility) -> None:
        # So what the person may not see, and what a file cannot hold, stays as it is.
        cells = cells_of(entry, self.labels)
        changed = {name for name in COLUMNS if cells[name] != row.cells[name]} - {DELETE}
        if not changed:
            self.plan.unchanged += 1
            return
        stored, was = copy(entry), shown(entry, self.labels)
        errors = fill(entry, row.cells, changed, self.directory)
        before, after = raw(stored), raw(entry)
        names = [name for name in FIELDS if before[name] != after[name]]
        if not errors and not names:
            self.plan.unchanged += 1
            return
        self._hold(row, stored.area_id, was["area"])
        if entry.area_id != stored.area_id:
            self._hold(row, entry.area_id, self.labels.page(entry.area))
        self._note(row, validate(entry, errors))
        # Of an entry that cannot be stored only the errors are shown.
        if not errors:
            if can_clash(stored, entry):
                self.waiting.add(id(entry))
            is_ended = names == ["valid_until"] and entry.valid_until is not None
            kind = Kind.ENDED if is_ended else Kind.CHANGED
            self._add(kind, row, entry, was, shown(entry, self.labels), names)

    def _delete(self, row: TableRow, entry: Responsibility) -> None:
        was = shown(entry, self.labels)
        self._hold(row, entry.area_id, was["area"])
        if entry.prevails:
            self._note(row, validate(entry))
        self._add(Kind.DELETED, row, entry, was, {}, [name for name in FIELDS if was[name]])

    def _add(
        self,
        kind: Kind,
        row: TableRow,
        entry: Responsibility,
        was: dict[str, str],
        now: dict[str, str],
        names: Sequence[str],
    ) -> None:
        named = now or was
        title = f"{named['service']} – {named['area']}"
        fields = tuple(FieldChange(field_label(name), was.get(name, ""), now.get(name, "")) for name in names)
        self.plan.changes.append(Change(kind, row.number, entry, title, tuple(names), fields))

    def _refuse(self, row: TableRow, column: str, reason: str) -> None:
        self.plan.problems.append(Problem(row.number, heading(column) if column else "", reason))

    def _note(self, row: TableRow, errors: Sequence[RowError]) -> None:
        for error in errors:
            self._refuse(row, error.column, error.reason)

    def _hold(self, row: TableRow, area_id: int, place: str) -> None:
        """To the person's own areas."""
        if not self.directory.decides_for(area_id):
            reason = _("You can only say who is responsible in your own municipality, not in %(place)s.")
            self._refuse(row, "area", reason % {"place": place})

    def find_clashes(self) -> None:
        """As they would be after all of the table, so that an office can take another's place in one file."""
        if not self.waiting:
            return
        changed = {id(change.entry): change for change in self.plan.changes if change.kind != Kind.DELETED}
        entries = [change.entry for change in changed.values()]
        services = {entry.service_id for entry in entries}
        touched = {change.entry.pk for change in self.plan.changes if change.entry.pk}
        areas = {entry.area_id for entry in entries}
        stored = Responsibility.objects.filter(service__in=services, area__in=areas).exclude(pk__in=touched)
        groups: defaultdict[tuple[Any, ...], list[Responsibility]] = defaultdict(list)
        for entry in (*stored, *entries):
            groups[entry.service_id, entry.area_id, entry.locality_id, entry.role].append(entry)
        for group in groups.values():
            for one, other in clashes_among(group, self.waiting):
                self._clash(changed[id(one)], other, changed.get(id(other)))

    def _clash(self, change: Change, other: Responsibility, other_change: Change | None) -> None:
        where = _("row %(row)s") % {"row": other_change.row} if other_change else _("entry %(key)s") % {"key": other.pk}
        if change.entry.office_id == other.office_id:
            reason = _("The same stands in %(where)s already, for a time that both share.")
        else:
            reason = _(
                "In %(where)s another office has the same role at the same time. Please end one of them before, or say"
                " in both that the office is run jointly."
            )
        self.plan.problems.append(Problem(change.row, "", reason % {"where": where}))
