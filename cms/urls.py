"""Addresses. Wagtail answers everything that is not listed here."""

from django.conf import settings
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from cms.views import health, robots, serve_document, serve_media

media_urls = [re_path(r"^media/(?P<path>.*)$", serve_media)] if settings.SERVE_MEDIA else []

urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    path("dokumente/<int:document_id>/<path:document_filename>", serve_document, name="wagtaildocs_serve"),
    path("dokumente/", include(wagtaildocs_urls)),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("health/", health, name="health"),
    path("robots.txt", robots, name="robots"),
    path("ort/", include("municipalities.urls")),
    path("", include("municipalities.public_urls")),
    path("suche/", include("search.urls")),
    path("k/", include("services.urls")),
    *media_urls,
    path("", include(wagtail_urls)),
]

handler404 = "cms.views.page_not_found"
handler500 = "cms.views.server_error"
