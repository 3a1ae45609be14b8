"""Which local texts a changed reference asks a decision about, and what became of each."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from wagtail.models import PageLogEntry

from services.inheritance.log_actions import KEPT, MERGED
from services.inheritance.versions import open_among
from services.languages import GERMAN
from services.models import ChangeNotice, LocalServicePage, LocalTextModule, Outcome, ReferenceVersion, ServicePage
from services.modes import ModuleMode

_OF_ACTIONS = {KEPT: Outcome.KEPT, MERGED: Outcome.MERGED}
# Decisions after which an own text may stand: where the German one was given up, in another language.
_ANSWERS = (Outcome.KEPT, Outcome.MERGED, Outcome.REWRITTEN, Outcome.SUPERSEDED, Outcome.TAKEN)


def give_notice(service: ServicePage, page_ids: Collection[int]) -> None:
    """Ask the pages about everything that has changed under their own texts; doing it twice asks once.

    Of several changes since a text was written, the newest asks; binding ones ask each for itself, because each has
    its own day.
    """
    versions = list(service.versions.all())
    newest = {version.language: version for version in sorted(versions, key=lambda version: version.number)}
    pages = LocalServicePage.objects.filter(pk__in=page_ids, reference=service).prefetch_related("text_modules")
    notices = [
        ChangeNotice(version=version, page=page, code=part.code)
        for page in pages
        for part in open_among(versions, page.text_modules.all())
        for version in _asking(part, newest[part.language], versions)
    ]
    ChangeNotice.objects.bulk_create(notices, ignore_conflicts=True)
    _settle(service, page_ids)


def _asking(part: LocalTextModule, newest: ReferenceVersion, versions: list[ReferenceVersion]) -> set[ReferenceVersion]:
    """Versions after the one that the text was written against, in which its module has changed."""
    base = next((version.number for version in versions if version.pk == part.based_on_id), 0)
    since = [
        version
        for version in versions
        if version.language == part.language and version.number > base and part.code in version.changed
    ]
    binding = {version for version in since if version.is_binding}
    return binding | {max(since, key=lambda version: version.number, default=newest)}


def settle(page: LocalServicePage, user: Any = None) -> None:
    """Close what was answered by publishing the page: the text was rewritten, or given up."""
    if page.reference is not None:
        _settle(page.reference, [page.pk], user)


def _settle(service: ServicePage, page_ids: Collection[int], user: Any = None) -> None:
    waiting = list(
        ChangeNotice.objects.waiting().filter(page__in=page_ids, version__service=service).select_related("version")
    )
    if not waiting:
        return
    versions = list(service.versions.all())
    pages = LocalServicePage.objects.prefetch_related("text_modules__based_on").in_bulk(
        {notice.page_id for notice in waiting}
    )
    still_open = {
        (page.pk, part.language, part.code)
        for page in pages.values()
        for part in open_among(versions, page.text_modules.all())
    }
    for notice in waiting:
        own = [part for part in pages[notice.page_id].text_modules.all() if concerns(notice, part)]
        if not own:
            _close([notice], Outcome.TAKEN, user)
        elif must_follow(notice, own):
            continue
        elif (notice.page_id, notice.version.language, notice.code) in still_open:
            if _changed_since(versions, notice):
                _close([notice], Outcome.SUPERSEDED, None)
        elif _was_written_after(own, notice):
            _close([notice], _decided_in_draft(notice) or Outcome.REWRITTEN, user)
        else:
            _close([notice], Outcome.WITHDRAWN, None)


def concerns(notice: ChangeNotice, part: LocalTextModule) -> bool:
    """Whether the change asks something of an own text: of its language, as a rule.

    Where a law demands a change of the German text, what stands instead of it in another language is just as wrong.
    """
    if part.code != notice.code or part.language == notice.version.language:
        return part.code == notice.code
    return notice.version.is_binding and notice.version.language == GERMAN and part.mode == ModuleMode.REPLACE


def must_follow(notice: ChangeNotice, parts: Iterable[LocalTextModule]) -> bool:
    """Whether the change replaces any of a page's own texts on its day, but not what stands beside the shared text."""
    return notice.version.is_binding and any(
        part.mode == ModuleMode.REPLACE and concerns(notice, part) for part in parts
    )


def _changed_since(versions: Iterable[ReferenceVersion], notice: ChangeNotice) -> bool:
    return any(
        version.language == notice.version.language
        and version.number > notice.version.number
        and notice.code in version.changed
        for version in versions
    )


