"""Lists of what is to be decided and what was: own pages only, what presses first, with the same queries for many."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as said

from municipalities.bin import put_in_bin
from municipalities.models import MunicipalityPage, RoleKind
from services.inheritance.binding import make_binding
from services.inheritance.views.waiting import count_questions, pages_with_questions, questions_of
from services.models import ChangeNotice, LocalServicePage, Outcome, ServicePage
from services.modes import ModuleMode
from tests.factories import LocalServiceFactory, ServiceFactory, UserFactory
from tests.roles import holder, tenant
from tests.services.inheritance.conftest import NOTES, NOW, OURS, THEN, Publish, again

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> MunicipalityPage:
    return tenant("Eigenstadt")


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words(response: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode())))


def own_text(place: MunicipalityPage, title: str) -> LocalServicePage:
    return LocalServiceFactory(
        reference=ServiceFactory(published=True, title=title, notes=THEN),
        parent=place.get_children().get(slug="leistungen").specific,
        published=True,
        texts=[(NOTES, ModuleMode.REPLACE, OURS)],
    )


def test_own_pages_and_no_others(place: MunicipalityPage, publish: Publish) -> None:
    other = tenant("Fremdstadt")
    for page in (own_text(place, "Eigenes Amt"), own_text(other, "Fremdes Amt")):
        publish(page.reference, notes=NOW)
    for kind in (RoleKind.AUTHOR, RoleKind.PUBLISHER, RoleKind.LOCAL_ADMIN):
        client = client_of(holder(kind, place))
        shown = words(client.get(reverse("reference_decisions")))
        assert "Eigenes Amt (Eigenstadt)" in shown
        assert "Fremdes Amt" not in shown
        assert said("To decide (%(count)s)") % {"count": 1} in client.get(reverse("wagtailadmin_home")).content.decode()
    central = client_of(holder(RoleKind.REFERENCE_EDITOR, None))
    assert said("Nothing is to be decided.") in words(central.get(reverse("reference_decisions")))


def test_the_start_page_says_what_waits(place: MunicipalityPage, publish: Publish) -> None:
    page = own_text(place, "Eigenes Amt")
    publish(page.reference, notes=NOW)
    html = client_of(holder(RoleKind.AUTHOR, place)).get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("reference_decide", args=[page.pk, "de", NOTES]) in html


def test_what_the_law_presses_stands_first(place: MunicipalityPage, publish: Publish) -> None:
    user = holder(RoleKind.PUBLISHER, place)
    pages = {title: own_text(place, title) for title in ("A ohne Frist", "B später", "C bald")}
    today = timezone.localdate()
    for page in pages.values():
        publish(page.reference, notes=NOW)
    for title, days in (("B später", 20), ("C bald", 5)):
        version = pages[title].reference.versions.get(number=2)
        make_binding(version, today + timedelta(days=days), "§ 1", "")
    assert [page.title for page in pages_with_questions(user)] == ["C bald", "B später", "A ohne Frist"]
    shown = words(client_of(user).get(reverse("reference_decisions")))
    day = f"{today + timedelta(days=5):%d.%m.%Y}"
    assert said("Binding from %(day)s (%(law)s)") % {"day": day, "law": "§ 1"} in shown


def test_several_changes_of_one_text_are_one_question(place: MunicipalityPage, publish: Publish) -> None:
    user = holder(RoleKind.PUBLISHER, place)
    page = own_text(place, "Amt")
    publish(page.reference, notes=NOW)
    version = page.reference.versions.get(number=2)
    make_binding(version, timezone.localdate() + timedelta(days=5), "§ 1", "")
    publish(page.reference, notes="<p>Wieder anders.</p>")
    assert ChangeNotice.objects.waiting().filter(page=page).count() == 2
    assert count_questions(user) == 1
    ((question,),) = [found.questions for found in questions_of(pages_with_questions(user))]
    assert question.is_binding
    assert question.notice.version == version


def test_who_works_for_several_chooses_one(place: MunicipalityPage, publish: Publish) -> None:
    other = tenant("Anderstadt")
    user = holder(RoleKind.PUBLISHER, place)
    user.groups.add(*holder(RoleKind.PUBLISHER, other).groups.all())
    for page in (own_text(place, "Hier"), own_text(other, "Dort")):
        publish(page.reference, notes=NOW)
    client = client_of(user)
    address = reverse("reference_decisions")
    assert "Hier" in words(client.get(address))
    assert "Dort" in words(client.get(address))
    chosen = words(client.get(f"{address}?place={other.pk}"))
    assert "Dort (Anderstadt)" in chosen
    assert "Hier (Eigenstadt)" not in chosen
    for nonsense in ("x", "9" * 40, "-1", "", "%00"):
        assert client.get(f"{address}?place={nonsense}").status_code == 200


def test_what_lies_in_the_bin_asks_nobody(place: MunicipalityPage, publish: Publish) -> None:
    page = own_text(place, "Amt")
    publish(page.reference, notes=NOW)
    admin = UserFactory(admin=True)
    assert page in pages_with_questions(admin)
    put_in_bin(again(page), admin)
    assert page not in pages_with_questions(admin)


def test_decisions_are_listed_with_who_and_when(place: MunicipalityPage, publish: Publish) -> None:
    user = holder(RoleKind.PUBLISHER, place, first_name="Petra", last_name="Freigabe")
    page = own_text(place, "Amt")
    publish(page.reference, notes=NOW)
    stranger = UserFactory(first_name="Fremde", last_name="Person")
    ChangeNotice.objects.filter(page=page).update(
        outcome=Outcome.OBJECTED, reason="Satzung.", decided_by=user, decided_at=timezone.now()
    )
    client = client_of(holder(RoleKind.AUTHOR, place))
    shown = words(client.get(reverse("reference_decided")))
    assert "Petra Freigabe" in shown
    assert "Satzung." in shown
    ChangeNotice.objects.filter(page=page).update(decided_by=stranger)
    shown = words(client.get(reverse("reference_decided")))
    assert "Fremde Person" not in shown
    assert said("Somebody else") in shown
    ChangeNotice.objects.filter(page=page).update(outcome=Outcome.REPLACED, decided_by=None)
    assert said("The portal") in words(client.get(reverse("reference_decided")))
    foreign = client_of(holder(RoleKind.PUBLISHER, tenant("Fremdstadt")))
    assert "Satzung." not in words(foreign.get(reverse("reference_decided")))


def test_many_pages_take_no_more_queries_than_one(
    place: MunicipalityPage, service: ServicePage, publish: Publish
) -> None:
    user = holder(RoleKind.PUBLISHER, place)
    client = client_of(user)
    counts = []
    for number in range(4):
        page = own_text(place, f"Amt {number}")
        publish(page.reference, notes=NOW)
        draft = again(page)
        draft.processing_time = "bald"
        draft.save_revision()
        if number in (0, 3):
            client.get(reverse("reference_decisions"))
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(reverse("reference_decisions"))
            counts.append(len(queries))
    assert counts[0] == counts[1]
