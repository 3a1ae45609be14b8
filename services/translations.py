"""Translations of a reference text: parts of its page, so that they are written, approved and published with it.

A tree of pages for each language would give every municipality, and with it every right and every list, once more for
each language; see ADR 0012.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.blocks import (
    CharBlock,
    ChoiceBlock,
    RichTextBlock,
    StreamBlock,
    StreamBlockValidationError,
    StructBlock,
    StructBlockValidationError,
    StructValue,
    TextBlock,
)

from cms.blocks import RICH_TEXT_FEATURES
from services.languages import GERMAN, Language, languages, translation_choices
from services.text_modules import TEXT_MODULES

if TYPE_CHECKING:
    from services.models import ServicePage


class TranslationValue(StructValue):
    """One language: its title, and its text modules by their fields."""

    @property
    def language(self) -> str:
        return str(self["language"])

    def texts(self) -> dict[str, str]:
        """Text modules by their codes, without the empty ones."""
        found = {module.code: _source(self.get(module.field)) for module in TEXT_MODULES}
        return {code: text for code, text in found.items() if text.strip()}


class _NamedRichTextBlock(RichTextBlock):
    """Its editor bears the name of the field, for those who have pages read out."""

    @cached_property
    def field(self) -> Any:
        field = super().field
        field.widget.options = {**field.widget.options, "ariaLabel": self.label}
        return field

    def deconstruct(self) -> Any:
        # Migrations need not know.
        return ("wagtail.blocks.RichTextBlock", *super().deconstruct()[1:])


class TranslationBlock(StructBlock):
    language = ChoiceBlock(label=gettext_lazy("Language"), choices=translation_choices)
    title = CharBlock(label=gettext_lazy("Title"), max_length=255)

    def __init__(self, local_blocks: Iterable[tuple[str, Any]] = (), **kwargs: Any) -> None:
        modules = [
            (
                module.field,
                _NamedRichTextBlock(label=module.label, required=False, features=RICH_TEXT_FEATURES)
                if module.rich
                else TextBlock(label=module.label, required=False, rows=3),
            )
            for module in TEXT_MODULES
        ]
        super().__init__([*local_blocks, *modules], **kwargs)

    class Meta:
        label = gettext_lazy("Translation")
        icon = "globe"
        value_class = TranslationValue
        label_format = "{language}: {title}"


class TranslationsBlock(StreamBlock):
    """Each language once."""

    translation = TranslationBlock()

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        errors, seen = {}, set()
        for index, child in enumerate(cleaned):
            if child.value["language"] in seen:
                # At the field: the editor shows no message for a group of fields.
                twice = ValidationError(_("This language stands here twice."))
                errors[index] = StructBlockValidationError(block_errors={"language": twice})
            seen.add(child.value["language"])
        if errors:
            raise StreamBlockValidationError(block_errors=errors)
        return cleaned


def _source(value: Any) -> str:
    """The text as it is stored, of rich text too."""
    return str(getattr(value, "source", value) or "")


def translation_of(service: "ServicePage | None", language: str) -> TranslationValue | None:
    if service is None or language == GERMAN:
        return None
    return next((block.value for block in service.translations if block.value.language == language), None)


def languages_of(service: "ServicePage | None", also: Iterable[str] = ()) -> list[Language]:
    """German, those that the reference text has been translated into, and others by their codes.

    In the order of the settings, without what stands there no more.
    """
    written = {GERMAN, *also, *(block.value.language for block in (service.translations if service else ()))}
    return [language for language in languages().values() if language.code in written]


def texts_by_language(service: Any) -> dict[str, dict[str, str]]:
    """All text modules of a reference: by language, then by code, without the empty ones."""
    german = {module.code: _source(getattr(service, module.field)) for module in TEXT_MODULES}
    found = {GERMAN: {code: text for code, text in german.items() if text.strip()}}
    return found | {block.value.language: block.value.texts() for block in service.translations}
