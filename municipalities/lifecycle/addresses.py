"""The public addresses of a municipality, and where they lead once it is gone."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from django.db.models import Q
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site

from cms.models import BasePage
from cms.sites import portal_site
from municipalities.lifecycle.changes import place_addresses
from municipalities.models import MunicipalityPage

# What a column for an address holds, the old one and the new one alike.
LONGEST = 255
_BATCH = 200


@dataclass(frozen=True)
class Address:
    """A path of a site. ``below`` is what follows the page's own address where it answers for more than itself."""

    site_id: int
    path: str
    page_id: int
    below: str = ""


# The page or the address to which one leads from now on.
Target: TypeAlias = Page | str


def addresses_of(place: MunicipalityPage) -> list[Address]:
    """Every address that the public reaches below a municipality, on the portal and on its own host name."""
    return list(_walk(place))


def _walk(place: MunicipalityPage) -> Iterator[Address]:
    sites = list(Site.objects.filter(Q(is_default_site=True) | Q(root_page_id=place.pk)).select_related("root_page"))
    pages = place.get_descendants(inclusive=True).live().defer_streamfields().specific()
    for page in pages:
        endings = ["", *(page.addresses_below() if isinstance(page, BasePage) else ())]
        for site in sites:
            if page.url_path.startswith(site.root_page.url_path):
                path = "/" + page.url_path[len(site.root_page.url_path) :]
                for ending in endings:
                    yield Address(site.pk, Redirect.normalise_path(path + ending), page.pk, ending)


def lead_on(addresses: Iterable[Address], target_of: Callable[[Address], Target], *, permanent: bool) -> int:
    """Redirect addresses whose pages are gone; returns how many. What stood there before gives way."""
    rows: dict[tuple[int, str], Redirect] = {}
    for address in addresses:
        if len(address.path) <= LONGEST:
            rows[address.site_id, address.path] = _redirect(
                address.site_id, address.path, target_of(address), permanent
            )
    _replace(list(rows.values()))
    return len(rows)


def lead_on_elsewhere(
    place: MunicipalityPage, heir: MunicipalityPage | None, target: Target | None, *, permanent: bool
) -> int:
    """As :func:`lead_on` for addresses outside the municipality's part of the tree that name the place.

    They lead to their counterpart at the heir, or all to one target.
    """
    pairs = {old: new for source in place_addresses for old, new in source(place, heir)}
    site = portal_site()
    if site is None:
        return 0
    rows = [
        _redirect(site.pk, Redirect.normalise_path(old), target if target is not None else new, permanent)
        for old, new in pairs.items()
        if max(len(old), len(new)) <= LONGEST
    ]
    _replace(rows)
    return len(rows)


def _redirect(site_id: int, path: str, target: Target, permanent: bool) -> Redirect:
    page, link = (None, target) if isinstance(target, str) else (target, "")
    return Redirect(
        site_id=site_id,
        old_path=path,
        redirect_page_id=page.pk if page else None,
        redirect_link=link,
        is_permanent=permanent,
        automatically_created=True,
    )


def _replace(rows: list[Redirect]) -> None:
    by_site: dict[int | None, list[str]] = {}
    for row in rows:
        by_site.setdefault(row.site_id, []).append(row.old_path)
    for site_id, paths in by_site.items():
        for start in range(0, len(paths), _BATCH):
            Redirect.objects.filter(site_id=site_id, old_path__in=paths[start : start + _BATCH]).delete()
    Redirect.objects.bulk_create(rows, batch_size=_BATCH)
