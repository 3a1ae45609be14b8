"""Middleware that every response passes."""

from collections.abc import Callable

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.utils import get_valid_next_url_from_request

from cms.publishing import PublicationRefusedError


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


class UploadLimitMiddleware:
    """Refuses a request that is too large before any of it is read, so that nobody fills the disk with one file.

    Of a request that comes in chunks and does not tell its length, Django reads nothing at all.
    What an editor typed stays in the browser: the answer tells them to go back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            size = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            size = 0
        if size <= settings.UPLOAD_MAX_REQUEST_SIZE:
            return self.get_response(request)
        most = filesizeformat(settings.UPLOAD_MAX_REQUEST_SIZE)
        message = _("What you have sent is too large (%(size)s). At most %(most)s are possible at once.")
        message %= {"size": filesizeformat(size), "most": most}
        if request.path in (reverse("wagtailimages:add_multiple"), reverse("wagtaildocs:add_multiple")):
            # The form for several files shows this beside the file.
            return JsonResponse({"success": False, "error_message": message})
        return HttpResponse(render_to_string("cms/errors/413.html", {"message": message}), status=413)


class RefusedPublicationMiddleware:
    """Tells editors why nothing was published, where a view knows nothing of such refusals."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, PublicationRefusedError):
            return None
        messages.error(request, _("Nothing was published."))
        for message in exception.messages:
            messages.error(request, message)
        address = get_valid_next_url_from_request(request) or reverse(
            "wagtailadmin_pages:edit", args=[exception.page.pk]
        )
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            # What the window for the comment of an approval expects.
            return JsonResponse({"step": "success", "redirect": address})
        return redirect(address)
