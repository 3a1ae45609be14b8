"""What somebody typed as an official key: the key without the spaces, and in plain words why there is none like it."""

import re

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from municipalities import register

_BETWEEN_DIGITS = re.compile(r"[\s./-]+")
_MUNICIPALITY, _DISTRICT, _REGIONAL = 8, 5, 12


def read_key(typed: str) -> str:
    """As the register writes it: official letters have spaces or points between the parts."""
    return _BETWEEN_DIGITS.sub("", typed)


def looks_like_a_key(typed: str) -> bool:
    key = read_key(typed)
    return key.isascii() and key.isdigit()


def why_unknown(typed: str) -> str:
    """For a key that the register does not have: what is wrong with it, and which one may be meant."""
    key = read_key(typed)
    if not key:
        return _("Please give the official key: eight digits for a municipality, five for a district.")
    meant = _meant(key) if looks_like_a_key(key) else None
    if meant is not None:
        return _("There is no key %(key)s. Do you mean %(meant)s (%(name)s)?") % {
            "key": key,
            "meant": meant.ags,
            "name": meant.official_name,
        }
    name = register.former_name(key) or register.former_name(f"{key}000")
    if name:
        return _why_gone(key, name)
    if not looks_like_a_key(key) or len(key) not in (_MUNICIPALITY, _DISTRICT):
        return _("“%(key)s” is no official key: it has eight digits for a municipality, five for a district.") % {
            "key": typed.strip()
        }
    return _("The official register has no municipality and no district with the key %(ags)s.") % {"ags": key}


def _why_gone(key: str, name: str) -> str:
    today = _same_name(key, name)
    names = {"name": name, "key": key, "day": date_format(register.EDITION, "SHORT_DATE_FORMAT")}
    if today is not None:
        return _("%(name)s no longer has the key %(key)s. In the register of %(day)s its key is %(today)s.") % {
            **names,
            "today": today.ags,
        }
    return (
        _(
            "%(name)s (%(key)s) is no longer in the official register of %(day)s: it was merged or dissolved. Please "
            "take up the municipality that it belongs to now."
        )
        % names
    )


def _meant(key: str) -> register.RegisterEntry | None:
    """Spreadsheets drop the zero in front; the regional key has more digits; a town may be a district of its own."""
    others = []
    if len(key) in (_MUNICIPALITY - 1, _DISTRICT - 1):
        others.append(f"0{key}")
    if len(key) == _DISTRICT:
        others.append(f"{key}000")
    if len(key) == _REGIONAL:
        others += [key[:5] + key[9:], key[:5]]
    for other in others:
        try:
            return register.entry(other)
        except register.UnknownKeyError:
            continue
    return None


def _same_name(key: str, name: str) -> register.RegisterEntry | None:
    """The municipality of the same name in the same state, if there is just one."""
    found = [entry for entry in register.search(name) if entry.title == name and entry.ags[:2] == key[:2]]
    return found[0] if len(found) == 1 and len(found[0].ags) == _MUNICIPALITY else None
