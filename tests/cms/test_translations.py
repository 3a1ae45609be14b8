"""The catalogue is complete, and the tool that says so sees every way to mark a string."""

from collections.abc import Callable
from pathlib import Path

import polib
import pytest
from django.core.management import CommandError, call_command

from cms import translations
from cms.translations import Key

PYTHON = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext, npgettext, pgettext, pgettext_lazy
plain = _("Plain")
lazy = gettext_lazy(
    "Joined "
    "text"
)
counted = ngettext("%(count)d office", "%(count)d offices", 2)
homonym = pgettext("month", "May")
lazy_homonym = pgettext_lazy("verb", "May")
counted_homonym = npgettext("money", "%(n)d pound", "%(n)d pounds", 2)
unmarked = "Unmarked"
"""

TEMPLATE = """
{% load i18n %}
<p>{% translate "Heading" %}</p>
   <p title="{% translate 'Close' context 'window' %}">{{ value|default:_("Nothing") }} don't (</p>
{% blocktranslate trimmed with name=page.title %}
    Welcome to
    {{ name }}
{% endblocktranslate %}
  {% if a %}
{% blocktranslate trimmed count number=hits|length context "search" %}
  {{ number }} hit
{% plural %}
  {{ number }} hits
{% endblocktranslate %}
  {% endif %}
{# {% translate "Commented out" %} #}
"""

Collect = Callable[..., translations.Messages]


@pytest.fixture
def collect(tmp_path: Path) -> Collect:
    """Strings of an app made of the given files."""

    def make(**files: str) -> translations.Messages:
        for name, text in files.items():
            path = tmp_path / "app" / {"python": "views.py", "template": "templates/app/page.html"}[name]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return translations.collect([tmp_path / "app"], tmp_path)

    return make


def catalogue(*entries: polib.POEntry) -> polib.POFile:
    made = translations.new_catalogue("de")
    made.extend(entries)
    return made


def test_every_string_of_the_portal_is_translated() -> None:
    call_command("messages", check=True)


def test_python_strings_are_found(collect: Collect) -> None:
    messages = collect(python=PYTHON)
    assert {key: message.plural for key, message in messages.items()} == {
        Key("Plain"): "",
        Key("Joined text"): "",
        Key("%(count)d office"): "%(count)d offices",
        Key("May", "month"): "",
        Key("May", "verb"): "",
        Key("%(n)d pound", "money"): "%(n)d pounds",
    }
    assert messages[Key("Plain")].files == {"app/views.py"}


def test_template_strings_are_found(collect: Collect) -> None:
    messages = collect(template=TEMPLATE)
    assert {key: message.plural for key, message in messages.items()} == {
        Key("Heading"): "",
        Key("Close", "window"): "",
        Key("Nothing"): "",
        Key("Welcome to %(name)s"): "",
        Key("%(number)s hit", "search"): "%(number)s hits",
    }


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (None, "is not in the catalogue"),
        (polib.POEntry(msgid="Hello %(name)s"), "has no translation"),
        (polib.POEntry(msgid="Hello %(name)s", msgstr="Hallo %(name)s", flags=["fuzzy"]), "is marked as fuzzy"),
        (polib.POEntry(msgid="Hello %(name)s", msgstr="Hallo %(nam)s"), "has other placeholders"),
        (polib.POEntry(msgid="Hello %(name)s", msgstr="Hallo"), "has other placeholders"),
        (polib.POEntry(msgid="Hello %(name)s", msgstr="Hallo %(name)s", obsolete=True), "is not in the catalogue"),
    ],
)
def test_an_unusable_translation_is_named(collect: Collect, entry: polib.POEntry | None, expected: str) -> None:
    messages = collect(python='from x import _\n_("Hello %(name)s")')
    found = list(translations.problems(messages, catalogue(*([entry] if entry else []))))
    assert "app/views.py" in found[0]
    assert expected in found[0]


def test_a_plural_needs_both_forms_but_the_singular_may_drop_the_number(collect: Collect) -> None:
    messages = collect(python='from x import ngettext\nngettext("%(n)d office", "%(n)d offices", 1)')
    entry = polib.POEntry(msgid="%(n)d office", msgid_plural="%(n)d offices", msgstr_plural={0: "Eine Stelle", 1: ""})
    assert "has no translation" in next(translations.problems(messages, catalogue(entry)))
    entry.msgstr_plural[1] = "%(n)d Stellen"
    assert not list(translations.problems(messages, catalogue(entry)))


def test_an_unused_entry_is_named(collect: Collect) -> None:
    found = list(translations.problems(collect(python=""), catalogue(polib.POEntry(msgid="Old", msgstr="Alt"))))
    assert found == ["'Old' is in the catalogue, but no code uses it"]


def test_an_update_keeps_adds_and_drops(collect: Collect) -> None:
    made = catalogue(polib.POEntry(msgid="Kept", msgstr="Bleibt"), polib.POEntry(msgid="Old", msgstr="Alt"))
    messages = collect(python='from x import _\n_("Kept")\n_("New")')
    assert translations.update(messages, made) == (1, 1)
    assert [(entry.msgid, entry.msgstr) for entry in made] == [("Kept", "Bleibt"), ("New", "")]


@pytest.mark.parametrize(
    "call",
    [
        """f"  {_('Hidden')}\"""",
        """f"{'Hidden' and _('Hidden')}\"""",
        '_(f"Hidden {1}")',
        '_("Hidden " + "text")',
        '_("Hidden %s" % 1)',
        "_(text)",
        '_("")',
        'translate("Hidden")',
        'pgettext(context, "Hidden")',
        """f"{ngettext('One hidden', 'Many hidden', 2)}\"""",
    ],
)
def test_a_call_whose_text_is_not_found_is_named(tmp_path: Path, call: str) -> None:
    path = tmp_path / "app" / "views.py"
    path.parent.mkdir()
    imports = "from django.utils.translation import gettext as _, gettext_lazy as translate, ngettext, pgettext"
    path.write_text(f'{imports}\n\nplain = _("Plain")\nhidden = {call}\n', encoding="utf-8")
    (line,) = translations.unseen([tmp_path / "app"], tmp_path)
    assert line.startswith("app/views.py:4: ")


def test_calls_whose_text_is_found_are_not_named(collect: Collect, tmp_path: Path) -> None:
    collect(python=PYTHON, template=TEMPLATE)
    assert not list(translations.unseen([tmp_path / "app"], tmp_path))


def test_the_check_fails_on_a_hidden_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translations, "unseen", lambda folders, base: ["app/views.py:1: hidden"])
    with pytest.raises(CommandError, match="hidden"):
        call_command("messages", check=True)


def test_a_catalogue_is_compiled_once(tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    catalogue(polib.POEntry(msgid="Office", msgstr="Stelle"), polib.POEntry(msgid="Empty")).save(str(path))
    assert translations.compile_catalogue(path)
    assert [(entry.msgid, entry.msgstr) for entry in polib.mofile(str(path.with_suffix(".mo")))] == [
        ("Office", "Stelle")
    ]
    assert not translations.compile_catalogue(path)
