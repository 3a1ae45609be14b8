"""What somebody has to know to decide about an own text: what the reference said then, what it says now, and ours."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from django.utils.safestring import SafeString

from services.inheritance.decisions import is_about, three_way
from services.inheritance.fragments import Fragment, joined
from services.inheritance.marking import marked, shown
from services.inheritance.notices import concerns, must_follow
from services.inheritance.standing import References, nothing
from services.inheritance.three_way import Agreed, TextMerge
from services.languages import GERMAN
from services.models import ChangeNotice, LocalServicePage, LocalTextModule, Outcome, ReferenceVersion
from services.modes import ModuleMode

# What becomes of a conflict in the merged text.
THEIRS, OURS, BOTH = "theirs", "ours", "both"


@dataclass(frozen=True)
class Comparison:
    """The own texts of one module in one language, held against its reference.

    ``page`` is the published page, or the draft where that is what a decision is about. ``then`` is what the reference
    was when the own text was written, ``draft`` all own texts of the draft above the page, if there is one.
    """

    page: LocalServicePage
    language: str
    code: str
    then: ReferenceVersion
    now: ReferenceVersion
    parts: list[LocalTextModule]
    notices: list[ChangeNotice]
    is_open: bool
    draft: list[LocalTextModule] | None
    # Who kept or merged their text was asked anew: then it is the change itself that is to be judged.
    is_asked_anew: bool = False

    @property
    def in_draft(self) -> list[LocalTextModule] | None:
        """What the draft above the page says there."""
        return None if self.draft is None else [part for part in self.draft if is_about(part, self.code, self.language)]

    @cached_property
    def replacement(self) -> LocalTextModule | None:
        """The text that stands instead of the reference; of several the last, as on the public page."""
        found = [part for part in self.parts if part.mode == ModuleMode.REPLACE]
        return found[-1] if found else None

    @property
    def beside(self) -> list[LocalTextModule]:
        return [part for part in self.parts if part.mode != ModuleMode.REPLACE]

    @property
    def is_translated(self) -> bool:
        """Whether the reference speaks the language of the own text; else it is held against the German one."""
        return self.now.language == self.language

    @cached_property
    def merge(self) -> TextMerge | None:
        """``None`` where there is nothing that could be merged."""
        return three_way(self.page, self.code, self.language) if self.replacement and self.is_translated else None

    @property
    def waiting(self) -> list[ChangeNotice]:
        return [notice for notice in self.notices if notice.outcome == Outcome.OPEN]

    @cached_property
    def binding(self) -> list[ChangeNotice]:
        """Changes that replace the own text on their day, the next one first."""
        found = [notice for notice in self.waiting if must_follow(notice, self.parts)]
        return sorted(found, key=lambda notice: (str(notice.version.effective_on), notice.pk))

    @property
    def objections(self) -> list[ChangeNotice]:
        return [notice for notice in self.notices if notice.outcome == Outcome.OBJECTED]

    @property
    def last_answer(self) -> ChangeNotice | None:
        answered = [notice for notice in self.notices if notice.decided_at is not None]
        return max(answered, key=lambda notice: (notice.decided_at, notice.pk), default=None)

    @property
    def is_waiting(self) -> bool:
        """Whether there is anything to decide: also before the follow-up work has written the notice."""
        return bool(self.parts) and (self.is_open or bool(self.waiting))

    @property
    def seen(self) -> str:
        """Stands for everything that a decision depends on: whoever sends it back has seen just this."""
        texts = [str(self.now.pk), self.then.text(self.code), self.now.text(self.code)]
        texts += [f"{part.mode}\0{part.text}" for part in self.parts]
        texts += [f"{part.mode}\0{part.text}\0{part.based_on_id}" for part in self.in_draft or ()]
        texts.append(str(self.in_draft is None))
        texts += [str(notice.pk) for notice in self.binding]
        return sha256("\0".join(texts).encode()).hexdigest()[:24]

    @property
    def is_base_known(self) -> bool:
        """Whether there was a text when the own one was written, and it is known which."""
        return self.then.pk is not None

    # As they are shown

    @property
    def then_shown(self) -> SafeString:
        return shown(self.then.rich_text(self.code))

    @property
    def now_shown(self) -> SafeString:
        return self._marked(self.now.rich_text(self.code))

    @property
    def ours_shown(self) -> SafeString | None:
        if self.replacement is None:
            return None
        return self._marked(self.replacement.text) if self.is_translated else shown(self.replacement.text)

    def _marked(self, text: str) -> SafeString:
        # Where nobody knows what was there before, all of it would be marked.
        return marked(self.then.rich_text(self.code), text) if self.is_base_known else shown(text)

    @property
    def beside_shown(self) -> list[tuple[str, SafeString]]:
        return [(part.get_mode_display(), shown(part.text)) for part in self.beside]


def compare(page: LocalServicePage, language: str, code: str) -> Comparison | None:
    """``None`` where there is no reference to compare with."""
    references = References.of_page(page)
    now = references.now(page.reference_id, language, code)
    if now is None:
        return None
    parts = [part for part in page.text_modules.all() if is_about(part, code, language)]
    leading = [part for part in parts if part.mode == ModuleMode.REPLACE][-1:] or parts
    known = [references.then(page.reference_id, part) for part in leading]
    then = min(known, key=lambda version: version.number, default=now)
    of_text = ChangeNotice.objects.filter(page=page.pk, code=code, language=language)
    notices = list(of_text.select_related("version", "decided_by").order_by("version__number", "version"))
    binding = [notice.version for notice in notices if notice.outcome == Outcome.OPEN and must_follow(notice, parts)]
    is_asked_anew = bool(binding) and then.number >= binding[0].number and then.language == binding[0].language
    return Comparison(
        page=page,
        language=language,
        code=code,
        then=_before(binding[0]) if is_asked_anew else then,
        now=now,
        parts=parts,
        notices=notices,
        is_open=bool(references.open_among(page, parts)),
        is_asked_anew=is_asked_anew,
        draft=parts_of_draft(page),
    )


def _before(version: ReferenceVersion) -> ReferenceVersion:
    """What the reference said before a change."""
    of_text = ReferenceVersion.objects.filter(service=version.service_id, language=version.language)
    before = of_text.filter(number__lt=version.number).order_by("number").last()
    return before or nothing(version.service_id, version)


def resolved(merge: TextMerge, choices: Iterable[str]) -> str:
    """The merged text once each conflict was decided, in their order; what is not decided keeps both versions."""
    rest = iter(choices)
    found: list[Fragment] = []
    for part in merge.parts:
        if isinstance(part, Agreed):
            found += part.items
            continue
        match next(rest, BOTH):
            case "theirs":
                found += part.theirs
            case "ours":
                found += part.ours
            case _:
                found += [*part.theirs, *part.ours]
    return joined(found)


def parts_of_draft(page: LocalServicePage) -> list[LocalTextModule] | None:
    """Own texts of the draft above the page, as it is stored; ``None`` where there is none."""
    if not page.has_unpublished_changes or page.latest_revision is None:
        return None
    return [
        LocalTextModule(
            code=row["code"],
            language=row.get("language", GERMAN),
            mode=row["mode"],
            text=row["text"],
            based_on_id=row.get("based_on"),
        )
        for row in page.latest_revision.content.get("text_modules", ())
    ]


def is_settled_in_draft(
    page: LocalServicePage, notice: ChangeNotice, draft: list[LocalTextModule] | None, references: References
) -> bool:
    """Whether the draft above the page holds a decision already, which somebody has to publish."""
    if draft is None or must_follow(notice, draft):
        return False
    return not references.open_among(page, [part for part in draft if concerns(notice, part)])
