"""Which local texts a changed reference asks a decision about, and what became of each."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import PageLogEntry

from services.inheritance.log_actions import KEPT, MERGED
from services.inheritance.standing import References
from services.languages import GERMAN
from services.models import ChangeNotice, LocalServicePage, LocalTextModule, Outcome, ReferenceVersion, ServicePage
from services.modes import ModuleMode

_OF_ACTIONS = {KEPT: Outcome.KEPT, MERGED: Outcome.MERGED}
# What stands although the text is open again: what waits already, and objections, which only the person takes back.
_STANDING = (Outcome.OPEN, Outcome.OBJECTED)


def give_notice(service: ServicePage, page_ids: Collection[int], user: Any = None) -> None:
    """Ask the pages about everything that has changed under their own texts, and close what they have answered.

    Doing it twice asks once. Where a text is open again, such as an older one that was brought back, what was answered
    before counts no more. Of several changes since a text was written, the newest asks; binding ones that replace it
    ask each for itself, because each has its own day.
    """
    with transaction.atomic():
        # Whoever publishes one of the pages at the same moment waits, and then finds what was asked here.
        rows = LocalServicePage.objects.select_for_update(of=("self",)).filter(pk__in=page_ids, reference=service)
        pages = list(rows.order_by("pk").prefetch_related("text_modules"))
        references = References.of([service.pk], [part for page in pages for part in page.text_modules.all()])
        versions = list(service.versions.defer("texts", "made_from"))
        # What a reference says that is withdrawn, nobody reads.
        if service.live:
            _ask(
                ChangeNotice(version=version, page=page, language=part.language, code=part.code)
                for page in pages
                for part in page.text_modules.all()
                for version in _asking(page, part, references, versions)
            )
        _settle(service, pages, references, versions, user)


def _asking(
    page: LocalServicePage, part: LocalTextModule, references: References, versions: list[ReferenceVersion]
) -> set[ReferenceVersion]:
    """Changes that ask about an own text: of what it is held against those since it was written; and until its day,
    what a law changes in the German text, which makes what stands instead of it in another language just as wrong."""
    replaces, today = part.mode == ModuleMode.REPLACE, timezone.localdate()
    of_module = [version for version in versions if part.code in version.changed]
    found = {
        version
        for version in of_module
        if replaces and version.language == GERMAN != part.language and _is_ahead(version, today)
    }
    now = references.now(page.reference_id, part.language, part.code)
    if now is None or not references.is_open(page.pk, page.reference_id, part):
        return found
    then = references.then(page.reference_id, part)
    since = [version for version in of_module if version.language == now.language and version.number > then.number]
    # Nobody is surprised by a law of long ago in a text of which nobody knows when it was written.
    found |= {
        version for version in since if replaces and version.is_binding and (then.number or _is_ahead(version, today))
    }
    return found | {max(since, key=lambda version: version.number, default=now)}


def _is_ahead(version: ReferenceVersion, today: date) -> bool:
    return version.is_binding and version.effective_on is not None and version.effective_on > today


def _ask(notices: Iterable[ChangeNotice]) -> None:
    """What was asked and answered before is asked again."""
    wanted = {_key(notice): notice for notice in notices}
    if not wanted:
        return
    ChangeNotice.objects.bulk_create(wanted.values(), ignore_conflicts=True)
    answered = ChangeNotice.objects.filter(
        version__in={notice.version_id for notice in wanted.values()},
        page__in={notice.page_id for notice in wanted.values()},
    ).exclude(outcome__in=_STANDING)
    again = [notice.pk for notice in answered if _key(notice) in wanted]
    ChangeNotice.objects.filter(pk__in=again).update(
        outcome=Outcome.OPEN, decided_by=None, decided_at=None, reason="", told_at=None, reminded_for=None
    )


def _key(notice: ChangeNotice) -> tuple[int, int, str, str]:
    return notice.version_id, notice.page_id, notice.language, notice.code


def follow(page: LocalServicePage, user: Any = None) -> None:
    """After a page was published: close what this has answered, and ask about what is public now.

    What was asked about another reference, which the page belonged to before, is no question any more.
    """
    others = ChangeNotice.objects.waiting().filter(page=page.pk).exclude(version__service=page.reference_id)
    others.update(outcome=Outcome.WITHDRAWN, decided_at=timezone.now())
    if page.reference is not None:
        give_notice(page.reference, [page.pk], user)


def _settle(
    service: ServicePage,
    pages: Iterable[LocalServicePage],
    references: References,
    versions: list[ReferenceVersion],
    user: Any,
) -> None:
    by_key = {page.pk: page for page in pages}
    waiting = ChangeNotice.objects.waiting().filter(page__in=by_key, version__service=service)
    for notice in waiting.select_related("version"):
        page = by_key[notice.page_id]
        own = [part for part in page.text_modules.all() if concerns(notice, part)]
        if not own:
            _close([notice], Outcome.TAKEN, user)
        elif must_follow(notice, own):
            continue
        elif references.open_among(page, own):
            if _changed_since(versions, notice) or not _is_held_against(notice, page, references):
                _close([notice], Outcome.SUPERSEDED, None)
        elif all(_was_written_after(references.then(page.reference_id, part), notice) for part in own):
            _close([notice], _decided_in_draft(notice) or Outcome.REWRITTEN, user)
        else:
            _close([notice], Outcome.WITHDRAWN, None)


def concerns(notice: ChangeNotice, part: LocalTextModule) -> bool:
    """Whether the change asks about an own text."""
    return (part.language, part.code) == (notice.language, notice.code)


def must_follow(notice: ChangeNotice, parts: Iterable[LocalTextModule]) -> bool:
    """Whether the change replaces any of a page's own texts on its day, but not what stands beside the shared text."""
    return notice.version.is_binding and any(
        part.mode == ModuleMode.REPLACE and concerns(notice, part) for part in parts
    )


