"""The pages that put the other apps together."""

from .home_page import HomePage
from .life_event_page import LifeEventIndexPage, LifeEventPage
from .news_page import NewsIndexPage, NewsPage
from .standard_page import StandardPage

__all__ = ["HomePage", "LifeEventIndexPage", "LifeEventPage", "NewsIndexPage", "NewsPage", "StandardPage"]
