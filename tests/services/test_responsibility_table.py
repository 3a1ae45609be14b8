"""Responsibilities as a table: taken out, changed elsewhere, shown as a preview, read in as a whole or not at all."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from openpyxl import Workbook, load_workbook
from wagtail.models import ModelLogEntry

from cms.models import User
from municipalities.models import MunicipalityPage, RoleKind
from services.models import Responsibility
from services.responsibility_table import confirm as confirm_module
from services.responsibility_table import plan as plan_module
from services.responsibility_table.cells import guarded, normal, unguarded
from services.responsibility_table.columns import COLUMNS, heading
from services.responsibility_table.plan import Plan, plan_of
from services.responsibility_table.reading import read_table
from tests.factories import (
    LocalityFactory,
    MunicipalityFactory,
    OfficeFactory,
    ResponsibilityFactory,
    ServiceFactory,
    UserFactory,
)
from tests.roles import holder, tenant

pytestmark = pytest.mark.django_db

LIST = "wagtailsnippets_services_responsibility:list"
Upload = Callable[..., BeautifulSoup]


def download(client: Client, area: MunicipalityPage, kind: str = "csv") -> bytes:
    # One place, so that the demonstration content, where it is loaded, is not part of it.
    response = client.get(reverse(LIST), {"area": area.pk, "export": kind})
    assert response.status_code == 200
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def entry(**values: Any) -> Responsibility:
    """An entry that may be changed: what is confirmed has a source."""
    return ResponsibilityFactory(source="Satzung", **values)


def table_of(content: bytes) -> list[dict[str, str]]:
    """The rows of a downloaded CSV by the names of the columns."""
    _headings, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def csv_of(
    rows: Sequence[dict[str, Any]], columns: Sequence[str] = COLUMNS, delimiter: str = ";", encoding: str = "utf-8-sig"
) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([heading(name) for name in columns])
    writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return buffer.getvalue().encode(encoding)


def xlsx_of(rows: Sequence[dict[str, Any]], columns: Sequence[str] = COLUMNS) -> bytes:
    workbook = Workbook()
    workbook.active.append([heading(name) for name in columns])
    for row in rows:
        workbook.active.append([row.get(name, "") for name in columns])
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def hand_in(client: Client, content: bytes, name: str = "tabelle.csv") -> BeautifulSoup:
    response = client.post(reverse("responsibility_import"), {"table": SimpleUploadedFile(name, content)})
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def problems_in(page: BeautifulSoup) -> list[tuple[str, str]]:
    """Row and column of each error that the page lists."""
    rows = page.select("table.listing tbody tr")
    assert page.select_one("[role=alert]"), page.get_text()
    return [(row.select_one("th").get_text(strip=True), row.select("td")[0].get_text(strip=True)) for row in rows]


def changes_in(page: BeautifulSoup, kind: str) -> list[list[str]]:
    table = page.find(id=kind)
    assert table is not None, page.select_one("main").get_text(" ", strip=True)
    return [
        [cell.get_text(" ", strip=True) for cell in row.select("td, th[scope=row]")]
        for row in table.parent.select("tbody tr")
    ]


def unchanged_in(page: BeautifulSoup) -> int:
    assert not page.select("[role=alert]"), page.select_one("main").get_text(" ", strip=True)
    return int(page.select("main ul.w-list-disc li")[-1].get_text().rpartition(":")[2])


def confirm(client: Client, page: BeautifulSoup) -> Any:
    waiting = page.select_one("input[name=waiting]")
    assert waiting is not None, "nothing to confirm"
    return client.post(reverse("responsibility_import"), {"waiting": waiting["value"]}, follow=True)


def message_of(response: Any) -> list[str]:
    return [message.level_tag for message in response.context["messages"]]


def stored() -> list[dict[str, Any]]:
    return list(Responsibility.objects.order_by("pk").values())


@pytest.fixture
def town() -> MunicipalityPage:
    return tenant("Quellental", ags="01990001")


@pytest.fixture
def publisher(town: MunicipalityPage) -> Client:
    client = Client()
    client.force_login(holder(RoleKind.PUBLISHER, town, username="quell-freigabe"))
    return client


def new_row(**cells: str) -> dict[str, str]:
    return {"role": "entscheidet", "arrangement": "statutory", "evidence": "unconfirmed", **cells}


# Out


def test_a_table_names_everything_by_key_and_by_name(publisher: Client, town: MunicipalityPage) -> None:
    service, office = ServiceFactory(title="Hund anmelden"), OfficeFactory(place=town, title="Bürgerbüro")
    locality = LocalityFactory(municipality=town, name="Oberdorf")
    row = ResponsibilityFactory(
        service=service,
        area=town,
        office=office,
        locality=locality,
        valid_from=date(2026, 1, 2),
        note='Zeile 1\nZeile "2"; =Rest',
        source="=HYPERLINK(1)",
    )
    (found,) = table_of(download(publisher, town))
    assert found["key"] == str(row.pk)
    assert (found["service"], found["service_title"]) == (service.slug, "Hund anmelden")
    assert (found["area"], found["area_title"], found["locality"]) == ("01990001", "Quellental", "Oberdorf")
    assert (found["office"], found["office_title"], found["office_place"]) == (
        str(office.pk),
        "Bürgerbüro",
        "Quellental",
    )
    assert (found["role"], found["valid_from"], found["valid_until"]) == ("entscheidet", "02.01.2026", "")
    assert found["note"] == 'Zeile 1\nZeile "2"; =Rest'
    # What a spreadsheet program would carry out is text.
    assert found["source"] == "'=HYPERLINK(1)"


def test_a_workbook_holds_texts_and_days(publisher: Client, town: MunicipalityPage) -> None:
    ResponsibilityFactory(area=town, valid_from=date(2026, 1, 2), source="+49 2431 1")
    workbook = load_workbook(io.BytesIO(download(publisher, town, "xlsx")))
    titles, row = list(workbook.active.iter_rows())
    assert [cell.value for cell in titles] == [heading(name) for name in COLUMNS]
    found = dict(zip(COLUMNS, row, strict=True))
    assert found["area"].value == "01990001"
    assert found["valid_from"].value == datetime(2026, 1, 2)
    assert found["source"].value == "'+49 2431 1"
    assert not any(cell.data_type == "f" for cell in row)


def test_downloads_hold_what_the_list_shows(publisher: Client, town: MunicipalityPage) -> None:
    other = MunicipalityFactory()
    own, foreign = entry(area=town), entry(area=other)
    served = entry(area=other, office=OfficeFactory(place=town))
    content = b"".join(publisher.get(reverse(LIST), {"export": "csv"}).streaming_content)  # type: ignore[attr-defined]
    assert {row["key"] for row in table_of(content)} == {str(own.pk), str(served.pk)}
    assert str(foreign.service.title) not in content.decode()


def test_names_of_what_others_are_writing_stay_theirs(publisher: Client, town: MunicipalityPage) -> None:
    secret = OfficeFactory(title="Geheimes Amt", live=False)
    draft = ServiceFactory(title="Geheime Leistung", slug="geheime-leistung", live=False)
    entry(area=town, office=secret, service=draft)
    for kind in ("csv", "xlsx"):
        content = download(publisher, town, kind)
        (row,) = read_table(SimpleUploadedFile(f"tabelle.{kind}", content))
        assert "geheim" not in str(row).lower()
    # And yet the table goes back in.
    assert unchanged_in(hand_in(publisher, download(publisher, town))) == 1


def test_downloads_need_a_fixed_number_of_queries(publisher: Client, town: MunicipalityPage) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            download(publisher, town)
        return len(context)

    entry(area=town, office=OfficeFactory(live=False))
    queries()
    before = queries()
    for _number in range(8):
        entry(area=town, office=OfficeFactory(live=False), service=ServiceFactory(live=False))
    assert queries() == before


# In: what is shown


def test_the_preview_says_exactly_what_would_change(publisher: Client, town: MunicipalityPage) -> None:
    old_office, new_office = (OfficeFactory(place=town, title=title) for title in ("Altes Amt", "Neues Amt"))
    changed = entry(area=town, office=old_office, note="alt")
    ended, deleted, kept = (entry(area=town) for _number in range(3))
    service = ServiceFactory(title="Hund anmelden")
    rows = {row["key"]: row for row in table_of(download(publisher, town))}
    rows[str(changed.pk)] |= {"office": str(new_office.pk), "office_title": "Neues Amt", "note": "neu\nund länger"}
    rows[str(ended.pk)]["valid_until"] = "31.12.2026"
    rows[str(deleted.pk)]["delete"] = "ja"
    added = new_row(service=service.slug, area="01990001", office_title="Neues Amt", task="Steuer")
    before = stored()
    page = hand_in(publisher, csv_of([*rows.values(), added]))
    assert changes_in(page, "changed") == [
        ["Stelle", "Altes Amt (Quellental)", "Neues Amt (Quellental)"],
        ["Anmerkung für die Redaktion", "alt", "neu und länger"],
    ]
    assert changes_in(page, "ended") == [["Gültig bis", "–", "31.12.2026"]]
    assert ["Leistung", deleted.service.title] in changes_in(page, "deleted")
    assert ["Leistung", "Hund anmelden"] in changes_in(page, "new")
    assert ["Stelle", "Neues Amt (Quellental)"] in changes_in(page, "new")
    assert unchanged_in(page) == 1
    assert stored() == before, "a preview writes nothing"

    response = confirm(publisher, page)
    assert response.redirect_chain == [(reverse(LIST), 302)]
    changed.refresh_from_db()
    ended.refresh_from_db()
    assert (changed.office, changed.note) == (new_office, "neu\nund länger")
    assert ended.valid_until == date(2026, 12, 31)
    assert not Responsibility.objects.filter(pk=deleted.pk).exists()
    made = Responsibility.objects.get(service=service)
    assert (made.area_id, made.office_id, made.task) == (town.pk, new_office.pk, "Steuer")
    assert stored()[-1] == {**stored()[-1], "id": made.pk}
    assert Responsibility.objects.filter(pk=kept.pk).exists()


def test_the_history_tells_who_read_it_in(publisher: Client, town: MunicipalityPage) -> None:
    changed, deleted = (entry(area=town) for _number in range(2))
    rows = {row["key"]: row for row in table_of(download(publisher, town))}
    rows[str(changed.pk)]["task"] = "Neu"
    rows[str(deleted.pk)]["delete"] = "ja"
    added = new_row(service=ServiceFactory().slug, area="01990001", office=str(OfficeFactory(place=town).pk))
    confirm(publisher, hand_in(publisher, csv_of([*rows.values(), added])))
    made = Responsibility.objects.get(area=town, task="", evidence="unconfirmed")
    logged = ModelLogEntry.objects.filter(user__username="quell-freigabe")
    assert set(logged.values_list("object_id", "action")) == {
        (str(changed.pk), "wagtail.edit"),
        (str(deleted.pk), "wagtail.delete"),
        (str(made.pk), "wagtail.create"),
    }


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_was_taken_out_and_not_changed_changes_nothing(
    publisher: Client, town: MunicipalityPage, kind: str
) -> None:
    # Whatever rule it breaks: it was stored before.
    office = OfficeFactory(place=town)
    service = ServiceFactory()
    for evidence in ("confirmed", "unconfirmed"):
        ResponsibilityFactory(area=town, service=service, office=office, evidence=evidence, source="")
    entry(area=town, office=None)
    before = stored()
    page = hand_in(publisher, download(publisher, town, kind), f"tabelle.{kind}")
    assert unchanged_in(page) == 3
    assert page.select_one("[role=status]") is not None
    assert page.select_one("input[name=waiting]") is None
    assert stored() == before


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(";", "utf-8"), (",", "utf-8-sig"), (";", "cp1252"), ("\t", "utf-8")]
)
def test_every_csv_of_a_spreadsheet_program_is_read(
    publisher: Client, town: MunicipalityPage, delimiter: str, encoding: str
) -> None:
    row = entry(area=town)
    (cells,) = table_of(download(publisher, town))
    cells["note"] = "Größe, Maß; 5 €\nzweite Zeile „so“"
    page = hand_in(publisher, csv_of([cells], delimiter=delimiter, encoding=encoding))
    assert len(changes_in(page, "changed")) == 1
    confirm(publisher, page)
    row.refresh_from_db()
    assert row.note == "Größe, Maß; 5 €\nzweite Zeile „so“"


def test_columns_in_any_order_and_in_either_language(publisher: Client, town: MunicipalityPage) -> None:
    entry(area=town)
    (cells,) = table_of(download(publisher, town))
    content = csv_of([{**cells, "task": "Neu"}], columns=COLUMNS[::-1])
    assert changes_in(hand_in(publisher, content), "changed") == [["Aufgabe", "–", "Neu"]]
    english = content.decode("utf-8-sig").replace("Aufgabe", "Task").replace("Gültig ab", "Valid from")
    assert changes_in(hand_in(publisher, english.encode()), "changed") == [["Aufgabe", "–", "Neu"]]


def test_what_a_spreadsheet_program_makes_of_a_table(publisher: Client, town: MunicipalityPage) -> None:
    """Numbers without their zeros, days as days, whole numbers with a point, empty rows between."""
    service = ServiceFactory(leika_key="99012345678901")
    office = OfficeFactory(place=town)
    added = new_row(service="99012345678901")
    cells = {**added, "area": 1990001, "office": float(office.pk), "valid_from": datetime(2026, 5, 1), "delete": False}
    page = hand_in(publisher, xlsx_of([{}, cells]), "Tabelle.XLSX")
    assert ["Gültig ab", "01.05.2026"] in changes_in(page, "new")
    confirm(publisher, page)
    made = Responsibility.objects.get(service=service)
    assert (made.area_id, made.office_id, made.valid_from) == (town.pk, office.pk, date(2026, 5, 1))


def test_names_alone_are_enough(publisher: Client, town: MunicipalityPage) -> None:
    service, office = ServiceFactory(title="Hund anmelden"), OfficeFactory(place=town, title="Bürgerbüro")
    OfficeFactory(title="Bürgerbüro")
    district_office = OfficeFactory(title="Amt des Kreises")
    locality = LocalityFactory(municipality=town, name="Oberdorf")
    cells = new_row(service_title="hund anmelden", area_title="Quellental", locality="oberdorf")
    rows = [
        {**cells, "office_title": "Bürgerbüro"},
        {
            **cells,
            "role": "berät",
            "office_title": "Amt des Kreises",
            "office_place": district_office.municipality.title,
        },
    ]
    confirm(publisher, hand_in(publisher, csv_of(rows)))
    made = Responsibility.objects.filter(service=service, area=town, locality=locality).order_by("pk")
    assert [row.office_id for row in made] == [office.pk, district_office.pk]


# In: what is refused


def test_every_error_is_named_with_its_row_and_column(publisher: Client, town: MunicipalityPage) -> None:
    kept, row = (entry(area=town) for _number in range(2))
    service, office = ServiceFactory(), OfficeFactory(place=town)
    rows = {row["key"]: row for row in table_of(download(publisher, town))}
    good = rows[str(kept.pk)] | {"task": "Neu"}
    bad = rows[str(row.pk)] | {
        "service": "gibt-es-nicht",
        "service_title": "",
        "role": "macht",
        "valid_from": "31.2.2026",
        "evidence": "confirmed",
        "source": "",
        "delete": "vielleicht",
    }
    added = new_row(service=service.slug, area="01990001", office=str(office.pk))
    late = {
        **added,
        "valid_from": "02.01.2027",
        "valid_until": "01.01.2027",
        "role": "macht",
        "task": "x" * 121,
    }
    before = stored()
    page = hand_in(publisher, csv_of([good, bad, {"key": "7" * 30}, {"key": "abc"}, {}, late]))
    assert sorted(problems_in(page)) == sorted(
        [
            ("3", heading("delete")),
            ("3", "Gültig ab"),
            ("3", "Rolle"),
            ("3", "Quelle"),
            ("3", heading("service")),
            ("4", heading("key")),
            ("5", heading("key")),
            ("7", "Aufgabe"),
            ("7", "Gültig bis"),
            ("7", "Rolle"),
        ]
    )
    assert page.select_one("input[name=waiting]") is None
    assert stored() == before


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"service": "", "service_title": ""}, "service"),
        ({"service_title": "Ganz anders"}, "service_title"),
        ({"service": "99000000000000"}, "service"),
        ({"area": "", "area_title": ""}, "area"),
        ({"area_title": "Anderswo"}, "area_title"),
        ({"area": "99"}, "area"),
        ({"locality": "Hinterdorf"}, "locality"),
        ({"office": "", "office_title": ""}, "office"),
        ({"office": "999999999"}, "office"),
        ({"office": "1" * 40}, "office"),
        ({"office": "-1"}, "office"),
        ({"office_title": "Ganz anders"}, "office_title"),
        ({"office_place": "Ganz woanders"}, "office_place"),
        ({"office": "", "office_title": "Zweimal da"}, "office_title"),
        ({"role": ""}, "role"),
        ({"evidence": "confirmed", "source": ""}, "source"),
        ({"valid_until": "31.12.26"}, "valid_until"),
        ({"valid_until": "12/31/2026"}, "valid_until"),
        ({"valid_until": "99.99.9999"}, "valid_until"),
        ({"reason": "x" * 301}, "reason"),
        ({"delete": "ja"}, "delete"),
    ],
)
def test_one_bad_cell_refuses_the_file(
    publisher: Client, town: MunicipalityPage, cells: dict[str, str], column: str
) -> None:
    office = OfficeFactory(place=town, title="Bürgerbüro")
    for _number in range(2):
        OfficeFactory(place=town, title="Zweimal da")
    service = ServiceFactory()
    good = {"service": service.slug, "area": "01990001", "office": str(office.pk)}
    other = new_row(**{**good, "service": ServiceFactory().slug})
    before = stored()
    page = hand_in(publisher, csv_of([other, new_row(**good) | cells]))
    assert problems_in(page) == [("3", heading(column))]
    assert stored() == before


def test_nobody_reaches_beyond_the_own_municipality(publisher: Client, town: MunicipalityPage) -> None:
    other = MunicipalityFactory(title="Fremdstadt")
    own, served = entry(area=town), entry(area=other, office=OfficeFactory(place=town))
    foreign = entry(area=other)
    hidden_office, hidden_service = OfficeFactory(place=other, live=False), ServiceFactory(live=False)
    content = b"".join(publisher.get(reverse(LIST), {"export": "csv"}).streaming_content)  # type: ignore[attr-defined]
    rows = {row["key"]: row for row in table_of(content)}
    before = stored()

    def refused(*changed: dict[str, str]) -> list[tuple[str, str]]:
        found = problems_in(hand_in(publisher, csv_of(changed)))
        assert stored() == before
        return found

    mine, theirs = rows[str(own.pk)], rows[str(served.pk)]
    assert refused({**theirs, "task": "Neu"}) == [("2", heading("area"))]
    assert refused({**theirs, "delete": "ja"}) == [("2", heading("area"))]
    assert refused({**mine, "key": str(foreign.pk)}) == [("2", heading("key"))]
    assert refused({**mine, "area": other.ags, "area_title": ""}) == [("2", heading("area"))]
    assert refused({**mine, "office": str(hidden_office.pk), "office_title": "", "office_place": ""}) == [
        ("2", heading("office"))
    ]
    assert refused({**mine, "service": hidden_service.slug, "service_title": ""}) == [("2", heading("service"))]
    # What is unchanged of them may be in the table.
    assert changes_in(hand_in(publisher, csv_of([theirs, {**mine, "task": "Neu"}])), "changed")


def test_authors_read_and_do_not_write(town: MunicipalityPage) -> None:
    author = Client()
    author.force_login(holder(RoleKind.AUTHOR, town, username="quell-autor"))
    entry(area=town)
    assert len(table_of(download(author, town))) == 1
    assert author.get(reverse("responsibility_import")).status_code == 302
    assert author.post(reverse("responsibility_import"), {"waiting": "x"}).status_code == 302


def test_the_same_entry_stands_in_a_table_once(publisher: Client, town: MunicipalityPage) -> None:
    entry(area=town)
    (cells,) = table_of(download(publisher, town))
    assert problems_in(hand_in(publisher, csv_of([cells, {**cells, "task": "Neu"}]))) == [("3", heading("key"))]


def test_two_offices_for_one_task_are_refused(publisher: Client, town: MunicipalityPage) -> None:
    first, second = OfficeFactory.create_batch(2, place=town)
    row = entry(area=town, office=first, valid_until=date(2026, 6, 30))
    added = new_row(service=row.service.slug, area="01990001", office=str(second.pk), valid_from="30.06.2026")
    page = hand_in(publisher, csv_of([added]))
    assert problems_in(page) == [("2", "–")]
    assert str(row.pk) in page.select("table.listing td")[-1].get_text()
    # Neither twice in one table.
    later = {**added, "valid_from": "01.07.2026"}
    assert problems_in(hand_in(publisher, csv_of([later, later]))) == [("2", "–"), ("3", "–")]
    assert changes_in(hand_in(publisher, csv_of([later])), "new")
    # Where the one ends in the same table before the other begins, nothing stands against it.
    (cells,) = table_of(download(publisher, town))
    page = hand_in(publisher, csv_of([added, {**cells, "valid_until": "29.06.2026"}]))
    assert changes_in(page, "new")
    confirm(publisher, page)
    assert Responsibility.objects.filter(service=row.service).count() == 2


def test_two_that_clash_are_mended_one_after_the_other(publisher: Client, town: MunicipalityPage) -> None:
    first = entry(area=town)
    second = entry(area=town, service=first.service)
    for row, cells in (
        (first, {"note": "Berichtigt."}),
        (first, {"valid_until": "31.12.2026"}),
        (first, {"arrangement": "shared"}),
        (second, {"arrangement": "shared"}),
    ):
        (found,) = [one for one in table_of(download(publisher, town)) if one["key"] == str(row.pk)]
        assert confirm(publisher, hand_in(publisher, csv_of([{**found, **cells}]))).redirect_chain
    (found,) = [one for one in table_of(download(publisher, town)) if one["key"] == str(first.pk)]
    for wrong in ({"arrangement": "statutory"}, {"office": str(second.office_id), "office_title": ""}):
        assert problems_in(hand_in(publisher, csv_of([{**found, **wrong}]))) == [("2", "–")]


@pytest.mark.parametrize("cells", [{"task": "Neu"}, {"delete": "ja"}])
def test_what_follows_from_an_agreement_is_changed_there(
    publisher: Client, town: MunicipalityPage, cells: dict[str, str]
) -> None:
    row, resting = entry(area=town, prevails=True), entry(area=town)
    Responsibility.objects.filter(pk=resting.pk).update(service=row.service_id)
    rows = table_of(download(publisher, town))
    before = stored()
    changed = [{**one, **(cells if one["key"] == str(row.pk) else {})} for one in rows]
    assert {column for _row, column in problems_in(hand_in(publisher, csv_of(changed)))} == {"–"}
    assert stored() == before
    # What rests meanwhile does not stand against it, and is changed as ever.
    changed = [{**one, **(cells if one["key"] == str(resting.pk) else {})} for one in rows]
    assert confirm(publisher, hand_in(publisher, csv_of(changed))).redirect_chain


# The confirmation


def test_who_changed_something_meanwhile_is_not_overruled(publisher: Client, town: MunicipalityPage) -> None:
    row, other = (entry(area=town, task="alt") for _number in range(2))
    rows = {row["key"]: row for row in table_of(download(publisher, town))}
    rows[str(row.pk)]["task"] = "neu"
    page = hand_in(publisher, csv_of(list(rows.values())))
    Responsibility.objects.filter(pk=other.pk).update(task="von jemand anderem")
    response = confirm(publisher, page)
    assert message_of(response) == ["warning"]
    row.refresh_from_db()
    assert row.task == "alt"
    again = BeautifulSoup(response.content, "html.parser")
    assert ["Aufgabe", "von jemand anderem", "alt"] in changes_in(again, "changed")
    # Having seen that, the person may go on.
    confirm(publisher, again)
    assert set(Responsibility.objects.filter(area=town).values_list("task", flat=True)) == {"neu", "alt"}


def test_entries_are_read_after_the_wait_for_others(
    publisher: Client, town: MunicipalityPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits for a service and has locked entries before keeps the other one waiting too."""
    row, added = entry(area=town), ServiceFactory()
    (cells,) = table_of(download(publisher, town))
    new = new_row(service=added.slug, area="01990001", office=str(row.office_id))
    page = hand_in(publisher, csv_of([{**cells, "task": "Neu"}, new]))
    waited = []

    def wait(services: set[int]) -> None:
        waited.append(services)
        Responsibility.objects.filter(pk=row.pk).update(note="von jemand anderem")

    monkeypatch.setattr(plan_module, "lock_services", wait)
    assert message_of(confirm(publisher, page)) == ["warning"]
    assert waited == [{row.service_id, added.pk}]
    assert list(Responsibility.objects.filter(area=town).values_list("note", flat=True)) == ["von jemand anderem"]


