"""Languages of texts about services. German is the one that counts; every other one is a translation of it."""

from dataclasses import dataclass

from django.conf import settings

GERMAN = "de"
# Scripts that run from right to left, by their language.
_RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}
# That the German text counts, said in the language itself. The portal's own words are German and English only.
_COUNTS_IN_GERMAN = {
    "en": "This is a translation. Only the German text is legally binding.",
    "de-simple": "Das ist ein Text in Leichter Sprache. Rechtlich gilt nur der deutsche Text.",
    "tr": "Bu bir çeviridir. Yalnızca Almanca metin yasal olarak bağlayıcıdır.",
    "uk": "Це переклад. Юридичну силу має лише німецький текст.",
    "ru": "Это перевод. Юридическую силу имеет только немецкий текст.",
    "ar": "هذه ترجمة. النص الألماني وحده هو المُلزِم قانونًا.",
}


@dataclass(frozen=True)
class Language:
    """``code`` is a language tag (BCP 47) and the last part of an address, ``name`` is in the language itself."""

    code: str
    name: str

    @property
    def direction(self) -> str:
        return "rtl" if self.code.split("-")[0] in _RIGHT_TO_LEFT else "ltr"

    @property
    def is_german(self) -> bool:
        return self.code == GERMAN

    @property
    def reservation(self) -> str:
        """That the German text counts; empty where nobody has said so in this language."""
        return _COUNTS_IN_GERMAN.get(self.code, "")


def languages() -> dict[str, Language]:
    """All languages by their codes, German first; which ones there are is said in the settings."""
    return {code: Language(code, name) for code, name in ((GERMAN, "Deutsch"), *settings.TRANSLATION_LANGUAGES)}


def language_choices() -> list[tuple[str, str]]:
    return [(language.code, language.name) for language in languages().values()]


def translation_choices() -> list[tuple[str, str]]:
    return [choice for choice in language_choices() if choice[0] != GERMAN]


def in_language(address: str, language: str) -> str:
    """The address of a page in a language, from that of the German one, which ends with a slash."""
    return address if language == GERMAN else f"{address}{language}/"
