from datetime import date

import factory

from home.installation import install_portal
from home.models import LifeEventPage, NewsIndexPage, NewsPage, StandardPage
from tests.factories.pages import PortalPageFactory, fixed_page


class LifeEventFactory(PortalPageFactory):
    """Each main event has at most one page: where the demonstration content has it, this gives that one."""

    class Meta:
        model = LifeEventPage
        django_get_or_create = ("parent", "code")
        skip_postgeneration_save = True

    parent = fixed_page("life_events")
    title = factory.Sequence(lambda n: f"Lebenslage {n}")
    code = "1010000"


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
    class Meta:
        model = StandardPage
        skip_postgeneration_save = True

    parent = fixed_page("home")
    title = factory.Sequence(lambda n: f"Seite {n}")
