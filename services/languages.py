"""Languages of texts about services. German is the one that counts; every other one is a translation of it."""

from dataclasses import dataclass

from django.conf import settings

GERMAN = "de"
# Scripts that run from right to left, by their language.
_RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}


@dataclass(frozen=True)
class Language:
    """``code`` is a language tag (BCP 47) and the last part of an address, ``name`` is in the language itself."""

    code: str
    name: str

    @property
    def direction(self) -> str:
        return "rtl" if self.code.split("-")[0] in _RIGHT_TO_LEFT else "ltr"


def languages() -> dict[str, Language]:
    """All languages by their codes, German first; which ones there are is said in the settings."""
    return {code: Language(code, name) for code, name in ((GERMAN, "Deutsch"), *settings.TRANSLATION_LANGUAGES)}


def language_choices() -> list[tuple[str, str]]:
    return [(language.code, language.name) for language in languages().values()]


def translation_choices() -> list[tuple[str, str]]:
    return [choice for choice in language_choices() if choice[0] != GERMAN]
