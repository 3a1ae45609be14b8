"""The files of the demonstration content; sources and licences stand in ``data/SOURCES.md``."""

import csv
import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
BOUNDARIES = DATA / "kreis_heinsberg.geojson"


def postcodes() -> dict[str, list[str]]:
    """Postcodes by AGS. The file stays apart because its licence (ODbL) asks for a database of its own."""
    found: dict[str, list[str]] = {}
    with (DATA / "postcodes_osm.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["ags"], []).append(row["plz"])
    return found


def read(name: str) -> list[dict[str, Any]]:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
