"""The portal's translatable strings: found in code and templates, compared with and written to a .po catalogue.

GNU gettext is not required anywhere: Babel reads the code, Django turns templates into something Babel can read and
polib handles the catalogues. Babel belongs to the development tools, so only extracting needs it.
"""

import ast
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from django.utils.translation.template import templatize

TEMPLATE_SUFFIXES = {".html", ".txt", ".xml"}
SKIPPED_FOLDERS = {"migrations", "node_modules", "static", "__pycache__"}

_SINGULAR: list[str] = ["_", "gettext", "gettext_lazy", "gettext_noop"]
_PLURAL: list[str] = ["ngettext", "ngettext_lazy"]
_CONTEXT: list[str] = ["pgettext", "pgettext_lazy"]
_CONTEXT_PLURAL: list[str] = ["npgettext", "npgettext_lazy"]
KEYWORDS: dict[str, tuple | None] = {
    **dict.fromkeys(_SINGULAR),
    **dict.fromkeys(_PLURAL, (1, 2)),
    **dict.fromkeys(_CONTEXT, ((1, "c"), 2)),
    **dict.fromkeys(_CONTEXT_PLURAL, ((1, "c"), 2, 3)),
}

PLACEHOLDER = re.compile(r"%\((\w+)\)[a-zA-Z]|\{(\w*)(?:[!:][^{}]*)?\}")


@dataclass(frozen=True, order=True)
class Key:
    """What makes two strings the same entry: the text and the context that tells homonyms apart."""

    msgid: str
    context: str = ""

    def __str__(self) -> str:
        return repr(self.msgid) + (f" (context {self.context!r})" if self.context else "")


@dataclass
class Message:
    """A string as the code uses it."""

    plural: str = ""
    files: set[str] = field(default_factory=set)


Messages = dict[Key, Message]


def collect(folders: Iterable[Path], base: Path) -> Messages:
    """All translatable strings below ``folders``, with the files (relative to ``base``) that use them."""
    messages: Messages = {}
    for path in sorted(file for folder in folders for file in _sources(folder)):
        name = path.relative_to(base).as_posix()
        for key, plural in _strings(path, name):
            message = messages.setdefault(key, Message())
            message.plural = message.plural or plural
            message.files.add(name)
    return messages


def unseen(folders: Iterable[Path], base: Path) -> Iterator[str]:
    """One line for each call that asks for a translation without ``collect`` knowing its text.

    Babel's tokenizer does not look into f-strings, cannot know a text that is put together while the code runs, and
    knows gettext by its usual names alone.
    """
    for path in sorted(file for folder in folders for file in _sources(folder) if file.suffix == ".py"):
        name = path.relative_to(base).as_posix()
        seen = {key for key, _plural in _strings(path, name)}
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {keyword: keyword for keyword in KEYWORDS} | _aliases(tree)
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if called in names and _key_of(call, names[called]) not in seen:
                yield f"{name}:{call.lineno}: the text of this call cannot be found: {ast.unparse(call)}"


def _aliases(tree: ast.Module) -> dict[str, str]:
    """Functions of Django's that a module imports under a name of its own."""
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    found = [alias for node in imports if node.module == "django.utils.translation" for alias in node.names]
    return {alias.asname: alias.name for alias in found if alias.asname and alias.name in KEYWORDS}


def _key_of(call: ast.Call, keyword: str) -> Key | None:
    """The entry that a call asks for; none where its text stands in no plain string."""
    has_context = keyword in _CONTEXT + _CONTEXT_PLURAL
    texts = [argument.value for argument in call.args[: 1 + has_context] if isinstance(argument, ast.Constant)]
    if len(texts) != 1 + has_context:
        return None
    return Key(str(texts[-1]), str(texts[0]) if has_context else "")


def problems(messages: Messages, catalogue: polib.POFile) -> Iterator[str]:
    """One line for each string without a usable translation and each entry that no code uses."""
    entries = {_key(entry): entry for entry in catalogue if not entry.obsolete}
    for key, message in sorted(messages.items()):
        fault = _fault(key, message, entries.get(key))
        if fault:
            yield f"{', '.join(sorted(message.files))}: {key} {fault}"
    for entry in catalogue:
        if entry.obsolete or _key(entry) not in messages:
            yield f"{_key(entry)} is in the catalogue, but no code uses it"


