"""Where a municipality sends people that come with a service which it does not offer itself.

One service covers another, perhaps through several. Nobody may be led in a circle or to a page that is not there: a
form refuses it, and where it has come about anyway (two editors at once, a merger of municipalities, a text withdrawn
later) the public page names no service at all and editors find it among the gaps.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail.query import PageQuerySet

from municipalities.models import MunicipalityPage
from services.merge import online_facts
from services.models.local_service import LocalServicePage
from services.models.service import LISTING_FIELDS, ServicePage
from services.modes import ELSEWHERE, LocalState


@dataclass(frozen=True)
class Detour:
    """What a published local page says: its state, and the service that it sends people to."""

    state: str
    to: int | None


def detours() -> PageQuerySet:
    """Published local pages that send people elsewhere."""
    return LocalServicePage.objects.live().filter(state__in=ELSEWHERE, reference__isnull=False)


def detours_below(path: str) -> dict[int, Detour]:
    """By service, of the municipality whose list of services lies at this path of the tree; one query."""
    rows = detours().filter(path__startswith=path).values_list("reference", "state", "covered_by")
    return {reference: Detour(state, to) for reference, state, to in rows}


def chain(start: int, known: Mapping[int, Detour]) -> tuple[list[int], bool]:
    """The services that one is led through, the first included, and whether they end in a circle."""
    way = [start]
    while (detour := known.get(way[-1])) is not None and detour.to is not None:
        if detour.to in way:
            return [*way, detour.to], True
        way.append(detour.to)
    return way, False


def objection(path: str, page: LocalServicePage) -> str:
    """Why the page, below the list of services at this path, may not name the other service; empty where it may."""
    if page.state not in ELSEWHERE or page.reference_id is None or page.covered_by_id is None:
        return ""
    known = detours_below(path) | {page.reference_id: Detour(page.state, page.covered_by_id)}
    way, is_circle = chain(page.reference_id, known)
    return _judge(way, is_circle, known, ServicePage.objects.in_bulk(way))


def _judge(way: list[int], is_circle: bool, known: Mapping[int, Detour], services: Mapping[int, ServicePage]) -> str:
    if is_circle:
        names = " → ".join(_("“%(title)s”") % {"title": services[key].title} for key in way if key in services)
        return _("People are sent in a circle: %(chain)s.") % {"chain": names}
    last = services.get(way[-1])
    if last is None or not last.live:
        return _("The other service is not published.")
    if way[-1] in known and len(way) > 1:
        return _("“%(title)s” is not offered here either.") % {"title": last.title}
    return ""


def where_to(page: LocalServicePage) -> ServicePage | None:
    """The service at the end of the chain, where there is one that is published and offered here; one query."""
    if page.state not in ELSEWHERE or page.reference_id is None or page.covered_by_id is None:
        return None
    known, others = _detours_with_services(page.path[: -page.steplen])
    # A draft that is looked at counts as it is.
    known[page.reference_id] = Detour(page.state, page.covered_by_id)
    way, is_circle = chain(page.reference_id, known)
    if is_circle or way[-1] in known:
        return None
    other = others.get(way[-1]) or page.covered_by
    return other if other is not None and other.live else None


def helpers_at(place: MunicipalityPage) -> dict[int, ServicePage | None]:
    """What lists at a place have to know of services that are not offered there, by their keys; one query.

    ``None``: it is not to be had there. A page: that service covers it. Where a service is covered and nobody can be
    named, it is left out here: its own page says whom to ask.
    """
    known, others = _detours_with_services(place.path)
    found: dict[int, ServicePage | None] = {}
    for key, detour in known.items():
        way, _is_circle = chain(key, known)
        last = known.get(way[-1])
        if LocalState.NOT_OFFERED in (detour.state, last and last.state):
            found[key] = None
        elif last is None and others[way[-1]].live:
            found[key] = others[way[-1]]
    return found


def _detours_with_services(path: str) -> tuple[dict[int, Detour], dict[int, ServicePage]]:
    """As :func:`detours_below`, with the services that people are sent to, by key, as lists need them."""
    of_other = (f"covered_by__{name}" for name in ("live", *LISTING_FIELDS))
    below = detours().filter(path__startswith=path).select_related("covered_by")
    pages = list(below.only("reference", "state", "covered_by", *of_other))
    known = {page.reference_id: Detour(page.state, page.covered_by_id) for page in pages}
    return known, {page.covered_by_id: page.covered_by for page in pages if page.covered_by is not None}


def dead_ends(pages: PageQuerySet) -> list[tuple[LocalServicePage, str]]:
    """Published local pages among these that leave people without help, each with the reason; three queries."""
    sending = pages.live().filter(state__in=(*ELSEWHERE, LocalState.ONLINE_ONLY)).select_related("reference")
    by_place: dict[str, dict[int, Detour]] = defaultdict(dict)
    for path, reference, state, to in detours().values_list("path", "reference", "state", "covered_by"):
        by_place[path[: -Page.steplen]][reference] = Detour(state, to)
    services = ServicePage.objects.in_bulk({detour.to for known in by_place.values() for detour in known.values()})
    services |= {page.reference_id: page.reference for page in sending if page.reference is not None}
    found = ((page, _reason(page, by_place[page.path[: -page.steplen]], services)) for page in sending)
    return [(page, reason) for page, reason in found if reason]


def _reason(page: LocalServicePage, known: Mapping[int, Detour], services: Mapping[int, ServicePage]) -> str:
    if page.lacks_alternative:
        return _("It is not said where people can turn instead.")
    if page.state == LocalState.ONLINE_ONLY:
        return "" if online_facts(page.live_reference, page) else _("“Online only”, but there is no online service.")
    if page.reference_id is None or page.covered_by_id is None:
        return _("The other service was deleted.") if page.state == LocalState.COVERED_BY else ""
    way, is_circle = chain(page.reference_id, known)
    return _judge(way, is_circle, known, services)