def test_what_became_wrong_meanwhile_is_said(publisher: Client, town: MunicipalityPage) -> None:
    office = OfficeFactory(place=town)
    added = new_row(service=ServiceFactory().slug, area="01990001", office=str(office.pk))
    page = hand_in(publisher, csv_of([added]))
    office.delete()
    before = stored()
    response = confirm(publisher, page)
    assert problems_in(BeautifulSoup(response.content, "html.parser")) == [("2", heading("office"))]
    assert stored() == before


def test_confirming_twice_changes_once(publisher: Client, town: MunicipalityPage) -> None:
    added = new_row(service=ServiceFactory().slug, area="01990001", office=str(OfficeFactory(place=town).pk))
    page = hand_in(publisher, csv_of([added]))
    confirm(publisher, page)
    after = stored()
    assert problems_in(BeautifulSoup(confirm(publisher, page).content, "html.parser")) == [("2", "–")]
    assert stored() == after


def test_what_waits_belongs_to_one_person_and_is_not_changed_on_the_way(
    publisher: Client, town: MunicipalityPage
) -> None:
    added = new_row(service=ServiceFactory().slug, area="01990001", office=str(OfficeFactory(place=town).pk))
    page = hand_in(publisher, csv_of([added]))
    waiting = page.select_one("input[name=waiting]")["value"]
    colleague = Client()
    colleague.force_login(holder(RoleKind.PUBLISHER, town, username="zweite-freigabe"))
    before = stored()
    forged = (waiting[:-4] + "AAAA", waiting[::-1], "", "ä\x00", "x" * 100_000, f".{waiting}")
    for client, text in [(colleague, waiting), *((publisher, text) for text in forged)]:
        response = client.post(reverse("responsibility_import"), {"waiting": text}, follow=True)
        assert response.redirect_chain == [(reverse("responsibility_import"), 302)]
        assert message_of(response) == ["error"]
    assert stored() == before


