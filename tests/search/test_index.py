"""The index follows what editors do, page by page."""

from typing import Any

import pytest
from django.db import connection
from wagtail.models import Page, PageViewRestriction

from municipalities.models import MunicipalityPage
from search.engines import get_engine
from search.indexing import index_subtrees, rebuild
from search.models import SearchEntry
from services.models import OfficePage, ServicePage
from tests.factories import (
    LifeEventFactory,
    LocalServiceFactory,
    MunicipalityFactory,
    NewsFactory,
    OfficeFactory,
    OfficeIndexFactory,
    ServiceFactory,
    StandardPageFactory,
)

pytestmark = pytest.mark.django_db


def found(word: str) -> list[str]:
    """Titles in the full text, best first, past everything that the result page does with them."""
    hits = get_engine().search([word], among=SearchEntry.objects.all(), match_all=True, limit=50)
    titles = SearchEntry.objects.in_bulk([hit.entry_id for hit in hits])
    return [titles[hit.entry_id].title for hit in hits]


def test_publishing_and_unpublishing() -> None:
    page = ServiceFactory(title="Quastenprüfung", published=True)
    assert found("quastenpruefung") == ["Quastenprüfung"]
    page.title = "Troddelprüfung"
    page.save_revision()
    assert found("troddelpruefung") == [], "a draft is not found"
    page.save_revision().publish()
    assert found("quastenpruefung") == []
    assert found("troddelpruefung") == ["Troddelprüfung"]
    page.unpublish()
    assert found("troddelpruefung") == []
    assert not SearchEntry.objects.filter(page_id=page.pk).exists()


def test_what_lies_below_an_unpublished_page_is_not_found_until_it_is_back() -> None:
    place = MunicipalityFactory(title="Quastenstadt", published=True)
    office = OfficeFactory(place=place, title="Quastenamt", published=True)
    MunicipalityPage.objects.get(pk=place.pk).unpublish()
    assert found("quastenstadt") == found("quastenamt") == []
    OfficePage.objects.get(pk=office.pk).save_revision().publish()
    assert found("quastenamt") == [], "publishing below changes nothing"
    MunicipalityPage.objects.get(pk=place.pk).save_revision().publish()
    assert found("quastenamt") == ["Quastenamt"]


def test_publishing_a_page_again_indexes_only_that_page() -> None:
    place = MunicipalityFactory(published=True)
    office = OfficeFactory(place=place, published=True)
    before = SearchEntry.objects.get(page_id=office.pk).updated_at
    MunicipalityPage.objects.get(pk=place.pk).save_revision().publish()
    assert SearchEntry.objects.get(page_id=office.pk).updated_at == before


def restrict(page: Page) -> PageViewRestriction:
    return PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def test_a_restricted_page_is_not_found() -> None:
    page = StandardPageFactory(title="Quastenseite", published=True)
    restriction = restrict(page)
    assert found("quastenseite") == []
    page.save_revision().publish()
    rebuild()
    assert found("quastenseite") == []
    restriction.delete()
    assert found("quastenseite") == ["Quastenseite"]


def test_a_restriction_holds_for_everything_below_and_for_aliases() -> None:
    place = MunicipalityFactory(title="Quastenstadt", published=True)
    office = OfficeFactory(place=place, title="Quastenamt", published=True)
    alias = office.create_alias(parent=OfficeIndexFactory(), update_slug="anderswo")
    rebuild()
    assert found("quastenamt") == ["Quastenamt", "Quastenamt"]
    restrict(Page.objects.get(pk=place.pk))
    assert found("quastenstadt") == []
    assert set(SearchEntry.objects.filter(title="Quastenamt").values_list("page_id", flat=True)) == {alias.pk}
    restrict(Page.objects.get(pk=office.pk))
    assert found("quastenamt") == []
    PageViewRestriction.objects.filter(page__in=[place.pk, office.pk]).delete()
    assert found("quastenstadt") == ["Quastenstadt"]
    assert len(found("quastenamt")) == 2


def test_a_restricted_page_can_be_deleted() -> None:
    place = MunicipalityFactory(title="Quastenstadt", published=True)
    restrict(Page.objects.get(pk=place.pk))
    MunicipalityPage.objects.get(pk=place.pk).delete()
    connection.check_constraints()
    assert found("quastenstadt") == []


def test_deleting() -> None:
    page = ServiceFactory(title="Quastenprüfung", published=True)
    page_id = page.pk
    page.delete()
    assert found("quastenpruefung") == []
    assert not SearchEntry.objects.filter(page_id=page_id).exists()


