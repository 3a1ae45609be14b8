"""The demonstration content: complete, honest, and never in the way of what editors wrote."""

import json
import re
from datetime import date

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings
from wagtail.models import Page

from cooperations.models import CooperationPage
from home.demo.load import load_demo
from home.models import HomePage, LifeEventPage, StandardPage
from municipalities.models import MunicipalityPage
from search.models import SearchEntry
from services.models import LocalServicePage, OfficePage, Responsibility, ServicePage
from services.resolver import resolve

pytestmark = pytest.mark.usefixtures("demo")

PLACES = [
    "kreis-heinsberg",
    "erkelenz",
    "gangelt",
    "geilenkirchen",
    "heinsberg",
    "hueckelhoven",
    "selfkant",
    "uebach-palenberg",
    "waldfeucht",
    "wassenberg",
    "wegberg",
]
TOWNS = PLACES[1:]
OWN_YOUTH_OFFICE = {"erkelenz", "geilenkirchen", "heinsberg", "hueckelhoven"}
OWN_BUILDING_AUTHORITY = {"erkelenz", "geilenkirchen", "heinsberg", "hueckelhoven", "wegberg"}

# Who decides, by service: the office of each town, or of all that are not named ("*").
EXPECTED: dict[str, dict[str, str]] = {
    "unterhaltsvorschuss": {
        **{town: f"jugendamt-{town}" for town in OWN_YOUTH_OFFICE},
        "*": "kreisjugendamt",
    },
    "baugenehmigung": {
        **{town: f"bauaufsicht-{town}" for town in OWN_BUILDING_AUTHORITY},
        "uebach-palenberg": "contested",
        "*": "amt-bauen-wohnen",
    },
    "personalausweis": {
        "gangelt": "buergerbuero-gangelt",
        "geilenkirchen": "buergerbuero-geilenkirchen",
        "heinsberg": "einwohnermeldeamt-heinsberg",
        "hueckelhoven": "stadtbuero-hueckelhoven",
        "wegberg": "buergerservice-wegberg",
        "*": "rathaus-{town}",
    },
    "geburtsurkunde": {"*": "standesamt-{town}"},
    "aufenthaltstitel": {"*": "auslaenderamt"},
    "jagdschein": {"*": "buerger-service-center"},
    "buergergeld": {
        "erkelenz": "jobcenter-erkelenz",
        "wegberg": "jobcenter-erkelenz",
        "geilenkirchen": "jobcenter-geilenkirchen",
        "heinsberg": "jobcenter-heinsberg",
        "hueckelhoven": "jobcenter-hueckelhoven",
        "wassenberg": "jobcenter-hueckelhoven",
        "*": "jobcenter",
    },
}


def deciding(service: ServicePage, town: str) -> str:
    """The address part of the office that decides, "contested" or "gap"."""
    place = MunicipalityPage.objects.select_related("district").get(slug=town)
    found = resolve(service, place, date(2026, 1, 1))
    if found.is_contested:
        return "contested"
    return next((office.office.slug for office in found.offices if office.role == "decides"), "gap")


@pytest.mark.parametrize("slug", EXPECTED)
def test_who_decides_in_each_town(slug: str) -> None:
    service = ServicePage.objects.get(slug=slug)
    expected = {town: EXPECTED[slug].get(town, EXPECTED[slug]["*"]).format(town=town) for town in TOWNS}
    assert {town: deciding(service, town) for town in TOWNS} == expected


def test_there_are_the_services_and_places_that_were_asked_for() -> None:
    assert ServicePage.objects.live().count() >= 72
    assert sorted(MunicipalityPage.objects.values_list("slug", flat=True)) == sorted(PLACES)
    assert MunicipalityPage.objects.filter(population__isnull=True).count() == 0
    assert MunicipalityPage.objects.local().filter(boundary__isnull=True).count() == 0
    assert len({page.url.split("/")[1] for page in LocalServicePage.objects.live()}) >= 4
    assert LifeEventPage.objects.live().count() == 35
    assert CooperationPage.objects.live().count() >= 35
    assert StandardPage.objects.filter(slug="quellen-und-lizenzen", show_in_footer=True).exists()


@pytest.mark.any_database
@pytest.mark.parametrize("town", PLACES)
def test_every_service_answers_at_every_place_with_an_office_or_an_honest_gap(client: Client, town: str) -> None:
    place = MunicipalityPage.objects.get(slug=town)
    slugs = list(ServicePage.objects.live().values_list("slug", flat=True))
    assert len(slugs) >= 72
    for slug in slugs:
        response = client.get(f"/{town}/leistungen/{slug}/")
        assert response.status_code == 200, slug
        page, found = response.content.decode(), response.context["resolution"]
        assert place.title in page
        assert bool(found.offices) != bool(found.gap), slug
        for office in found.offices:
            assert office.reason, slug
            if response.context["is_offered"]:
                assert office.office.url in page, slug
        if found.gap:
            assert "tel:115" in page, slug


def test_the_citizens_journey_ends_at_the_right_youth_office(client: Client) -> None:
    for postcode, owner, office in (
        ("41849", "/kreis-heinsberg/", "Jugendamt des Kreises Heinsberg"),
        ("41812", "/erkelenz/", "Jugendamt Erkelenz"),
    ):
        response = client.get("/ort/", {"ort": postcode, "leistung": "unterhaltsvorschuss"}, follow=True)
        page = response.content.decode()
        (found,) = response.context["resolution"].offices
        assert found.office.title == office
        assert found.office.url.startswith(owner)
        assert office in page
        assert found.reason in page


