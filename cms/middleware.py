"""Middleware that every response passes."""

from collections.abc import Callable

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse


class PortalCSPMiddleware(CSPMiddleware):
    """Sends the strict policy to visitors and the one the editors' interface needs to editors."""

    def get_policy_parts(self, request, response, report_only=False, **kwargs):
        parts = super().get_policy_parts(request, response, report_only, **kwargs)
        if not report_only and request.path.startswith(reverse("wagtailadmin_home")):
            parts.config = settings.CONTENT_SECURITY_POLICY_ADMIN["DIRECTIVES"]
        return parts


class NullByteMiddleware:
    """Removes NUL characters from the address.

    No text a person types holds one, PostgreSQL refuses them, and SQLite's full text stops at them. Django's form
    fields already refuse them in form data; taking them out of addresses here spares every view its own guard.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        # Taking one out can make another: "%0%000".
        while "%00" in query or "\x00" in query:
            query = request.META["QUERY_STRING"] = query.replace("%00", "").replace("\x00", "")
        if "\x00" in request.path_info:
            request.path_info = request.path = request.path.replace("\x00", "")
        return self.get_response(request)