def _is_held_against(notice: ChangeNotice, page: LocalServicePage, references: References) -> bool:
    now = references.now(page.reference_id, notice.language, notice.code)
    return now is not None and now.language == notice.version.language


def _changed_since(versions: Iterable[ReferenceVersion], notice: ChangeNotice) -> bool:
    return any(
        version.language == notice.version.language
        and version.number > notice.version.number
        and notice.code in version.changed
        for version in versions
    )


def _was_written_after(then: ReferenceVersion, notice: ChangeNotice) -> bool:
    return then.language == notice.version.language and then.number >= notice.version.number


def _decided_in_draft(notice: ChangeNotice) -> Outcome | None:
    """What was decided in a draft that somebody else has published now; the history of the page tells."""
    entries = PageLogEntry.objects.filter(
        page=notice.page_id, action__in=_OF_ACTIONS, timestamp__gte=notice.version.published_at
    )
    for entry in entries.order_by("-timestamp", "-pk"):
        about = {"code": notice.code, "language": notice.language, "is_draft": True}
        if about.items() <= entry.data.items():
            return _OF_ACTIONS[entry.action]
    return None


def answer(page: LocalServicePage, language: str, code: str, outcome: Outcome, user: Any, reason: str = "") -> int:
    """Close what waits about one text with a decision; returns how much there was."""
    waiting = ChangeNotice.objects.waiting().filter(page=page.pk, code=code, language=language)
    return _close(waiting, outcome, user, reason)


def object_to(notice: ChangeNotice, user: Any, reason: str) -> bool:
    """Keep the own text against a binding change. Whether that was still possible."""
    waiting = ChangeNotice.objects.waiting().filter(pk=notice.pk, version__is_binding=True)
    return bool(_close(waiting, Outcome.OBJECTED, user, reason))


def object_for(page: LocalServicePage, code: str, user: Any, reason: str) -> None:
    """Keep the own texts of a module, in every language, against all binding changes that would replace them."""
    own = list(page.text_modules.all())
    binding = ChangeNotice.objects.waiting().filter(page=page.pk, code=code, version__is_binding=True)
    for notice in binding.select_related("version"):
        if must_follow(notice, own):
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
    texts = parts.order_by("page", "code", "language").values_list("page", "language", "code").distinct()
    _ask(ChangeNotice(version=version, page_id=page, language=language, code=code) for page, language, code in texts)


def _close(notices: Iterable[ChangeNotice], outcome: Outcome, user: Any, reason: str = "") -> int:
    """Only what is still open: of two people who decide at the same moment the first counts."""
    still_open = ChangeNotice.objects.waiting().filter(pk__in=[notice.pk for notice in notices])
    return still_open.update(outcome=outcome, decided_by=user, decided_at=timezone.now(), reason=reason)
