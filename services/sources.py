"""Where the facts of a page come from: one list for the end of the page, each source once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from cms.templatetags.contact import without_scheme
from services.merge import MergedService
from services.resolver import Resolution

if TYPE_CHECKING:
    from services.models import LocalServicePage, OfficePage

# A semicolon within brackets parts no sources.
_SEPARATOR = re.compile(r";\s+(?![^()]*\))")
# What closes a sentence or a bracket after an address is no part of it.
_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]", re.IGNORECASE)


@dataclass
class Source:
    """One source: its words, its web address if it has one, its date, and which facts it stands for."""

    label: str
    url: str = ""
    as_of: str = ""
    about: list[str] = field(default_factory=list)


class _Collection:
    """Sources in the order in which they were added, equal ones joined."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Source] = {}

    def add(self, text: str | None, as_of: str | None, about: str) -> None:
        """Add what an editor typed as a source: words, addresses or both, several of them parted by semicolons."""
        for piece in _SEPARATOR.split((text or "").strip()):
            label, url = read_source(piece)
            self.add_named(label, url, as_of, about)

    def add_named(self, label: str, url: str | None, as_of: str | None, about: str) -> None:
        url, as_of = url or "", as_of or ""
        if not label and not url:
            return
        source = self._found.setdefault((url or label, as_of), Source(label or url, url, as_of))
        if without_scheme(url) == source.label and label:
            # The same address was first given without words.
            source.label = label
        if about not in source.about:
            source.about.append(about)

    def add_facts(self, facts: Iterable[Any], about: str) -> None:
        for fact in facts:
            self.add(fact.get("source"), fact.get("as_of"), about)

    def add_blocks(self, blocks: Iterable[Any], about: str) -> None:
        """Add entries of ``cms.blocks.SourcesBlock``."""
        for block in blocks:
            self.add_named(block.value["label"], block.value["url"], block.value["as_of"], about)

    def add_office(self, office: "OfficePage") -> None:
        self.add_blocks(office.sources, _("office"))
        self.add_facts((block.value for block in office.contacts), _("contacts"))
        self.add(office.hours_source, office.hours_as_of, _("opening hours"))

    def add_service(self, service: MergedService) -> None:
        self.add_facts(service.costs, _("costs"))
        self.add_facts(service.deadlines, _("deadlines"))
        self.add_facts(service.legal_bases, _("legal bases"))
        self.add_facts(service.online_services, _("online services"))

    def all(self) -> list[Source]:
        return list(self._found.values())


def read_source(text: str) -> tuple[str, str]:
    """Words and address of a source: ``BGBl. I Nr. 31: https://…`` is read as a link with these words."""
    text = text.strip()
    found = _ADDRESS.search(text)
    if found is None:
        return text, ""
    url, end = found.group(), found.end()
    if url.count("(") > url.count(")") and text[end : end + 1] == ")":
        url, end = url + ")", end + 1
    # A bracket that held nothing but the address goes with it.
    before, after = text[: found.start()].rstrip(" :(–-"), text[end:].lstrip(" ).,:")
    return f"{before or without_scheme(url)} {after}".strip(), url


def sources_of_service(service: MergedService) -> list[Source]:
    """Sources of what the page of a reference text shows."""
    found = _Collection()
    found.add_service(service)
    return found.all()


def sources_of_local_service(
    service: MergedService, local: "LocalServicePage | None", resolution: Resolution | None
) -> list[Source]:
    """Sources of what the page of a service for one place shows, its offices included."""
    found = _Collection()
    for responsible in resolution.offices if resolution else ():
        found.add(responsible.source, responsible.as_of, _("responsibility"))
        found.add_office(responsible.office)
    found.add_service(service)
    found.add_blocks(local.sources if local else (), _("local information"))
    return found.all()


def sources_of_office(office: "OfficePage", responsibilities: Iterable[tuple[str, str]]) -> list[Source]:
    """Sources of an office's page; ``responsibilities`` are source and date of each."""
    found = _Collection()
    found.add_office(office)
    for source, as_of in responsibilities:
        found.add(source, as_of, _("responsibility"))
    return found.all()
