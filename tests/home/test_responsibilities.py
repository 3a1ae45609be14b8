"""Every responsibility of the demonstration content, frozen in a table that was checked against the sources.

``responsibilities.csv`` has a line for each office that is named for a service at a place, and for each place where
none is named. The content may change only together with it; how to write it anew stands in ``tests/README.md``.
"""

import csv
import difflib
import io
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from municipalities.models import MunicipalityPage
from services.models import ServicePage
from services.resolver import Resolution, resolve

TABLE = Path(__file__).with_name("responsibilities.csv")
WRITE = "WRITE_RESPONSIBILITIES"
COLUMNS = ["service", "place", "role", "office", "owner", "via", "evidence", "legal_basis", "reason"]
DAY = date(2026, 1, 1)


def lines_of(answer: Resolution) -> Iterator[list[str]]:
    start = [answer.service.slug, answer.municipality.ags]
    if not answer.offices:
        kind = "contested" if answer.is_contested else "elsewhere" if answer.is_asked_of_municipalities else "missing"
        yield [*start, "", "", "", "", kind, "", answer.gap or ""]
    for found in answer.offices:
        evidence = "confirmed" if found.is_confirmed else "unconfirmed"
        owner = found.owner.ags if found.owner else ""
        office = [found.role.value, found.office.slug, owner, found.via.value, evidence]
        yield [*start, *office, found.legal_basis, found.reason]


def written() -> str:
    """The table as the content gives it now."""
    places = list(MunicipalityPage.objects.filter(ags__startswith="05370").select_related("district").order_by("ags"))
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for service in ServicePage.objects.live().order_by("slug"):
        for place in places:
            writer.writerows(lines_of(resolve(service, place, DAY)))
    return stream.getvalue()


@pytest.mark.usefixtures("demo")
def test_every_responsibility_is_as_the_table_says() -> None:
    now = written()
    if os.environ.get(WRITE):
        TABLE.write_text(now, encoding="utf-8")
        pytest.fail(f"{TABLE.name} was written anew. Read every line of its diff, then run without {WRITE}.")
    frozen = TABLE.read_text(encoding="utf-8")
    lines = difflib.unified_diff(frozen.splitlines(), now.splitlines(), "the table", "the content", n=0, lineterm="")
    difference = "\n".join(line for line in lines if not line.startswith("@@"))
    if difference:
        pytest.fail(f"Responsibilities differ from tests/home/{TABLE.name}:\n{difference}", pytrace=False)


def test_the_table_covers_every_service_at_every_place() -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        pairs = {(row["service"], row["place"]) for row in csv.DictReader(file)}
    services, places = {service for service, _place in pairs}, {place for _service, place in pairs}
    assert (len(services), len(places)) == (77, 11)
    assert len(pairs) == len(services) * len(places)