def test_what_fails_half_way_leaves_nothing_behind(
    publisher: Client, town: MunicipalityPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        new_row(service=ServiceFactory().slug, area="01990001", office=str(OfficeFactory(place=town).pk))
        for _number in range(3)
    ]
    changed, deleted = (entry(area=town) for _number in range(2))
    cells = {row["key"]: row for row in table_of(download(publisher, town))}
    cells[str(changed.pk)]["task"] = "Neu"
    cells[str(deleted.pk)]["delete"] = "ja"
    page = hand_in(publisher, csv_of([*rows, *cells.values()]))
    before = stored()

    def fail(rows: Sequence[Responsibility], *args: Any, **kwargs: Any) -> None:
        assert Responsibility.objects.filter(pk=changed.pk, task="Neu").exists()
        assert not Responsibility.objects.filter(pk=deleted.pk).exists()
        raise RuntimeError

    monkeypatch.setattr(confirm_module, "add_entries", fail)
    with pytest.raises(RuntimeError):
        confirm(publisher, page)
    assert stored() == before


def test_the_preview_needs_a_fixed_number_of_queries(publisher: Client, town: MunicipalityPage) -> None:
    offices = OfficeFactory.create_batch(12, place=town)

    def queries(count: int) -> int:
        rows = [new_row(service=ServiceFactory().slug, area="01990001", office=str(one.pk)) for one in offices[:count]]
        content = csv_of([*rows, *({**row, "task": "Neu"} for row in table_of(download(publisher, town)))])
        with CaptureQueriesContext(connection) as context:
            hand_in(publisher, content)
        return len(context)

    entry(area=town)
    queries(1)
    before = queries(1)
    ResponsibilityFactory.create_batch(8, area=town)
    assert queries(12) == before


