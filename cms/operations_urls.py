"""Addresses for operators and machines."""

from django.urls import path

from cms.views import health, robots

urlpatterns = [
    path("health/", health, name="health"),
    path("robots.txt", robots, name="robots"),
]
