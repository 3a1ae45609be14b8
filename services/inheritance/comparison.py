"""What somebody has to know to decide about an own text: what the reference said then, what it says now, and ours."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from django.utils.safestring import SafeString

from services.inheritance.decisions import three_way
from services.inheritance.fragments import Fragment, joined
from services.inheritance.marking import marked, shown
from services.inheritance.notices import concerns, must_follow
from services.inheritance.three_way import Agreed, TextMerge
from services.inheritance.versions import latest, open_among
from services.languages import GERMAN
from services.models import ChangeNotice, LocalServicePage, LocalTextModule, Outcome, ReferenceVersion
from services.modes import ModuleMode

# What becomes of a conflict in the merged text.
THEIRS, OURS, BOTH = "theirs", "ours", "both"


@dataclass(frozen=True)
class Comparison:
    """The own texts of one module in one language, held against its reference.

    ``page`` is the published page, or the draft for those who may only change that. ``others`` are own texts in other
    languages that the law demands to be changed with the German one.
    """

    page: LocalServicePage
    language: str
    code: str
    now: ReferenceVersion
    parts: list[LocalTextModule]
    others: list[LocalTextModule]
    notices: list[ChangeNotice]
    is_open: bool

    @cached_property
    def replacement(self) -> LocalTextModule | None:
        """The text that stands instead of the reference; of several the last, as on the public page."""
        found = [part for part in self.parts if part.mode == ModuleMode.REPLACE]
        return found[-1] if found else None

    @property
    def beside(self) -> list[LocalTextModule]:
        return [part for part in self.parts if part.mode != ModuleMode.REPLACE]

    @property
    def then(self) -> ReferenceVersion:
        """What the reference was when the own text was written; where nobody knows, what it is."""
        parts = [self.replacement] if self.replacement else self.parts
        return next((part.based_on for part in parts if part.based_on is not None), self.now)

    @cached_property
    def merge(self) -> TextMerge | None:
        return three_way(self.page, self.code, self.language) if self.replacement else None

    @property
    def waiting(self) -> list[ChangeNotice]:
        return [notice for notice in self.notices if notice.outcome == Outcome.OPEN]

    @cached_property
    def binding(self) -> list[ChangeNotice]:
        """Changes that replace the own text on their day, the next one first."""
        found = [notice for notice in self.waiting if must_follow(notice, [*self.parts, *self.others])]
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
        return bool(self.parts or self.others) and (self.is_open or bool(self.waiting))

    @property
    def seen(self) -> str:
        """Stands for everything that a decision depends on: whoever sends it back has seen just this."""
        texts = [str(self.now.pk), self.then.text(self.code), self.now.text(self.code)]
        texts += [f"{part.mode}\0{part.text}" for part in [*self.parts, *self.others]]
        texts += [str(notice.pk) for notice in self.binding]
        return sha256("\0".join(texts).encode()).hexdigest()[:24]

    # As they are shown

    @property
    def then_shown(self) -> SafeString:
        return shown(self.then.rich_text(self.code))

    @property
    def now_shown(self) -> SafeString:
        return marked(self.then.rich_text(self.code), self.now.rich_text(self.code))

    @property
    def ours_shown(self) -> SafeString | None:
        return marked(self.then.rich_text(self.code), self.replacement.text) if self.replacement else None

    @property
    def beside_shown(self) -> list[tuple[str, SafeString]]:
        return [(part.get_mode_display(), shown(part.text)) for part in self.beside]

    @property
    def others_shown(self) -> list[tuple[str, SafeString]]:
        return [(part.get_language_display(), shown(part.text)) for part in self.others]


def compare(page: LocalServicePage, language: str, code: str) -> Comparison | None:
    """``None`` where there is no reference to compare with."""
    now = latest(page.reference, language) if page.reference is not None else None
    if now is None or page.reference is None:
        return None
    own = page.text_modules.all()
    parts = [part for part in own if (part.code, part.language) == (code, language)]
    found = ChangeNotice.objects.filter(page=page.pk, code=code, version__language=language)
    notices = list(found.select_related("version", "decided_by").order_by("version__number"))
    asking = [notice for notice in notices if notice.outcome in (Outcome.OPEN, Outcome.OBJECTED)]
    return Comparison(
        page=page,
        language=language,
        code=code,
        now=now,
        parts=parts,
        others=[part for part in own if part not in parts and any(concerns(notice, part) for notice in asking)],
        notices=notices,
        is_open=bool(open_among(page.reference.versions.all(), parts)),
    )


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
    notice: ChangeNotice, draft: list[LocalTextModule] | None, versions: Iterable[ReferenceVersion]
) -> bool:
    """Whether the draft above the page holds a decision already, which somebody has to publish."""
    if draft is None:
        return False
    if must_follow(notice, draft):
        return False
    own = [part for part in draft if (part.code, part.language) == (notice.code, notice.version.language)]
    return not open_among(versions, own)
