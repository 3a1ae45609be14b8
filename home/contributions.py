"""What the portal's own pages add to a municipality's page."""

from typing import Any

from home.models import NewsPage
from municipalities.models import MunicipalityPage

SHOWN_NEWS = 3


def latest_news(place: MunicipalityPage) -> dict[str, Any]:
    news = list(NewsPage.objects.descendant_of(place).live().order_by("-date")[:SHOWN_NEWS])
    return {"news": news, "place": place} if news else {}
