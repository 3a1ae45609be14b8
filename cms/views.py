"""Error pages, and what operators and crawlers ask for."""

import logging
import posixpath

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.static import serve as serve_file
from wagtail.documents.views.serve import serve

from cms.caching import keep_for

logger = logging.getLogger(__name__)

# Documents go through the portal, which knows who may see them; of images only the versions that pages show go out.
INNER_MEDIA = ("documents", "original_images", "wagtail_uploads")


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
    What somebody without a session gets, everybody may have: that is kept as long as a page.
    """
    response = serve(request, document_id, document_filename)
    patch_vary_headers(response, ["Cookie"])
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        patch_cache_control(response, private=True, no_cache=True)
    else:
        keep_for(response)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def serve_media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Uploads without a web server in front, with the same exceptions as in ``deploy/nginx.conf``."""
    if posixpath.normpath(path).lstrip("./").split("/")[0] in INNER_MEDIA:
        raise Http404
    return serve_file(request, path, document_root=settings.MEDIA_ROOT)
