"""The files of the demonstration content; sources and licences stand in ``data/SOURCES.md``."""

import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
BOUNDARIES = DATA / "kreis_heinsberg.geojson"


def read(name: str) -> list[dict[str, Any]]:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