def _was_written_after(parts: Iterable[LocalTextModule], notice: ChangeNotice) -> bool:
    return all(part.based_on is not None and part.based_on.number >= notice.version.number for part in parts)


def _decided_in_draft(notice: ChangeNotice) -> Outcome | None:
    """What was decided in a draft that somebody else has published now; the history of the page tells."""
    entries = PageLogEntry.objects.filter(
        page=notice.page_id, action__in=_OF_ACTIONS, timestamp__gte=notice.version.published_at
    )
    for entry in entries.order_by("-timestamp", "-pk"):
        about = {"code": notice.code, "language": notice.version.language, "is_draft": True}
        if about.items() <= entry.data.items():
            return _OF_ACTIONS[entry.action]
    return None


def answer(page: LocalServicePage, language: str, code: str, outcome: Outcome, user: Any, reason: str = "") -> int:
    """Close what waits about one text with a decision; returns how much there was."""
    waiting = ChangeNotice.objects.waiting().filter(page=page.pk, code=code, version__language=language)
    return _close(waiting, outcome, user, reason)


def object_to(notice: ChangeNotice, user: Any, reason: str) -> bool:
    """Keep the own text against a binding change. Whether that was still possible."""
    waiting = ChangeNotice.objects.waiting().filter(pk=notice.pk, version__is_binding=True)
    return bool(_close(waiting, Outcome.OBJECTED, user, reason))


def object_for(page: LocalServicePage, language: str, code: str, user: Any, reason: str) -> None:
    """Keep own texts of a module: against the binding changes in a language, and those that replace nothing else."""
    own = [part for part in page.text_modules.all() if part.mode == ModuleMode.REPLACE]
    binding = ChangeNotice.objects.waiting().filter(page=page.pk, code=code, version__is_binding=True)
    waiting = [notice for notice in binding.select_related("version") if must_follow(notice, own)]
    here = [notice for notice in waiting if notice.version.language == language]
    kept = [part for part in own if any(concerns(notice, part) for notice in here)]
    for notice in waiting:
        if all(part in kept for part in own if concerns(notice, part)):
            object_to(notice, user, reason)


def take_back(notice: ChangeNotice, day: date) -> bool:
    """Take an objection back, which is possible until the change holds. Whether it was."""
    objected = ChangeNotice.objects.filter(pk=notice.pk, outcome=Outcome.OBJECTED, version__is_binding=True)
    # A condition over a relation cannot stand in an update.
    keys = list(objected.filter(version__effective_on__gt=day).values_list("pk", flat=True))
    return bool(
        ChangeNotice.objects.filter(pk__in=keys, outcome=Outcome.OBJECTED).update(
            outcome=Outcome.OPEN, decided_by=None, decided_at=None, reason=""
        )
    )


def reopen(version: ReferenceVersion) -> None:
    """A change became binding: what was decided about it before counts no more wherever the own text still stands."""
    parts = LocalTextModule.objects.filter(
        page__reference=version.service, code__in=version.changed, mode=ModuleMode.REPLACE
    )
    if version.language != GERMAN:
        parts = parts.filter(language=version.language)
    texts = set(parts.values_list("page", "code"))
    ChangeNotice.objects.bulk_create(
        (ChangeNotice(version=version, page_id=page, code=code) for page, code in sorted(texts)), ignore_conflicts=True
    )
    decided = version.notices.filter(outcome__in=_ANSWERS)
    keys = [notice.pk for notice in decided if (notice.page_id, notice.code) in texts]
    version.notices.filter(pk__in=keys).update(
        outcome=Outcome.OPEN, decided_by=None, decided_at=None, told_at=None, reminded_for=None
    )


def _close(notices: Iterable[ChangeNotice], outcome: Outcome, user: Any, reason: str = "") -> int:
    """Only what is still open: of two people who decide at the same moment the first counts."""
    still_open = ChangeNotice.objects.waiting().filter(pk__in=[notice.pk for notice in notices])
    return still_open.update(outcome=outcome, decided_by=user, decided_at=timezone.now(), reason=reason)


def affected_parts(service: ServicePage, changed: dict[str, list[str]]) -> QuerySet[LocalTextModule]:
    """Own texts of municipalities in modules that change, by language and code."""
    wanted = Q(pk__in=[])
    for language, codes in changed.items():
        wanted |= Q(language=language, code__in=codes)
    return LocalTextModule.objects.filter(wanted, page__reference=service)
