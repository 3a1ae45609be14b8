"""The command resolve_responsibility: what other programs read."""

import json
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.factories import (
    LocalityFactory,
    LocalServiceIndexFactory,
    MunicipalityFactory,
    ResponsibilityFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.usefixtures("demo")


def run(capsys: pytest.CaptureFixture[str], *args: str) -> Any:
    call_command("resolve_responsibility", *args)
    return capsys.readouterr().out


def test_the_json_has_the_agreed_shape(capsys: pytest.CaptureFixture[str]) -> None:
    answer = json.loads(run(capsys, "unterhaltsvorschuss", "41849", "--json"))
    (office,) = answer.pop("offices")
    assert answer == {"service": "unterhaltsvorschuss", "municipality": "05370036", "gap": None}
    assert set(office) == {"name", "municipality", "url", "via", "legal_basis"}
    assert (office["municipality"], office["via"]) == ("05370", "district")
    assert "Jugendamt" in office["name"]
    assert office["url"].startswith("http")
    assert "/kreis-heinsberg/stellen/" in office["url"]
    assert office["legal_basis"]


def test_a_gap_is_an_answer(capsys: pytest.CaptureFixture[str]) -> None:
    service = ServiceFactory()
    answer = json.loads(run(capsys, service.slug, "Erkelenz", "--json"))
    assert answer["offices"] == []
    assert "Erkelenz" in answer["gap"]
    assert answer["gap"] in run(capsys, service.slug, "Erkelenz")


def test_the_text_names_the_office_and_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, "unterhaltsvorschuss", "Gerderath")
    assert "Jugendamt" in out
    assert "[eigene Stelle, entscheidet]" in out


@pytest.mark.parametrize(
    ("service", "place", "label"),
    [
        ("unterhaltsvorschuss", "Wassenberg", "Stelle des Kreises"),
        ("vhs", "Erkelenz", "nach Vereinbarung"),
        ("buergergeld", "Erkelenz", "gemeinsame Stelle"),
    ],
)
def test_the_text_says_in_german_how_the_office_is_reached(
    capsys: pytest.CaptureFixture[str], service: str, place: str, label: str
) -> None:
    assert f"[{label}, entscheidet]" in run(capsys, service, place)


def test_the_text_says_in_german_what_is_not_confirmed(capsys: pytest.CaptureFixture[str]) -> None:
    assert "    Das ist noch nicht bestätigt." in run(capsys, "eheschliessung", "Erkelenz").splitlines()


def test_a_locality_has_its_own_office(capsys: pytest.CaptureFixture[str]) -> None:
    place = MunicipalityFactory()
    LocalServiceIndexFactory(parent=place)
    locality = LocalityFactory(municipality=place, name="Hinterm Eichenwäldchen")
    whole = ResponsibilityFactory(area=place)
    part = ResponsibilityFactory(service=whole.service, area=place, locality=locality)
    in_part = json.loads(run(capsys, whole.service.slug, "hinterm eichenwaeldchen", "--json"))
    elsewhere = json.loads(run(capsys, whole.service.slug, place.ags, "--json"))
    assert [office["name"] for office in in_part["offices"]] == [part.office.title]
    assert [office["name"] for office in elsewhere["offices"]] == [whole.office.title]


def test_the_day_counts(capsys: pytest.CaptureFixture[str]) -> None:
    place = MunicipalityFactory()
    LocalServiceIndexFactory(parent=place)
    row = ResponsibilityFactory(area=place, valid_from=date(2030, 1, 1))
    before = json.loads(run(capsys, row.service.slug, place.ags, "--date", "2029-12-31", "--json"))
    after = json.loads(run(capsys, row.service.slug, place.ags, "--date", "2030-01-01", "--json"))
    assert before["offices"] == []
    assert [office["name"] for office in after["offices"]] == [row.office.title]


def test_a_guess_is_said_beside_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("resolve_responsibility", "unterhaltsvorschuss", "Geilenkirchn", "--json")
    captured = capsys.readouterr()
    assert json.loads(captured.out)["municipality"] == "05370012"
    (line,) = captured.err.splitlines()
    assert "Geilenkirchn" in line
    assert "Geilenkirchen (05370012)" in line


def test_of_a_very_long_place_only_the_beginning_is_read_and_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    said = "Vom Ort wurden nur die ersten 120 Zeichen gelesen."
    call_command("resolve_responsibility", "unterhaltsvorschuss", "41812 " * 100, "--json")
    captured = capsys.readouterr()
    assert json.loads(captured.out)["municipality"] == "05370004"
    assert captured.err.splitlines()[0] == said
    with pytest.raises(CommandError, match=said) as error:
        call_command("resolve_responsibility", "unterhaltsvorschuss", "a" * 10_000)
    assert len(str(error.value).splitlines()) == 1
    call_command("resolve_responsibility", "unterhaltsvorschuss", "41812" + " " * 200)
    assert not capsys.readouterr().err


def test_a_place_is_looked_up_as_it_was_on_the_day(capsys: pytest.CaptureFixture[str]) -> None:
    heir = MunicipalityFactory()
    old = MunicipalityFactory(valid_until=date(2029, 12, 31), successor=heir)
    slug = ServiceFactory().slug
    for day, expected in (("2029-12-31", old), ("2030-01-01", heir)):
        assert json.loads(run(capsys, slug, old.ags, "--date", day, "--json"))["municipality"] == expected.ags


def test_an_ambiguous_place_prints_the_candidates_and_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        run(capsys, "unterhaltsvorschuss", "52538")
    captured = capsys.readouterr()
    assert stop.value.code == 2
    assert captured.out.splitlines() == ["05370008 Gangelt", "05370024 Selfkant"]
    assert "52538" in captured.err


@pytest.mark.parametrize(
    ("args", "named"),
    [
        (["unterhaltsvorschuss", "Gelsenkirchen"], "Gelsenkirchen"),
        (["unterhaltsvorschuss", "Castrop-Rauxel"], "Castrop-Rauxel"),
        (["unterhaltsvorschuss", ""], ""),
        (["gibt-es-nicht", "41812"], "gibt-es-nicht"),
        (["unterhaltsvorschuss", "41812", "--date", "gestern"], "gestern"),
        (["unterhaltsvorschuss", "41812", "--date", "2026-02-30"], "2026-02-30"),
    ],
)
def test_what_is_unknown_exits_with_1_and_one_line(args: list[str], named: str) -> None:
    with pytest.raises(CommandError) as error:
        call_command("resolve_responsibility", *args)
    assert error.value.returncode == 1
    assert named in str(error.value)
    assert len(str(error.value).splitlines()) == 1
