"""Keys that come from outside: digits in addresses and forms, of any length.

A number that no column can hold is the key of nothing. Django says so for plain numbers; for relations (the key of a
municipality is one) and for lists of keys it hands the number to the database, which fails. :func:`guard_lookups`
closes that for every query, so that neither Wagtail's views and filters nor ours need a guard of their own.
"""

import re
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import IntegerField
from django.db.models.fields.related import ForeignObject
from django.db.models.fields.related_lookups import RelatedExact, RelatedIn
from django.db.models.lookups import In

LARGEST_KEY = 2**63 - 1


def key_of(text: str) -> int | None:
    """The key that a text from an address or a form stands for; ``None`` for what can be none."""
    key = int(text) if re.fullmatch(r"[0-9]{1,19}", text) else 0
    return key if 0 < key <= LARGEST_KEY else None


def guard_lookups() -> None:
    ForeignObject.register_lookup(_GuardedRelatedExact)
    ForeignObject.register_lookup(_GuardedRelatedIn)
    IntegerField.register_lookup(_GuardedIn)


def _fits(value: Any, field: Any, connection: Any) -> bool:
    if not isinstance(value, int):
        return True
    while field.remote_field is not None:
        field = field.target_field
    if not isinstance(field, IntegerField):
        return True
    least, most = connection.ops.integer_field_range(field.get_internal_type())
    return (least is None or value >= least) and (most is None or value <= most)


class _GuardedRelatedExact(RelatedExact):
    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        if not _fits(self.rhs, self.lhs.output_field, connection):
            raise EmptyResultSet
        return super().process_rhs(compiler, connection)


class _OnlyWhatFits:
    def process_rhs(self: Any, compiler: Any, connection: Any) -> Any:
        if self.rhs_is_direct_value():
            self.rhs = [value for value in self.rhs if _fits(value, self.lhs.output_field, connection)]
        return super().process_rhs(compiler, connection)  # type: ignore[misc]


class _GuardedRelatedIn(_OnlyWhatFits, RelatedIn):
    pass


class _GuardedIn(_OnlyWhatFits, In):
    pass
