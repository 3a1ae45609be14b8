"""When a law changes, municipalities with something of their own are asked until they answer."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as said

from municipalities.models import MunicipalityPage, PageReview, RoleKind
from municipalities.review import confirm
from services.freshness import freshness
from services.gap_report import gap_report
from services.inheritance.decisions import Choice, decide
from services.legal_hints import hints_for
from services.models import LegalChange, LocalServicePage, LocalState, ServicePage
from tests.factories import LocalServiceFactory, ServiceFactory, UserFactory
from tests.roles import holder, tenant

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def place() -> MunicipalityPage:
    return tenant("Rechtshausen")


@pytest.fixture
def service() -> ServicePage:
    return ServiceFactory(title="Jagdschein", published=True)


@pytest.fixture
def local(place: MunicipalityPage, service: ServicePage) -> LocalServicePage:
    return with_own(place, service, texts=[("16", "after", "<p>Bei uns.</p>")])


def with_own(place: MunicipalityPage, service: ServicePage, **values: Any) -> LocalServicePage:
    page = LocalServiceFactory(place=place, reference=service, published=True, **values)
    read_on(page, -30)
    return LocalServicePage.objects.get(pk=page.pk)


def read_on(page: LocalServicePage, days: int) -> None:
    moment = timezone.now() + timedelta(days=days)
    PageReview.objects.filter(page=page.pk).update(confirmed_at=moment)


def mark(service: ServicePage, days: int = -10, **values: Any) -> None:
    """As a reference editor does it: in the form, given out with the publication."""
    page = ServicePage.objects.get(pk=service.pk)
    day = TODAY + timedelta(days=days)
    page.legal_changes = [LegalChange(changed_on=day, law="§ 15 BJagdG", note="Neue Frist.", **values)]
    page.save_revision().publish()


def waiting(local: LocalServicePage) -> bool:
    (found,) = freshness([MunicipalityPage.objects.get(pk=local.municipality.pk)], TODAY)  # type: ignore[union-attr]
    counted = any(one.found.to_mend for one in found.results if one.kind.name == "laws")
    shown = gap_report(UserFactory(admin=True), TODAY).laws
    assert counted == any(local.title in spot.label and "§ 15 BJagdG" in spot.why for spot in shown)
    return counted


def test_until_the_municipality_answers(local: LocalServicePage, service: ServicePage) -> None:
    assert not waiting(local)
    mark(service)
    assert waiting(local)
    confirm(local, UserFactory())
    assert not waiting(local)


def test_who_decides_about_one_text_has_not_read_the_page(local: LocalServicePage, service: ServicePage) -> None:
    mark(service)
    page = ServicePage.objects.get(pk=service.pk)
    page.notes = "<p>Neu gefasst.</p>"
    page.save_revision().publish()
    decide(local, "16", Choice.KEEP, UserFactory(admin=True), publish=True)
    assert waiting(local)


def test_publishing_is_an_answer_too(local: LocalServicePage, service: ServicePage) -> None:
    mark(service)
    local.save_revision().publish()
    assert not waiting(local)


def test_who_read_before_it_was_marked_has_answered_nothing(local: LocalServicePage, service: ServicePage) -> None:
    mark(service, days=-60)
    read_on(local, -30)
    assert waiting(local)


def test_a_draft_of_the_hint_is_no_hint(local: LocalServicePage, service: ServicePage) -> None:
    page = ServicePage.objects.get(pk=service.pk)
    page.legal_changes = [LegalChange(changed_on=TODAY, law="§ 15 BJagdG")]
    page.save_revision()
    assert not waiting(local)
    assert hints_for(local) == []


def test_a_law_that_is_to_come_is_announced_and_answered_only_then(
    local: LocalServicePage, service: ServicePage
) -> None:
    mark(service, days=20)
    assert not waiting(local)
    (hint,) = hints_for(local)
    assert not hint.is_in_force
    confirm(local, UserFactory())
    assert hints_for(local), "the law is not in force yet"
    LegalChange.objects.update(changed_on=TODAY + timedelta(days=1))
    read_on(local, 2)
    assert hints_for(LocalServicePage.objects.get(pk=local.pk)) == []


@pytest.mark.parametrize(
    ("values", "is_asked"),
    [
        ({}, False),
        ({"texts": [("16", "after", "<p>Bei uns.</p>")]}, True),
        ({"processing_time": "zwei Wochen"}, True),
        ({"costs_mode": "add"}, True),
        ({"state": LocalState.IN_PERSON}, True),
    ],
)
def test_only_who_said_something_of_their_own_is_asked(
    place: MunicipalityPage, service: ServicePage, values: dict[str, Any], is_asked: bool
) -> None:
    local = with_own(place, service, **values)
    mark(service)
    assert bool(hints_for(local)) == waiting(local) == is_asked


def test_it_stands_in_the_form_and_in_the_report_of_the_own_municipality(
    client: Client, place: MunicipalityPage, local: LocalServicePage, service: ServicePage
) -> None:
    other = tenant("Nebenrecht")
    with_own(other, service, texts=[("16", "after", "<p>Auch bei uns.</p>")])
    mark(service, source_url="https://example.org/bgbl")
    client.force_login(holder(RoleKind.AUTHOR, place))
    form = client.get(reverse("wagtailadmin_pages:edit", args=[local.pk])).content.decode()
    for words in ("§ 15 BJagdG", "Neue Frist.", "https://example.org/bgbl"):
        assert words in form
    report = client.get(reverse("content_gaps")).content.decode()
    assert f"{place.title}: {local.title}" in report
    assert other.title not in report
    confirm(local, UserFactory())
    assert "Neue Frist." not in client.get(reverse("wagtailadmin_pages:edit", args=[local.pk])).content.decode()


def test_what_is_in_force_is_not_said_to_come(local: LocalServicePage, service: ServicePage, editor: Client) -> None:
    later = (
        "Please check what you wrote yourselves. The hint goes when you publish this page or confirm that it is still "
        "correct, once the change is in force."
    )
    address = reverse("wagtailadmin_pages:edit", args=[local.pk])
    mark(service, -10)
    assert said(later) not in editor.get(address).content.decode()
    mark(service, 10)
    assert said(later) in editor.get(address).content.decode()


def test_what_is_no_law_address_is_refused(service: ServicePage) -> None:
    change = LegalChange(service=service, changed_on=TODAY, law="§ 1", source_url="javascript:alert(1)")
    with pytest.raises(Exception, match="source_url"):
        change.full_clean()


def test_reference_editors_mark_it_in_the_form(client: Client, service: ServicePage) -> None:
    client.force_login(holder(RoleKind.REFERENCE_EDITOR, None))
    page = client.get(reverse("wagtailadmin_pages:edit", args=[service.pk]))
    assert 'name="legal_changes-TOTAL_FORMS"' in page.content.decode()
