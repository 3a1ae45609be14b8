"""What cooperations add to a municipality's page."""

from typing import Any

from cooperations.models import CooperationPage
from municipalities.models import MunicipalityPage


def cooperations_of(place: MunicipalityPage) -> dict[str, Any]:
    found = CooperationPage.objects.live().filter(participations__municipality=place).distinct().alphabetical()
    return {"cooperations": found, "place": place} if found else {}
