"""Texts as editors read them beside their own: what the reference says, and what the public will read."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe

from services.languages import GERMAN
from services.merge import OwnPart, merge_modules
from services.text_modules import TextModule
from services.translations import translation_of

if TYPE_CHECKING:
    from services.models import ServicePage

_HEADINGS = ("h2", "h3", "h4", "h5", "h6")


@dataclass
class OwnText:
    """One own text as it stands in a form that nobody has saved yet."""

    language: str
    code: str
    mode: str
    text: str


@dataclass(frozen=True)
class Shown:
    """A text to read; empty where there is none. ``language`` is the one that it is really written in."""

    html: SafeString
    language: str

    def __bool__(self) -> bool:
        return bool(self.html)


def reference_text(reference: "ServicePage | None", module: TextModule, language: str) -> Shown:
    """What the published reference says in a language; the German text where it is not translated."""
    translation = translation_of(reference, language)
    translated = translation.texts().get(module.code, "") if translation else ""
    if translated:
        return Shown(_to_read(translated, module.rich), language)
    return Shown(_to_read(getattr(reference, module.field, "") or "", module.rich), GERMAN)


def outcomes(
    reference: "ServicePage | None", parts: Iterable[OwnPart], language: str, codes: Container[str] | None = None
) -> dict[str, Shown]:
    """What citizens will read in each text module that is not empty, by its code."""
    merged = merge_modules(reference, parts, language, codes)
    return {code: Shown(_to_read(text.text, text.rich), text.language) for code, text in merged.items()}


def _to_read(text: str, rich: bool) -> SafeString:
    """Links lead nowhere, so that nobody leaves the form by mistake; headings stay below those of the form."""
    if not text:
        return SafeString()
    soup = BeautifulSoup(text if rich else linebreaks(text, autoescape=True), "html.parser")
    for link in soup.find_all("a"):
        link.name, link.attrs = "u", {}
    for heading in soup.find_all(_HEADINGS):
        heading.name = "h5"
    return mark_safe(str(soup))
