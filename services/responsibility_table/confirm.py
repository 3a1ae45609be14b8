"""From the preview to the change: the table waits in the form that shows it, signed, and everything is checked again.

Nothing is kept on the server, so that any worker can answer and nothing has to be tidied up. The signature is bound to
the person and holds for two hours; what the browser sends is neither trusted nor read before it is checked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db import transaction

from services.entries import add_entries, change_entries, delete_entries
from services.responsibility_table.plan import Kind, Plan, plan_of
from services.responsibility_table.reading import TableRow

_SALT = "services.responsibility_table"
_SECONDS = 2 * 60 * 60
# A form may have five megabytes (DATA_UPLOAD_MAX_MEMORY_SIZE).
MOST_CHARACTERS = 4 * 1024 * 1024


class ExpiredError(Exception):
    """What waited is too old, was changed on the way, or belongs to somebody else."""


@dataclass(frozen=True)
class Waiting:
    """A table and what the preview showed of it."""

    rows: list[TableRow]
    seen: str


def signed(rows: Sequence[TableRow], plan: Plan, user: Any) -> str:
    content = [user.pk, plan.fingerprint(), [row.packed() for row in rows]]
    return signing.dumps(content, salt=_SALT, compress=True)


def waiting_in(text: str, user: Any) -> Waiting:
    try:
        owner, seen, packed = signing.loads(text, salt=_SALT, max_age=_SECONDS)
        rows = [TableRow.unpacked(row) for row in packed]
    # Signed by an older version of the portal, with other columns, it is as good as expired.
    except (signing.BadSignature, TypeError, ValueError) as error:
        raise ExpiredError from error
    if owner != user.pk:
        raise ExpiredError
    return Waiting(rows, seen)


def carry_out(waiting: Waiting, user: Any) -> tuple[Plan, bool]:
    """Make all changes, or none where they would no longer be those that were shown; says which of both."""
    with transaction.atomic():
        plan = plan_of(waiting.rows, user, lock=True)
        if plan.problems or plan.fingerprint() != waiting.seen:
            return plan, False
        delete_entries([change.entry for change in plan.of(Kind.DELETED)], user)
        changed = [*plan.of(Kind.CHANGED), *plan.of(Kind.ENDED)]
        change_entries([change.entry for change in changed], {name for one in changed for name in one.names}, user)
        add_entries([change.entry for change in plan.of(Kind.NEW)], user)
    return plan, True
