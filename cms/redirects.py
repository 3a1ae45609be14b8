"""Redirects that take the query of the address along."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from wagtail.contrib.redirects.middleware import RedirectMiddleware
from wagtail.models import Site


class PortalRedirectMiddleware(RedirectMiddleware):
    """As Wagtail's; an address of the portal goes on as it was asked for, ``?ortsteil=7`` included.

    What a redirect has of its own, and other websites, get nothing added.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        answer = super().process_response(request, response)
        query = request.META.get("QUERY_STRING", "")
        if answer is not response and query and _takes_query(request, answer.url):
            answer["Location"] = f"{answer.url}?{query}"
        return answer


def _takes_query(request: HttpRequest, url: str) -> bool:
    parts = urlsplit(url)
    if parts.query or parts.fragment:
        return False
    if not parts.netloc:
        return True
    host, _port = split_domain_port(parts.netloc.lower())
    own, _port = split_domain_port(request.get_host())
    return validate_host(host, [own]) or Site.objects.filter(hostname__iexact=host).exists()
