"""Merging a reference description with what one municipality wrote.

Pure functions: equal inputs give equal outputs, nothing is read from the database beyond the two pages given.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.html import linebreaks

from services.languages import GERMAN
from services.modes import LocalState, ModuleMode, StructuredMode
from services.text_modules import TEXT_MODULES, TextModule
from services.translations import translation_of

if TYPE_CHECKING:
    from services.models import LocalServicePage, LocalTextModule, ServicePage


@dataclass(frozen=True)
class MergedText:
    """One text module as the public page shows it."""

    code: str
    heading: Promise
    text: str
    rich: bool
    is_local: bool
    language: str = GERMAN


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

    @property
    def is_online(self) -> bool:
        return bool(self.online_services)


def merge_text(reference: str, parts: "Iterable[LocalTextModule]") -> str:
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
    text stays readable. What is not translated is German, and what a municipality wrote in German alone is not covered
    up by the translation of a text that does not hold there.
    """
    own_parts: dict[tuple[str, str], list[LocalTextModule]] = {}
    for part in local.text_modules.all() if local else ():
        own_parts.setdefault((part.code, part.language), []).append(part)
    translation = translation_of(reference, language)
    translated = translation.texts() if translation else {}
    merged = {}
    for module in TEXT_MODULES:
        shared = getattr(reference, module.field, "") or ""
        german = _merged(module, shared, own_parts.get((module.code, GERMAN), []), GERMAN)
        own = own_parts.get((module.code, language), []) if language != GERMAN else []
        if own:
            text = _merged(module, translated.get(module.code) or _marked_as_german(module, shared), own, language)
        elif module.code in translated and not german.is_local:
            text = _merged(module, translated[module.code], [], language)
        else:
            text = german
        if text.text:
            merged[module.code] = text
    title = reference.title if reference else local.title if local else ""
    if translation is not None:
        title = str(translation["title"])
    teaser, short = merged.pop("24", None), merged.pop("05", None)
    documents_text = merged.pop("08", None)
    summary = _summary(teaser, short)
    return MergedService(
        title=title,
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
    )


def _marked_as_german(module: TextModule, text: str) -> str:
    """Between words of another language, for those who have pages read out."""
    if not text:
        return ""
    return f'<div lang="{GERMAN}">{text if module.rich else linebreaks(text, autoescape=True)}</div>'


def _merged(module: TextModule, shared: str, parts: "list[LocalTextModule]", language: str) -> MergedText:
    # A local part is rich text; joined with a plain module the whole becomes rich text.
    rich = module.rich or bool(parts)
    is_plain = shared and not module.rich and not shared.startswith("<div")
    text = merge_text(linebreaks(shared, autoescape=True) if rich and is_plain else shared, parts)
    return MergedText(module.code, module.public_heading, text, rich, bool(parts), language)


def _summary(teaser: MergedText | None, short: MergedText | None) -> MergedText | None:
    """The short text, or the teaser where there is none. A local teaser is shown in any case: nothing local is lost."""
    if teaser is None or short is None or not teaser.is_local:
        return short or teaser
    following = short.text if short.rich else linebreaks(short.text, autoescape=True)
    return replace(teaser, text=f"{teaser.text}\n{following}")


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
