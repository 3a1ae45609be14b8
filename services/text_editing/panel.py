"""The panel of a local page in which its texts are written, each beside the reference and the outcome.

Below it is Wagtail's panel for child objects, so that revisions, comparisons and automatic saving work as everywhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.panels import InlinePanel

from services.languages import GERMAN, Language
from services.modes import ModuleMode
from services.text_editing.outcome import OwnText, Shown, outcomes, reference_text
from services.text_modules import TEXT_MODULES, TextModule
from services.translations import languages_of


@dataclass
class ModuleRow:
    """One text module in one language; ``parts`` are the panels of its own texts."""

    module: TextModule
    language: Language
    reference: Shown
    outcome: Shown | None
    is_changed: bool
    # The version that takes the place of the own text on its day, if the change is binding.
    binding: Any = None
    parts: list[Any] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{self.language.code}-{self.module.code}"

    @property
    def name(self) -> str:
        """For those who hear a button without seeing what stands above it."""
        if self.language.is_german:
            return str(self.module.label)
        return f"{self.module.label} ({self.language.name})"

    @property
    def is_used(self) -> bool:
        return bool(self.reference or self.parts)

    @property
    def has_errors(self) -> bool:
        return any(part.form.errors for part in self.parts)


@dataclass
class LanguageSection:
    language: Language
    rows: list[ModuleRow]

    @property
    def used(self) -> list[ModuleRow]:
        return [row for row in self.rows if row.is_used]

    @property
    def unused(self) -> list[ModuleRow]:
        return [row for row in self.rows if not row.is_used]

    @property
    def is_changed(self) -> bool:
        return any(row.is_changed for row in self.rows)

    @property
    def has_errors(self) -> bool:
        return any(row.has_errors for row in self.rows)


class TextModulesPanel(InlinePanel):
    class BoundPanel(InlinePanel.BoundPanel):
        template_name = "services/admin/text_modules_panel.html"

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            if self.form is None:
                return
            labels = {module.code: module.label for module in TEXT_MODULES}
            for child in [*self.children, self.empty_child]:
                own = _own_text(child.form)
                name = _("Own text: %(name)s") % {"name": labels.get(own.code, own.code)}
                widget = child.form.fields["text"].widget
                # The options are shared by all editors of the class.
                widget.options = {**widget.options, "ariaLabel": name}

        @cached_property
        def sections(self) -> list[LanguageSection]:
            """German, the languages of the reference, and those of own texts."""
            reference = self.instance.live_reference
            if reference is None and not self.instance.pk and not self.children:
                return []
            own = [_own_text(child.form) for child in self.children]
            kept = [text for text, child in zip(own, self.children, strict=True) if not is_removed(child.form)]
            changed, binding = self._changed(), self._binding()
            sections = []
            for language in languages_of(reference, {text.language for text in own}):
                shown = outcomes(reference if self.instance.is_offered else None, kept, language.code)
                rows = [
                    ModuleRow(
                        module,
                        language,
                        reference_text(reference, module, language.code),
                        shown.get(module.code),
                        (language.code, module.code) in changed,
                        binding.get((language.code, module.code)),
                        [
                            child
                            for child, text in zip(self.children, own, strict=True)
                            if _belongs(text, language, module)
                        ],
                    )
                    for module in TEXT_MODULES
                ]
                sections.append(LanguageSection(language, rows))
            return sections

        def _changed(self) -> set[tuple[str, str]]:
            """Languages and codes of own texts that the municipality has to decide about again."""
            from services.inheritance.standing import open_parts

            if not self.instance.pk:
                return set()
            return {(part.language, part.code) for part in open_parts(self.instance)}

        def _binding(self) -> dict[tuple[str, str], Any]:
            """Changes that take the place of own texts, the next one of each text."""
            from services.inheritance.notices import must_follow
            from services.models import ChangeNotice

            if not self.instance.pk:
                return {}
            waiting = ChangeNotice.objects.waiting().filter(page=self.instance.pk, version__is_binding=True)
            own = self.instance.text_modules.all()
            by_day = waiting.select_related("version").order_by("-version__effective_on")
            return {(one.language, one.code): one.version for one in by_day if must_follow(one, own)}

        @cached_property
        def shown(self) -> tuple[str, str]:
            """Name and value of the field that says what the form shows of the reference."""
            from services.text_editing.bases import shown_field, versions_shown

            return shown_field(self.formset.prefix), versions_shown(self.instance)

        @property
        def current(self) -> str:
            """The language that is shown first: where something is wrong, else German."""
            return next((section.language.code for section in self.sections if section.has_errors), GERMAN)

        @property
        def unplaced(self) -> list[Any]:
            """Own texts of a module or language that there is no more, and that nobody may lose unasked."""
            placed = {id(part) for section in self.sections for row in section.rows for part in row.parts}
            return [child for child in self.children if id(child) not in placed]

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            context["modes"] = _mode_buttons()
            return context


def _mode_buttons() -> Iterable[tuple[str, str]]:
    return (
        (ModuleMode.BEFORE, _("Add before it")),
        (ModuleMode.AFTER, _("Add after it")),
        (ModuleMode.REPLACE, _("Write instead of it")),
    )


def _belongs(text: OwnText, language: Language, module: TextModule) -> bool:
    return (text.language, text.code) == (language.code, module.code)


def _own_text(form: Any) -> OwnText:
    """What stands in a form, saved or typed."""
    return OwnText(**{name: str(form[name].value() or "") for name in ("language", "code", "mode", "text")})


def is_removed(form: Any) -> bool:
    return bool(form["DELETE"].value())
