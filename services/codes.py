"""Official code lists that ship with the portal (folder ``services/data``)."""

import csv
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"


@cache
def pv_lagen() -> dict[str, str]:
    """Life events (Lebenslagen, Geschäftslagen) by code: list ``urn:xoev-de:fim:codeliste:pvlagen``.

    Codes have seven digits: audience (1 citizens, 2 businesses), two digits event, two digits sub-item, two zeros.
    """
    with (_DATA / "pv_lagen.csv").open(encoding="utf-8") as file:
        return {row["code"]: row["description-de-DE"] for row in csv.DictReader(file, delimiter=";")}


def main_code(code: str) -> str:
    """The life event that a sub-item belongs to."""
    return code[:3] + "0000"


@cache
def life_event_choices() -> list[tuple[str, str]]:
    """Choices for editors: sub-items, and the few main events, each with its main event in front."""
    names = pv_lagen()
    return [
        (code, name if code == main_code(code) else f"{names[main_code(code)]}: {name}")
        for code, name in names.items()
        if code not in {"1000000", "2000000"}
    ]


@cache
def typification_choices() -> list[tuple[str, str]]:
    """LeiKa types (who regulates, who executes): list ``urn:de:fim:leika:typisierung``."""
    with (_DATA / "typisierung.csv").open(encoding="utf-8") as file:
        return [
            (row["code"], f"{row['code']} – {row['erlaeuterung']}" if row["erlaeuterung"] else row["code"])
            for row in csv.DictReader(file, delimiter=";")
        ]
