"""What cooperations add to a municipality's page."""

from typing import Any

from cooperations.models import CooperationPage
from municipalities.models import MunicipalityPage


def cooperations_of(place: MunicipalityPage) -> dict[str, Any]:
    found = CooperationPage.objects.live().filter(participations__municipality=place).distinct().order_by("title")
    found = list(found.only("pk", "title", "url_path", "summary", "field_of_activity"))
    return {"cooperations": found, "place": place} if found else {}
