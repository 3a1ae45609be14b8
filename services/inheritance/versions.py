"""Remembering what reference texts said, and finding the translations that the German text has left behind."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from services.languages import GERMAN
from services.models import ReferenceVersion, ServicePage
from services.models.reference_version import changed_codes
from services.translations import texts_by_language


def remember(service: ServicePage, user: Any = None) -> list[ReferenceVersion]:
    """New versions of the texts that are published now: one for each language in which any differs from the last.

    Two central editors who publish at once come one after the other, so that no number is given twice; and both go by
    what the database says then, so that the newest version is what the public reads.
    """
    with transaction.atomic():
        published = ServicePage.objects.select_for_update().get(pk=service.pk)
        last = latest_versions(service)
        now = texts_by_language(published)
        found = []
        # German first: translations refer to its number. What is no longer translated says nothing any more.
        for language in sorted(now.keys() | last.keys(), key=lambda code: (code != GERMAN, code)):
            version = _next_version(service, language, last.get(language), now.get(language, {}))
            if version is not None:
                version.published_by = user
                _note_sources(version, last)
                version.save()
                last[language] = version
                found.append(version)
        return found


def _next_version(
    service: ServicePage, language: str, last: ReferenceVersion | None, texts: dict[str, str]
) -> ReferenceVersion | None:
    changed = changed_codes(last.texts if last else {}, texts)
    if last is not None and not changed:
        return None
    number = last.number + 1 if last else 1
    return ReferenceVersion(service=service, language=language, number=number, texts=texts, changed=changed)


def _note_sources(version: ReferenceVersion, last: dict[str, ReferenceVersion]) -> None:
    """What was written anew in a translation was written from the German text of the same publication."""
    if version.language != GERMAN and GERMAN in last:
        before = last.get(version.language)
        version.made_from = (before.made_from if before else {}) | dict.fromkeys(version.changed, last[GERMAN].number)


def latest(service: ServicePage, language: str = GERMAN) -> ReferenceVersion | None:
    return service.versions.filter(language=language).order_by("number").last()


def latest_versions(service: ServicePage) -> dict[str, ReferenceVersion]:
    """The newest version by language; one query."""
    return {version.language: version for version in service.versions.newest()}


def _versions_to_compare(services: Iterable[int]) -> dict[int, list[ReferenceVersion]]:
    """By service, the newest versions and the German ones that translations say the same as; two queries."""
    of_services = ReferenceVersion.objects.filter(service__in=list(services))
    newest = list(of_services.newest())
    numbers = {number for version in newest for number in version.made_from.values()}
    named = of_services.filter(language=GERMAN, number__in=numbers).exclude(pk__in=[version.pk for version in newest])
    found: dict[int, list[ReferenceVersion]] = defaultdict(list)
    for version in [*newest, *named]:
        found[version.service_id].append(version)
    return found


def _stale_among(versions: Iterable[ReferenceVersion]) -> dict[str, list[str]]:
    by_number = sorted(versions, key=lambda version: version.number)
    german = [version for version in by_number if version.language == GERMAN]
    found: dict[str, list[str]] = {}
    for language, version in {version.language: version for version in by_number if version.language != GERMAN}.items():
        codes = []
        for code in version.texts:
            since = version.made_from.get(code, 0)
            then = next((old.text(code) for old in german if old.number == since), "")
            if german and changed_codes({code: then}, {code: german[-1].text(code)}):
                codes.append(code)
        if codes:
            found[language] = codes
    return found


def all_stale_translations() -> list[tuple[ServicePage, str, list[str], int]]:
    """Published services with translations that the German text has left behind: service, language, codes of the
    modules, number of the German version; three queries."""
    translated = ServicePage.objects.live().filter(versions__in=ReferenceVersion.objects.exclude(language=GERMAN))
    services = {service.pk: service for service in translated.distinct().listing().order_by("title")}
    versions = _versions_to_compare(services)
    return [
        (service, language, codes, max(one.number for one in versions[key] if one.language == GERMAN))
        for key, service in services.items()
        for language, codes in _stale_among(versions[key]).items()
    ]


def confirm_translation(service: ServicePage, language: str) -> None:
    """Somebody has held a translation against the German text and found that it says the same."""
    with transaction.atomic():
        version = service.versions.select_for_update().filter(language=language).order_by("number").last()
        german = latest(service)
        if version is not None and german is not None:
            version.made_from = dict.fromkeys(version.texts, german.number)
            version.save(update_fields=["made_from"])
