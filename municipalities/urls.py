from django.urls import path

from municipalities.views import find

urlpatterns = [path("", find, name="find_place")]
