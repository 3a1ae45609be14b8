"""What the portal's own pages add to a municipality's page."""

from typing import Any

from django.utils import timezone

from home.models import NewsIndexPage, NewsPage
from municipalities.models import MunicipalityPage

SHOWN_NEWS = 3


def latest_news(place: MunicipalityPage) -> dict[str, Any]:
    index = place.index_page(NewsIndexPage)
    if index is None:
        return {}
    news = list(NewsPage.objects.child_of(index).live().on_day(timezone.localdate()).order_by("-date")[:SHOWN_NEWS])
    return {"news": news, "index": index, "place": place} if news else {}
