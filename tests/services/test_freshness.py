"""How fresh a municipality keeps its pages: fair, explained, and the same for whoever asks."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from home.board import board
from municipalities.models import MunicipalityPage, PageReview, RoleKind
from municipalities.review import confirm
from services.freshness import Freshness, freshness, score
from services.models import LegalChange, LocalServicePage, ServicePage
from tests.factories import (
    LocalServiceFactory,
    LocalServiceIndexFactory,
    MunicipalityFactory,
    OfficeFactory,
    ResponsibilityFactory,
    ServiceFactory,
    StandardPageFactory,
    UserFactory,
)
from tests.roles import holder, tenant

TODAY = timezone.localdate()
YESTERDAY = TODAY - timedelta(days=1)


# The sum


def kinds() -> st.SearchStrategy[list[tuple[int, int, int]]]:
    one = st.integers(0, 12).flatmap(lambda total: st.tuples(st.integers(1, 40), st.just(total), st.integers(0, total)))
    return st.lists(one, max_size=7)


@given(kinds(), st.data())
def test_mending_a_thing_never_lowers_the_score(parts: list[tuple[int, int, int]], data: Any) -> None:
    broken = [number for number, (_weight, _total, bad) in enumerate(parts) if bad]
    if not broken:
        return
    before, number = score(parts), data.draw(st.sampled_from(broken))
    weight, total, bad = parts[number]
    mended = [*parts]
    # Put in order, or taken away because nobody needs it.
    mended[number] = data.draw(st.sampled_from([(weight, total, bad - 1), (weight, total - 1, bad - 1)]))
    after = score(mended)
    assert before is not None
    assert after is None or after >= before


@given(kinds(), st.randoms())
def test_the_order_does_not_matter(parts: list[tuple[int, int, int]], random: Any) -> None:
    mixed = [*parts]
    random.shuffle(mixed)
    assert score(mixed) == score(parts)


@given(kinds())
def test_it_lies_between_0_and_100_and_100_means_that_all_is_in_order(parts: list[tuple[int, int, int]]) -> None:
    found = score(parts)
    if not any(total for _weight, total, _bad in parts):
        assert found is None
        return
    assert found is not None
    assert 0 <= found <= 100
    assert (found == 100) == (not any(bad for _weight, _total, bad in parts))


@given(kinds(), st.integers(2, 9))
def test_the_share_counts_and_not_the_number(parts: list[tuple[int, int, int]], times: int) -> None:
    assert score([(weight, total * times, bad * times) for weight, total, bad in parts]) == score(parts)


# What is looked at


@pytest.fixture
def place(db: None) -> MunicipalityPage:
    place = MunicipalityFactory(title="Frischhausen")
    LocalServiceIndexFactory(parent=place)
    return place


def of(place: MunicipalityPage, day: date = TODAY) -> Freshness:
    (found,) = freshness([place], day)
    return found


def result(place: MunicipalityPage, name: str, day: date = TODAY) -> tuple[int, int]:
    """How many there are, and how many to mend."""
    found = next((one.found for one in of(place, day).results if one.kind.name == name), None)
    return (found.total, len(found.to_mend)) if found else (0, 0)


def test_who_has_nothing_to_look_after_has_no_score(db: None) -> None:
    assert of(MunicipalityFactory(live=False)).score is None


def test_overdue_reviews(place: MunicipalityPage) -> None:
    page = StandardPageFactory(parent=place, published=True)
    StandardPageFactory(parent=place, published=True)
    assert result(place, "reviews") == (2, 0)
    PageReview.objects.filter(page=page.pk).update(due=TODAY)
    assert result(place, "reviews") == (2, 1)
    low = of(place)
    assert {one.kind.name: one.exact_points for one in low.results}["reviews"] == Fraction(15)
    confirm(page, UserFactory())
    assert result(place, "reviews") == (2, 0)
    assert (low.score or 0) < (of(place).score or 0)


def test_what_others_have_does_not_count(place: MunicipalityPage) -> None:
    other = MunicipalityFactory()
    page = StandardPageFactory(parent=other, published=True)
    before = of(place).score
    PageReview.objects.filter(page=page.pk).update(due=YESTERDAY)
    assert of(place).score == before


def test_own_texts_beside_a_reference_that_has_changed(place: MunicipalityPage) -> None:
    service = ServiceFactory(published=True, notes="<p>Alt.</p>")
    local = LocalServiceFactory(
        place=place, reference=service, published=True, texts=[("16", "replace", "<p>Unser Text.</p>")]
    )
    assert result(place, "references") == (1, 0)
    page = ServicePage.objects.get(pk=service.pk)
    page.notes = "<p>Neu.</p>"
    page.save_revision().publish()
    assert result(place, "references") == (1, 1)
    page.notes = "<p>Alt.</p>"
    page.save_revision().publish()
    assert result(place, "references") == (1, 0), "it was taken back"
    page.notes = "<p>Ganz neu.</p>"
    page.save_revision().publish()
    part = LocalServicePage.objects.get(pk=local.pk).text_modules.get()
    part.based_on = service.versions.last()
    part.save()
    assert result(place, "references") == (1, 0)


def test_where_no_law_has_changed_nothing_about_laws_counts(place: MunicipalityPage) -> None:
    service = ServiceFactory(published=True)
    LocalServiceFactory(place=place, reference=service, published=True, texts=[("16", "replace", "<p>Unser Text.</p>")])
    assert result(place, "laws") == (0, 0)
    LegalChange.objects.create(service=service, law="Probegesetz", changed_on=TODAY, marked_at=timezone.now())
    assert result(place, "laws") == (1, 1)


def test_a_translation_of_the_reference_is_no_change_of_the_german_text(place: MunicipalityPage) -> None:
    service = ServiceFactory(published=True, notes="<p>Alt.</p>")
    LocalServiceFactory(place=place, reference=service, published=True, texts=[("16", "replace", "<p>Unser Text.</p>")])
    page = ServicePage.objects.get(pk=service.pk)
    for words in ("<p>Old.</p>", "<p>Quite old.</p>"):
        page.translations = [("translation", {"language": "en", "title": "Licence", "notes": words})]
        page.save_revision().publish()
        assert result(place, "references") == (1, 0)


def test_responsibilities_that_end_without_a_successor(place: MunicipalityPage) -> None:
    service = ServiceFactory()
    row = ResponsibilityFactory(area=place, service=service)
    assert result(place, "responsibilities") == (1, 0)
    row.valid_until = TODAY + timedelta(days=5)
    row.save()
    assert result(place, "responsibilities") == (1, 1)
    row.valid_until = YESTERDAY
    row.save()
    assert result(place, "responsibilities") == (1, 1)
    ResponsibilityFactory(area=place, service=service, valid_from=TODAY)
    assert result(place, "responsibilities") == (1, 0)


def test_an_end_is_in_order_where_the_district_goes_on_or_nothing_is_offered(place: MunicipalityPage) -> None:
    district = MunicipalityFactory(is_district=True)
    place.district = district
    place.save()
    first, second = ServiceFactory.create_batch(2)
    for service in (first, second):
        ResponsibilityFactory(area=place, service=service, valid_until=YESTERDAY)
    assert result(place, "responsibilities") == (2, 2)
    ResponsibilityFactory(area=district, service=first)
    assert result(place, "responsibilities") == (2, 1)
    LocalServiceFactory(place=place, reference=second, not_offered=True, published=True)
    assert result(place, "responsibilities") == (2, 0)


def test_offices_without_hours(place: MunicipalityPage) -> None:
    through = OfficeFactory(place=place, open_weekdays=True)
    OfficeFactory(place=place, reached_through=through)
    OfficeFactory(place=place, live=False)
    assert result(place, "offices") == (2, 0)
    OfficeFactory(place=place)
    assert result(place, "offices") == (3, 1)


def test_links_that_lead_nowhere(place: MunicipalityPage) -> None:
    target = StandardPageFactory(parent=place, published=True)
    link = f'<p><a linktype="page" id="{target.pk}">dort</a></p>'
    StandardPageFactory(parent=place, published=True, body=[("text", link)])
    before = result(place, "links")
    target.unpublish()
    assert result(place, "links") == (before[0] - 1, 1)


def test_queries_do_not_grow(place: MunicipalityPage) -> None:
    def queries(places: list[MunicipalityPage]) -> int:
        with CaptureQueriesContext(connection) as context:
            freshness(places, TODAY)
        return len(context)

    def fill(place: MunicipalityPage) -> None:
        service = ServiceFactory(published=True, notes="<p>Alt.</p>")
        service.legal_changes.create(changed_on=YESTERDAY, law="§ 1 Prüfgesetz")
        LocalServiceFactory(place=place, reference=service, published=True, texts=[("16", "after", "<p>Mehr.</p>")])
        PageReview.objects.update(due=YESTERDAY)
        ResponsibilityFactory(area=place, service=service, valid_until=YESTERDAY)
        page = ServicePage.objects.get(pk=service.pk)
        page.notes = "<p>Neu.</p>"
        page.save_revision().publish()

    fill(place)
    before = queries([place])
    others = MunicipalityFactory.create_batch(4, with_indexes=True)
    for other in others:
        fill(other)
    assert queries([place, *others]) == before


# The report and the board


def sections(client: Client) -> dict[str, BeautifulSoup]:
    response = client.get(reverse("freshness"))
    assert response.status_code == 200
    found = BeautifulSoup(response.content, "html.parser").select("section[aria-labelledby^=place-]")
    return {section.h2.get_text().split(":")[0]: section for section in found}  # type: ignore[union-attr, misc]


def test_each_sees_the_own_municipality_with_reasons_and_links(client: Client, db: None) -> None:
    own, foreign = tenant("Eigenfrisch"), tenant("Fremdfrisch")
    pages = {place: StandardPageFactory(parent=place, published=True) for place in (own, foreign)}
    row = ResponsibilityFactory(area=own, valid_until=YESTERDAY)
    PageReview.objects.update(due=YESTERDAY)
    edit = {place: reverse("wagtailadmin_pages:edit", args=[page.pk]) for place, page in pages.items()}
    mend = reverse("wagtailsnippets_services_responsibility:edit", args=[row.pk])
    client.force_login(holder(RoleKind.AUTHOR, own))
    found = sections(client)
    assert set(found) == {"Eigenfrisch"}
    assert found["Eigenfrisch"].select(f'a[href="{edit[own]}"]')
    assert not found["Eigenfrisch"].select(f'a[href="{mend}"]'), "authors do not say who is responsible"
    client.force_login(holder(RoleKind.PUBLISHER, own))
    assert sections(client)["Eigenfrisch"].select(f'a[href="{mend}"]')
    client.force_login(holder(RoleKind.REFERENCE_EDITOR, None))
    found = sections(client)
    assert {"Eigenfrisch", "Fremdfrisch"} <= set(found)
    assert not found["Fremdfrisch"].select(f'a[href="{edit[foreign]}"]'), "they do not write there"
    client.force_login(holder(RoleKind.COOPERATION_MANAGER, None))
    assert sections(client) == {}


def test_the_board_has_the_score_beside_the_numbers(editor: Client, place: MunicipalityPage) -> None:
    StandardPageFactory(parent=place, published=True)
    row = next(row for row in board(UserFactory(admin=True), TODAY) if row.place.pk == place.pk)
    assert row.score == of(place).shown_score == "100"
    assert ">100<" in editor.get(reverse("board")).content.decode()
