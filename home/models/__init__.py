"""The pages that put the other apps together."""

from .home_page import HomePage
from .life_event_index_page import LifeEventIndexPage
from .life_event_page import LIFE_EVENT_PARAMETER, LifeEventPage
from .news_index_page import NewsIndexPage
from .news_page import NewsPage
from .standard_page import StandardPage

__all__ = [
    "LIFE_EVENT_PARAMETER",
    "HomePage",
    "LifeEventIndexPage",
    "LifeEventPage",
    "NewsIndexPage",
    "NewsPage",
    "StandardPage",
]
