from django.urls import path, re_path

from municipalities.look.brand import stylesheet
from municipalities.public_views import alerts, count_view

urlpatterns = [
    path("hinweise.json", alerts, name="alerts"),
    path("hinweise/<slug:place>.json", alerts, name="alerts_of_place"),
    path("aufruf/", count_view, name="count_view"),
    re_path(
        r"^marke/(?P<version>[0-9]{1,3})-(?P<colour>[0-9a-f]{6})-(?P<text>[0-9a-f]{6})\.css$",
        stylesheet,
        name="brand_stylesheet",
    ),
]
