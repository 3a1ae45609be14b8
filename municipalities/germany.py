"""The names of all German municipalities, so that another town is not taken for a misspelt one."""

import re
from functools import cache

from municipalities import register
from municipalities.folding import fold, fold_bare

# What the register adds to a name: ", Stadt", " (Sieg)", "/ Elbe".
_ADDITION = re.compile(r"\s*[,(/].*")
# Many names end with the river or the region where the town lies; people leave that out.
_SITUATION = re.compile(r"\s+(a\.|b\.|i\.|(am|an|auf|bei|im|in|ob|unter|vor)\s).*")


@cache
def municipality_names() -> frozenset[str]:
    """Every name as in the register and as people say it, folded; read once for each process."""
    names: set[str] = set()
    for official in register.names():
        short = _ADDITION.sub("", official)
        for name in (official, short, _SITUATION.sub("", short)):
            names |= {fold(name), fold_bare(name)}
    return frozenset(names - {""})
