from django.urls import path

from services.views import short_address

urlpatterns = [path("<int:place>-<int:service>/", short_address, name="short_address")]
