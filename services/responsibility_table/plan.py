"""What reading a table in would change, found out without changing anything."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any

from django.utils.translation import gettext as _

from cms.keys import key_of
from services.models import Responsibility, ServicePage
from services.overlaps import clash
from services.responsibility_policy import visible_responsibilities
from services.responsibility_table.columns import COLUMNS, DELETE, KEY, cells_of, field_label, heading, yes_or_no
from services.responsibility_table.directory import Directory
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

    @property
    def groups(self) -> list[tuple[str, list[Change]]]:
        return [(kind.value, found) for kind in Kind if (found := self.of(kind))]

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
            stored = stored.order_by("pk").select_for_update(of=("self",))
        self.stored = {entry.pk: entry for entry in Labels.load(stored)}
        self.lock = lock
        # Numbers in the file by the keys of entries.
        self.numbers: dict[int, int] = {}

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
        self._note(row, errors or validate(entry))
        if errors:
            return
        self._hold(row, entry.area_id, self.labels.page(entry.area))
        now = shown(entry, self.labels)
        self._add(Kind.NEW, row, entry, {}, now, [name for name in FIELDS if now[name]])

    def _compare(self, row: TableRow, entry: Responsibility) -> None:
        # So what the person may not see, and what a file cannot hold, stays as it is.
        cells = cells_of(entry, self.labels)
        changed = {name for name in COLUMNS if cells[name] != row.cells[name]} - {DELETE}
        if not changed:
            self.plan.unchanged += 1
            return
        before, was, area_id = raw(entry), shown(entry, self.labels), entry.area_id
        errors = fill(entry, row.cells, changed, self.directory)
        after = raw(entry)
        names = [name for name in FIELDS if before[name] != after[name]]
        if not errors and not names:
            self.plan.unchanged += 1
            return
        self._hold(row, area_id, was["area"])
        if entry.area_id != area_id:
            self._hold(row, entry.area_id, self.labels.page(entry.area))
        self._note(row, errors or validate(entry))
        # Of an entry that cannot be stored only the errors are shown.
        if not errors:
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
        changed = {id(change.entry): change for change in self.plan.changes if change.kind != Kind.DELETED}
        waiting = {key for key, change in changed.items() if _can_clash(change)}
        if not waiting:
            return
        entries = [change.entry for change in changed.values()]
        services = {entry.service_id for entry in entries}
        if self.lock:
            # Whoever reads in a table for the same services waits here, and then sees what this one has changed.
            list(ServicePage.objects.filter(pk__in=services).order_by("pk").select_for_update().values_list("pk"))
        touched = {change.entry.pk for change in self.plan.changes if change.entry.pk}
        areas = {entry.area_id for entry in entries}
        stored = Responsibility.objects.filter(service__in=services, area__in=areas).exclude(pk__in=touched)
        groups: defaultdict[tuple[Any, ...], list[Responsibility]] = defaultdict(list)
        for entry in (*stored, *entries):
            groups[entry.service_id, entry.area_id, entry.locality_id, entry.role].append(entry)
        for group in groups.values():
            for one, other in _clashes_in(group, waiting):
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


def _can_clash(change: Change) -> bool:
    """Whether the row changes what makes entries clash; what clashed before stays as it is."""
    meanings = {"service", "area", "locality", "office", "role", "arrangement", "evidence", "valid_from", "valid_until"}
    return change.kind == Kind.NEW or not meanings.isdisjoint(change.names)


def _clashes_in(
    group: Iterable[Responsibility], waiting: Collection[int]
) -> Iterator[tuple[Responsibility, Responsibility]]:
    """Each of the entries that wait (by their ids) with one that it clashes with; not every pair is looked at."""
    running: list[Responsibility] = []
    unsettled: list[Responsibility] = []
    for entry in sorted(group, key=lambda entry: entry.valid_from or date.min):
        first_day = entry.valid_from or date.min
        running = [other for other in running if (other.valid_until or date.max) >= first_day]
        clashing = [other for other in unsettled if clash(other, entry)]
        yield from ((other, entry) for other in clashing)
        if id(entry) in waiting:
            found = next((other for other in running if clash(entry, other)), None)
            unsettled.append(entry)
            if found is not None:
                clashing.append(entry)
                yield entry, found
        settled = set(map(id, clashing))
        running.append(entry)
        unsettled = [one for one in unsettled if id(one) not in settled and (one.valid_until or date.max) >= first_day]
