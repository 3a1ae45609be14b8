"""News appears in lists on its day, as the search has it."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from tests.factories import MunicipalityFactory, NewsFactory, NewsIndexFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("days", [0, 1])
@pytest.mark.parametrize("address", ["/", "/{slug}/", "/{slug}/aktuelles/"])
def test_news_of_a_later_day_is_in_no_list(client: Client, address: str, days: int) -> None:
    place = MunicipalityFactory()
    index = NewsIndexFactory(parent=place, slug="aktuelles")
    NewsFactory(parent=index, title="Quastenfest", date=timezone.localdate() + timedelta(days=days), published=True)
    page = client.get(address.format(slug=place.slug)).content.decode()
    assert ("Quastenfest" in page) is (days == 0)


def test_news_of_a_withdrawn_municipality_leave_the_home_page(client: Client) -> None:
    place = MunicipalityFactory()
    news = NewsFactory(
        parent=NewsIndexFactory(parent=place), title="Neues aus dem Zwergenwald", date=timezone.localdate()
    )
    assert news.title in client.get("/").content.decode()
    place.unpublish()
    assert news.title not in client.get("/").content.decode()


def test_the_source_is_a_link_with_words(client: Client) -> None:
    news = NewsFactory(source="Quastenblatt: https://example.org/quasten", published=True)
    link = BeautifulSoup(client.get(news.url).content, "html.parser").find("a", href="https://example.org/quasten")
    assert link is not None
    assert link.get_text() == "Quastenblatt"
