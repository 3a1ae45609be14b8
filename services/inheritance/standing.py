"""What own texts of municipalities are held against: what the reference said when they were written, and says now.

Whatever speaks of a changed reference goes by this: the form, the questions, the three-way view and the score.

A text is held against the reference in its own language, and where that is not translated against the German one,
which the public reads there. What was written against a text in another language, against another reference, or nobody
knows against what, was written against nothing: then everything that the reference says is new.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from services.inheritance.fragments import fragments
from services.languages import GERMAN
from services.models import ChangeNotice, LocalServicePage, LocalTextModule, Outcome, ReferenceVersion


class OwnText(Protocol):
    """As :class:`LocalTextModule`, stored or not."""

    language: str
    code: str
    based_on_id: int | None


Text = TypeVar("Text", bound=OwnText)


class References:
    """What some references say now, and what they said when own texts were written."""

    def __init__(
        self, versions: Iterable[ReferenceVersion], objections: Iterable[tuple[int, str, str, int]] = ()
    ) -> None:
        """``objections`` are page, language, code and version of own texts that stay against a binding change."""
        self.versions = sorted(versions, key=lambda version: version.number)
        self._newest = {(version.service_id, version.language): version for version in self.versions}
        self._by_key = {version.pk: version for version in self.versions}
        self._objections: dict[tuple[int, str, str], list[int]] = defaultdict(list)
        for page, language, code, version in objections:
            self._objections[page, language, code].append(version)

    @classmethod
    def of(cls, services: Iterable[int | None], texts: Iterable[OwnText]) -> "References":
        """For own texts and their references; two queries, for few texts and for many."""
        keys = {service for service in services if service is not None}
        named = {text.based_on_id for text in texts if text.based_on_id is not None}
        if not keys:
            return cls(())
        objected = ChangeNotice.objects.filter(version__service__in=keys, outcome=Outcome.OBJECTED)
        objections = list(objected.order_by().values_list("page_id", "language", "code", "version_id"))
        named |= {version for *_text, version in objections}
        newest = ReferenceVersion.objects.filter(service__in=keys).newest()
        return cls((newest | ReferenceVersion.objects.filter(pk__in=named)).defer("made_from"), objections)

    @classmethod
    def of_page(cls, page: LocalServicePage) -> "References":
        return cls.of([page.reference_id], page.text_modules.all())

    def now(self, service: int | None, language: str, code: str) -> ReferenceVersion | None:
        """What is read of a module in a language; ``None`` where the reference was never published."""
        if service is None:
            return None
        translated = self._newest.get((service, language))
        return translated if translated and translated.text(code) else self._newest.get((service, GERMAN))

    def then(self, service: int | None, text: OwnText) -> ReferenceVersion:
        """What the text was written against; nothing is a version without number and texts."""
        now = self.now(service, text.language, text.code)
        return self._comparable(now, text.based_on_id) or nothing(service, now)

    def is_open(self, page: int | None, service: int | None, text: OwnText) -> bool:
        """Whether the reference says something else than when the text was written, or last decided on.

        Who objected has decided, although the text was written against an older version.
        """
        now = self.now(service, text.language, text.code)
        if now is None:
            return False
        decided_on = self._objections.get((page, text.language, text.code), []) if page is not None else []
        known = [self._comparable(now, key) for key in (text.based_on_id, *decided_on)]
        then = max(filter(None, known), key=lambda version: version.number, default=nothing(service, now))
        before, after = then.text(text.code), now.text(text.code)
        return before != after and fragments(before) != fragments(after)

    def open_among(self, page: LocalServicePage, texts: Iterable[Text]) -> list[Text]:
        """Those of some own texts of a page, published or not, that are to be decided about."""
        return [text for text in texts if self.is_open(page.pk, page.reference_id, text)]

    def _comparable(self, now: ReferenceVersion | None, key: int | None) -> ReferenceVersion | None:
        found = self._by_key.get(key) if key is not None else None
        if now is None or found is None:
            return None
        is_same = (found.service_id, found.language) == (now.service_id, now.language)
        return found if is_same else None


def nothing(service: int | None, now: ReferenceVersion | None) -> ReferenceVersion:
    key: Any = service
    return ReferenceVersion(service_id=key, language=now.language if now else GERMAN, number=0)


def open_parts(page: LocalServicePage) -> list[LocalTextModule]:
    """Own texts of a page whose reference says something else than when they were written or last decided on."""
    return References.of_page(page).open_among(page, page.text_modules.all())
