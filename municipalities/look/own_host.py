"""Municipalities with a host name of their own: it answers their pages, and everything else lies at the portal's.

Wagtail gives addresses of pages with their host as soon as there are two sites, so that links between pages are right
at both. What remains are the portal's own views (search, choice of a place, editors' interface), which have no host.
"""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from wagtail.models import Site
from wagtail.models.sites import SiteRootPath

# Views that only the portal's own host answers.
_PORTAL_VIEWS = {"find_place", "search"}


def portal_root(request: HttpRequest) -> str:
    """Scheme and host of the portal when the request came in at a municipality's own host; empty at the portal's.

    Asks no database: Wagtail keeps the roots of all sites in the cache.
    """
    roots = Site.get_site_root_paths()
    if len({root.site_id for root in roots}) < 2:
        return ""
    portal = _portal(roots)
    host = _name(f"//{request.get_host()}")
    if host == _name(portal.root_url) or host not in {_name(root.root_url) for root in roots}:
        return ""
    return portal.root_url


def tree_address(request: HttpRequest) -> str:
    """The ``url_path`` of the page at the first step of the address: at the portal's host, the municipality if any."""
    roots = Site.get_site_root_paths()
    host = _name(f"//{request.get_host()}")
    portal = _portal(roots).root_path if roots else "/"
    own = next((root.root_path for root in roots if _name(root.root_url) == host), portal)
    first = request.path.strip("/").split("/")[0]
    return f"{own}{first}/" if own == portal and first else own


def _portal(roots: Sequence[SiteRootPath]) -> SiteRootPath:
    """The site above all others. Of several there, Wagtail puts the default one, which is the portal's, first."""
    return min(roots, key=lambda root: len(root.root_path))


def _name(address: str) -> str:
    return urlsplit(address).hostname or ""


class OwnHostMiddleware:
    """Sends visitors of a municipality's own host on to the portal for what is not the municipality's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        match = request.resolver_match
        if match is not None and match.view_name == "wagtail_serve" and (root := portal_root(request)):
            # Search and place forms of the page end at the portal.
            response._csp_update = {"form-action": [root]}  # type: ignore[attr-defined]
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        is_of_the_portal = match is not None and (
            match.view_name in _PORTAL_VIEWS or request.path.startswith(reverse("wagtailadmin_home"))
        )
        root = portal_root(request) if is_of_the_portal else ""
        return HttpResponseRedirect(f"{root}{request.get_full_path()}") if root else None