def test_what_is_contested_is_said_to_citizens_without_naming_an_office(client: Client) -> None:
    response = client.get("/uebach-palenberg/leistungen/baugenehmigung/")
    assert response.context["resolution"].is_contested
    page = response.content.decode()
    assert "/stellen/amt-bauen-wohnen/" not in page
    assert "tel:115" in page


def test_unchecked_facts_stay_out_of_public_pages(client: Client) -> None:
    unchecked = 0
    for service in ServicePage.objects.live():
        hidden = [
            block.value
            for name in ("costs", "deadlines", "legal_bases")
            for block in getattr(service, name)
            if not block.value["confirmed"]
        ]
        if not hidden:
            continue
        unchecked += len(hidden)
        context = client.get(service.url).context["service"]
        shown = [*context.costs, *context.deadlines, *context.legal_bases]
        assert all(value["confirmed"] for value in shown)
    assert unchecked, "the content has unchecked facts, or this test proves nothing"


def test_no_key_is_claimed_without_a_source() -> None:
    assert not ServicePage.objects.exclude(leika_key="").filter(leika_source="").exists()
    assert not Responsibility.objects.filter(evidence="confirmed", source="").exists()


def counts() -> dict[str, int]:
    models = (Page, OfficePage, Responsibility, SearchEntry, get_user_model())
    return {model.__name__: model.objects.count() for model in models}


def test_loading_again_changes_nothing_and_keeps_what_was_edited() -> None:
    home = HomePage.objects.get()
    home.headline = "Von der Redaktion geändert"
    home.save_revision().publish()
    service = ServicePage.objects.get(slug="unterhaltsvorschuss")
    service.short_text = "Von der Redaktion geändert"
    service.save_revision().publish()
    office = OfficePage.objects.exclude(reached_through=None).first()
    assert office is not None
    office.reached_through = None
    office.save_revision().publish()
    row = Responsibility.objects.filter(service=service).first()
    assert row is not None
    row.reason = "Von der Redaktion geändert"
    row.save()
    before = counts()
    load_demo(lambda name: None)
    assert counts() == before
    for page in (home, service, office, row):
        page.refresh_from_db()
    assert home.headline == service.short_text == row.reason == "Von der Redaktion geändert"
    assert office.reached_through is None


def test_demonstration_passwords_stay_out_of_a_real_portal(settings: Settings) -> None:
    settings.PORTAL_DEMO = False
    with pytest.raises(CommandError):
        call_command("load_demo")


def test_the_table_of_gaps_in_the_documentation_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("responsibility_gaps", "--markdown")
    table = capsys.readouterr().out.strip()
    text = (settings.BASE_DIR / "docs" / "features" / "responsibility.md").read_text(encoding="utf-8")
    assert len(table.splitlines()) > 2
    assert table in text, (
        "Put the output of manage.py responsibility_gaps --markdown into docs/features/responsibility.md"
    )


def test_no_file_of_the_content_holds_what_its_rules_forbid() -> None:
    """Mirrors of encyclopaedias are no sources, and a telephone number needs one."""
    folder = settings.BASE_DIR / "home" / "demo" / "data"
    for path in folder.glob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"wikiless|nina\.az|zxc\.wiki|github", text, re.IGNORECASE), path.name
    for office in json.loads((folder / "offices.json").read_text(encoding="utf-8")):
        assert all(entry["source"] for entry in [*office["phones"], *office["emails"]]), office["key"]


def test_public_pages_do_not_tell_the_operator_what_to_fill_in() -> None:
    for page in StandardPage.objects.live():
        text = f"{page.intro} {page.body}"
        assert not re.search(r"trägt hier|tragen Sie hier|werden hier ergänzt|Betreiberin", text), page.slug
    for slug in ("impressum", "datenschutz"):
        assert "Dies ist eine Vorführung." in str(StandardPage.objects.get(slug=slug, depth=3).body)


@pytest.mark.parametrize(
    ("word", "explained"),
    [
        ("i-Kfz", "i-Kfz (Fahrzeugzulassung im Internet)"),
        ("eVB", "(Bestätigung Ihrer Versicherung)|(elektronische Bestätigung der Versicherung)"),
        ("HU", "kurz HU|Hauptuntersuchung (HU"),
        ("VHS", "(VHS)"),
        ("WBS", "Wohnberechtigungsschein (WBS)"),
        ("BAföG", "BAföG (Bundesausbildungsförderungsgesetz)"),
        ("NRW", "Nordrhein-Westfalen (NRW)"),
    ],
)
def test_no_service_leaves_an_abbreviation_unexplained(word: str, explained: str) -> None:
    for service in ServicePage.objects.live():
        documents = [block.value["name"] for block in service.documents]
        own_words = [service.short_text, service.full_text, service.requirements, service.procedure]
        text = " ".join([service.title, *documents, *own_words])
        if re.search(rf"\b{word}\b", text):
            assert any(words in text for words in explained.split("|")), f"{service.slug}: {word}"
