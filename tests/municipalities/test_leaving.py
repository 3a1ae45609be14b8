"""A municipality leaves: archive, export, addresses that lead on."""

import io
import json
import zipfile
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Revision, Site

from home.models import StandardPage
from municipalities.bin import put_in_bin
from municipalities.lifecycle.cancelling import cancel
from municipalities.lifecycle.changes import ChangeError
from municipalities.lifecycle.export import export
from municipalities.lifecycle.leaving import leave
from municipalities.lifecycle.merging import merge
from municipalities.models import Alert, MunicipalityPage, RoleGroup, RoleKind, Tenant
from municipalities.review import choose_date
from municipalities.tenants.provisioning import set_up_tenant
from search.models import SearchEntry
from services.models import Responsibility
from tests.factories import (
    DocumentFactory,
    ImageFactory,
    MunicipalityFactory,
    OfficeFactory,
    ResponsibilityFactory,
    ServiceFactory,
    StandardPageFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def place() -> MunicipalityPage:
    page = MunicipalityFactory(title="Weggehausen", slug="weggehausen", published=True)
    set_up_tenant(page)
    return MunicipalityPage.objects.get(pk=page.pk)


def member(place: MunicipalityPage, kind: RoleKind = RoleKind.AUTHOR, **fields: object) -> object:
    person = UserFactory(**fields)
    person.groups.add(place.roles.get(kind=kind).group)
    return person


def everything() -> list[object]:
    return [
        list(Page.objects.order_by("pk").values_list("pk", "path", "live", "latest_revision")),
        list(MunicipalityPage.objects.order_by("pk").values_list("pk", "valid_until", "successor")),
        list(Responsibility.objects.order_by("pk").values_list("pk", "area", "valid_until")),
        *(list(model.objects.values_list("pk", flat=True)) for model in (Tenant, RoleGroup, Redirect, Site)),
    ]


def test_pages_are_withdrawn_and_kept(client: Client, place: MunicipalityPage) -> None:
    office = OfficeFactory(place=place, published=True)
    assert SearchEntry.objects.filter(page=office).exists()
    leave(place.ags)
    place.refresh_from_db()
    assert (place.live, place.valid_until) == (False, TODAY - timedelta(days=1))
    assert not place.get_descendants(inclusive=True).live().exists()
    assert Page.objects.filter(pk=office.pk).exists()
    assert not SearchEntry.objects.below(place).exists()


def test_what_was_to_be_published_later_is_not(place: MunicipalityPage) -> None:
    page = StandardPageFactory(parent=place, live=False)
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save_revision(approved_go_live_at=page.go_live_at)
    leave(place.ags)
    assert not page.revisions.filter(approved_go_live_at__isnull=False).exists()


@pytest.mark.parametrize("path", ["", "kontakt/", "leistungen/", "leistungen/probe/", "kontakt/?seite=2"])
def test_old_addresses_lead_to_the_own_website(client: Client, place: MunicipalityPage, path: str) -> None:
    ServiceFactory(slug="probe")
    MunicipalityPage.objects.filter(pk=place.pk).update(website="https://weggehausen.example.org/")
    assert client.get(f"/weggehausen/{path}").status_code == 200
    leave(place.ags)
    response = client.get(f"/weggehausen/{path}")
    assert (response.status_code, response["Location"]) == (302, "https://weggehausen.example.org/")


def test_without_a_website_they_lead_to_the_district_and_else_home(client: Client, place: MunicipalityPage) -> None:
    district = MunicipalityFactory(is_district=True, slug="der-kreis", published=True)
    MunicipalityPage.objects.filter(pk=place.pk).update(district=district)
    portal = Site.objects.get(is_default_site=True)
    other = MunicipalityFactory(slug="ohne-kreis", published=True, website=f"http://{portal.hostname}/x/")
    set_up_tenant(other)
    leave(place.ags)
    leave(other.ags)
    assert client.get("/weggehausen/kontakt/?a=b")["Location"] == "/der-kreis/?a=b"
    # Its website is this portal: that would go round in a circle.
    assert urlsplit(client.get("/ohne-kreis/kontakt/")["Location"]).path == "/"


def test_printed_short_addresses_lead_on_too(client: Client, place: MunicipalityPage) -> None:
    service = ServiceFactory(published=True)
    address = reverse("short_address", args=(place.pk, service.pk))
    leave(place.ags)
    assert client.get(address)["Location"] == "/"


def test_roles_go_and_accounts_without_another_role_are_blocked(place: MunicipalityPage) -> None:
    elsewhere = MunicipalityFactory()
    set_up_tenant(elsewhere)
    only, both, admin = member(place), member(place), member(place, is_superuser=True)
    both.groups.add(elsewhere.roles.get(kind=RoleKind.AUTHOR).group)
    workflow = place.tenant.workflow
    leave(place.ags)
    for person in (only, both, admin):
        person.refresh_from_db()
    assert (only.is_active, both.is_active, admin.is_active) == (False, True, True)
    assert not RoleGroup.objects.filter(municipality=place).exists()
    assert not Tenant.objects.filter(municipality=place).exists()
    workflow.refresh_from_db()
    assert not workflow.active


def test_what_waits_for_approval_waits_no_longer(place: MunicipalityPage) -> None:
    author = member(place)
    page = StandardPage.objects.child_of(place).get(slug="kontakt")
    page.save_revision(user=author)
    state = place.tenant.workflow.start(page, author)
    leave(place.ags)
    state.refresh_from_db()
    assert state.status == state.STATUS_CANCELLED


def test_its_host_name_is_free_again(place: MunicipalityPage) -> None:
    Site.objects.create(hostname="weggehausen.example.org", root_page=place)
    leave(place.ags)
    assert not Site.objects.filter(root_page=place).exists()


def test_responsibilities_end_with_the_last_day(place: MunicipalityPage) -> None:
    row = ResponsibilityFactory(area=place)
    to_come = ResponsibilityFactory(area=place, valid_from=TODAY + timedelta(days=9))
    leave(place.ags)
    row.refresh_from_db()
    assert row.valid_until == TODAY - timedelta(days=1)
    assert not Responsibility.objects.filter(pk=to_come.pk).exists()


def test_again_changes_nothing(place: MunicipalityPage) -> None:
    leave(place.ags)
    before = everything()
    assert leave(place.ags).steps == []
    assert everything() == before


def test_a_dry_run_changes_nothing(place: MunicipalityPage) -> None:
    before = everything()
    assert leave(place.ags, dry_run=True).steps
    assert everything() == before


@pytest.mark.parametrize("step", ["withdraw_pages", "remove_roles", "lead_on", "lead_on_elsewhere"])
def test_a_run_that_dies_changes_nothing(place: MunicipalityPage, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    before = everything()

    def die(*args: object, **kwargs: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(f"municipalities.lifecycle.leaving.{step}", die)
        with pytest.raises(RuntimeError):
            leave(place.ags)
    assert everything() == before
    assert leave(place.ags).steps


def test_a_day_that_lies_ahead_is_noted_and_can_be_taken_back(place: MunicipalityPage) -> None:
    day = TODAY + timedelta(days=30)
    change = leave(place.ags, day)
    place.refresh_from_db()
    assert change.is_planned
    assert place.live
    assert place.valid_until == day - timedelta(days=1)
    assert leave(place.ags, day).steps == []
    call_command("apply_boundary_changes")
    place.refresh_from_db()
    assert place.live
    cancel(place.ags)
    place.refresh_from_db()
    assert place.valid_until is None


def test_a_planned_day_is_not_replaced_by_a_slip(place: MunicipalityPage) -> None:
    day = timezone.localdate() + timedelta(days=60)
    leave(place.ags, day)
    with pytest.raises(ChangeError):
        leave(place.ags)
    place.refresh_from_db()
    assert (place.live, place.valid_until) == (True, day - timedelta(days=1))
    leave(place.ags, day)


def test_no_revision_takes_the_day_back(place: MunicipalityPage) -> None:
    revision = place.save_revision()
    leave(place.ags, TODAY + timedelta(days=30))
    Revision.objects.get(pk=revision.pk).publish()
    place.refresh_from_db()
    assert place.valid_until == TODAY + timedelta(days=29)


def test_the_daily_run_carries_out_what_is_due(place: MunicipalityPage, tmp_path: Path) -> None:
    leave(place.ags, TODAY + timedelta(days=1))
    MunicipalityPage.objects.filter(pk=place.pk).update(valid_until=TODAY - timedelta(days=1))
    call_command("apply_boundary_changes", export_dir=tmp_path)
    place.refresh_from_db()
    assert not place.live
    assert [path.name for path in tmp_path.iterdir()] == [f"{place.ags}-{TODAY:%Y-%m-%d}.zip"]


def test_a_change_that_fails_does_not_hold_up_the_others(place: MunicipalityPage) -> None:
    district = MunicipalityFactory(is_district=True, valid_until=TODAY - timedelta(days=3))
    set_up_tenant(district)
    MunicipalityFactory(district=district)
    MunicipalityPage.objects.filter(pk=place.pk).update(valid_until=TODAY - timedelta(days=1))
    with pytest.raises(CommandError):
        call_command("apply_boundary_changes")
    place.refresh_from_db()
    assert not place.live


@pytest.mark.parametrize("day", [date.min, date(1990, 1, 1), TODAY - timedelta(days=1), date.max])
def test_a_slip_in_the_day_ends_nothing(editor: Client, place: MunicipalityPage, day: date) -> None:
    ResponsibilityFactory(area=place)
    before = everything()
    with pytest.raises(ChangeError, match=f"{TODAY:%d.%m.%Y}"):
        leave(place.ags, day)
    shown = editor.post(reverse("municipality_leave", args=(place.pk,)), {"first_day": day.isoformat(), "confirm": "1"})
    assert shown.status_code == 200
    with pytest.raises(CommandError):
        call_command("leave_municipality", place.ags, on=day)
    assert everything() == before


def test_who_is_to_take_over_another_does_not_leave(place: MunicipalityPage) -> None:
    other = MunicipalityFactory(title="Altstadt", published=True)
    set_up_tenant(other)
    merge(other.ags, place.ags, TODAY + timedelta(days=30))
    with pytest.raises(ChangeError, match="Altstadt"):
        leave(place.ags)
    cancel(other.ags)
    leave(place.ags)


def test_a_district_with_municipalities_stays() -> None:
    district = MunicipalityFactory(is_district=True)
    set_up_tenant(district)
    MunicipalityFactory(title="Bleibestadt", district=district)
    with pytest.raises(ChangeError, match="Bleibestadt"):
        leave(district.ags)


@pytest.mark.parametrize("ags", ["12345678", "", "abc"])
def test_unknown_keys_are_refused(ags: str) -> None:
    with pytest.raises(CommandError):
        call_command("leave_municipality", ags)


# The export


def content(place: MunicipalityPage) -> tuple[zipfile.ZipFile, dict[str, object]]:
    file = io.BytesIO()
    export(file, place)
    archive = zipfile.ZipFile(file)
    return archive, {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}


def test_the_export_holds_pages_drafts_files_people_and_responsibilities(place: MunicipalityPage) -> None:
    page = StandardPage.objects.child_of(place).get(slug="kontakt")
    page.intro = "Neuer Entwurf"
    page.save_revision()
    ImageFactory(title="Rathaus", collection=place.tenant.collection)
    DocumentFactory(title="Satzung", collection=place.tenant.collection, file__data=b"Inhalt der Satzung")
    ImageFactory(title="Fremdes Bild")
    person = member(place, username="anna", email="anna@example.org")
    person.set_password("streng-geheim")
    person.save()
    ResponsibilityFactory(area=place, note="Nur intern")
    archive, found = content(place)
    (name,) = (name for name in found if name.endswith("-kontakt.json"))
    assert found[name]["fields"]["intro"] == ""
    assert found[name]["draft"]["intro"] == "Neuer Entwurf"
    assert [row["title"] for row in found["bilder.json"]] == ["Rathaus"]
    (document,) = found["dokumente.json"]
    assert archive.read(document["file"]) == b"Inhalt der Satzung"
    assert [row["note"] for row in found["zustaendigkeiten.json"]] == ["Nur intern"]
    assert found["personen.json"][0]["email"] == "anna@example.org"
    assert "password" not in json.dumps(found["personen.json"])
    assert found["inhalt.json"]["ags"] == place.ags


def test_the_export_holds_alerts_bin_and_review_dates(place: MunicipalityPage) -> None:
    Alert.objects.create(municipality=place, title="Rathaus geschlossen")
    Alert.objects.create(title="Im ganzen Portal")
    contact = StandardPage.objects.child_of(place).get(slug="kontakt")
    choose_date(contact, TODAY + timedelta(days=7), None)
    thrown = StandardPageFactory(parent=place, title="Weggeworfen", published=True)
    StandardPageFactory(parent=thrown, slug="darunter", published=True)
    put_in_bin(thrown, UserFactory())
    _archive, found = content(place)
    assert [row["title"] for row in found["hinweise.json"]] == ["Rathaus geschlossen"]
    assert [row["title"] for row in found["papierkorb.json"]] == ["Weggeworfen"]
    assert any(name.startswith("papierkorb/") and name.endswith("-darunter.json") for name in found)
    (name,) = (name for name in found if name.endswith("-kontakt.json"))
    assert found[name]["review"] == (TODAY + timedelta(days=7)).isoformat()
    assert found["inhalt.json"]["counts"]["papierkorb"] == 1


def test_a_lost_file_does_not_stop_the_export(place: MunicipalityPage) -> None:
    image = ImageFactory(collection=place.tenant.collection)
    image.file.storage.delete(image.file.name)
    _archive, found = content(place)
    assert found["bilder.json"][0]["file"] is None


def test_the_export_is_written_as_a_whole_or_not_at_all(
    place: MunicipalityPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "export.zip"
    path.write_bytes(b"yesterday")

    def die(*args: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("municipalities.lifecycle.export._people", die)
        with pytest.raises(CommandError):
            call_command("leave_municipality", place.ags, export=path)
    assert path.read_bytes() == b"yesterday"
    assert list(tmp_path.iterdir()) == [path]
    assert MunicipalityPage.objects.get(pk=place.pk).live
    call_command("leave_municipality", place.ags, export=path)
    assert zipfile.is_zipfile(path)


def test_in_the_editors_interface_it_is_shown_and_then_confirmed(editor: Client, place: MunicipalityPage) -> None:
    address = reverse("municipality_leave", args=(place.pk,))
    day = {"first_day": f"{TODAY:%d.%m.%Y}"}
    shown = editor.post(address, day)
    assert b'name="confirm"' in shown.content
    assert MunicipalityPage.objects.get(pk=place.pk).live
    assert editor.post(address, {"first_day": "gestern"}).status_code == 200
    editor.post(address, {**day, "confirm": "1"})
    assert not MunicipalityPage.objects.get(pk=place.pk).live
    assert place.title in editor.get(reverse("municipality_list")).content.decode()
    response = editor.get(reverse("municipality_export", args=(place.pk,)))
    assert zipfile.is_zipfile(io.BytesIO(b"".join(response.streaming_content)))