def test_moving_an_office_changes_its_place_and_address() -> None:
    target = OfficeIndexFactory()
    office = OfficeFactory(title="Quastenamt", published=True)
    office.move(target, pos="last-child")
    entry = SearchEntry.objects.get(page_id=office.pk)
    assert entry.municipality_id == target.get_parent().pk
    assert entry.url == OfficePage.objects.get(pk=office.pk).url


def test_a_new_address_of_a_municipality_reaches_what_is_below_it(
    django_capture_on_commit_callbacks: Any,
) -> None:
    place = MunicipalityFactory(published=True)
    office = OfficeFactory(place=place, published=True)
    place = MunicipalityPage.objects.get(pk=place.pk)
    place.slug = "umbenannt"
    with django_capture_on_commit_callbacks(execute=True):
        place.save_revision().publish()
    assert SearchEntry.objects.get(page_id=office.pk).url.startswith("/umbenannt/stellen/")


def test_a_change_of_the_reference_reaches_the_local_pages(django_capture_on_commit_callbacks: Any) -> None:
    service = ServiceFactory(published=True)
    local = LocalServiceFactory(reference=service, published=True)
    service.synonyms = "Quastenschein"
    with django_capture_on_commit_callbacks(execute=True):
        service.save_revision().publish()
    assert set(SearchEntry.objects.filter(synonyms__contains="Quastenschein").values_list("page_id", flat=True)) == {
        service.pk,
        local.pk,
    }


def test_an_unpublished_reference_is_not_found_by_the_local_pages_either(
    django_capture_on_commit_callbacks: Any,
) -> None:
    service = ServiceFactory(synonyms="Quastenschein", published=True)
    own = LocalServiceFactory(reference=service, texts=[("06", "after", "<p>Am Quastenplatz.</p>")], published=True)
    with django_capture_on_commit_callbacks(execute=True):
        service.unpublish()
    assert found("quastenschein") == []
    assert SearchEntry.objects.filter(page_id=own.pk).exists(), "what the municipality wrote stays"
    assert len(found("quastenplatz")) == 1
    with django_capture_on_commit_callbacks(execute=True):
        ServicePage.objects.get(pk=service.pk).save_revision().publish()
    assert len(found("quastenschein")) == 2


def test_words_of_an_entry_that_is_gone_are_no_hit() -> None:
    page = ServiceFactory(title="Quastenprüfung", published=True)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_searchentry WHERE page_id = %s", [page.pk])
    assert found("quastenpruefung") == []


def snapshot() -> set[tuple[object, ...]]:
    fields = [f.attname for f in SearchEntry._meta.concrete_fields if f.attname not in {"id", "updated_at"}]
    return {tuple(map(str, row)) for row in SearchEntry.objects.values_list(*fields)}


def test_building_anew_gives_what_has_grown(django_capture_on_commit_callbacks: Any) -> None:
    rebuild()
    place = MunicipalityFactory(published=True)
    service, orphaned = ServiceFactory(published=True), ServiceFactory(published=True)
    LocalServiceFactory(place=place, reference=service, published=True)
    LocalServiceFactory(place=place, reference=orphaned, texts=[("06", "after", "<p>Rest</p>")], published=True)
    office = OfficeFactory(place=place, published=True)
    for other in (LifeEventFactory, NewsFactory, StandardPageFactory):
        other(published=True)
    ServiceFactory(published=True).unpublish()
    office.move(OfficeIndexFactory(parent=MunicipalityFactory(published=True)), pos="last-child")
    service.slug = "anders-genannt"
    with django_capture_on_commit_callbacks(execute=True):
        service.save_revision().publish()
    ServicePage.objects.get(pk=orphaned.pk).delete()
    grown, words = snapshot(), found("rest")
    rebuild()
    assert snapshot() == grown
    assert found("rest") == words


def test_many_branches_are_followed_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite takes no condition with more than a thousand of them."""
    monkeypatch.setattr("search.indexing.BATCH_SIZE", 2)
    parents = [StandardPageFactory(published=True, title=f"Quittenkuchen {number}") for number in range(5)]
    for parent in parents:
        StandardPageFactory(parent=parent, published=True, title="Quittengelee")
    SearchEntry.objects.all().delete()
    index_subtrees([parent.pk for parent in parents])
    assert SearchEntry.objects.filter(title__startswith="Quitten").count() == 10
