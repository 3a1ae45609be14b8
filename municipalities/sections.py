"""Sections of a municipality's page that apps above this one contribute (services, news, cooperations)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from municipalities.models import MunicipalityPage


@dataclass(frozen=True)
class Section:
    """``template`` is rendered with what ``context`` returns; an empty result leaves the section out."""

    order: int
    template: str
    context: Callable[[MunicipalityPage], dict[str, Any]]


_sections: dict[str, Section] = {}


def register_section(section: Section) -> None:
    _sections[section.template] = section


def sections_of(place: MunicipalityPage) -> list[tuple[str, dict[str, Any]]]:
    """Template and context of each section that has something to show, in order."""
    found = [
        (section.template, section.context(place)) for section in sorted(_sections.values(), key=lambda s: s.order)
    ]
    return [(template, context) for template, context in found if context]