# The round trip


ANY_TEXT = st.text(
    st.one_of(
        st.sampled_from("=+-@'\";,\t\r\n äÄß€„“_x0041"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\x00"),
    ),
    max_size=40,
)


@given(ANY_TEXT)
def test_guarding_is_undone(text: str) -> None:
    written = guarded(normal(text))
    assert unguarded(written) == normal(text)
    assert written[:1] not in ("=", "+", "-", "@")


def table(rows: list[Responsibility], kind: str, user: User) -> Plan:
    from services.responsibility_table.export import write_csv, write_xlsx

    if kind == "csv":
        content = b"".join(write_csv(rows, user))
    else:
        buffer = io.BytesIO()
        write_xlsx(rows, user, buffer)
        content = buffer.getvalue()
    return plan_of(read_table(SimpleUploadedFile(f"tabelle.{kind}", content)), user)


DAYS = st.none() | st.dates(min_value=date(1, 1, 1), max_value=date(9999, 12, 31))


class RoundTrip(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.user = UserFactory(admin=True)
        cls.town = MunicipalityFactory(ags="01990002", title="Übach; „Ost“")
        cls.service = ServiceFactory(title="=Hund, anmelden; jetzt")
        cls.office = OfficeFactory(place=cls.town, title="'@mt")
        cls.locality = LocalityFactory(municipality=cls.town, name="-Dorf")

    @given(
        texts=st.fixed_dictionaries(
            dict.fromkeys(("task", "legal_basis", "reason", "source", "as_of", "note"), ANY_TEXT)
        ),
        days=st.tuples(DAYS, DAYS),
        kind=st.sampled_from(["csv", "xlsx"]),
        in_part=st.booleans(),
        has_office=st.booleans(),
        role=st.sampled_from(["receives", "decides", "advises"]),
    )
    def test_taken_out_and_read_in_nothing_would_change(
        self,
        texts: dict[str, str],
        days: tuple[date | None, date | None],
        kind: str,
        in_part: bool,
        has_office: bool,
        role: str,
    ) -> None:
        row = Responsibility.objects.create(
            service=self.service,
            area=self.town,
            office=self.office if has_office else None,
            locality=self.locality if in_part else None,
            role=role,
            valid_from=days[0],
            valid_until=days[1],
            **texts,
        )
        plan = table([row], kind, self.user)
        assert (plan.changes, plan.problems, plan.unchanged) == ([], [], 1)
