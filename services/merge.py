"""Merging a reference description with what one municipality wrote.

Pure functions: equal inputs give equal outputs, nothing is read from the database beyond the two pages given.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.functional import Promise
from django.utils.html import linebreaks

from services.languages import GERMAN, Language
from services.modes import LocalState, ModuleMode, StructuredMode
from services.text_modules import TEXT_MODULES, TextModule
from services.translations import languages_of, translation_of

if TYPE_CHECKING:
    from services.models import LocalServicePage, ServicePage


class Part(Protocol):
    """What somebody wrote beside or instead of the reference, such as ``LocalTextModule``."""

    mode: str
    text: str


class OwnPart(Part, Protocol):
    """As :class:`Part`, with the text module and the language that it belongs to."""

    code: str
    language: str


@dataclass(frozen=True)
class MergedText:
    """One text module as the public page shows it."""

    code: str
    heading: Promise
    text: str
    rich: bool
    is_local: bool
    language: str = GERMAN

    @property
    def heading_language(self) -> str:
        """Headings are German, and English among English text: in these two the portal has its words."""
        return self.language if self.language.split("-")[0] == "en" else GERMAN


@dataclass
class _Words:
    """A piece of text that stands where its mode says."""

    mode: str
    text: str


@dataclass(frozen=True)
class MergedService:
    """A service as it holds for one place, or the reference alone."""

    title: str
    summary: str = ""
    summary_is_rich: bool = False
    summary_language: str = GERMAN
    texts: list[MergedText] = field(default_factory=list)
    documents: list[Any] = field(default_factory=list)
    documents_text: MergedText | None = None
    costs: list[Any] = field(default_factory=list)
    deadlines: list[Any] = field(default_factory=list)
    legal_bases: list[Any] = field(default_factory=list)
    online_services: list[Any] = field(default_factory=list)
    processing_time: str = ""
    language: str = GERMAN
    title_language: str = GERMAN
    # In which the service can be read here.
    written_in: list[Language] = field(default_factory=lambda: languages_of(None))

    @property
    def is_online(self) -> bool:
        return bool(self.online_services)


def merge_text(reference: str, parts: Iterable[Part]) -> str:
    """Apply local parts to one reference text: replacement first, then what stands before and after it."""
    parts = list(parts)
    replacements = [part.text for part in parts if part.mode == ModuleMode.REPLACE]
    pieces = [part.text for part in parts if part.mode == ModuleMode.BEFORE]
    pieces.append(replacements[-1] if replacements else reference)
    pieces += [part.text for part in parts if part.mode == ModuleMode.AFTER]
    return "\n".join(piece for piece in pieces if piece)


def merge(reference: "ServicePage | None", local: "LocalServicePage | None", language: str = GERMAN) -> MergedService:
    """The service as it holds for a place, in a language.

    Either side may be missing: without a local page the reference holds; when the reference was deleted, the local
    text stays readable. Where people are sent elsewhere, the shared texts would tell them to come: what the
    municipality wrote stands alone.
    """
    parts = list(local.text_modules.all()) if local else []
    merged = merge_modules(reference if local is None or local.is_offered else None, parts, language)
    translation = translation_of(reference, language)
    title = reference.title if reference else local.title if local else ""
    if translation is not None:
        title = str(translation["title"])
    teaser, short = merged.pop("24", None), merged.pop("05", None)
    documents_text = merged.pop("08", None)
    summary = _summary(teaser, short)
    return MergedService(
        title=title,
        title_language=GERMAN if translation is None else language,
        summary=summary.text if summary else "",
        summary_is_rich=summary.rich if summary else False,
        summary_language=summary.language if summary else GERMAN,
        texts=list(merged.values()),
        documents=_structured(reference, local, "documents"),
        documents_text=documents_text,
        costs=_structured(reference, local, "costs"),
        deadlines=_structured(reference, local, "deadlines"),
        legal_bases=_structured(reference, None, "legal_bases"),
        online_services=[fact.value for fact in online_facts(reference, local)],
        processing_time=(local.processing_time if local else "") or (reference.processing_time if reference else ""),
        language=language,
        written_in=languages_of(reference, (part.language for part in parts)),
    )


def merge_modules(
    reference: "ServicePage | None",
    parts: Iterable[OwnPart],
    language: str = GERMAN,
    codes: Container[str] | None = None,
) -> dict[str, MergedText]:
    """The text modules by their codes, all or some of them, without the empty ones.

    What is not translated is German. What a municipality wrote in German alone stays: beside the translation if it
    stood beside the reference, and without it if it stood instead, because the translated text does not hold there.
    """
    own: dict[tuple[str, str], list[OwnPart]] = {}
    for part in parts:
        own.setdefault((part.code, part.language), []).append(part)
    translation = translation_of(reference, language)
    translated = translation.texts() if translation else {}
    merged = {}
    for module in TEXT_MODULES:
        if codes is not None and module.code not in codes:
            continue
        shared, german = getattr(reference, module.field, "") or "", own.get((module.code, GERMAN), [])
        text = _in_german(module, shared, german)
        if language != GERMAN:
            there = own.get((module.code, language), [])
            text = _translated(module, text, shared, translated.get(module.code, ""), german, there, language)
        if text.text:
            merged[module.code] = text
    return merged


def _in_german(module: TextModule, shared: str, parts: Sequence[Part]) -> MergedText:
    # A local part is rich text; joined with a plain module the whole becomes rich text.
    rich = module.rich or bool(parts)
    text = merge_text(_as_rich(module, shared) if rich else shared, parts)
    return MergedText(module.code, module.public_heading, text, rich, bool(parts))


def _translated(
    module: TextModule,
    german: MergedText,
    shared: str,
    translation: str,
    german_parts: Sequence[Part],
    parts: Sequence[Part],
    language: str,
) -> MergedText:
    stands_instead = any(part.mode == ModuleMode.REPLACE for part in german_parts)
    if not parts and (stands_instead or not translation):
        return german
    if not parts and not german_parts:
        return replace(german, text=translation, language=language)
    if stands_instead:
        base = _marked_as_german(german.text)
    else:
        base = _as_rich(module, translation) or _marked_as_german(_as_rich(module, shared))
    beside: Sequence[Part] = parts or [_Words(part.mode, _marked_as_german(part.text)) for part in german_parts]
    return replace(german, text=merge_text(base, beside), rich=True, is_local=True, language=language)


def _as_rich(module: TextModule, text: str) -> str:
    return text if module.rich or not text else str(linebreaks(text, autoescape=True))


def _marked_as_german(html: str) -> str:
    """Between words of another language, for those who have pages read out."""
    return f'<div lang="{GERMAN}" dir="ltr">{html}</div>' if html else ""


def _summary(teaser: MergedText | None, short: MergedText | None) -> MergedText | None:
    """The short text, or the teaser where there is none. A local teaser is shown in any case: nothing local is lost."""
    if teaser is None or short is None or not teaser.is_local:
        return short or teaser
    following = short.text if short.rich else str(linebreaks(short.text, autoescape=True))
    texts = {teaser.language: teaser.text} | {short.language: following}
    if len(texts) == 1:
        return replace(teaser, text=f"{teaser.text}\n{following}")
    # One of them is translated.
    german = _marked_as_german(texts.pop(GERMAN))
    ((language, foreign),) = texts.items()
    pieces = (german, foreign) if teaser.language == GERMAN else (foreign, german)
    return replace(teaser, text="\n".join(pieces), language=language)


@dataclass(frozen=True)
class Fact:
    """One entry of a structured part, and whether the municipality wrote it itself."""

    value: Any
    is_local: bool


def facts(reference: "ServicePage | None", local: "LocalServicePage | None", name: str) -> list[Fact]:
    """A structured part for the public: without what nobody has checked."""
    shared = [Fact(block.value, False) for block in getattr(reference, name)] if reference else []
    own = [Fact(block.value, True) for block in getattr(local, name)] if local else []
    match getattr(local, f"{name}_mode", StructuredMode.INHERIT):
        case StructuredMode.REPLACE:
            found = own
        case StructuredMode.ADD:
            found = shared + own
        case _:
            found = shared
    return [fact for fact in found if fact.value.get("confirmed", True)]


def online_facts(reference: "ServicePage | None", local: "LocalServicePage | None") -> list[Fact]:
    """Online services, which lead nowhere where the municipality serves people in person only, or not at all."""
    if local is not None and local.state not in (LocalState.OFFERED, LocalState.ONLINE_ONLY):
        return []
    return facts(reference, local, "online_services")


def _structured(reference: "ServicePage | None", local: "LocalServicePage | None", name: str) -> list[Any]:
    return [fact.value for fact in facts(reference, local, name)]
