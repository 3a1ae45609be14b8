"""A municipality is merged into another: who takes over what, and where old addresses lead."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, Page, Revision, Site

from home.models import NewsIndexPage, StandardPage
from municipalities.lifecycle.cancelling import cancel
from municipalities.lifecycle.changes import ChangeError
from municipalities.lifecycle.leaving import leave
from municipalities.lifecycle.merging import merge
from municipalities.models import Locality, MunicipalityPage, PostalCode, RoleGroup, RoleKind, Tenant
from municipalities.places import find_place
from municipalities.tenancy import municipality_of
from municipalities.tenants.provisioning import set_up_tenant
from search.models import SearchEntry
from services.models import LocalServicePage, OfficePage, Responsibility
from tests.factories import (
    ImageFactory,
    LocalServiceFactory,
    MunicipalityFactory,
    NewsFactory,
    OfficeFactory,
    ResponsibilityFactory,
    ServiceFactory,
    StandardPageFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def tenant(title: str, slug: str, **fields: object) -> MunicipalityPage:
    page = MunicipalityFactory(title=title, slug=slug, published=True, **fields)
    set_up_tenant(page)
    return MunicipalityPage.objects.get(pk=page.pk)


@pytest.fixture
def old() -> MunicipalityPage:
    return tenant("Quakenau", "quakenau", postcodes=["00007", "00008"], places=["Vogelsangchen"])


@pytest.fixture
def new() -> MunicipalityPage:
    return tenant("Frohstadt", "frohstadt", postcodes=["00008", "00009"], places=["Lerchenhöfchen"])


def member(place: MunicipalityPage, kind: RoleKind) -> object:
    person = UserFactory()
    person.groups.add(place.roles.get(kind=kind).group)
    return person


def everything() -> list[object]:
    return [
        list(Page.objects.order_by("pk").values_list("pk", "path", "url_path", "live", "latest_revision")),
        list(MunicipalityPage.objects.order_by("pk").values_list("pk", "valid_until", "successor")),
        list(Responsibility.objects.order_by("pk").values_list("pk", "area", "valid_until")),
        list(Locality.objects.order_by("pk").values_list("pk", "municipality", "name")),
        list(Collection.objects.order_by("pk").values_list("pk", "path")),
        list(Redirect.objects.order_by("pk").values_list("pk", "old_path", "redirect_page", "redirect_link")),
        *(list(model.objects.values_list("pk", flat=True)) for model in (Tenant, RoleGroup, Group, Site, PostalCode)),
    ]


def leads_to(client: Client, address: str, host: str = "localhost") -> str:
    response = client.get(address, HTTP_HOST=host)
    assert response.status_code == 301, (address, response.status_code)
    return response["Location"]


# Pages


def test_offices_news_and_further_pages_go_to_the_successor(old: MunicipalityPage, new: MunicipalityPage) -> None:
    office = OfficeFactory(place=old)
    news = NewsFactory(parent=NewsIndexPage.objects.child_of(old).get())
    page = StandardPageFactory(parent=old, published=True)
    below = StandardPageFactory(parent=page, live=False)
    merge(old.ags, new.ags, TODAY)
    for moved in (office, news, page, below):
        moved = Page.objects.get(pk=moved.pk)
        assert municipality_of(moved) == new
    assert Page.objects.get(pk=page.pk).live
    assert not Page.objects.get(pk=below.pk).live
    assert SearchEntry.objects.get(page=page).municipality_id == new.pk


def test_what_the_successor_has_itself_stays_and_the_rest_is_withdrawn(
    old: MunicipalityPage, new: MunicipalityPage
) -> None:
    merge(old.ags, new.ags, TODAY)
    assert not old.get_descendants(inclusive=True).live().exists()
    assert StandardPage.objects.child_of(old).filter(slug="impressum").exists()
    assert StandardPage.objects.child_of(new).filter(slug="impressum").count() == 1


def test_local_services_are_taken_over_where_the_successor_has_none(
    old: MunicipalityPage, new: MunicipalityPage
) -> None:
    both, only = ServiceFactory(), ServiceFactory()
    here, there = LocalServiceFactory(place=old, reference=both), LocalServiceFactory(place=new, reference=both)
    lacking = LocalServiceFactory(place=old, reference=only)
    # The reference got another address meanwhile; it is the same service all the same.
    Page.objects.filter(pk=here.pk).update(slug="frueherer-name")
    merge(old.ags, new.ags, TODAY)
    assert set(LocalServicePage.objects.descendant_of(new)) == {there, lacking}
    assert not Page.objects.get(pk=here.pk).live


def test_the_same_address_gets_a_new_name_in_drafts_too(
    client: Client, old: MunicipalityPage, new: MunicipalityPage
) -> None:
    kept = OfficeFactory(place=new, slug="rathaus")
    moved = OfficeFactory(place=old, slug="rathaus", published=True)
    draft = OfficePage.objects.get(pk=moved.pk)
    draft.purpose = "Neuer Text"
    draft.save_revision()
    merge(old.ags, new.ags, TODAY)
    moved = OfficePage.objects.get(pk=moved.pk)
    assert (kept.slug, moved.slug, moved.purpose) == ("rathaus", "rathaus-quakenau", "")
    assert leads_to(client, "/quakenau/stellen/rathaus/") == "/frohstadt/stellen/rathaus-quakenau/"
    Revision.objects.get(pk=moved.latest_revision_id).publish()
    moved.refresh_from_db()
    assert (moved.slug, moved.purpose) == ("rathaus-quakenau", "Neuer Text")


# Addresses


def test_old_addresses_lead_to_the_new_ones(client: Client, old: MunicipalityPage, new: MunicipalityPage) -> None:
    service = ServiceFactory(slug="probe", published=True)
    OfficeFactory(place=old, slug="bauhof")
    page = StandardPageFactory(parent=old, slug="baden", published=True)
    StandardPageFactory(parent=page, slug="freibad", published=True)
    short = reverse("short_address", args=(old.pk, service.pk))
    merge(old.ags, new.ags, TODAY)
    for path, target in {
        "/quakenau/": "/frohstadt/",
        "/quakenau": "/frohstadt/",
        "/quakenau/?seite=2": "/frohstadt/?seite=2",
        "/quakenau/stellen/": "/frohstadt/stellen/",
        "/quakenau/stellen/bauhof/": "/frohstadt/stellen/bauhof/",
        "/quakenau/baden/freibad/?a=1&b=2": "/frohstadt/baden/freibad/?a=1&b=2",
        "/quakenau/impressum/": "/frohstadt/impressum/",
        "/quakenau/leistungen/probe/?ortsteil=3": "/frohstadt/leistungen/probe/?ortsteil=3",
        short: reverse("short_address", args=(new.pk, service.pk)),
    }.items():
        assert leads_to(client, path) == target
    for path in ("/frohstadt/stellen/bauhof/", "/frohstadt/baden/freibad/", "/frohstadt/leistungen/probe/"):
        assert client.get(path).status_code == 200


def test_the_old_host_name_leads_on(client: Client, old: MunicipalityPage, new: MunicipalityPage) -> None:
    ServiceFactory(slug="probe", published=True)
    OfficeFactory(place=old, slug="bauhof")
    Site.objects.create(hostname="quakenau.example.org", root_page=old, port=80)
    Site.objects.create(hostname="frohstadt.example.org", root_page=new, port=80)
    host = "quakenau.example.org"
    assert client.get("/stellen/bauhof/", HTTP_HOST=host).status_code == 200
    merge(old.ags, new.ags, TODAY)
    own = "http://frohstadt.example.org"
    assert leads_to(client, "/", host) == f"{own}/"
    assert leads_to(client, "/stellen/bauhof/?a=b", host) == f"{own}/stellen/bauhof/?a=b"
    assert leads_to(client, "/leistungen/probe/", host) == f"{own}/leistungen/probe/"
    assert leads_to(client, "/quakenau/stellen/bauhof/") == f"{own}/stellen/bauhof/"


def test_a_chain_of_mergers_leads_to_the_last(client: Client, old: MunicipalityPage, new: MunicipalityPage) -> None:
    last = tenant("Endstadt", "endstadt")
    merge(old.ags, new.ags, TODAY)
    merge(new.ags, last.ags, TODAY)
    response = client.get("/quakenau/stellen/", follow=True)
    assert response.redirect_chain[-1][0] == "/endstadt/stellen/"
    assert find_place("Quakenau").municipality == last


# Places


def test_the_old_name_its_localities_and_postcodes_lead_to_the_successor(
    old: MunicipalityPage, new: MunicipalityPage
) -> None:
    locality = Locality.objects.get(name="Vogelsangchen")
    merge(old.ags, new.ags, TODAY)
    for typed in ("Quakenau", "Stadt Quakenau", "Vogelsangchen", "00007", "00008", old.ags):
        assert find_place(typed).municipality == new, typed
    # Its key stands in addresses such as ?ortsteil=7.
    assert find_place("Vogelsangchen").locality_id == locality.pk
    names = set(Locality.objects.filter(municipality=new).values_list("name", flat=True))
    assert names == {"Quakenau", "Vogelsangchen", "Lerchenhöfchen"}


def test_a_draft_of_the_successor_does_not_take_the_localities_away(
    old: MunicipalityPage, new: MunicipalityPage
) -> None:
    new.intro = "Neuer Entwurf"
    new.save_revision()
    merge(old.ags, new.ags, TODAY)
    current = MunicipalityPage.objects.get(pk=new.pk)
    assert (current.intro, current.has_unpublished_changes) == ("", True)
    before = set(current.localities.values_list("pk", "name"))
    current.latest_revision.publish()
    current = MunicipalityPage.objects.get(pk=new.pk)
    assert current.intro == "Neuer Entwurf"
    assert set(current.localities.values_list("pk", "name")) == before
    assert set(current.postal_codes.values_list("code", flat=True)) == {"00007", "00008", "00009"}


# Responsibilities, people, files


def test_responsibilities_go_over_where_the_successor_has_none(old: MunicipalityPage, new: MunicipalityPage) -> None:
    lacking = ResponsibilityFactory(area=old)
    both = ResponsibilityFactory(area=old)
    own = ResponsibilityFactory(area=new, service=both.service)
    past = ResponsibilityFactory(area=old, valid_until=date(2020, 1, 1))
    day = TODAY - timedelta(days=10)
    Page.objects.filter(pk=old.pk).update(first_published_at=timezone.now() - timedelta(days=20))
    merge(old.ags, new.ags, day)
    for row in (lacking, both):
        row.refresh_from_db()
        assert (row.area_id, row.valid_until) == (old.pk, day - timedelta(days=1))
    past.refresh_from_db()
    assert past.valid_until == date(2020, 1, 1)
    (taken,) = Responsibility.objects.filter(area=new, service=lacking.service)
    assert (taken.office_id, taken.valid_from, taken.valid_until) == (lacking.office_id, day, None)
    assert list(Responsibility.objects.filter(area=new, service=both.service)) == [own]


def test_people_keep_their_roles_at_the_successor(old: MunicipalityPage, new: MunicipalityPage) -> None:
    people = {kind: member(old, kind) for kind in RoleKind.local()}
    merge(old.ags, new.ags, TODAY)
    for kind, person in people.items():
        person.refresh_from_db()
        assert person.is_active
        assert [role.kind for role in RoleGroup.objects.filter(group__user=person, municipality=new)] == [kind]
    assert not RoleGroup.objects.filter(municipality=old).exists()
    assert not Tenant.objects.filter(municipality=old).exists()


def test_files_stay_open_to_the_people_of_both(old: MunicipalityPage, new: MunicipalityPage) -> None:
    image = ImageFactory(collection=old.tenant.collection)
    merge(old.ags, new.ags, TODAY)
    image.refresh_from_db()
    assert image.collection.is_descendant_of(Tenant.objects.get(municipality=new).collection)


def test_what_waited_for_approval_waits_for_the_successors_publishers(
    old: MunicipalityPage, new: MunicipalityPage
) -> None:
    author = member(old, RoleKind.AUTHOR)
    page = StandardPageFactory(parent=old)
    page.save_revision(user=author)
    old.tenant.workflow.start(page, author)
    merge(old.ags, new.ags, TODAY)
    page = Page.objects.get(pk=page.pk)
    assert page.current_workflow_state.workflow == Tenant.objects.get(municipality=new).workflow
    assert page.current_workflow_state.requested_by == author


def test_municipalities_of_a_district_go_with_it() -> None:
    district, other = tenant("Altkreis", "altkreis", is_district=True), tenant("Neukreis", "neukreis", is_district=True)
    town = MunicipalityFactory(district=district, published=True)
    merge(district.ags, other.ags, TODAY)
    town.refresh_from_db()
    assert town.district_id == other.pk


# As a whole, again, and later


def test_again_changes_nothing(old: MunicipalityPage, new: MunicipalityPage) -> None:
    merge(old.ags, new.ags, TODAY)
    before = everything()
    assert merge(old.ags, new.ags, TODAY).steps == []
    assert everything() == before


def test_a_dry_run_changes_nothing(old: MunicipalityPage, new: MunicipalityPage) -> None:
    OfficeFactory(place=old)
    before = everything()
    assert merge(old.ags, new.ags, TODAY, dry_run=True).steps
    assert everything() == before


@pytest.mark.parametrize(
    "step",
    ["take_over_pages", "take_over_bin", "_take_over_people", "withdraw_pages", "remove_roles", "lead_on", "log"],
)
def test_a_run_that_dies_changes_nothing(
    old: MunicipalityPage, new: MunicipalityPage, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    OfficeFactory(place=old)
    ResponsibilityFactory(area=old)
    before = everything()

    def die(*args: object, **kwargs: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(f"municipalities.lifecycle.merging.{step}", die)
        with pytest.raises(RuntimeError):
            merge(old.ags, new.ags, TODAY)
    assert everything() == before
    assert merge(old.ags, new.ags, TODAY).steps


def test_a_day_that_lies_ahead_is_noted_and_then_carried_out(
    client: Client, old: MunicipalityPage, new: MunicipalityPage
) -> None:
    day = TODAY + timedelta(days=40)
    call_command("merge_municipality", old.ags, new.ags, first_day=day)
    old.refresh_from_db()
    assert (old.valid_until, old.successor_id, old.live) == (day - timedelta(days=1), new.pk, True)
    call_command("apply_boundary_changes")
    assert client.get("/quakenau/").status_code == 200
    assert find_place("Quakenau").municipality == old
    MunicipalityPage.objects.filter(pk=old.pk).update(valid_until=TODAY - timedelta(days=1))
    call_command("apply_boundary_changes")
    assert leads_to(client, "/quakenau/") == "/frohstadt/"
    before = everything()
    call_command("apply_boundary_changes")
    assert everything() == before


def test_a_plan_can_be_taken_back_but_not_what_is_done(old: MunicipalityPage, new: MunicipalityPage) -> None:
    merge(old.ags, new.ags, TODAY + timedelta(days=40))
    with pytest.raises(ChangeError):
        leave(old.ags)
    cancel(old.ags)
    old.refresh_from_db()
    assert (old.valid_until, old.successor_id) == (None, None)
    merge(old.ags, new.ags, TODAY)
    with pytest.raises(ChangeError):
        cancel(old.ags)


def test_what_cannot_be_merged(old: MunicipalityPage, new: MunicipalityPage) -> None:
    district, ended = tenant("Kreis", "kreis", is_district=True), tenant("Endheim", "endheim")
    strange = MunicipalityFactory()
    leave(ended.ags)
    before = everything()
    for first, second in ((old, old), (old, district), (old, ended), (ended, new), (old, strange), (strange, new)):
        with pytest.raises(ChangeError):
            merge(first.ags, second.ags, TODAY)
    with pytest.raises(CommandError):
        call_command("merge_municipality", old.ags, "12345678", first_day=TODAY)
    with pytest.raises(CommandError):
        call_command("merge_municipality", old.ags, new.ags)
    assert everything() == before


def test_in_the_editors_interface_it_is_shown_and_then_confirmed(
    editor: Client, old: MunicipalityPage, new: MunicipalityPage
) -> None:
    address = reverse("municipality_merge", args=(old.pk,))
    data = {"heir": str(new.pk), "first_day": f"{TODAY:%d.%m.%Y}"}
    assert b'name="confirm"' in editor.post(address, data).content
    assert MunicipalityPage.objects.get(pk=old.pk).live
    # Nothing to choose but others that go on existing.
    assert editor.post(address, {**data, "heir": str(old.pk), "confirm": "1"}).status_code == 200
    editor.post(address, {**data, "first_day": f"{TODAY + timedelta(days=9):%d.%m.%Y}", "confirm": "1"})
    assert MunicipalityPage.objects.get(pk=old.pk).successor_id == new.pk
    editor.post(reverse("municipality_cancel_change", args=(old.pk,)))
    assert MunicipalityPage.objects.get(pk=old.pk).successor_id is None
    editor.post(address, {**data, "confirm": "1"})
    assert not MunicipalityPage.objects.get(pk=old.pk).live


def test_another_plan_is_cancelled_first(old: MunicipalityPage, new: MunicipalityPage) -> None:
    third = tenant("Drittenau", "drittenau")
    day = TODAY + timedelta(days=30)
    merge(old.ags, new.ags, day)
    before = everything()
    for first, second in ((old, third), (new, third), (old, new)):
        with pytest.raises(ChangeError):
            merge(first.ags, second.ags, TODAY)
    assert everything() == before
    cancel(old.ags)
    leave(old.ags, day)
    with pytest.raises(ChangeError):
        merge(old.ags, new.ags, TODAY)


def test_an_address_too_long_to_lead_to_leads_to_the_page_itself(client: Client, old: MunicipalityPage) -> None:
    new = tenant("Lange Stadt", "n" * 60)
    service = ServiceFactory(slug="w" * 225)
    merge(old.ags, new.ags, TODAY)
    assert Redirect.objects.get(old_path=f"/quakenau/leistungen/{service.slug}").redirect_link == ""
    assert leads_to(client, f"/quakenau/leistungen/{service.slug}/") == f"/{new.slug}/leistungen/"
