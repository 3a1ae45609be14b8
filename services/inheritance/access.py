"""Who sees which changes of references, and what became of them.

Municipalities see what was asked of them. Who looks after the shared texts sees the outcome everywhere, but not the
people who decided: those are seen by their colleagues (``permissions.visible_people``).
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from municipalities import permissions
from municipalities.models import BinPage
from services.models import ChangeNotice, Outcome, ReferenceVersion
from services.models.reference_version import ChangeNoticeQuerySet
from services.responsibility_policy import decides_for_all


def own_notices(user: Any) -> ChangeNoticeQuerySet:
    """What the person's own pages are asked; not of pages in the bin."""
    notices = ChangeNotice.objects.all() if permissions.is_portal_admin(user) else _own(user)
    return _without_bin(notices)


def visible_notices(user: Any) -> ChangeNoticeQuerySet:
    """What is counted on the board: of all municipalities for those who look after the shared texts, else the own.

    What waits in a page that nobody can read yet is seen by its municipality alone.
    """
    if not decides_for_all(user):
        return own_notices(user)
    return _without_bin(ChangeNotice.objects.exclude(outcome=Outcome.OPEN, page__live=False))


def visible_versions(user: Any) -> QuerySet[ReferenceVersion]:
    """Changes that the person sees on the board. The first version of a text is no change, unless somebody is asked."""
    asked = Exists(visible_notices(user).filter(version=OuterRef("pk")))
    if decides_for_all(user):
        return ReferenceVersion.objects.filter(Q(number__gt=1) | asked)
    return ReferenceVersion.objects.filter(asked)


def may_see_version(user: Any, version: ReferenceVersion) -> bool:
    return visible_versions(user).filter(pk=version.pk).exists()


def people_shown(user: Any, notices: list[ChangeNotice]) -> set[int]:
    """Keys of those who decided whom the person may see by name; one query."""
    keys = {notice.decided_by_id for notice in notices if notice.decided_by_id is not None}
    return set(permissions.visible_people(user).filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()


def _own(user: Any) -> ChangeNoticeQuerySet:
    return ChangeNotice.objects.filter(page__in=permissions.own_pages(user).values("pk"))


def _without_bin(notices: ChangeNoticeQuerySet) -> ChangeNoticeQuerySet:
    basket = BinPage.objects.only("path").first()
    return notices.exclude(page__path__startswith=basket.path) if basket is not None else notices
