"""Whom a change of a reference would reach, before it is published; a fixed number of queries."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from municipalities.folding import in_german_order
from municipalities.models import MunicipalityPage
from municipalities.tenancy import municipality_of, remember_municipalities
from services.inheritance.versions import latest_versions
from services.languages import GERMAN, languages
from services.legal_hints import with_own_content
from services.models import LegalChange, LocalServicePage, LocalTextModule, ServicePage
from services.models.reference_version import changed_codes
from services.models.service import places_with_services
from services.modes import ModuleMode, StructuredMode
from services.text_modules import TEXT_MODULES
from services.translations import texts_by_language

# What municipalities inherit besides texts. Nobody has legal bases of their own.
FACTS = ("documents", "costs", "deadlines", "online_services", "processing_time", "legal_bases")


@dataclass
class ModuleImpact:
    """One text module in one language, or one kind of facts: who has own words, and how they stand to the shared ones.

    Everybody else follows.
    """

    label: str | Promise
    language: str
    # Of texts: the code of the module, and what it says; facts have neither.
    code: str = ""
    before: str = ""
    after: str = ""
    replacing: list[MunicipalityPage] = field(default_factory=list)
    adding: list[MunicipalityPage] = field(default_factory=list)
    _known: set[tuple[bool, int]] = field(default_factory=set, repr=False)

    @property
    def has_own(self) -> bool:
        return bool(self.replacing or self.adding)

    def add(self, place: MunicipalityPage, replaces: bool) -> None:
        """Name a municipality, once on each side."""
        if (replaces, place.pk) not in self._known:
            self._known.add((replaces, place.pk))
            (self.replacing if replaces else self.adding).append(place)


@dataclass
class Impact:
    modules: list[ModuleImpact] = field(default_factory=list)
    inheriting: list[MunicipalityPage] = field(default_factory=list)
    # Names of languages whose texts the German ones leave behind, with the modules.
    stale: list[tuple[str, list[str]]] = field(default_factory=list)
    # Changes of law that the draft tells of for the first time, and who is asked to check what they wrote themselves.
    laws: list[LegalChange] = field(default_factory=list)
    checking: list[MunicipalityPage] = field(default_factory=list)

    @property
    def concerns_own(self) -> bool:
        """Whether anybody has texts or facts of their own there."""
        return any(module.has_own for module in self.modules)

    @property
    def asks(self) -> bool:
        """Whether municipalities are asked what is to become of their own texts."""
        return any(module.has_own for module in self.modules if module.code)

    @property
    def leaves_facts(self) -> bool:
        """Whether own facts stay, about which nobody is asked."""
        return any(module.has_own for module in self.modules if not module.code)


Texts = dict[str, dict[str, str]]


def changes_anything(draft: ServicePage) -> bool:
    """Whether publishing the draft changes what municipalities take over; without looking for which do."""
    return bool(_changed_texts(*_texts(draft)) or _changed_facts(draft))


def impact(draft: ServicePage, day: date) -> Impact:
    """What publishing the draft changes, held against what is published now."""
    before, after = _texts(draft)
    changed = _changed_texts(before, after)
    found = Impact()
    by_text: dict[tuple[str, str], ModuleImpact] = {}
    labels = {module.code: module.label for module in TEXT_MODULES}
    for language, codes in changed.items():
        for code in codes:
            texts = (before.get(language, {}).get(code, ""), after.get(language, {}).get(code, ""))
            by_text[language, code] = ModuleImpact(labels[code], language, code, *texts)
    of_pages = _affected_parts(draft, changed).select_related("page").order_by("page__title", "pk")
    parts = list(of_pages.only("code", "language", "mode", *(f"page__{name}" for name in ("path", "depth", "title"))))
    remember_municipalities([part.page for part in parts])
    concerned: set[int] = set()
    for part in parts:
        place, key = municipality_of(part.page), (part.language, part.code)
        if key not in by_text and part.code in after.get(part.language, {}):
            # The translation, which the own text is held against, stays as it is.
            continue
        if place is not None:
            german = by_text.get((GERMAN, part.code))
            if key not in by_text and german is not None:
                by_text[key] = replace(german, language=part.language, replacing=[], adding=[], _known=set())
            by_text[key].add(place, part.mode == ModuleMode.REPLACE)
            concerned.add(place.pk)
    facts = _facts(draft, concerned)
    found.modules = [*by_text.values(), *facts]
    found.inheriting = [
        place for place in places_with_services(day).listing().alphabetical() if place.pk not in concerned
    ]
    found.stale = _stale(changed, before, after, labels)
    found.laws = _new_laws(draft)
    if found.laws:
        found.checking = _with_own_content(draft)
    return found


def _new_laws(draft: ServicePage) -> list[LegalChange]:
    known = set(LegalChange.objects.filter(service=draft.pk).values_list("pk", flat=True))
    return [change for change in draft.legal_changes.all() if change.pk not in known]


def _with_own_content(draft: ServicePage) -> list[MunicipalityPage]:
    pages = list(with_own_content(LocalServicePage.objects.live().filter(reference=draft)).defer_streamfields())
    remember_municipalities(pages)
    return in_german_order({place.pk: place for page in pages if (place := municipality_of(page))}.values())


def _affected_parts(service: ServicePage, changed: dict[str, list[str]]) -> QuerySet[LocalTextModule]:
    """Own texts that the public reads, in modules that change; those in other languages than German may be held
    against the German text."""
    wanted = Q(code__in=changed.get(GERMAN, []))
    for language, codes in changed.items():
        wanted |= Q(language=language, code__in=codes)
    return LocalTextModule.objects.filter(wanted, page__reference=service, page__live=True)


def _texts(draft: ServicePage) -> tuple[Texts, Texts]:
    """What is published and what is to be, by language and code."""
    return {language: version.texts for language, version in latest_versions(draft).items()}, texts_by_language(draft)


def _changed_texts(before: Texts, after: Texts) -> dict[str, list[str]]:
    return {
        language: codes
        for language in sorted(before.keys() | after.keys(), key=lambda code: (code != GERMAN, code))
        if (codes := changed_codes(before.get(language, {}), after.get(language, {})))
    }


def _changed_facts(draft: ServicePage) -> list[str]:
    published = ServicePage.objects.filter(pk=draft.pk).first()
    return [name for name in FACTS if published is None or _raw(getattr(published, name)) != _raw(getattr(draft, name))]


def _facts(draft: ServicePage, concerned: set[int]) -> list[ModuleImpact]:
    changed = _changed_facts(draft)
    if not changed:
        return []
    pages = list(LocalServicePage.objects.live().filter(reference=draft).defer_streamfields())
    remember_municipalities(pages)
    found = []
    for name in changed:
        model_field = ServicePage._meta.get_field(name)
        module = ModuleImpact(str(model_field.verbose_name).capitalize(), GERMAN)
        for page in pages:
            mode, place = _mode(page, name), municipality_of(page)
            if place is not None and mode != StructuredMode.INHERIT:
                module.add(place, mode == StructuredMode.REPLACE)
                concerned.add(place.pk)
        found.append(module)
    return found


def _mode(page: LocalServicePage, name: str) -> str:
    if name == "processing_time":
        return StructuredMode.REPLACE if page.processing_time else StructuredMode.INHERIT
    return str(getattr(page, f"{name}_mode", StructuredMode.INHERIT))


def _raw(value: Any) -> Any:
    if isinstance(value, str):
        return value
    return [(block.block_type, _filled(block.block.get_prep_value(block.value))) for block in value]


def _filled(value: Any) -> Any:
    """Without empty fields: one that a block did not have when it was stored, and one left empty, say the same."""
    if isinstance(value, dict):
        return {
            name: _filled(one)
            for name, one in value.items()
            if one not in ("", []) and one is not None and one is not False
        }
    return [_filled(one) for one in value] if isinstance(value, list) else value


def _stale(
    changed: dict[str, list[str]],
    before: Texts,
    after: Texts,
    labels: dict[str, Any],
) -> list[tuple[str, list[str]]]:
    """Translated modules that stay as they are while the German ones change."""
    found: dict[str, list[str]] = defaultdict(list)
    for language, texts in after.items():
        for code in changed.get(GERMAN, []):
            if language != GERMAN and code in texts and code not in changed.get(language, []):
                found[language].append(str(labels[code]))
    names = languages()
    return [(names[language].name if language in names else language, modules) for language, modules in found.items()]
