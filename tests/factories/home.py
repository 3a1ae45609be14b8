from datetime import date

import factory

from home.installation import install_portal
from home.models import HomePage, LifeEventIndexPage, LifeEventPage, NewsIndexPage, NewsPage, StandardPage
from home.models.life_event_page import main_event_choices
from tests.factories.pages import FixedPageFactory, PortalPageFactory, fixed_page


class HomePageFactory(FixedPageFactory):
    class Meta:
        model = HomePage


class LifeEventIndexFactory(FixedPageFactory):
    class Meta:
        model = LifeEventIndexPage


def _free_code() -> str:
    taken = set(LifeEventPage.objects.values_list("code", flat=True))
    return next(code for code, _name in main_event_choices() if code not in taken)


class LifeEventFactory(PortalPageFactory):
    """Each main event may have one page, so give a ``code`` where demonstration content may be there already."""

    class Meta:
        model = LifeEventPage
        skip_postgeneration_save = True

    parent = fixed_page("life_events")
    title = factory.Sequence(lambda n: f"Lebenslage {n}")
    code = factory.LazyFunction(_free_code)


class NewsIndexFactory(PortalPageFactory):
    class Meta:
        model = NewsIndexPage
        skip_postgeneration_save = True

    parent = fixed_page("home")
    title = "Aktuelles"


class NewsFactory(PortalPageFactory):
    class Meta:
        model = NewsPage
        skip_postgeneration_save = True

    parent = factory.LazyFunction(lambda: install_portal().news)
    title = factory.Sequence(lambda n: f"Meldung {n}")
    summary = "Was neu ist."
    date = date(2020, 1, 1)


class StandardPageFactory(PortalPageFactory):
    """Trait: ``in_footer``."""

    class Meta:
        model = StandardPage
        skip_postgeneration_save = True

    class Params:
        in_footer = factory.Trait(show_in_footer=True)

    parent = fixed_page("home")
    title = factory.Sequence(lambda n: f"Seite {n}")