def update(messages: Messages, catalogue: polib.POFile) -> tuple[int, int]:
    """Bring the catalogue in line with the code; returns how many entries came and went.

    Translations are kept, new strings come without one. Entries are sorted and name files without line numbers, so
    that a change in the code changes no more of the catalogue than it must.
    """
    known = {_key(entry): entry for entry in catalogue if not entry.obsolete}
    gone = sum(1 for entry in catalogue if entry.obsolete or _key(entry) not in messages)
    catalogue.clear()
    for key, message in sorted(messages.items(), key=lambda item: (min(item[1].files), item[0])):
        catalogue.append(_entry(key, message, known.get(key)))
    return len(messages.keys() - known.keys()), gone


def compile_catalogue(path: Path) -> bool:
    """Write the .mo file beside a .po file unless a newer one is there; returns whether it was written."""
    target = path.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
        return False
    # Renaming is atomic: a server that starts meanwhile never reads half a catalogue.
    unfinished = target.with_suffix(".mo.new")
    polib.pofile(str(path)).save_as_mofile(str(unfinished))
    unfinished.replace(target)
    return True


def new_catalogue(language: str) -> polib.POFile:
    """An empty catalogue for a language with one singular and one plural form."""
    catalogue = polib.POFile()
    catalogue.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return catalogue


def _sources(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if SKIPPED_FOLDERS.intersection(parts[:-1]) or not path.is_file():
            continue
        if path.suffix == ".py" or (path.suffix in TEMPLATE_SUFFIXES and "templates" in parts):
            yield path


def _strings(path: Path, name: str) -> Iterator[tuple[Key, str]]:
    from babel.messages.extract import extract

    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # The brackets let Babel's tokenizer overlook the indentation, which means nothing in a template.
        source = f"({templatize(source, origin=name)})"
    stream = io.BytesIO(source.encode())
    for _line, found, _comments, context in extract("python", stream, KEYWORDS, options={"encoding": "utf-8"}):
        texts = (found,) if isinstance(found, str) else found
        if texts[0]:
            yield Key(texts[0], context or ""), texts[1] if len(texts) > 1 else ""


def _key(entry: polib.POEntry) -> Key:
    return Key(entry.msgid, entry.msgctxt or "")


def _fault(key: Key, message: Message, entry: polib.POEntry | None) -> str:
    if entry is None:
        return "is not in the catalogue"
    if entry.fuzzy:
        return "is marked as fuzzy"
    texts = list(entry.msgstr_plural.values()) if message.plural else [entry.msgstr]
    if not texts or not all(texts):
        return "has no translation"
    expected = _placeholders(key.msgid) | _placeholders(message.plural)
    for text in texts:
        # A singular may leave out the number, but no translation may invent a placeholder.
        surplus = _placeholders(text) - expected
        missing = set() if message.plural else expected - _placeholders(text)
        if surplus or missing:
            return f"has other placeholders than its translation: {', '.join(sorted(surplus | missing))}"
    return ""


def _placeholders(text: str) -> set[str]:
    return {match.group(0) for match in PLACEHOLDER.finditer(text)}


def _entry(key: Key, message: Message, known: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(
        msgid=key.msgid,
        msgctxt=key.context or None,
        occurrences=[(name, "") for name in sorted(message.files)],
        flags=["python-format"] if "%(" in key.msgid + message.plural else [],
    )
    if message.plural:
        entry.msgid_plural = message.plural
        entry.msgstr_plural = {0: "", 1: ""}
    if known is None:
        return entry
    entry.tcomment = known.tcomment
    if known.fuzzy:
        entry.flags.append("fuzzy")
    if message.plural and known.msgstr_plural:
        entry.msgstr_plural = dict(known.msgstr_plural)
    elif not message.plural:
        entry.msgstr = known.msgstr or known.msgstr_plural.get(0, "")
    return entry
