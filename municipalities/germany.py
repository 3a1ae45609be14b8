"""The names of all German municipalities, so that another town is not taken for a misspelt one.

Source and licence stand in ``data/SOURCES.md``.
"""

import csv
import re
from functools import cache
from pathlib import Path

from municipalities.folding import fold, fold_bare

_FILE = Path(__file__).parent / "data" / "gemeinden_de.csv"
# What the register adds to a name: ", Stadt", " (Sieg)", "/ Elbe".
_ADDITION = re.compile(r"\s*[,(/].*")
# Many names end with the river or the region where the town lies; people leave that out.
_SITUATION = re.compile(r"\s+(a\.|b\.|i\.|(am|an|auf|bei|im|in|ob|unter|vor)\s).*")


@cache
def municipality_names() -> frozenset[str]:
    """Every name as in the register and as people say it, folded; read once for each process."""
    names: set[str] = set()
    with _FILE.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            official = row["name"]
            short = _ADDITION.sub("", official)
            for name in (official, short, _SITUATION.sub("", short)):
                names |= {fold(name), fold_bare(name)}
    return frozenset(names - {""})
