"""Error pages, and what operators and crawlers ask for."""

import logging

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.documents.views.serve import serve

logger = logging.getLogger(__name__)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "cms/errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Static text only: whatever broke may be needed to render more."""
    return HttpResponse((settings.BASE_DIR / "cms/static/cms/500.html").read_bytes(), status=500)


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 while the portal can answer; 503 when the database does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("The database does not answer.")
        return JsonResponse({"status": "error", "database": "down"}, status=503)
    return JsonResponse({"status": "ok", "database": "up"})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *"]
    if settings.PORTAL_DEMO:
        lines.append("Disallow: /")
    else:
        lines += [
            "Disallow: /admin/",
            "Disallow: /suche/",
            f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
        ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def serve_document(request: HttpRequest, document_id: int, document_filename: str) -> HttpResponseBase:
    """As Wagtail's, which asks first whether the document is public; here even an opened document may do nothing.

    A document that only drafts use is served to its editors alone, so nothing between them and the portal may keep it.
    """
    response = serve(request, document_id, document_filename)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    return response
